-- Patient lists: in the order of names, by the index of words.

create function public.list_patients(
  p_organization_id uuid default null,
  p_limit int default 25,
  p_after_sort_name text default null,
  p_after_id uuid default null,
  p_count boolean default false
) returns json
language plpgsql stable
set search_path = ''
as $$
begin
  perform private.require_length(p_after_sort_name, 1000, '/cursor');
  return json_build_object(
    'rows',
    private.list_patients(p_organization_id, least(greatest(p_limit, 1), 101), p_after_sort_name, p_after_id),
    'total', case when p_count then private.count_patients(p_organization_id) end);
end;
$$;
comment on function public.list_patients is
  'Lists the patients that the caller sees, in the order of names: {rows, total}, with rows as get_patient answers '
  'them. The p_after_ parameters are sort_name and id of the last one seen; `total` is null unless p_count asks for '
  'it.';
grant execute on function public.list_patients to authenticated;

-- The next patients in the order of names, below the policies of patients: a hospital with few patients among many is
-- served by its own part of the index. Staff see those of their hospitals, or of p_organization_id; patients
-- themselves.
create function private.list_patients(p_organization_id uuid, p_limit int, p_after_sort_name text, p_after_id uuid)
returns json
language plpgsql stable security definer
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_me uuid := auth.uid();
  v_after_sort_name text := coalesce(p_after_sort_name, '');
  v_after_id uuid := coalesce(p_after_id, '00000000-0000-0000-0000-000000000000');
  v_ids uuid[] := array(
    select n.patient_id from (
      select w.patient_id, w.sort_name
      from unnest(private.my_hospitals()) as o
      cross join lateral (
        select i.patient_id, i.sort_name
        from private.patient_words i
        where i.organization_id = o and i.word = ''
          and (i.sort_name, i.patient_id) > (v_after_sort_name, v_after_id)
        order by i.sort_name, i.patient_id
        limit p_limit
      ) as w
      where p_organization_id is null or o = p_organization_id
      union
      select p.id, p.sort_name
      from private.patients p
      where p.user_id = v_me and p_organization_id is null and p.deleted_at is null
        and (p.sort_name, p.id) > (v_after_sort_name, v_after_id)
    ) as n
    order by n.sort_name, n.patient_id
    limit p_limit);
begin
  return coalesce(
    (select json_agg(r order by r.sort_name, r.id) from private.patient_records r where r.id = any (v_ids)), '[]');
end;
$$;
grant execute on function private.list_patients to authenticated;

-- How many patients the caller sees, or how many of one hospital: for lists that are asked for a total.
create function private.count_patients(p_organization_id uuid) returns bigint
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_me uuid := auth.uid();
  v_hospitals uuid[] := private.my_hospitals();
begin
  return (
    select
      count(distinct w.patient_id)
      + (
        select count(*)
        from private.patients p
        where p.user_id = v_me and p.deleted_at is null and p_organization_id is null
          and not p.hospital_ids && v_hospitals
      )
    from private.patient_words w
    where w.organization_id = any (v_hospitals) and w.word = ''
      and (p_organization_id is null or w.organization_id = p_organization_id));
end;
$$;
grant execute on function private.count_patients to authenticated;
