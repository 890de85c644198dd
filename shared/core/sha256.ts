/** The SHA-256 of a text in hexadecimal, as Postgres' `encode(digest(text, 'sha256'), 'hex')`. */
export async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  // By hand: the encoders of deno-std need ArrayBuffer.transfer, which Node 20 lacks.
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
