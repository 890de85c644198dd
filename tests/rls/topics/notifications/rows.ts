const id = (number: number) => `a0000000-0000-4000-8000-0000000003${String(number).padStart(2, "0")}`;

/** Notifications by the person who was told: one each, and one that the doctor does not want in the app. */
export const told = { doctor: id(1), doctorHidden: id(2), pavel: id(3) } as const;

const doctor = "30000000-0000-4000-8000-000000000002";
const pavel = "30000000-0000-4000-8000-000000000006";

export const arrangement = `
  insert into public.notifications (id, recipient_id, kind, title, body, dedupe_key, in_app) values
    ('${told.doctor}', '${doctor}', 'chart_opened', 'Told', 'Something has happened.', 'rls:1', true),
    ('${told.doctorHidden}', '${doctor}', 'chart_opened', 'Told', 'Something has happened.', 'rls:2', false),
    ('${told.pavel}', '${pavel}', 'chart_opened', 'Told', 'Something has happened.', 'rls:1', true);
`;

/** Runs with triggers and foreign keys off. */
export const removal = `
  delete from public.notifications where id::text like 'a0000000-0000-4000-8000-%';
  delete from public.notification_preferences where user_id::text like 'a0000000-0000-4000-8000-%';
  delete from private.outbox where payload ->> 'invitation_id' like 'a0000000-0000-4000-8000-%';
`;
