-- The version of the knowledge: every change of rules and limits is a new one. Readers keep the version before until
-- the change commits.

create table private.knowledge (
  id boolean primary key default true check (id),
  version int not null default 0 check (version >= 0),
  rebuilding boolean not null default false
);
comment on table private.knowledge is
  'The one row about the knowledge in force: its version, and whether the pairs of ingredients are being rebuilt. '
  'While they are, no check can be complete.';
insert into private.knowledge default values;

create table public.knowledge_versions (
  id uuid primary key default gen_random_uuid(),
  number int not null unique check (number > 0),
  note text not null check (private.is_plain_text(note, 500)),
  import_id uuid,
  made_by uuid references public.profiles (id) on delete restrict,
  made_at timestamptz not null default now(),
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.knowledge_versions is
  'The versions of the knowledge by their number, from 1: what changed, by which import or by whom (null is the '
  'database owner or the secret key). `version` counts the changes of the row itself, as in every table.';
create index knowledge_versions_made_by on public.knowledge_versions (made_by);

-- The version of the knowledge in force; 0 before the first content.
create function private.knowledge_version() returns int
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return (select k.version from private.knowledge k);
end;
$$;
grant execute on function private.knowledge_version to authenticated, service_role;

create function public.knowledge_version() returns int
language plpgsql stable
set search_path = ''
as $$
begin
  return private.knowledge_version();
end;
$$;
comment on function public.knowledge_version is
  'The number of the version of the knowledge in force; 0 before the first content.';
grant execute on function public.knowledge_version to authenticated, service_role;

-- Makes whoever changes the catalogue or the knowledge wait for each other until the end of their transactions, so that
-- what is derived from both, such as the pairs of ingredients, misses nothing. It is the one lock for all of it, and
-- the first of each statement: nobody waits for it with a row in hand. Whoever waited has to see what the other
-- committed, which only `read committed` shows.
create function private.lock_knowledge() returns void
language plpgsql
set search_path = ''
as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'The knowledge is changed in transactions of the level read committed.'
      using errcode = 'invalid_transaction_state';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('knowledge', 0));
end;
$$;
grant execute on function private.lock_knowledge to authenticated, service_role;

-- Trigger before each statement that changes what others are derived from. Who may not change it does not wait either.
create function private.lock_catalogue() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if auth.uid() is null or private.is_curator() then
    perform private.lock_knowledge();
  end if;
  return null;
end;
$$;

-- Opens the next version of the knowledge and answers its number.
create function private.open_knowledge_version(p_note text, p_import_id uuid default null) returns int
language plpgsql security definer
set search_path = ''
as $$
declare
  v_number int;
begin
  perform private.lock_knowledge();
  update private.knowledge set version = version + 1 returning version into v_number;
  insert into public.knowledge_versions (number, note, import_id, made_by)
  values (v_number, p_note, p_import_id, auth.uid());
  return v_number;
end;
$$;

alter table public.knowledge_versions enable row level security;
grant select on public.knowledge_versions to authenticated, service_role;
create policy "Everybody reads which versions of the knowledge there are" on public.knowledge_versions
  for select to authenticated
  using (true);

create trigger knowledge_versions_touch before update on public.knowledge_versions
  for each row execute function private.touch_row();
call private.audit_table('public.knowledge_versions');
