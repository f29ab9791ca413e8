// Runs the fault cases and says what came of them. Whatever a case does, the end
// is judged in the same way: no log call threw, every line that counts as written
// is there once, whole and in its period's file, every dropped one is not, the
// counters add up, and stderr said what it should. Called by the tests and by
// test/deep.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { formatColumns } from "../deep/format-columns.ts";
import { countThere, faultsOfLines } from "../kill/verdict.ts";
import type { KnownLine } from "../kill/verdict.ts";
import { Application } from "./application.ts";
import type { LoggedLine } from "./application.ts";
import { NOON, labelOf } from "./fault-case.ts";
import type { FaultCase, FaultWorld } from "./fault-case.ts";

const BASE = "app.log";

export interface FaultRow {
  readonly fault: string;
  readonly by: string;
  readonly handler: string;
  /** Why the fault could not be brought about here; null if it was. */
  readonly unavailable: string | null;
  /** Counters of all applications together. */
  readonly written: number;
  readonly dropped: number;
  /** Lines that were kept in memory for a while. */
  readonly kept: number;
  /** Real milliseconds of the longest log call. */
  readonly longest: number;
  readonly seconds: number;
  /** What was wrong; empty when all held. */
  readonly faults: readonly string[];
}

export interface FaultOptions {
  /** How many cases run side by side. */
  readonly lanes: number;
  readonly onRow?: (row: FaultRow) => void;
}

/** Runs cases, some side by side; the rows come in the cases' order. */
export async function runFaultTable(
  cases: readonly FaultCase[],
  { lanes, onRow }: FaultOptions,
): Promise<FaultRow[]> {
  const rows: FaultRow[] = [];
  const queue = [...cases.entries()];
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const row = await runFault(next[1]);
      rows[next[0]] = row;
      onRow?.(row);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return rows;
}

/** Runs one case. */
export async function runFault(fault: FaultCase): Promise<FaultRow> {
  const started = performance.now();
  const unavailable = fault.unavailable?.() ?? null;
  const run = new FaultRun(fault);
  const faults = unavailable === null ? await run.run() : [];
  const sum = (name: string): number =>
    run.applications.reduce((total, { stats }) => total + (stats[name] ?? 0), 0);
  return {
    fault: fault.fault,
    by: fault.by,
    handler: labelOf(fault.spec),
    unavailable,
    written: sum("written"),
    dropped: sum("dropped"),
    kept: run.lines.filter(({ fate }) => fate === "kept").length,
    longest: Math.max(0, ...run.applications.map(({ longest }) => longest)),
    seconds: (performance.now() - started) / 1000,
    faults,
  };
}

class FaultRun {
  readonly applications: Application[] = [];
  readonly #fault: FaultCase;
  readonly #undo: (() => void | Promise<void>)[] = [];

  constructor(fault: FaultCase) {
    this.#fault = fault;
  }

  get lines(): LoggedLine[] {
    return this.applications.flatMap(({ lines }) => lines);
  }

  /** What was wrong. */
  async run(): Promise<string[]> {
    try {
      const world = await this.#makeWorld();
      await this.#fault.run(world);
      const endings = await Promise.all(this.applications.map((each) => each.end()));
      return [
        ...endings
          .filter((how) => how !== "code 0")
          .map((how) => `an application ended with ${how}`),
        ...this.#judge(world.seenFrom),
      ];
    } catch (error) {
      const told = this.applications.map(({ complaints }) => complaints).join("");
      return [`${String(error)}\n${told}`.trim()];
    } finally {
      await Promise.all(this.applications.map((each) => each.kill()));
      for (const undo of this.#undo.toReversed()) await undo();
    }
  }

  async #makeWorld(): Promise<FaultWorld> {
    const directory = mkdtempSync(join(tmpdir(), "daybook-fault-"));
    this.#undo.push(() => rmSync(directory, { recursive: true, force: true }));
    const atEnd = (undo: () => void | Promise<void>): void => void this.#undo.push(undo);
    mkdirSync(join(directory, "log"));
    const plain = { path: join(directory, "log", BASE), seenFrom: join(directory, "log") };
    const place = (await this.#fault.place?.({ directory, finally: atEnd })) ?? plain;
    const start: FaultWorld["start"] = (options) => {
      const application = new Application(`app${this.applications.length + 1}`, options);
      this.applications.push(application);
      return application;
    };
    const launch: FaultWorld["launch"] = async (options) => {
      const application = start(options);
      await application.make(place.path, this.#fault.spec, NOON);
      return application;
    };
    return { ...place, start, launch, finally: atEnd };
  }

  #judge(directory: string): string[] {
    const { applications, lines } = this;
    const faults: string[] = [];
    const threw = lines.filter(({ fate }) => fate === "threw");
    if (threw.length > 0) faults.push(`${threw.length} log calls threw`);
    const timed = this.#fault.spec.kind === "timed";
    const known = lines.map(({ line, created, fate }): KnownLine => {
      const judged = fate === "written" ? "acked" : fate === "threw" ? "cut" : fate;
      return { line, created: timed ? created : null, fate: judged };
    });
    faults.push(...faultsOfLines(directory, BASE, known, { stumpsOfAny: true }));
    if (this.#fault.emptied !== true) faults.push(...this.#judgeCounters(directory, known));
    const told = applications.map(({ complaints }) => complaints).join("");
    const { report } = this.#fault;
    if (report === undefined && told !== "") faults.push(`stderr should be empty: ${told}`);
    if (report instanceof RegExp && !report.test(told)) faults.push(`stderr: ${told || "(empty)"}`);
    return faults;
  }

  /** Every line was written or dropped, and no other. */
  #judgeCounters(directory: string, known: readonly KnownLine[]): string[] {
    const sum = (name: string): number =>
      this.applications.reduce((total, { stats }) => total + (stats[name] ?? 0), 0);
    const [written, dropped, waiting] = [sum("written"), sum("dropped"), sum("spilled")];
    const there = countThere(directory, BASE, known);
    const faults: string[] = [];
    if (there !== written) faults.push(`${written} count as written, ${there} are there`);
    if (written + dropped !== known.length) {
      faults.push(`${known.length} log calls, ${written} written and ${dropped} dropped`);
    }
    if (waiting !== 0) faults.push(`${waiting} records still wait after close`);
    return faults;
  }
}

/** The table, and under it what was wrong. */
export function formatFaultTable(rows: readonly FaultRow[]): string {
  const heads = [
    "fault",
    "brought about by",
    "handler",
    "written",
    "dropped",
    "kept",
    "longest ms",
    "s",
    "verdict",
  ];
  const cells = rows.map((row) => [
    row.fault,
    row.unavailable === null ? row.by : `not here: ${row.unavailable}`,
    row.handler,
    String(row.written),
    String(row.dropped),
    String(row.kept),
    row.longest.toFixed(0),
    row.seconds.toFixed(1),
    row.unavailable !== null ? "not run" : row.faults.length === 0 ? "kept" : "BROKEN",
  ]);
  const broken = rows.flatMap((row) =>
    row.faults.map((text) => `  ${row.fault} (${row.handler}): ${text}`),
  );
  return [formatColumns([heads, ...cells], [3, 4, 5, 6, 7]), ...broken].join("\n");
}
