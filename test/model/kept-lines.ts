// A process of the explorer that keeps its lines in a journal before it writes them, as
// a handler with `durability: "journal"` does: a line counts from one store on, and
// what is kept is written in one batch. The journal, its marks and the writing are the
// production procedures; only the stores of a line, which a handler makes through the
// mapping, are spelled out here.

import { landedBefore, restOf, write } from "../../src/rotation/append.ts";
import type { Writer } from "../../src/rotation/append.ts";
import { store } from "../../src/rotation/fs-op.ts";
import type { Steps } from "../../src/rotation/fs-op.ts";
import { CELL, HEAD_BYTES, dataOffset, float64, int32 } from "../../src/rotation/journal-layout.ts";
import { empty, makeJournal } from "../../src/rotation/journal.ts";
import type { Journal } from "../../src/rotation/journal.ts";

/** As small as can be: the whole of it is part of every world. */
const SHAPE = { dataBytes: 12, lines: 3 };

/** A process's journal, and what it knows of it. */
export interface KeptLines {
  readonly unique: string;
  journal: Journal | null;
  /** The lines that are in it. */
  lines: string[];
  /** How many of them are in a file. */
  settled: number;
  /** The time of one of them, in seconds since the epoch. */
  created: number;
}

export function noLines(unique: string): KeptLines {
  return { unique, journal: null, lines: [], settled: 0, created: 0 };
}

/** Keeps a line; when this returns, its call has. Lines of another day are written first. */
export function* keep(writer: Writer, kept: KeptLines, line: string, created: number): Steps<void> {
  const { periodAt } = writer.site;
  kept.journal ??= yield* makeJournal(writer.site, kept.unique, SHAPE);
  const isOther = periodAt(created).start !== periodAt(kept.created).start;
  if (kept.lines.length > 0 && isOther) yield* drain(writer, kept, false);
  const { fd } = kept.journal;
  const start = bytesOf(kept.lines).length;
  const bytes = bytesOf([line]);
  yield* store(fd, dataOffset(SHAPE) + start, bytes);
  yield* store(fd, HEAD_BYTES + 4 * kept.lines.length, int32(start + bytes.length));
  if (kept.lines.length === 0) yield* store(fd, CELL.created, float64(created));
  kept.lines = [...kept.lines, line];
  kept.created = created;
  yield* store(fd, CELL.count, int32(kept.lines.length));
}

/** Writes what is kept. */
export function* drain(writer: Writer, kept: KeptLines, verify: boolean): Steps<void> {
  const { journal, lines, created } = kept;
  if (journal === null || lines.length === 0) return;
  const ends = lines.map((_, at) => bytesOf(lines.slice(0, at + 1)).length);
  const batch = { bytes: bytesOf(lines), ends, journal: { journal, from: 0 } };
  const rest = restOf(batch, kept.settled);
  try {
    if (rest !== null) yield* write(writer, created, rest, verify);
  } catch (error) {
    kept.settled += landedBefore(error);
    throw error;
  }
  yield* empty(journal);
  kept.lines = [];
  kept.settled = 0;
}

function bytesOf(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(""));
}
