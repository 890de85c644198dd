-- Denials: attempts that were refused and leave a trace. A raised refusal would take its own trace back, so these are
-- answers that commit. Attempts on charts, on people and on the log are recorded where a function of the API refuses
-- them. A bare read leaves no trace of the rows that a policy hides, since it runs in a transaction that cannot write:
-- not of a table, and not of functions that read, such as get_patient, chart_summary, list_records and search_audit,
-- which answer null or no rows. After such an answer the Edge Functions ask explain_closed_chart or explain_closed_log,
-- which say why and record.

-- Writes down that the caller was denied something about a patient, else about the organization, else about nobody but
-- themselves. p_organization_id is the one that they acted for, or tried to act on; the log of every organization that
-- it concerns has the denial, see private.concerned_organizations. `p_reason` is a code, never a sentence:
-- [a-z_]{1,50}.
create function private.record_denial(p_patient_id uuid, p_organization_id uuid, p_reason text) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  insert into audit.entries (actor_id, actor_role, organization_id, patient_id, request_id, table_name, row_id, action,
    changed_fields, reason)
  select auth.uid(), coalesce(auth.role(), session_user), o, p_patient_id, private.request_id(),
    case when p_patient_id is not null then 'patients' when p_organization_id is not null then 'organizations'
      else 'profiles' end,
    coalesce(p_patient_id, p_organization_id, auth.uid(), '00000000-0000-0000-0000-000000000000'), 'deny', '{}',
      p_reason
  from unnest(private.concerned_organizations(auth.uid(), p_patient_id, p_organization_id)) as o;
end;
$$;
grant execute on function private.record_denial to authenticated, service_role;

-- Refuses as private.refuse does, with the same status and body, but lets the transaction commit: for a function of the
-- API that has recorded a denial and changed nothing else. What it returns is the function's answer: return
-- private.refuse_committed(403, 'forbidden', 'Only an admin of the organization invites into it.'); The function must
-- be volatile, else the data API runs it in a transaction that cannot write. A refusal is no answer to keep: the claim
-- of the request's Idempotency-Key is given up, and a repetition is judged anew.
create function private.refuse_committed(p_status int, p_code text, p_message text, p_detail jsonb default null)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
begin
  delete from private.idempotency_keys
  where user_id = coalesce(auth.uid(), '00000000-0000-0000-0000-000000000000')
    and key = private.request_header('idempotency-key') and not done;
  perform set_config('response.status', p_status::text, true);
  return jsonb_build_object('code', 'PT' || p_status, 'message', p_message, 'details', coalesce(p_detail::text, ''),
    'hint', p_code);
end;
$$;
grant execute on function private.refuse_committed to authenticated, service_role;
