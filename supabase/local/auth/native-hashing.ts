import bcryptjs from "bcryptjs";

/** More hashes at once than processors make none of them faster, and keep everything else waiting. */
const PLACES = navigator.hardwareConcurrency;

/**
 * Lets @supabase/lite hash passwords in C and off its only thread: the same algorithm at the same cost, by a package
 * with the same functions. Where that has no binary, passwords are hashed in JavaScript as before.
 */
export async function hashNatively(): Promise<void> {
  try {
    const { default: native } = await import("bcrypt");
    const inTurn = turns(PLACES);
    Object.assign(bcryptjs, {
      hash: (password: string, cost: number) => inTurn(() => native.hash(password, cost)),
      compare: (password: string, hash: string) => inTurn(() => native.compare(password, hash)),
    });
  } catch (error) {
    console.log("passwords are hashed in JavaScript:", error instanceof Error ? error.name : "");
  }
}

/** Runs work in the order in which it comes, so much of it at once. */
function turns(places: number) {
  const waiting: (() => void)[] = [];
  let free = places;
  return async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
