// All deaths of all procedures, some side by side, and the table of what came of
// them. Called by the tests with a slice and by test/deep with everything.

import { formatColumns } from "../deep/format-columns.ts";
import { FreshProcess } from "./children.ts";
import { canBeHalfDone } from "./mortal-driver.ts";
import type { Death } from "./orders.ts";
import { runKill } from "./kill-run.ts";
import type { KillOutcome } from "./kill-run.ts";
import type { Procedure } from "./procedures.ts";

/** What all deaths of one procedure came to. */
export interface KillRow {
  readonly procedure: string;
  readonly strategy: string;
  /** Steps of the procedure when nobody kills it. */
  readonly steps: number;
  /** Processes that a SIGKILL ended, those in the middle of a write included. */
  readonly kills: number;
  /** Deaths that left something which must not stay. */
  readonly left: number;
  /** Those of them after which all of it was put right. */
  readonly repaired: number;
  readonly seconds: number;
  /** What is wrong, with the place of the death; empty when the promise was kept. */
  readonly faults: readonly string[];
}

export interface KillOptions {
  /** How many deaths run side by side. */
  readonly lanes: number;
  /**
   * Take only each n-th death, of those behind a step that changed something: a step
   * that only looks leaves the folder as it was. Absent: all deaths.
   */
  readonly each?: number;
  /** With `each`: which one is the first to be taken. */
  readonly first?: number;
  /** A bug of sabotage.ts to plant underneath; then a procedure's first fault ends its row. */
  readonly sabotage?: string;
  readonly onRow?: (row: KillRow) => void;
}

/** Kills each procedure at every step, and judges what came of it. */
export async function runKillTable(
  procedures: readonly Procedure[],
  options: KillOptions,
): Promise<KillRow[]> {
  const rows: KillRow[] = [];
  const lanes = Array.from({ length: options.lanes }, () => new FreshProcess());
  try {
    for (const procedure of procedures) {
      const row = await runProcedure(procedure, lanes, options);
      rows.push(row);
      options.onRow?.(row);
    }
    return rows;
  } finally {
    for (const fresh of lanes) fresh.end();
  }
}

async function runProcedure(
  procedure: Procedure,
  lanes: readonly FreshProcess[],
  options: KillOptions,
): Promise<KillRow> {
  const { sabotage = null } = options;
  const started = performance.now();
  const whole = await runKill(procedure, null, lanes[0] ?? new FreshProcess(), sabotage);
  const deaths = someOf(deathsOf(whole.steps), whole.steps, options);
  const outcomes = new Map<Death, KillOutcome>();
  const queue = [...deaths];
  const lane = async (fresh: FreshProcess): Promise<void> => {
    for (let death = queue.shift(); death !== undefined; death = queue.shift()) {
      const outcome = await runKill(procedure, death, fresh, sabotage);
      outcomes.set(death, outcome);
      if (sabotage !== null && outcome.faults.length > 0) queue.length = 0;
    }
  };
  await Promise.all(lanes.map(lane));
  const faults = whole.faults.map((fault) => `not killed at all: ${fault}`);
  if (whole.steps.length === 0) faults.push("no step was taken, so none could be the last");
  for (const [death, outcome] of outcomes) {
    const place = placeOf(death, whole.steps);
    if (!outcome.killed) faults.push(`${place}: it was not killed, but ended by itself`);
    faults.push(...outcome.faults.map((fault) => `${place}: ${fault}`));
  }
  const all = [...outcomes.values()];
  const left = all.filter(({ leftovers }) => leftovers.length > 0);
  return {
    procedure: procedure.name,
    strategy: labelOf(procedure),
    steps: whole.steps.length,
    kills: all.filter(({ killed }) => killed).length,
    left: left.length,
    repaired: left.filter(({ faults }) => faults.length === 0).length,
    seconds: (performance.now() - started) / 1000,
    faults,
  };
}

/** Before each step; and in the middle of those that can be half done. */
function deathsOf(steps: readonly string[]): Death[] {
  return steps.flatMap((op, step) => {
    const before = { step, half: false };
    return canBeHalfDone(op) ? [before, { step, half: true }] : [before];
  });
}

const LOOKS = new Set([
  "fstat",
  "size",
  "stat",
  "lstat",
  "readdir",
  "readlink",
  "readAt",
  "now",
  "sleep",
]);

function someOf(
  deaths: readonly Death[],
  steps: readonly string[],
  { each, first = 0 }: KillOptions,
): readonly Death[] {
  if (each === undefined) return deaths;
  return deaths
    .filter(({ step, half }) => half || !LOOKS.has(steps[step - 1] ?? ""))
    .filter((_, index) => index % each === first % each);
}

function placeOf({ step, half }: Death, steps: readonly string[]): string {
  return half
    ? `killed half way through step ${step} (${steps[step]})`
    : `killed before step ${step} (${steps[step]})`;
}

function labelOf({ log }: Procedure): string {
  const parts: string[] = [log.strategy];
  if ((log.maxBytes ?? 0) > 0) parts.push("size");
  if ((log.compression ?? "") !== "") parts.push(log.compression ?? "");
  if (log.rotator === true) parts.push("rotator");
  if (log.lockless === true) parts.push("no lock");
  return parts.join("+");
}

/** The table, and under it what is wrong. */
export function formatKillTable(rows: readonly KillRow[]): string {
  const heads = ["procedure", "strategy", "steps", "kills", "left", "repaired", "s", "verdict"];
  const cells = rows.map((row) => [
    row.procedure,
    row.strategy,
    String(row.steps),
    String(row.kills),
    String(row.left),
    String(row.repaired),
    row.seconds.toFixed(1),
    row.faults.length === 0 ? "kept" : `BROKEN ${row.faults.length}`,
  ]);
  const table = formatColumns([heads, ...cells], [2, 3, 4, 5, 6]);
  const broken = rows.flatMap((row) =>
    row.faults.slice(0, 12).map((fault) => `  ${row.strategy}, ${row.procedure}: ${fault}`),
  );
  return [table, ...broken].join("\n");
}
