-- The demo pharmacist keeps the catalogue of medicines, so that what curators do can be tried out.

insert into public.medication_curators (id, user_id)
select '50000000-0000-4000-8000-000000000041', p.id from public.profiles p where p.email = 'pharmacist@demo.health'
on conflict (user_id) do nothing;
