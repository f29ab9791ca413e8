// The log that the explorer's processes share, and what they do with it: the
// production procedures, strung together as a handler does. One file, so that a
// change of their interface is a change here and nowhere else.

import { adoptOrphans } from "../../src/rotation/adopt.ts";
import {
  closeAll,
  closeEnded,
  landedBefore,
  makeWriter,
  single,
  write,
} from "../../src/rotation/append.ts";
import type { Writer } from "../../src/rotation/append.ts";
import { now, tolerate } from "../../src/rotation/fs-op.ts";
import type { Method, Steps } from "../../src/rotation/fs-op.ts";
import type { Keep, LogSite, Strategy } from "../../src/rotation/log-site.ts";
import { maintain } from "../../src/rotation/maintain.ts";
import { makeNaming } from "../../src/rotation/naming.ts";
import type { Naming } from "../../src/rotation/naming.ts";
import { parseSchedule, periodOf } from "../../src/rotation/period.ts";
import type { Period } from "../../src/rotation/period.ts";
import { rotateNow } from "../../src/rotation/rotate.ts";
import { external } from "../../src/rotation/strategies/external.ts";
import { ALWAYS, numbered } from "../../src/rotation/strategies/numbered.ts";
import type { ModelStep, Program } from "../../src/testing/lives.ts";
import type { MemoryFs } from "../../src/testing/memory-fs.ts";
import { drain, keep, noLines } from "./kept-lines.ts";
import type { KeptLines } from "./kept-lines.ts";

export const DIRECTORY = "/log";
export const BASE = "a";
export const DAY = 86_400;

/** How the log of a scenario is kept. */
export interface LogOptions {
  readonly strategy: Strategy;
  readonly maxBytes?: number;
  readonly keep?: Partial<Keep>;
  readonly compression?: "" | Method;
  readonly rotator?: boolean;
  readonly locking?: boolean;
  /** Whether processes have given up waiting for the log's lock. */
  readonly impatient?: boolean;
  /** Whether some keep lines in journals, so that whoever opens the log adopts orphans first. */
  readonly journals?: boolean;
  /** What a write that is cut off ends at a multiple of; 1: a death cuts anywhere. */
  readonly pageBytes?: number;
}

/** One thing that a process does. */
export type Act =
  /** Logs a record; its line ends in the number of its day. `may` is a failure that may keep it out. */
  | { readonly line: string; readonly verify?: boolean; readonly may?: string }
  /**
   * Keeps a record in the journal; its line ends in the number of its day. `note` tells
   * its call from another one with the same words.
   */
  | { readonly keep: string; readonly note?: string }
  /** Writes the records that are kept. */
  | "drain"
  /** The same, with a look at the names. */
  | "drain and look"
  /** The same where the disk may be full; then they stay. */
  | "try to drain"
  /** Writes the records of dead processes' journals, as a handler does at first. */
  | "adopt"
  | "maintain"
  | "rotate"
  /** Looks whether the folder offers what the strategy needs, as a handler does at first. */
  | "check"
  | "close ended"
  | "close all";

const SCHEDULE = parseSchedule({ when: "midnight" });
const PERIODS = new Map<number, Period>();

/** Periods are days, in UTC. */
export function periodAt(instant: number): Period {
  const day = Math.floor(instant / DAY);
  let period = PERIODS.get(day);
  if (period === undefined) {
    period = periodOf(SCHEDULE, { offsetAt: () => 0 }, instant);
    PERIODS.set(day, period);
  }
  return period;
}

const DATED = makeNaming({ base: BASE, kind: "D" });
const NUMBERED = makeNaming({ base: BASE, kind: null });

export function namingOf({ strategy }: LogOptions): Naming {
  return strategy === numbered ? NUMBERED : DATED;
}

/** The suffix of the period that a line belongs to. */
export function suffixOfLine(options: LogOptions, line: string): string {
  return options.strategy === numbered ? "" : periodAt(dayOf(line) * DAY).suffix;
}

function dayOf(line: string): number {
  return Number(line.at(-1));
}

function timeOf(line: string): number {
  return dayOf(line) * DAY + 10;
}

/** The site of a log that is kept by these options. */
export function siteOf(options: LogOptions): LogSite {
  return {
    directory: DIRECTORY,
    base: BASE,
    naming: namingOf(options),
    periodAt: options.strategy === numbered ? () => ALWAYS : periodAt,
    maxBytes: options.maxBytes ?? 0,
    keep: { count: 0, ageSeconds: 0, totalBytes: 0, ...options.keep },
    compression: options.compression ?? "",
    rotator: options.rotator ?? false,
    locking: options.locking ?? true,
    pageBytes: options.pageBytes ?? 1,
    lockState: { lost: options.impatient ?? false },
    notice: () => {},
  };
}

/** A process that does these things, one after the other, and then stays, its files open. */
export function processOf(options: LogOptions, acts: readonly Act[]): Program {
  return function* () {
    const writer = makeWriter(siteOf(options), options.strategy);
    const kept = noLines(acts.flatMap((act) => keptBy(act)).join("-"));
    for (const act of acts) yield* perform(writer, kept, act);
  };
}

/** A process that comes when all others are gone: it logs a record of now and clears up. */
export function freshProcess(options: LogOptions): Program {
  return function* () {
    const writer = makeWriter(siteOf({ ...options, impatient: false }), options.strategy);
    const kept = noLines("fresh");
    const line = `fresh${Math.floor((yield* now()) / DAY)}`;
    const acts: Act[] = [
      ...(options.journals === true ? (["adopt"] as const) : []),
      { line, may: "ENOSPC" },
      ...(options.strategy === external ? (["rotate"] as const) : []),
      { line: `again${line}`, verify: true, may: "ENOSPC" },
      // An adopter lets go of past files as every writer does, a while later.
      ...(options.journals === true ? (["close ended"] as const) : []),
      "maintain",
    ];
    for (const act of acts) yield* perform(writer, kept, act);
  };
}

/** The note of a line that an act keeps in a journal. */
export function keptBy(act: Act): string[] {
  return typeof act === "object" && "keep" in act ? [act.note ?? act.keep] : [];
}

function* perform(writer: Writer, kept: KeptLines, act: Act): Generator<ModelStep, void, unknown> {
  const { site } = writer;
  if (typeof act === "object") {
    let line: string | null;
    if ("keep" in act) {
      line = act.note ?? act.keep;
      yield* keep(writer, kept, act.keep, timeOf(act.keep));
    } else line = (yield* log(writer, act)) ? act.line : null;
    yield { op: "ack", line, memory: memoryOf(writer, kept) };
    return;
  }
  if (act === "drain" || act === "drain and look") {
    yield* drain(writer, kept, act === "drain and look");
  } else if (act === "try to drain") yield* tolerate(drain(writer, kept, false), "ENOSPC");
  else if (act === "adopt") yield* adoptOrphans(writer);
  else if (act === "maintain") yield* maintain(site);
  else if (act === "rotate") yield* tryToRotate(site);
  else if (act === "check") yield* writer.strategy.check(site);
  else if (act === "close ended") yield* closeEnded(writer, yield* now());
  else yield* closeAll(writer);
  yield { op: "ack", line: null, memory: memoryOf(writer, kept) };
}

type LogAct = Extract<Act, { readonly line: string }>;

function* log(writer: Writer, { line, verify, may }: LogAct): Steps<boolean> {
  const bytes = Buffer.from(`${line}\n`);
  try {
    yield* write(writer, timeOf(line), single(bytes), verify ?? false);
    return true;
  } catch (error) {
    if (may === undefined || (error as { code?: string }).code !== may) throw error;
    return landedBefore(error) === 1;
  }
}

/** As the command does: a log that is busy or not ours is told of, and left. */
function* tryToRotate(site: LogSite): Steps<void> {
  try {
    yield* rotateNow(site);
  } catch (error) {
    if (!/EBUSY|is not|is a link|been replaced/.test(String(error))) throw error;
  }
}

/** All that the rest of a process depends on: what its writer knows, its counters aside. */
function memoryOf(writer: Writer, kept: KeptLines): string {
  const { strategy: _, counts: __, site, ...rest } = writer;
  return told([site.lockState, rest, kept]);
}

function told(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(told).join()}]`;
  if (Object.getPrototypeOf(value) !== Object.prototype) {
    throw new TypeError(`a ${value.constructor.name} in a writer can't be told`);
  }
  const parts = Object.entries(value).map(([name, part]) => `${name}:${told(part)}`);
  return `{${parts.join()}}`;
}

/**
 * Runs a process to its end with nobody else about, and ends it.
 *
 * @param death kills it, at its first write of all
 */
export function runAlone(fs: MemoryFs, program: Program, death?: "before" | "in" | "behind"): void {
  const owner = 8;
  const life = program();
  let turn = life.next();
  while (turn.done !== true) {
    const step = turn.value;
    let result: unknown;
    if (death !== undefined && step.op === "append") {
      const { length } = step.bytes;
      fs.doPart(step, { before: 0, in: Math.ceil(length / 2), behind: length }[death]);
      break;
    }
    try {
      result = step.op === "ack" ? undefined : fs.perform(owner, step);
    } catch (error) {
      turn = life.throw(error);
      continue;
    }
    turn = life.next(result);
  }
  fs.endProcess(owner);
}
