import { sql, sqlValue } from "./database.ts";
import { startJobs } from "./jobs-process.ts";
import { startReceiver } from "./mail-receiver.ts";
import { outboxOf, pauseMail, tell } from "./told.ts";

/** Ends the leases that the dead have left behind, as the minute job does when their time is over. */
async function endLeases(): Promise<void> {
  await sql().query("update private.outbox set locked_until = now() where status = 'sending'");
  await sqlValue("select private.reconcile_outbox()");
}

/**
 * Kills the function `jobs` so many times at the moment at which a mail has arrived and nobody has noted that it has; then lets one live. Answers the events that
 * were mailed to the person, all that arrived, and the events of which nothing ever did.
 */
export async function killBetweenSendAndMark(personId: string, times: number) {
  const resume = await pauseMail();
  let fatal: string | undefined;
  let onArrival: () => void = () => undefined;
  const receiver = await startReceiver(({ eventId }) => {
    if (eventId !== fatal) return 200;
    onArrival();
    return "silence";
  });
  try {
    for (let kill = 0; kill < times; kill += 1) {
      await tell(personId);
      fatal = (await outboxOf(personId)).at(-1)?.id;
      const arrived = new Promise<void>((resolve) => {
        onArrival = resolve;
      });
      const jobs = await startJobs(receiver.url);
      const answered = jobs.run().then(() => true, () => false);
      const early = await Promise.race([arrived.then(() => false), answered]);
      await jobs.kill();
      if (early || await answered) throw new Error("jobs answered before it was killed");
      await endLeases();
    }
    fatal = undefined;
    const last = await startJobs(receiver.url);
    await last.run();
    await last.kill();
  } finally {
    await receiver.stop();
    await resume();
  }
  const events = await outboxOf(personId);
  const arrived = new Set(receiver.received.map(({ eventId }) => eventId));
  return { events, received: receiver.received, lost: events.filter(({ id }) => !arrived.has(id)) };
}
