// The npm package carries no types; Deno reads them from the sources, other tools need to be told.
declare module "deno-std/crypto/timing_safe_equal.js" {
  export function timingSafeEqual(a: ArrayBuffer | ArrayBufferView, b: ArrayBuffer | ArrayBufferView): boolean;
}
declare module "deno-std/async/pool.js" {
  export function pooledMap<T, R>(
    poolLimit: number,
    array: Iterable<T> | AsyncIterable<T>,
    iteratorFn: (data: T) => Promise<R>,
  ): AsyncIterableIterator<R>;
}
