import { z } from "zod";

const count = z.int().min(0);
/** What became of the mails of one call. */
export const tally = z.object({
  sent: count.meta({ example: 2, description: "Handed over to the provider." }),
  waiting: count.describe("To be tried again.").meta({ example: 0 }),
  dead: count.describe("Given up.").meta({ example: 0 }),
});
