import process from "node:process";
import { StackError } from "./errors.ts";

type SystemUser = { uid: number; gid: number };
let known: Promise<SystemUser | undefined> | undefined;

/** Postgres refuses to run as root: the user to run it as in that case, made when the system has none. Undefined for others. */
export function systemUser(): Promise<SystemUser | undefined> {
  return known ??= process.getuid?.() === 0 ? find() : Promise.resolve(undefined);
}

async function find(): Promise<SystemUser> {
  const found = await look("postgres");
  if (found) return found;
  await succeeds("useradd", ["--system", "--no-create-home", "--user-group", "--shell", "/bin/false", "postgres"]);
  const other = await look("postgres") ?? await look("nobody");
  if (other) return other;
  throw new StackError(
    "Postgres does not run as root and no user postgres could be made: start the stack as an ordinary user.",
  );
}

async function look(name: string): Promise<SystemUser | undefined> {
  const [uid, gid] = await Promise.all([succeeds("id", ["-u", name]), succeeds("id", ["-g", name])]);
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

/** What a command prints, or null when it fails or does not exist. */
async function succeeds(command: string, args: string[]): Promise<string | null> {
  try {
    const { success, stdout } = await new Deno.Command(command, { args, stdin: "null", stderr: "null" }).output();
    return success ? new TextDecoder().decode(stdout).trim() : null;
  } catch {
    return null;
  }
}
