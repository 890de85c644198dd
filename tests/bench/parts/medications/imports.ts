import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataApi } from "../../../../supabase/local/imports/api.ts";
import { importFile } from "../../../../supabase/local/imports/import-file.ts";
import { writeDirectory } from "../../../support/ndc-directory.ts";
import { type Bench, progress } from "../../bench.ts";
import { below, holding, type Outcome } from "../../part.ts";
import { count } from "../../table.ts";

/** For 100,000 products: a minute of the clock, and of the processors as well. */
const SECONDS_A_PRODUCT = 60 / 100_000;

/** Imports so many products of the NDC directory by the data API, as `npm run import:medications` does. */
export async function imports({ options, largest: { stack, meter } }: Bench): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "hub-bench-imports-"));
  const path = join(folder, "ndc.json");
  try {
    await writeDirectory(path, options.products);
    progress(`import of ${count(options.products)} products`);
    const before = meter.read();
    const started = performance.now();
    const { report } = await importFile(dataApi(stack.url, stack.secretKey), {
      kind: "catalogue",
      path,
      source: `bench-${Date.now()}`,
    });
    const seconds = (performance.now() - started) / 1000;
    const spent = Object.fromEntries(
      Object.entries(meter.since(before)).map(([part, microseconds]) => [part, microseconds / 1e6]),
    );
    const processor = Object.values(spent).reduce((sum, one) => sum + one, 0);
    const added = report?.counts.products?.added ?? 0;
    const most = SECONDS_A_PRODUCT * options.products;
    return {
      result: { added, seconds, processor: spent },
      text: `Import of ${count(added)} products: ${seconds.toFixed(1)} s, ${processor.toFixed(1)} s of the processor (${
        Object.entries(spent).filter(([, one]) => one >= 0.1).map(([part, one]) => `${part} ${one.toFixed(1)}`).join(
          ", ",
        )
      })`,
      targets: [{
        ...below(`import of ${count(added)} products`, seconds, most, " s"),
        held: holding(below("processor time of it", processor, most, " s")),
      }],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
