// One record's journey to disk: find the file of its period, append it with one
// write(2), mend what a dead writer left in front of it. A handler makes one
// `Writer` and drives `write` for every record. The way of a record whose file
// is open is a single step; everything else happens at most at a period's
// change, at an opening, or when the handler asks for a look at the names.

import { UNKNOWN_POSITION, append, close, fstat, writeAt } from "./fs-op.ts";
import type { Landed, Steps } from "./fs-op.ts";
import type { LogSite, OpenFile, Strategy } from "./log-site.ts";
import { periodOf } from "./period.ts";
import type { Period } from "./period.ts";
import { NEWLINE, terminateBefore } from "./tail.ts";

/** What one process does with its log: which files it has open, and what it counted. */
export interface Writer {
  readonly site: LogSite;
  readonly strategy: Strategy;
  /** The files that are open, the one used last in front. */
  readonly files: OpenFile[];
  /** Set when a period began and old files may be removed; the handler clears it. */
  sweepDue: boolean;
  readonly counts: WriterCounts;
}

export interface WriterCounts {
  /** Files that this process began. */
  rolled: number;
  /** Files opened again because their names had changed or vanished. */
  reopened: number;
  /** Stumps that were given a newline: other writers' and our own after a short write. */
  mended: number;
}

/** Records of the period before and of odd ones need a file each; more than a few are strays. */
const MOST_FILES = 4;

export function makeWriter(site: LogSite, strategy: Strategy): Writer {
  const counts = { rolled: 0, reopened: 0, mended: 0 };
  return { site, strategy, files: [], sweepDue: false, counts };
}

/**
 * Appends one record. When this returns, the kernel has all its bytes in the
 * file of the period that holds `created`.
 *
 * @param created the record's own time, in seconds since the epoch.
 * @param line its bytes, ending in a newline.
 * @param verify whether to look, too, if the file still bears its names.
 * @throws the failure that kept the record from being written; it is then in
 *   no file (or a fragment of it, terminated, when the disk filled up).
 */
export function* write(
  writer: Writer,
  created: number,
  line: Uint8Array,
  verify: boolean,
): Steps<void> {
  let file = writer.files[0];
  if (file === undefined || created < file.period.start || created >= file.period.end) {
    file = yield* fileFor(writer, created);
  }
  if (verify && !(yield* stillRight(writer, file))) file = yield* reopen(writer, file);
  yield* appendLine(writer, file, line);
  // Without locks nobody could know that the file was in use, so retention may take
  // it at any time: a look each time. If it is gone, the line went with it.
  if ((verify || !writer.site.locking) && (yield* fstat(file.fd)).nlink === 0) {
    yield* appendLine(writer, yield* reopen(writer, file), line);
  }
}

/** Opens the file of an instant's period ahead of its first record. */
export function* openAhead(writer: Writer, created: number): Steps<void> {
  yield* fileFor(writer, created);
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

function* fileFor(writer: Writer, created: number): Steps<OpenFile> {
  const { files, site } = writer;
  const known = files.find(({ period }) => created >= period.start && created < period.end);
  if (known === undefined) {
    return yield* openFor(writer, periodOf(site.schedule, site.zone, created));
  }
  files.splice(files.indexOf(known), 1);
  files.unshift(known);
  return known;
}

function* openFor(writer: Writer, period: Period): Steps<OpenFile> {
  const { files, site, strategy, counts } = writer;
  const { file, began } = yield* strategy.openFor(site, period);
  files.unshift(file);
  if (began) {
    counts.rolled += 1;
    writer.sweepDue = true;
  }
  const surplus = files[MOST_FILES];
  if (surplus !== undefined) yield* closeFile(writer, surplus);
  return file;
}

function* reopen(writer: Writer, file: OpenFile): Steps<OpenFile> {
  yield* closeFile(writer, file);
  writer.counts.reopened += 1;
  return yield* openFor(writer, file.period);
}

function* closeFile(writer: Writer, file: OpenFile): Steps<void> {
  // Forgotten first: whatever close says (EIO, ENOSPC on NFS), the descriptor is gone.
  writer.files.splice(writer.files.indexOf(file), 1);
  try {
    yield* close(file.repairFd);
  } finally {
    yield* close(file.fd);
  }
}

/** A look that fails (EACCES on the folder, EMFILE) is no reason to lose the record. */
function* stillRight(writer: Writer, file: OpenFile): Steps<boolean> {
  try {
    return yield* writer.strategy.verify(writer.site, file);
  } catch {
    return true;
  }
}

function* appendLine(writer: Writer, file: OpenFile, line: Uint8Array): Steps<void> {
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    // (1) One write. The kernel takes all of it, or what fits the disk. Killed
    // in here, a process leaves a stump without a newline.
    const landed = (yield { op: "append", fd: file.fd, bytes: line }) as Landed;
    const start = landed.end - landed.written;
    const known = landed.end !== UNKNOWN_POSITION;
    // (2) What stands in front of it and is not our own ends in a newline, or
    // is a dead writer's stump.
    if (known && start !== file.end && start > 0) {
      if (yield* terminateBefore(file.repairFd, start)) writer.counts.mended += 1;
    }
    file.end = landed.end;
    if (landed.written === line.length) return;
    // (3) The disk is full. Make the piece a line of its own and try the whole
    // once more: there may be space again, or the kernel says what is wrong.
    // Until that is done, our next line must look at what is in front of it.
    file.end = UNKNOWN_POSITION;
    if (landed.written > 0) yield* terminateOwn(file, landed.end);
  }
  throw Object.assign(new Error("ENOSPC: a line did not fit and was cut off"), { code: "ENOSPC" });
}

function* terminateOwn(file: OpenFile, end: number): Steps<void> {
  if (end === UNKNOWN_POSITION) {
    yield* append(file.fd, NEWLINE);
  } else {
    yield* writeAt(file.repairFd, end - 1, NEWLINE);
    file.end = end;
  }
}
