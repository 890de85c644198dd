declare const EdgeRuntime: { waitUntil(work: Promise<unknown>): unknown } | undefined;

/** Lets work go on after the answer where the platform would otherwise stop the isolate. The work must handle its own errors. */
export function inBackground(work: Promise<unknown>): void {
  if (typeof EdgeRuntime !== "undefined") EdgeRuntime.waitUntil(work);
}
