import { z } from "zod";
import { email } from "../../../shared/schema/fields.ts";
import { code, knownPassword, newPassword } from "../fields.ts";

export const passwordResetInput = z.strictObject({ email });

export const passwordResetConfirmInput = z.strictObject({ email, code, new_password: newPassword });

export const changePasswordInput = z.strictObject({
  current_password: knownPassword,
  new_password: newPassword,
  code: code.optional().describe("Of the mail of `/auth/reauthenticate`; needed when the session is older than a day."),
})
  .refine((input) => input.current_password !== input.new_password, {
    path: ["new_password"],
    error: "must differ from the current password",
  });
