import type { Line } from "./matrix.ts";
import type { Probe } from "./probe.ts";
import type { Rule } from "./rule.ts";

/** What is to be known of the rights on the tables and functions of one topic: everything that a new table brings with it stands in the folder of its topic. */
export type Topic = {
  /** SQL for the rows that the seeds lack, to take them back with triggers off, and for ids that the seeds leave to chance. */
  rows?: { arrangement: string; removal: string; lookups?: string };
  /** Who comes to what by which statement. */
  matrix?: Line[];
  /** What the database refuses whoever asks, and what follows by itself. */
  rules?: Rule[];
  /** The ids, numbers and names that functions of the topic take, each with one that belongs to somebody else: the answer must not tell that it exists. */
  probes?: Probe[];
  /** What reads like one of these and looks nobody up, because it is only written down: `create_room name`. */
  written?: string[];
  /**
   * The privileges of callers: a line for each table and role with the privileges on the whole table, or with one privilege and the columns that it is for. What
   * is not listed, nobody has.
   */
  grants?: string;
};
