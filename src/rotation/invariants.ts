// The truths of the protocol, stated once, as pure functions over a description of a
// log's folder: every acknowledged line is there, whole, once, in its period's file;
// no name takes another file's place; nothing is removed that somebody uses; nothing
// is left over at rest. The explorer asks them at every state of its model; whoever
// reads a real folder can describe it the same way. Nothing here reads a file, and
// nothing here may know who asks.

import { PRIVATE_FOLDER, parsePrivateName } from "./names.ts";
import type { DatedName } from "./names.ts";
import type { Naming } from "./naming.ts";

/** A regular file as it was found, with all its names. */
export interface FoundFile {
  /** Device and inode, as in `FileStat.id`. */
  readonly id: string;
  /** Relative to the log's folder: `app.log.2019-09-03`, `.daybook/app.log.2019-09-03.0.active`. */
  readonly names: readonly string[];
  /** Its lines without their newlines, decompressed. */
  readonly lines: Iterable<string>;
  /** What stands behind the last newline; the empty text if nothing does. */
  readonly tail: string;
  /** False for an archive that can't be read to its end. */
  readonly readable: boolean;
  /** Whether somebody has it open with a shared lock: a writer. */
  readonly inUse: boolean;
}

/** A log's folder at one moment. */
export interface FoundLog {
  readonly naming: Naming;
  /** Every name below the folder, of whatever kind. */
  readonly names: readonly string[];
  /** The regular files, each once. */
  readonly files: readonly FoundFile[];
}

/** A line whose call has returned. */
export interface AckedLine {
  /** Without its newline. No two lines of a log may be equal. */
  readonly line: string;
  /** The suffix of its record's period; empty for a log without periods. */
  readonly suffix: string;
}

/** A file whose lines count, with the period that its names say. */
export interface Home {
  readonly file: FoundFile;
  /** Empty for a log without periods. */
  readonly suffix: string;
}

/** Which periods retention may have removed; none if it is not given. */
export type Expendable = (suffix: string) => boolean;

const none: Expendable = () => false;

/**
 * The files whose lines count. A name counts if it is dated, plain or marked `~`, or an
 * archive of an index of which there is no `~`, or the hidden name of an active
 * file; in a log without periods, the log's own name, the numbered ones, and that of a
 * former base which is being handed to a rotator: what the rotator makes of it does
 * not count as long as that is there.
 */
export function homesOf({ naming, names, files }: FoundLog): Home[] {
  const inWork = new Set<string>();
  for (const name of names) {
    const parts = datedParts(naming, name);
    if (parts?.compressing === true) inWork.add(`${parts.suffix}.${parts.index}`);
  }
  const rolling =
    naming.kind === null && names.some((name) => privateUse(naming, name) === "rolling");
  const homes: Home[] = [];
  for (const file of files) {
    if (rolling && isBeingMade(naming, file)) continue;
    const suffixes = new Set<string>();
    for (const name of file.names) {
      const suffix = suffixOf(naming, name, inWork);
      if (suffix !== null) suffixes.add(suffix);
    }
    for (const suffix of suffixes) homes.push({ file, suffix });
  }
  return homes;
}

/** What is wrong with the names and contents themselves, whatever was logged. */
export function nameFaults(log: FoundLog): string[] {
  const faults: string[] = [];
  const seen = new Map<string, string>();
  for (const { file, suffix } of homesOf(log)) {
    const other = seen.get(file.id);
    const names = file.names.join(" and ");
    if (other !== undefined) faults.push(`${names}, one file, is of ${other} and of ${suffix}`);
    seen.set(file.id, suffix);
    if (!file.readable) faults.push(`${names} can't be read to its end`);
  }
  return faults;
}

/**
 * Acknowledged lines that are not there exactly once, in a file of their period.
 *
 * @param expendable lines of these periods may be missing, but not be elsewhere.
 */
export function lineFaults(
  log: FoundLog,
  acked: Iterable<AckedLine>,
  expendable: Expendable = none,
): string[] {
  const homes = homesOf(log);
  const found = placesOf(homes);
  const faults: string[] = [];
  for (const { line, suffix } of acked) {
    const places = found.get(line) ?? [];
    if (places.length === 0) {
      if (!expendable(suffix)) faults.push(`${line} is in no file${gluedTo(homes, line)}`);
    } else if (places.length > 1) {
      faults.push(`${line} is there ${places.length} times: in ${places.map(nameOf).join(", ")}`);
    }
    for (const place of places) {
      if (place.suffix !== suffix) faults.push(`${line}, of ${suffix}, is in ${nameOf(place)}`);
    }
  }
  return faults;
}

/**
 * Lines of a log whose last backups are dropped: of the lines that one process
 * wrote, only the first ones may be missing.
 *
 * @param series the acknowledged lines of each process, in the order of their calls.
 */
export function seriesFaults(log: FoundLog, series: Iterable<readonly string[]>): string[] {
  const found = placesOf(homesOf(log));
  const faults: string[] = [];
  for (const lines of series) {
    let kept: string | null = null;
    for (const line of lines) {
      const times = found.get(line)?.length ?? 0;
      if (times > 1) faults.push(`${line} is there ${times} times`);
      if (times > 0) kept ??= line;
      else if (kept !== null) faults.push(`${line} is in no file, and ${kept}, an older one, is`);
    }
  }
  return faults;
}

/**
 * What a step has destroyed: a file that lost its last name while somebody used it, or an
 * archive's lines that are nowhere any more.
 *
 * @param expendable archives of these periods may be removed.
 */
export function removalFaults(
  before: FoundLog,
  after: FoundLog,
  expendable: Expendable = none,
): string[] {
  const faults: string[] = [];
  const left = new Set(homesOf(after).map(({ file }) => file.id));
  const lines = placesOf(homesOf(after));
  for (const { file, suffix } of homesOf(before)) {
    if (left.has(file.id)) continue;
    if (file.inUse) faults.push(`${nameOf({ file })} was removed while a process had it open`);
    if (expendable(suffix)) continue;
    const lost = [...file.lines].filter((line) => !lines.has(line));
    if (lost.length > 0 && file.names.some((name) => isArchive(before.naming, name))) {
      faults.push(`the archive ${nameOf({ file })} is gone, and with it ${lost.join(", ")}`);
    }
  }
  return faults;
}

/** What is left over when no process is at work: temporary names, `~` marks, names too many. */
export function restFaults(log: FoundLog, options: RestOptions = {}): string[] {
  const { keepsHidden = false, keepsTemporaries = false, keepsJournals = false } = options;
  const { retired = none } = options;
  const faults: string[] = [];
  for (const name of log.names) {
    const use = privateUse(log.naming, name);
    const isLeft =
      use === "rolling" ||
      (use === "temporary" && !keepsTemporaries) ||
      (use === "journal" && !keepsJournals);
    if (isLeft) faults.push(`${name} is left over`);
    const parts = datedParts(log.naming, name);
    if (parts?.compressing === true) faults.push(`${name} is still marked as being compressed`);
    else if (parts?.compression === "" && retired(parts.suffix)) {
      faults.push(`${name} is not compressed`);
    }
  }
  for (const { names } of log.files) {
    const dated = names.filter((name) => datedParts(log.naming, name) !== null);
    const hidden = names.filter((name) => privateUse(log.naming, name) === "active");
    if (dated.length > 1) faults.push(`${dated.join(" and ")} are one file`);
    if (!keepsHidden && dated.length > 0 && hidden.length > 0) {
      faults.push(`${dated.join()} still has its hidden name ${hidden.join()}`);
    }
  }
  return faults;
}

export interface RestOptions {
  /** Whether past files may keep their hidden names, as under a strategy without a lock. */
  readonly keepsHidden?: boolean;
  /** Whether temporary names may be left, because nobody can prove that they are nobody's. */
  readonly keepsTemporaries?: boolean;
  /** Whether journals may be left, because their lines could not be written yet. */
  readonly keepsJournals?: boolean;
  /** The periods whose files should all be compressed by now. */
  readonly retired?: (suffix: string) => boolean;
}

/** In which files each line is. */
function placesOf(homes: readonly Home[]): Map<string, Home[]> {
  const found = new Map<string, Home[]>();
  for (const home of homes) {
    for (const line of home.file.lines) {
      const places = found.get(line);
      if (places === undefined) found.set(line, [home]);
      else places.push(home);
    }
  }
  return found;
}

/** A line that is there, but behind a piece of another one. */
function gluedTo(homes: readonly Home[], line: string): string {
  for (const { file } of homes) {
    for (const other of file.lines) if (other.endsWith(line)) return `, but glued: ${other}`;
    if (file.tail.endsWith(line)) return `, but without its newline: ${file.tail}`;
  }
  return "";
}

/** The period that a name says; null if the name doesn't count. */
function suffixOf(naming: Naming, name: string, inWork: ReadonlySet<string>): string | null {
  if (naming.kind === null) {
    const counts = isNumbered(naming, name) || privateUse(naming, name) === "rolling";
    return counts ? "" : null;
  }
  const parts = datedParts(naming, name);
  if (parts === null) return hiddenSuffix(naming, name);
  const counts = parts.compression === "" || !inWork.has(`${parts.suffix}.${parts.index}`);
  return counts ? parts.suffix : null;
}

function datedParts(naming: Naming, name: string): DatedName | null {
  return name.includes("/") || naming.kind === null ? null : naming.parse(name);
}

function hiddenSuffix(naming: Naming, name: string): string | null {
  if (!name.startsWith(`${PRIVATE_FOLDER}/`)) return null;
  const parts = parsePrivateName(name.slice(PRIVATE_FOLDER.length + 1));
  return parts?.use === "active" && parts.base === naming.base ? parts.suffix : null;
}

function privateUse(naming: Naming, name: string): string | null {
  if (!name.startsWith(`${PRIVATE_FOLDER}/`)) return null;
  const parts = parsePrivateName(name.slice(PRIVATE_FOLDER.length + 1));
  return parts?.base === naming.base ? parts.use : null;
}

/** A file that a rotator makes of another one, which is still there. */
function isBeingMade(naming: Naming, { names }: FoundFile): boolean {
  const uses = names.map((name) => privateUse(naming, name));
  return uses.includes("temporary") && !uses.includes("rolling");
}

/** The log's own name, or one that the naming makes of a number in it. */
function isNumbered(naming: Naming, name: string): boolean {
  if (name === naming.base) return true;
  const numbers = name.match(/\d+/g) ?? [];
  return numbers.some(
    (digits) => /^[1-9]/.test(digits) && naming.numbered(Number(digits)) === name,
  );
}

function isArchive(naming: Naming, name: string): boolean {
  const parts = datedParts(naming, name);
  return parts !== null && parts.compression !== "";
}

function nameOf({ file }: { readonly file: FoundFile }): string {
  return file.names.join(" = ");
}
