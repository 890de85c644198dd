import { z } from "zod";
import { email, uuid } from "../../../shared/schema/fields.ts";
import { knownPassword } from "../fields.ts";

export const session = z.object({
  access_token: z.string().meta({
    example: "eyJhbGciOiJFUzI1NiJ9…",
    description: "Send it as `Authorization: Bearer`.",
  }),
  refresh_token: z.string().meta({ example: "v1.MjQ1NzYzODk", description: "Works once, for the next session." }),
  token_type: z.literal("bearer").describe("Always `bearer`."),
  expires_in: z.int().describe("Seconds for which the access token is valid.").meta({ example: 3600 }),
  expires_at: z.int().describe("When the access token ends, in seconds since 1970.").meta({ example: 1772357400 }),
  user: z.object({
    id: uuid.describe("Id of the person."),
    email: z.string().meta({ example: "ada@example.org", description: "E-mail address." }),
  }).describe("Who has signed in."),
}).meta({ id: "Session" });

const deviceToken = z.string().meta({ example: "7f3c9a5e21b84d06a1c2e3f405162738a9b0c1d2e3f44556677889900aabbccd" });

export const signedIn = session.extend({
  device_token: deviceToken.describe("Send it with the next sign-in to this account from this device."),
}).meta({ id: "SignIn" });

export const loginInput = z.strictObject({
  email,
  password: knownPassword,
  device_token: deviceToken.min(1, "must not be empty").max(100, "must have at most 100 characters").optional()
    .describe("The one that this device got when it signed in to the account before."),
});

export const refreshInput = z.strictObject({
  refresh_token: z.string().min(1, "must not be empty").max(4096, "must have at most 4096 characters")
    .meta({ example: "v1.MjQ1NzYzODk", description: "The one of the last answer; it works once." }),
});

export const logoutInput = z.strictObject({
  scope: z.enum(["local", "global", "others"]).default("local").describe(
    "Which sessions end: this one, all of the person, or all but this one.",
  ),
});
