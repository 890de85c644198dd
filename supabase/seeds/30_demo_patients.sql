-- Thirty patients without a login at each demo hospital, the same on every machine. Names, birth dates and numbers are invented.

create temporary table demo_patients as
select
  md5('demo patient ' || h.place || '/' || n)::uuid as id,
  h.organization_id,
  h.given_names[1 + (n * 7) % cardinality(h.given_names)] as given_name,
  h.family_names[1 + (n * 11) % cardinality(h.family_names)] as family_name,
  date '1932-01-15' + ((n * 1117) % 33000) as birth_date,
  (array['female', 'male', 'female', 'male', 'other', 'unknown'])[1 + n % 6]::public.sex as sex,
  (enum_range(null::public.blood_type))[1 + n % 8] as blood_type,
  h.language, h.phone_prefix || lpad(n::text, 4, '0') as phone, h.city, h.country, h.mrn_prefix || lpad(n::text, 5, '0') as mrn
from (values
  (1, '10000000-0000-4000-8000-000000000001'::uuid, 'de', '+4930555', 'Berlin', 'DE', 'DGH-',
    array['Anna', 'Jürgen', 'Élodie', 'Mehmet', 'Sofia', 'Björn', 'Zoë', 'Lukas', 'Ingrid', 'Tomáš', 'Fatima', 'Hans', 'Marie'],
    array['Müller', 'Schäfer', 'Weiß', 'Yılmaz', 'Kowalski', 'García', 'Nguyen', 'O''Brien', 'Fischer', 'Dvořák', 'Krämer', 'Lehmann', 'Özdemir', 'Hofmann', 'Brandt', 'Vogel', 'Jansen']),
  (2, '20000000-0000-4000-8000-000000000001', 'en', '+1518555', 'Albany', 'US', 'NSH-',
    array['James', 'Maria', 'Robert', 'Linda', 'José', 'Aisha', 'William', 'Chloe', 'Ethan', 'Grace', 'Noah', 'Olivia', 'Samuel'],
    array['Smith', 'Johnson', 'Peña', 'Brown', 'Davis', 'Martínez', 'Lopez', 'Wilson', 'Anderson', 'Thomas', 'Jackson', 'White', 'Harris', 'Clark', 'Lewis', 'Young', 'Hall'])
) as h (place, organization_id, language, phone_prefix, city, country, mrn_prefix, given_names, family_names)
cross join generate_series(1, 30) as n;
delete from demo_patients d using private.patients p where p.id = d.id;

insert into private.patients (id, given_name, family_name, birth_date, sex, blood_type, language, phone, city, country, hospital_ids)
select id, given_name, family_name, birth_date, sex, blood_type, language, phone, city, country, array[organization_id] from demo_patients;
insert into public.patient_identifiers (patient_id, system, organization_id, value) select id, 'mrn', organization_id, mrn from demo_patients;
insert into public.care_relationships (patient_id, organization_id) select id, organization_id from demo_patients;
insert into public.patient_contacts (patient_id, kind, name, relationship, phone)
select id, 'emergency', 'Contact of ' || given_name, 'spouse', phone from demo_patients;

drop table demo_patients;
