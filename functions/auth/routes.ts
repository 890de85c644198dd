import { createApp } from "../../shared/route.ts";
import { problems } from "../problems.ts";
import { invitations } from "./invitations/routes.ts";
import { passwords } from "./passwords/routes.ts";
import { profile } from "./profile/routes.ts";
import { registration } from "./registration/routes.ts";
import { sessions } from "./sessions/routes.ts";

/** Signing up and in, and what people may change about themselves. Accounts and passwords are Supabase Auth's; this guards the way to it. */
export const app = createApp("auth", {
  problems,
  public: [
    "POST /register",
    "POST /register/invited",
    "POST /resend",
    "POST /confirm",
    "POST /login",
    "POST /refresh",
    "POST /password-reset",
    "POST /password-reset/confirm",
  ],
})
  .route("/", registration)
  .route("/", sessions)
  .route("/", passwords)
  .route("/", invitations)
  .route("/", profile);
