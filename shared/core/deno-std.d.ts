// The npm package carries no types; Deno reads them from the sources, other tools need to be told.
declare module "deno-std/encoding/base64url.js" {
  export function encodeBase64Url(data: string | ArrayBuffer | Uint8Array): string;
  export function decodeBase64Url(text: string): Uint8Array;
}
declare module "deno-std/crypto/timing_safe_equal.js" {
  export function timingSafeEqual(a: ArrayBuffer | ArrayBufferView, b: ArrayBuffer | ArrayBufferView): boolean;
}
declare module "deno-std/encoding/hex.js" {
  export function encodeHex(data: string | ArrayBuffer | Uint8Array): string;
}

declare module "deno-std/async/pool.js" {
  export function pooledMap<T, R>(
    poolLimit: number,
    array: Iterable<T> | AsyncIterable<T>,
    iteratorFn: (data: T) => Promise<R>,
  ): AsyncIterableIterator<R>;
}
