-- Demo organizations: two hospitals and two pharmacies that must not see into each other.
-- Seeds may run again: what is there already stays as it is.

insert into public.organizations (id, kind, name, time_zone, address_line, city, postal_code, country, phone, email) values
  ('10000000-0000-4000-8000-000000000001', 'hospital', 'Demo General Hospital', 'Europe/Berlin', 'Lindenstrasse 1', 'Berlin', '10969', 'DE',
    '+493012345600', 'info@demo.health'),
  ('10000000-0000-4000-8000-000000000002', 'pharmacy', 'Central Pharmacy', 'Europe/Berlin', 'Lindenstrasse 3', 'Berlin', '10969', 'DE',
    '+493012345700', 'pharmacy@demo.health'),
  ('20000000-0000-4000-8000-000000000001', 'hospital', 'Northside Hospital', 'America/New_York', '400 North Road', 'Albany', '12207', 'US',
    '+15185550100', 'info@north.health'),
  ('20000000-0000-4000-8000-000000000002', 'pharmacy', 'Northside Pharmacy', 'America/New_York', '410 North Road', 'Albany', '12207', 'US',
    '+15185550110', 'pharmacy@north.health')
on conflict (id) do nothing;
