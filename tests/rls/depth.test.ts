import { expect, test } from "vitest";
import { DEMO } from "../support/appointments.ts";
import { gateway, signIn } from "../support/stack.ts";

/** An object within an object and so on. */
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

test.each([5, 500, 1000, 6000])(
  "objects %d deep are refused before anything walks down to their ground",
  async (depth) => {
    const token = await signIn("patient@demo.health");
    const { status, body } = await gateway("/rest/v1/rpc/book_appointment", {
      token,
      body: `{"p_input": {"service_id": "${DEMO.consultation}", "patient_id": ${nested(depth)}}}`,
    });
    expect([status, body]).toMatchObject([422, {
      hint: "invalid_input",
      details: '{"pointer": "/patient_id"}',
      message: "Objects lie in each other too deep.",
    }]);
  },
);
