// The judge of the kill tests. Given the folder and what every process saw
// return, it says which lines are lost, doubled, torn or in another period's
// file; and what of a crash is still about: temporary names, half-moved files, a
// base that leads nowhere, locks that nobody should hold. It goes by content and
// by plain rules about names, never by asking the code it judges.

import { closeSync, lstatSync, openSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";

import { kernelLock } from "../../src/platform/locks.ts";
import { listEntries, readFiles } from "./log-remains.ts";
import type { Entry, LogFile } from "./log-remains.ts";
import type { LogSpec, StrategyName } from "./orders.ts";

/** A line whose fate is judged. */
export interface KnownLine {
  readonly line: string;
  /** Seconds since the epoch; null where files have no periods. */
  readonly created: number | null;
  /**
   * `acked`: its call returned. `cut`: its process was killed first, so it may be
   * there or not, or be a stump. `dropped`: it was counted as lost, so it must not be
   * there, except as a stump. `kept`: it was in memory last, so it may be there or not.
   */
  readonly fate: "acked" | "cut" | "dropped" | "kept";
}

/** What an end may show that is no fault. */
export interface Losses {
  /** Lines of files that retention was to remove: none of them may be there. */
  readonly must?: (line: KnownLine) => boolean;
  /** Whether lines may be gone from the oldest end on, as far as one line is in no older file. */
  readonly mayOldest?: boolean;
  /** Whether written lines may have a stump, too: a first try that the disk cut off. */
  readonly stumpsOfAny?: boolean;
}

/** The day of an instant, UTC: the kill tests rotate at midnight UTC. */
export function dayOf(created: number): string {
  return new Date(created * 1000).toISOString().slice(0, 10);
}

/** What is wrong with the lines, which are given in the order in which they were written. */
export function faultsOfLines(
  directory: string,
  base: string,
  known: readonly KnownLine[],
  losses: Losses = {},
): string[] {
  const faults: string[] = [];
  const files = readFiles(directory, base);
  for (const file of files) {
    if (file.text === null) faults.push(`${file.names[0]} is an archive that can't be unpacked`);
    if (file.suffixes.length > 1) faults.push(`one file is called ${file.names.join(" and ")}`);
  }
  const oldest = losses.mayOldest === true ? firstThere(files, known) : 0;
  for (const [index, line] of known.entries()) {
    const gone = losses.must?.(line) ?? false;
    faults.push(...faultsOfLine(files, line, gone, gone || index < oldest));
  }
  const texts = new Set(known.map(({ line }) => line));
  const cut = known
    .filter(({ fate }) => fate !== "acked" || losses.stumpsOfAny === true)
    .map(({ line }) => line);
  for (const file of files) {
    for (const text of (file.text ?? "").split("\n")) {
      if (text === "" || texts.has(text) || isStump(text, cut)) continue;
      faults.push(`${file.names[0]} holds ${JSON.stringify(text)}, which nobody wrote`);
    }
  }
  return faults;
}

/** How many of the lines are there. */
export function countThere(directory: string, base: string, known: readonly KnownLine[]): number {
  const there = new Set(readFiles(directory, base).flatMap(({ text }) => (text ?? "").split("\n")));
  return known.filter(({ line }) => there.has(line)).length;
}

/** The place of the oldest line that is there. */
function firstThere(files: readonly LogFile[], known: readonly KnownLine[]): number {
  const there = new Set(files.flatMap(({ text }) => (text ?? "").split("\n")));
  const first = known.findIndex(({ line }) => there.has(line));
  return first === -1 ? known.length : first;
}

function faultsOfLine(
  files: readonly LogFile[],
  line: KnownLine,
  gone: boolean,
  mayBeGone: boolean,
): string[] {
  const homes = files.flatMap((file) =>
    (file.text ?? "")
      .split("\n")
      .filter((text) => text === line.line)
      .map(() => file),
  );
  const faults: string[] = [];
  const least = line.fate === "acked" && !mayBeGone ? 1 : 0;
  if (homes.length < least) faults.push(`'${line.line}' is lost`);
  if (homes.length > 1) faults.push(`'${line.line}' is there ${homes.length} times`);
  if (line.fate === "dropped" && homes.length > 0) {
    faults.push(`'${line.line}' is there, and was counted as dropped`);
  }
  if (gone && homes.length > 0) faults.push(`'${line.line}' is still there, in a file to remove`);
  const day = line.created === null ? null : dayOf(line.created);
  for (const { names, suffixes } of homes) {
    if (day !== null && suffixes[0] !== day) {
      faults.push(`'${line.line}' of ${day} is in ${names[0]}`);
    }
  }
  return faults;
}

/** A killed writer's stump; or two, when the second died before it could part them. */
function isStump(text: string, cut: readonly string[]): boolean {
  return cut.some((line) => line.startsWith(text));
}

/**
 * What a death may leave and a later process must put right. Empty for a log at
 * rest whose current period is `today`.
 */
export function leftoversOf(
  directory: string,
  base: string,
  { strategy, lockless = false }: LogSpec,
  today: string,
): string[] {
  const entries = listEntries(directory, base);
  const found: string[] = [];
  for (const entry of entries) {
    if (entry.kind === "temporary" || entry.kind === "journal") found.push(`${entry.name} is left`);
    if (entry.kind === "other") found.push(`${entry.name} is no file of ours`);
    if (entry.marked) found.push(`${entry.name} is half way to its archive`);
    if (entry.kind === "hidden")
      found.push(...hiddenFaults(entry, entries, strategy, today, lockless));
  }
  for (const file of readFiles(directory, base)) {
    const { text } = file;
    if (text !== null && text !== "" && !text.endsWith("\n")) {
      found.push(`${file.names[0]} ends in mid-line`);
    }
  }
  const base_ = baseFault(directory, base, strategy, today, entries);
  return base_ === null ? found : [...found, base_];
}

/** Hidden names that should not be there (any more): every file but the newest has its dated name. */
function hiddenFaults(
  entry: Entry,
  entries: readonly Entry[],
  strategy: StrategyName,
  today: string,
  lockless: boolean,
): string[] {
  if (strategy === "dated" || strategy === "numbered") {
    return [`${entry.name} has no business in a log of strategy ${strategy}`];
  }
  const isNewest = entry === newestOf(entries, "hidden", today);
  if (isNewest) return [];
  if (!lockless) return [`${entry.name} of a past file is left`];
  // Without a lock they stay; but each needs its dated name.
  const named = entries.some(({ inode, kind }) => inode === entry.inode && kind === "dated");
  return named ? [] : [`${entry.name} has no dated name`];
}

/** The base must lead to the current period's newest file. */
function baseFault(
  directory: string,
  base: string,
  strategy: StrategyName,
  today: string,
  entries: readonly Entry[],
): string | null {
  const stat = lstatSync(join(directory, base), { throwIfNoEntry: false });
  if (stat === undefined) return `${base} is missing`;
  if (strategy === "dated") {
    if (!stat.isSymbolicLink()) return `${base} is no link`;
    const target = basename(readlinkSync(join(directory, base)));
    return target === newestOf(entries, "dated", today)?.name ? null : `${base} leads to ${target}`;
  }
  if (!stat.isFile()) return `${base} is no file`;
  if (strategy === "numbered") return null;
  const inode = `${stat.dev}:${stat.ino}`;
  const leads = inode === newestOf(entries, "hidden", today)?.inode;
  return leads ? null : `${base} is not the newest file of ${today}`;
}

function newestOf(entries: readonly Entry[], kind: Entry["kind"], day: string): Entry | undefined {
  return entries
    .filter((entry) => entry.kind === kind && entry.suffix === day && entry.packing === "")
    .toSorted((a, b) => a.index - b.index)
    .at(-1);
}

/** The files that somebody still has locked, with all processes of the log gone. */
export function lockedFiles(directory: string, base: string): string[] {
  const lock = kernelLock();
  if (lock === null) return [];
  return listEntries(directory, base)
    .filter(({ name }) => {
      const fd = openSync(join(directory, name), "r");
      try {
        return !lock.tryLock(fd, "exclusive");
      } finally {
        closeSync(fd);
      }
    })
    .map(({ name }) => `${name} is locked by nobody alive`);
}
