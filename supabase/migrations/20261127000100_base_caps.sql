-- Caps: how many rows of a kind may stand beside each other. They are far beyond what people need and keep one caller
-- from filling a table, slowing down whoever reads it. What is not capped: records of a chart and its openings, which
-- are never refused for their number; patients, whom staff register; appointments, which exclude each other within a
-- horizon. How often somebody may call is limited before every request.

create table private.caps (
  cap text primary key,
  most int not null check (most >= 0),
  what text not null
);
comment on table private.caps is
  'The caps by name: at most so many rows of one key. The database owner changes them here.';

-- Puts a cap on a table: at most p_most rows for which p_condition holds (about the row `t`) have the same p_key.
-- Checked after each statement that inserts; with p_when (about `new`) after each row for which that holds, which costs
-- the other rows nothing. Under a lock of the key, so that two at once do not pass it together; 409 limit_reached.
-- Makes a function for the table, whose plans stay.
create procedure private.cap_rows(
  p_cap text,
  p_most int,
  p_table regclass,
  p_key text,
  p_condition text,
  p_what text,
  p_when text default null
)
language plpgsql
set search_path = ''
as $$
begin
  insert into private.caps (cap, most, what) values (p_cap, p_most, p_what);
  execute format($f$
    create function private.%1$I() returns trigger
    language plpgsql security definer
    set search_path = ''
    as $t$
    declare
      v_key uuid;
      v_cap private.caps;
    begin
      for v_key in %6$s loop
        perform pg_advisory_xact_lock(hashtextextended(%2$L || v_key, 0));
        select c.* into v_cap from private.caps c
        where c.cap = %2$L
          and (select count(*) from (select from %5$s t where t.%3$I = v_key and %4$s limit c.most + 1) as n) > c.most;
        if found then
          perform private.refuse(409, 'limit_reached',
            format('There are %%s %%s already, which is the maximum.', v_cap.most, v_cap.what));
        end if;
      end loop;
      return null;
    end;
    $t$;
    create trigger %1$I after insert on %5$s %7$s execute function private.%1$I();
  $f$, 'cap_' || p_cap, p_cap, p_key, p_condition, p_table,
    case when p_when is null
      then format('select distinct t.%I from added t where %s order by 1', p_key, p_condition)
      else format('select new.%I', p_key) end,
    case when p_when is null
      then 'referencing new table as added for each statement'
      else format('for each row when (%s)', p_when) end);
end;
$$;

call private.cap_rows('contacts', 20, 'public.patient_contacts', 'patient_id', 'true', 'contacts of this patient');
call private.cap_rows('correction_requests', 20, 'public.correction_requests', 'patient_id', 't.status = ''open''',
  'open requests for a correction');
call private.cap_rows('waitlist_entries', 20, 'public.waitlist_entries', 'patient_id',
  'private.is_open_status(t.status)',
  'open entries of this patient on waiting lists');
call private.cap_rows('holds', 30, 'public.appointments', 'patient_id',
  't.status = ''held'' and t.hold_expires_at > now()', 'times held for this patient', 'new.status = ''held''');
call private.cap_rows('series', 20, 'public.appointment_series', 'patient_id', 't.status = ''active''',
  'series of this patient');
call private.cap_rows('invitations', 200, 'public.invitations', 'organization_id',
  't.accepted_at is null and t.revoked_at is null and t.expires_at > now()', 'open invitations of this organization');
call private.cap_rows('rooms', 500, 'public.rooms', 'organization_id', 'true', 'rooms of this hospital');
call private.cap_rows('services', 500, 'public.services', 'organization_id', 'true', 'services of this hospital');
call private.cap_rows('service_resources', 500, 'public.service_resources', 'service_id', 'true',
  'practitioners and rooms of this service');
call private.cap_rows('availability_rules', 200, 'public.availability_rules', 'practitioner_id', 'true',
  'weekly hours of this practitioner');
call private.cap_rows('availability_exceptions', 2000, 'public.availability_exceptions', 'organization_id',
  't.to_day >= current_date - 1',
  'exceptions of this hospital to come');
-- What an import brings in one act is not counted: it would lock every product.
call private.cap_rows('product_ingredients', 200, 'public.product_ingredients', 'product_id', 'true',
  'substances of this product', 'not private.is_in_act(''product_ingredients'')');
call private.cap_rows('packs', 100, 'public.packs', 'product_id', 'true', 'packs of this product',
  'not private.is_in_act(''packs'')');
call private.cap_rows('medication_codes', 100, 'public.medication_codes', 'product_id', 'true',
  'codes of this product', 'not private.is_in_act(''medication_codes'')');
call private.cap_rows('ingredient_classes', 100, 'public.ingredient_classes', 'ingredient_id', 'true',
  'classes of this ingredient', 'not private.is_in_act(''ingredient_classes'')');
call private.cap_rows('interaction_policies', 1000, 'public.interaction_policies', 'organization_id', 'true',
  'policies of this organization');
-- Ended and revoked rows stay as history, so these are counted by the day.
call private.cap_rows('care_a_day', 50, 'public.care_relationships', 'patient_id',
  't.created_at > now() - interval ''1 day''',
  'beginnings of care of this patient within a day');
call private.cap_rows('consents_a_day', 50, 'public.consents', 'patient_id',
  't.created_at > now() - interval ''1 day''',
  'consents of this patient within a day');
call private.cap_rows('link_codes_a_day', 20, 'public.patient_link_codes', 'patient_id',
  't.created_at > now() - interval ''1 day''',
  'codes for this patient within a day');
call private.cap_rows('feeds_a_day', 30, 'public.calendar_feeds', 'user_id',
  't.created_at > now() - interval ''1 day''', 'feeds of yours within a day');

-- Times that people of the API write are times: Postgres would keep `infinity`. Words for them, such as `now`, are
-- refused where the input of an RPC is checked; written to a table by the data API they are what the client's own clock
-- would say.
do $$
declare
  v record;
begin
  for v in
    select c.oid::regclass as place, c.relname, a.attname from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p')
      and a.atttypid in ('date'::regtype, 'timestamptz'::regtype)
      and (has_column_privilege('authenticated', c.oid, a.attnum, 'insert')
        or has_column_privilege('authenticated', c.oid, a.attnum, 'update'))
  loop
    execute format('alter table %s add constraint %I check (isfinite(%I))', v.place, v.relname || '_' || v.attname
      || '_is_finite', v.attname);
  end loop;
end;
$$;
