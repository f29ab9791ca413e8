// A batch of records' journey to disk: find the file of their period, append them
// with one write(2), mend what a dead writer left in front of them. A handler makes
// one `Writer` and drives `write` for every record, or for some at a time. The way
// of a record whose file is open is a single step; everything else happens at most
// at a period's change, at an opening, when a file is full, or when the handler
// asks for a look at the names.

import { closeBoth } from "./dated-file.ts";
import { UNKNOWN_POSITION, append, sync, tolerate, writeAt } from "./fs-op.ts";
import type { Landed, Steps } from "./fs-op.ts";
import { intend, settle, withdraw } from "./journal.ts";
import type { JournalBatch } from "./journal.ts";
import { isFull } from "./log-site.ts";
import type { LogSite, OpenFile, Strategy } from "./log-site.ts";
import { isLost } from "./lost-file.ts";
import type { Period } from "./period.ts";
import { NEWLINE, terminateBefore } from "./tail.ts";

/** Whole records of one period, joined. */
export interface Batch {
  /** Their bytes; each record ends in a newline, and may hold some. */
  readonly bytes: Uint8Array;
  /** The offset just behind each record, rising; the last is the length of `bytes`. */
  readonly ends: readonly number[];
  /**
   * Where these records are in a journal, if they are in one: then the journal knows at
   * every moment which of them are in a file, so that a killed process loses none and
   * doubles none.
   */
  readonly journal?: JournalBatch | null;
}

/** What one process does with its log: which files it has open, and what it counted. */
export interface Writer {
  readonly site: LogSite;
  readonly strategy: Strategy;
  /** The files that are open, the one used last in front. */
  readonly files: OpenFile[];
  /** Set when a file began, and others may now be removed or compressed; the handler clears it. */
  maintenanceDue: boolean;
  /** The start of the newest period written to. */
  newest: number;
  /** Whether a file must have reached the disk before it is closed. */
  readonly syncing: boolean;
  readonly counts: WriterCounts;
}

export interface WriterCounts {
  /** Files that this process began. */
  rolled: number;
  /** Files opened again because their names had changed or vanished. */
  reopened: number;
  /** Stumps that were given a newline: other writers' and our own after a short write. */
  mended: number;
  /** Records of a period before the newest one that this process has written to. */
  late: number;
  /** Bytes written. */
  bytes: number;
  /** Files dropped in order to begin another one. */
  dropped: number;
  /** Files that the user's rotator made in order to begin another one. */
  archived: number;
}

/** Records of the period before and of odd ones need a file each; more than a few are strays. */
const MOST_FILES = 4;

/** @param syncing whether the files that it closes must have reached the disk, see `syncAll`. */
export function makeWriter(site: LogSite, strategy: Strategy, syncing: boolean = false): Writer {
  const counts = {
    rolled: 0,
    reopened: 0,
    mended: 0,
    late: 0,
    bytes: 0,
    dropped: 0,
    archived: 0,
  };
  return { site, strategy, files: [], maintenanceDue: false, newest: -Infinity, syncing, counts };
}

/** A batch of one record. */
export function single(line: Uint8Array): Batch {
  return { bytes: line, ends: [line.length] };
}

/**
 * Appends records of one period. When this returns, the kernel has all their
 * bytes in the file of that period.
 *
 * @param created the time of one of them, in seconds since the epoch.
 * @param verify whether to look, too, if the file still bears its names.
 * @throws the failure that kept records from being written. `landedBefore` says
 *   how many of the batch are in the file all the same; of the first of the
 *   others there may be a fragment, terminated, if the disk filled up.
 */
export function* write(
  writer: Writer,
  created: number,
  batch: Batch,
  verify: boolean,
): Steps<void> {
  let landed = 0;
  try {
    // A batch goes in one piece, unless it would fill a file beyond its limit.
    for (let rest: Batch | null = batch; rest !== null; rest = restOf(batch, landed)) {
      landed += yield* writeSome(writer, created, rest, verify);
    }
  } catch (error) {
    throw landed === 0 ? error : asPartial(error, landed + landedBefore(error));
  }
}

/** What is left of a batch after its first `landed` records; null if nothing is. */
export function restOf(batch: Batch, landed: number): Batch | null {
  if (landed >= batch.ends.length) return null;
  const from = batch.ends[landed - 1] ?? 0;
  return {
    bytes: batch.bytes.subarray(from),
    ends: batch.ends.slice(landed).map((end) => end - from),
    journal: linesBehind(batch, landed),
  };
}

/** Where the lines behind the first few of a batch are in its journal. */
function linesBehind({ journal }: Batch, records: number): JournalBatch | null {
  return journal ? { journal: journal.journal, from: journal.from + records } : null;
}

/** Writes as many records as the file has room for; says how many. */
function* writeSome(writer: Writer, created: number, batch: Batch, verify: boolean): Steps<number> {
  const { site, files } = writer;
  const room = batch.ends[0] ?? 0;
  let file = files[0];
  if (file === undefined || created < file.period.start || created >= file.period.end) {
    file = yield* fileFor(writer, created, room);
  }
  const looking = verify || writer.strategy.lookDue?.() === true;
  if (looking && !(yield* stillRight(writer, file))) file = yield* reopen(writer, file, room);
  if (isFull(site, file.size, room)) {
    yield* closeFile(writer, file);
    file = yield* openFor(writer, file.period, room);
  }
  const part = fitting(site, file.size, batch);
  yield* appendBatch(writer, file, part);
  // Where a file can lose its last name under us, a look each time: by a cleaner
  // from outside, by retention where no lock says that the file is in use, by a
  // strategy that drops files. If it is gone, the records went with it.
  if ((looking || !site.locking || writer.strategy.drops) && (yield* hasGone(writer, file))) {
    if (part.journal) yield* withdraw(part.journal);
    yield* appendBatch(writer, yield* reopen(writer, file, room), part);
  }
  const records = part.ends.length;
  // Only now, for a file that is gone has taken the records with it.
  if (part.journal) yield* settle(part.journal.journal, part.journal.from + records);
  if (file.period.start > writer.newest) writer.newest = file.period.start;
  else if (file.period.start < writer.newest) writer.counts.late += records;
  return records;
}

/**
 * The records of a batch that leave a file below its limit; the first in any case if
 * the file is empty, and all of them if not even the first fits: then it could not be rolled.
 */
function fitting({ maxBytes }: LogSite, size: number, batch: Batch): Batch {
  const { bytes, ends } = batch;
  if (maxBytes === 0 || ends.length === 1 || size + bytes.length < maxBytes) return batch;
  let count = 0;
  while (size + (ends[count] ?? Infinity) < maxBytes) count += 1;
  if (count === 0 && size > 0) return batch;
  const most = Math.max(count, 1);
  return { ...batch, bytes: bytes.subarray(0, ends[most - 1]), ends: ends.slice(0, most) };
}

/** How many records of its batch were written before `write` failed with this error. */
export function landedBefore(error: unknown): number {
  return (error as { landed?: number } | null)?.landed ?? 0;
}

/** Opens the file of an instant's period ahead of its first record. */
export function* openAhead(writer: Writer, created: number): Steps<void> {
  yield* fileFor(writer, created, 0);
}

/** Has the disk keep what was written: fsync(2) of each file written to since the last time. */
export function* syncAll(writer: Writer): Steps<void> {
  for (const file of writer.files.filter(({ unsynced }) => unsynced)) {
    yield* sync(file.fd);
    file.unsynced = false;
  }
}

/** Closes the files of periods that ended before `deadline` (seconds): an open file can't be removed. */
export function* closeEnded(writer: Writer, deadline: number): Steps<void> {
  for (const file of writer.files.filter((file) => file.period.end <= deadline)) {
    yield* closeFile(writer, file);
  }
}

/** Closes all files; the next record opens its own again. */
export function* closeAll(writer: Writer): Steps<void> {
  for (let file = writer.files[0]; file !== undefined; file = writer.files[0]) {
    yield* closeFile(writer, file);
  }
}

function* fileFor(writer: Writer, created: number, room: number): Steps<OpenFile> {
  const { files, site } = writer;
  const known = files.find(({ period }) => created >= period.start && created < period.end);
  if (known === undefined) return yield* openFor(writer, site.periodAt(created), room);
  files.splice(files.indexOf(known), 1);
  files.unshift(known);
  return known;
}

function* openFor(writer: Writer, period: Period, room: number): Steps<OpenFile> {
  const { files, site, strategy, counts } = writer;
  const { file, began, dropped = 0, archived = 0 } = yield* strategy.openFor(site, period, room);
  files.unshift(file);
  counts.dropped += dropped;
  counts.archived += archived;
  if (began) {
    counts.rolled += 1;
    writer.maintenanceDue = true;
  }
  const surplus = files[MOST_FILES];
  if (surplus !== undefined) yield* closeFile(writer, surplus);
  return file;
}

function* reopen(writer: Writer, file: OpenFile, room: number): Steps<OpenFile> {
  yield* closeFile(writer, file);
  writer.counts.reopened += 1;
  return yield* openFor(writer, file.period, room);
}

function* closeFile(writer: Writer, file: OpenFile): Steps<void> {
  // Forgotten first: whatever close says (EIO, ENOSPC on NFS), the descriptor is gone.
  writer.files.splice(writer.files.indexOf(file), 1);
  try {
    if (writer.syncing && file.unsynced) yield* sync(file.fd);
  } catch (error) {
    // No reason to fail the record that is about to go to another file.
    const text = `${file.path} is closed, but may not have reached the disk: ${String(error)}`;
    writer.site.notice(text, error);
  }
  yield* closeBoth(file);
}

/** A look that fails (EACCES on the folder, EMFILE) is no reason to lose the record. */
function* stillRight(writer: Writer, file: OpenFile): Steps<boolean> {
  try {
    return yield* writer.strategy.verify(writer.site, file);
  } catch {
    return true;
  }
}

/** Nor is one that fails after the record was written: then it is there, as far as is known. */
function* hasGone({ site, strategy }: Writer, file: OpenFile): Steps<boolean> {
  try {
    return yield* strategy.hasGone?.(site, file) ?? isLost(site, file);
  } catch {
    return false;
  }
}

function* appendBatch(writer: Writer, file: OpenFile, batch: Batch): Steps<void> {
  const { bytes, ends } = batch;
  let records = 0;
  let offset = 0;
  try {
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      // (0) What is about to be written is noted in the journal, if there is one.
      const rest = offset === 0 ? bytes : bytes.subarray(offset);
      const lines = linesBehind(batch, records);
      if (lines !== null) yield* intend(lines, rest.length, file);
      // (1) One write. The kernel takes all of it, or what fits the disk. Killed
      // in here, a process leaves a stump without a newline.
      const landed = (yield { op: "append", fd: file.fd, bytes: rest }) as Landed;
      while ((ends[records] ?? Infinity) <= offset + landed.written) records += 1;
      yield* mendBefore(writer, file, landed);
      if (landed.written === rest.length) return;
      // (2) The disk is full. What is whole stays; the piece behind it is made a
      // line of its own, and the rest tried once more: there may be space again,
      // or the kernel says what is wrong.
      const whole = ends[records - 1] ?? 0;
      // Until that is done, our next line must look at what is in front of it.
      file.end = UNKNOWN_POSITION;
      if (offset + landed.written > whole) {
        yield* terminateOwn(file, landed.end);
        writer.counts.mended += 1;
      }
      offset = whole;
      yield* noteWhole(batch, records);
    }
  } catch (error) {
    // A journal that can't be written any more has nothing better to say.
    yield* tolerate(noteWhole(batch, records), "EIO", "EBADF");
    throw asPartial(error, records);
  }
  const message = "ENOSPC: the records did not fit, and one may have been cut off";
  throw asPartial(Object.assign(new Error(message), { code: "ENOSPC" }), records);
}

/** Lets the journal know how many of a batch are in the file, where no more of it are. */
function* noteWhole(batch: Batch, records: number): Steps<void> {
  const lines = linesBehind(batch, records);
  if (lines !== null) yield* withdraw(lines);
}

/**
 * What stands in front of a landed write and is not our own ends in a newline,
 * or is a dead writer's stump.
 */
export function* mendBefore(writer: Writer, file: OpenFile, { written, end }: Landed): Steps<void> {
  const start = end - written;
  const known = end !== UNKNOWN_POSITION;
  if (known && start !== file.end && start > 0) {
    try {
      if (yield* terminateBefore(file.repairFd, start)) writer.counts.mended += 1;
    } catch (error) {
      // The records themselves are in the file.
      const text = `what stands in front of a record can't be mended: ${String(error)}`;
      writer.site.notice(text, error);
    }
  }
  noteLanded(writer, file, { written, end });
}

/** What an append has made of a file, as far as this process knows. */
export function noteLanded(writer: Writer, file: OpenFile, { written, end }: Landed): void {
  file.end = end;
  file.size = end === UNKNOWN_POSITION ? file.size + written : end;
  file.unsynced = true;
  writer.counts.bytes += written;
}

function* terminateOwn(file: OpenFile, end: number): Steps<void> {
  if (end === UNKNOWN_POSITION) {
    yield* append(file.fd, NEWLINE);
  } else {
    yield* writeAt(file.repairFd, end - 1, NEWLINE);
    file.end = end;
  }
}

function asPartial(error: unknown, landed: number): unknown {
  return error instanceof Error ? Object.assign(error, { landed }) : error;
}
