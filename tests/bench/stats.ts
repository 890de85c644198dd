/** What one side of a scenario showed. Times in milliseconds, throughput in requests per second. */
export type Summary = { requests: number; p50: number; p99: number; throughput: number };

/** The value below which the share `q` of sorted values lies. */
export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN;
}

export const median = (values: readonly number[]) => quantile(values.toSorted((a, b) => a - b), 0.5);

/** Sums up the latencies of all rounds of one side, which together took `elapsedMs`. */
export function summarize(latencies: readonly number[], elapsedMs: number): Summary {
  const sorted = latencies.toSorted((a, b) => a - b);
  return {
    requests: sorted.length,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    throughput: sorted.length / elapsedMs * 1000,
  };
}
