/** Tells people what is being done and how long each step took. Goes to stderr: stdout belongs to what was asked for. */
export interface Progress {
  /** Runs a step and prints its name with the seconds it took. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  note(text: string): void;
  /** Seconds since the beginning, e.g. "3.2 s". */
  elapsed(): string;
}

export function createProgress(write: (line: string) => void = console.error, now: () => number = Date.now): Progress {
  const started = now();
  return {
    async step(name, work) {
      const begun = now();
      const result = await work();
      write(`  ${name.padEnd(44)} ${seconds(now() - begun)}`);
      return result;
    },
    note: (text) => write(`  ${text}`),
    elapsed: () => seconds(now() - started),
  };
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
