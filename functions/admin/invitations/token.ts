import { encodeBase64Url } from "deno-std/encoding/base64url.js";
import type { AppContext } from "../../../shared/core/context.ts";
import { oneTimeBytes } from "../../../shared/auth/derive-secret.ts";

/** A token for an invitation, of 256 bits: nobody guesses one. */
export const invitationToken = async (c: AppContext): Promise<string> =>
  encodeBase64Url(await oneTimeBytes(c, "invitation"));
