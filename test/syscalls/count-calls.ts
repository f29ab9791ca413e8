// Counts the system calls that log calls come to, with the file of the records'
// period open: as the kernel saw them, by strace. Called by the tests and by
// test/deep, which print the table.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type {
  RotatingFileHandlerOptions,
  TimedRotatingFileHandlerOptions,
} from "../../src/index.ts";
import { formatColumns } from "../deep/format-columns.ts";

/** Paths that no other call asks for: the counting is between them. */
export const BEGIN = "/daybook-counting-begins";
export const END = "/daybook-counting-ends";

/** What the counted program is told. */
export type CallOrders = { readonly path: string; readonly records: number } & (
  | { readonly kind: "timed"; readonly options: TimedRotatingFileHandlerOptions }
  | { readonly kind: "size"; readonly options: RotatingFileHandlerOptions }
);

/** One handler whose calls are counted. */
export interface CallCase {
  readonly name: string;
  readonly kind: "timed" | "size";
  readonly options: TimedRotatingFileHandlerOptions | RotatingFileHandlerOptions;
  readonly records: number;
  /** What each record needs, by kind of call. */
  readonly perRecord: Readonly<Record<string, number>>;
  /** What all together may need besides, by kind of call, such as a batch's write. */
  readonly once?: Readonly<Record<string, number>>;
}

/** What was counted. */
export interface CallRow {
  readonly name: string;
  readonly records: number;
  /** Calls between the markers, by kind. */
  readonly calls: Readonly<Record<string, number>>;
  /** How long it took under strace. */
  readonly seconds: number;
  /** More calls than it needs; empty if there are none. */
  readonly faults: readonly string[];
}

/** A handler looks at its names this often, in seconds; a look is some calls. */
const LOOK_EVERY = 0.5;
const CALLS_PER_LOOK = 16;

/** Every way in which a record goes into an open file. */
export function callCases(): CallCase[] {
  const timed = (["dated", "rename", "claim", "external"] as const).flatMap((strategy) => [
    hot(strategy, { strategy }, { write: 1, lseek: 1 }),
    buffered(`${strategy}, buffered`, { strategy }),
  ]);
  const numbered = { maxBytes: 10_000_000, backupCount: 3 };
  return [
    ...timed,
    { ...hot("numbered", numbered, { write: 1, lseek: 1, lstat: 1 }), kind: "size" },
    { ...buffered("numbered, buffered", numbered), kind: "size" },
    hot("dated, maxBytes", { maxBytes: 10_000_000 }, { write: 1, lseek: 1 }),
    {
      ...hot("dated, fsync", { durability: "fsync" }, { write: 1, lseek: 1, fsync: 1 }),
      records: 100,
    },
  ];
}

function hot(
  name: string,
  options: CallCase["options"],
  perRecord: Readonly<Record<string, number>>,
): CallCase {
  return { name, kind: "timed", options, records: 1000, perRecord };
}

/** Joined, 1000 records of about 50 bytes are one batch, or two. */
function buffered(name: string, options: CallCase["options"]): CallCase {
  const once = { write: 2, lseek: 2, lstat: 2 };
  return {
    ...hot(name, { ...options, durability: "buffered" }, {}),
    once,
  };
}

/** Why calls can't be counted here; null if they can. */
export function whyNoCounting(): string | null {
  const { status, error } = spawnSync("strace", ["-o", "/dev/null", "true"], { stdio: "ignore" });
  if (error !== undefined) return "no strace";
  return status === 0 ? null : "strace may not trace";
}

/** Counts the calls of one case. @throws when the counted program fails */
export function countCalls(each: CallCase): CallRow {
  const directory = mkdtempSync(join(tmpdir(), "daybook-calls-"));
  try {
    const trace = join(directory, "trace");
    const options = each.kind === "timed" ? { when: "midnight", ...each.options } : each.options;
    const orders = { path: join(directory, "app.log"), ...each, options };
    const program = fileURLToPath(new URL("caller.js", import.meta.url));
    const args = ["-f", "-ttt", "-o", trace, "-e", "trace=%file,%desc,fsync"];
    const { status, stderr } = spawnSync(
      "strace",
      [...args, process.execPath, program, JSON.stringify(orders)],
      { encoding: "utf8", timeout: 60_000 },
    );
    if (status !== 0 || stderr !== "") throw new Error(`${each.name}: ${status} ${stderr}`);
    return judge(each, readFileSync(trace, "utf8"));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

// Of the garbage collector and the event loop, not of the log.
const NOT_OURS = /^(?:mmap|munmap|mremap|madvise|epoll_\w+|poll|ppoll)$/;

function judge(each: CallCase, trace: string): CallRow {
  const lines = trace.split("\n");
  const [from, to] = [BEGIN, END].map((mark) => lines.findIndex((line) => line.includes(mark)));
  const start = partsOf(lines[from ?? -1] ?? "");
  const end = partsOf(lines[to ?? -1] ?? "");
  if (start === null || end === null) throw new Error(`${each.name}: no marks in the trace`);
  const calls: Record<string, number> = {};
  for (const line of lines.slice((from ?? 0) + 1, to)) {
    const parts = partsOf(line);
    if (parts === null || parts.thread !== start.thread || NOT_OURS.test(parts.call)) continue;
    const kind = kindOf(parts.call, line);
    calls[kind] = (calls[kind] ?? 0) + 1;
  }
  const seconds = end.seconds - start.seconds;
  return {
    name: each.name,
    records: each.records,
    calls,
    seconds,
    faults: excess(each, calls, seconds),
  };
}

/** Node asks by statx, or newfstatat, what the C library calls fstat and lstat. */
function kindOf(call: string, line: string): string {
  if (call !== "statx" && call !== "newfstatat") return call;
  if (/\(\d+, "",/.test(line)) return "fstat";
  return line.includes("AT_SYMLINK_NOFOLLOW") ? "lstat" : "stat";
}

/** `1234 1709294400.123456 write(3, "..", 2) = 2`; null for the second half of a call. */
function partsOf(line: string): { thread: string; seconds: number; call: string } | null {
  const found = /^(\d+) +(\d+\.\d+) (\w+)\(/.exec(line);
  if (found === null) return null;
  return { thread: found[1] ?? "", seconds: Number(found[2]), call: found[3] ?? "" };
}

function excess(
  each: CallCase,
  calls: Readonly<Record<string, number>>,
  seconds: number,
): string[] {
  const looks = Math.ceil(seconds / LOOK_EVERY) + 1;
  const faults: string[] = [];
  let others = 0;
  const kinds = new Set([...Object.keys(each.perRecord), ...Object.keys(calls)]);
  for (const kind of kinds) {
    const count = calls[kind] ?? 0;
    const needed = (each.perRecord[kind] ?? 0) * each.records;
    const allowed = needed + (each.once?.[kind] ?? 0);
    if (count < needed) faults.push(`${count} ${kind}, and ${needed} are needed`);
    others += Math.max(0, count - allowed);
  }
  if (others > looks * CALLS_PER_LOOK) {
    faults.push(`${others} calls more than needed, in ${seconds.toFixed(2)} s: ${listOf(calls)}`);
  }
  return faults;
}

function listOf(calls: Readonly<Record<string, number>>): string {
  return Object.entries(calls)
    .toSorted(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(", ");
}

/** The table, and under it what was too much. */
export function formatCallTable(rows: readonly CallRow[]): string {
  const heads = ["handler", "records", "calls a record", "calls by kind", "verdict"];
  const cells = rows.map((row) => {
    const total = Object.values(row.calls).reduce((sum, count) => sum + count, 0);
    return [
      row.name,
      String(row.records),
      (total / row.records).toFixed(3),
      listOf(row.calls),
      row.faults.length === 0 ? "as needed" : "TOO MANY",
    ];
  });
  const faults = rows.flatMap((row) => row.faults.map((text) => `  ${row.name}: ${text}`));
  return [formatColumns([heads, ...cells], [1, 2]), ...faults].join("\n");
}
