-- Curators: who keeps the catalogue of medicines and the knowledge about them. Both belong to the network and to no one
-- organization; everybody signed in reads them.

create table public.medication_curators (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null unique references public.profiles (id) on delete restrict,
  given_by uuid default auth.uid() references public.profiles (id) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.medication_curators is
  'The people who keep the catalogue of medicines and the knowledge about interactions. The database owner gives the '
  'flag first, with private.appoint_curator (then `given_by` is null); curators give it to others of the staff and '
  'take it.';
create index medication_curators_given_by on public.medication_curators (given_by);

-- Whether a person is on the staff of an organization of the network.
create function private.is_on_staff(p_user_id uuid) returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return exists (select from private.memberships_in_force m where m.user_id = p_user_id);
end;
$$;
grant execute on function private.is_on_staff to authenticated;

-- Whether the caller is a curator: has the flag and is still on the staff of an organization.
create function private.is_curator() returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return exists (select from public.medication_curators c where c.user_id = (select auth.uid()))
    and private.is_on_staff((select auth.uid()));
end;
$$;
grant execute on function private.is_curator to authenticated;

-- Makes a person a curator by the address that they sign in with; for the database owner, because the first curator has
-- nobody to be appointed by: `select private.appoint_curator('name@hospital.example')`. Answers the id of the person;
-- fails where nobody has the address, and does nothing more where they are a curator already.
create function private.appoint_curator(p_email text) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_user_id uuid := (select p.id from public.profiles p where p.email = lower(p_email) and p.login_deleted_at is null);
begin
  if v_user_id is null then
    raise exception 'Nobody signs in with this address.' using errcode = 'no_data_found';
  end if;
  insert into public.medication_curators (user_id) values (v_user_id) on conflict (user_id) do nothing;
  return v_user_id;
end;
$$;

-- Refuses whoever is no curator (403): for functions that write past the policies.
create function private.require_curator() returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if not private.is_curator() then
    perform private.refuse(403, 'forbidden', 'The knowledge about medicines is changed by curators.');
  end if;
end;
$$;
grant execute on function private.require_curator to authenticated;

alter table public.medication_curators enable row level security;
grant select, delete on public.medication_curators to authenticated;
grant insert (user_id) on public.medication_curators to authenticated;
grant all on public.medication_curators to service_role;
create policy "Curators see who is one, and people whether they are" on public.medication_curators
  for select to authenticated
  using (user_id = (select auth.uid()) or (select private.is_curator()));
create policy "Curators make others of the staff curators" on public.medication_curators
  for insert to authenticated
  with check ((select private.is_curator()) and private.is_on_staff(user_id));
create policy "Curators take the flag of a curator" on public.medication_curators
  for delete to authenticated
  using ((select private.is_curator()));

create trigger medication_curators_touch before update on public.medication_curators
  for each row execute function private.touch_row();
call private.audit_table('public.medication_curators');
