import { type Mailer, post } from "./mailer.ts";

/** The mailbox of the local stack, which keeps what would be sent. */
export const mailbox = (address: string, from: string): Mailer => (mail, eventId) =>
  post(
    address,
    { "idempotency-key": eventId },
    { from, ...mail },
    (response) => Promise.resolve({ sent: false, error: `http_${response.status}`, permanent: false }),
  );
