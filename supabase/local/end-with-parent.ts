/** Ends this process when the stack is gone: it holds our input open as long as it lives, however it dies. */
export function endWithParent(): void {
  (async () => {
    try {
      for await (const _ of Deno.stdin.readable) {
        // Nothing is ever sent.
      }
    } finally {
      Deno.exit(0);
    }
  })();
}
