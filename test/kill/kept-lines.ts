// A process's journal in the kill tests: lines are stored into a real mapping, as a
// handler with `durability: "journal"` does it, and written through the driver that the
// process can die of. Used by log-process.ts.

import { openJournal } from "../../src/platform/mapped-journal.ts";
import type { MappedJournal } from "../../src/platform/mapped-journal.ts";
import type { FileSystem } from "../../src/platform/run-sync.ts";
import { runSync } from "../../src/platform/run-sync.ts";
import { closeAll, makeWriter, write } from "../../src/rotation/append.ts";
import type { Batch, Writer } from "../../src/rotation/append.ts";
import type { Steps } from "../../src/rotation/fs-op.ts";

const SHAPE = { dataBytes: 65_536, lines: 64 };

/** The lines that a process keeps before it writes them. */
export class KeptLines {
  readonly #writer: Writer;
  readonly #fs: FileSystem;
  #journal: MappedJournal | null = null;

  constructor(writer: Writer, fs: FileSystem) {
    this.#writer = writer;
    this.#fs = fs;
  }

  /** Keeps a line. */
  keep(line: string, created: number): void {
    const { store } = (this.#journal ??= this.#open());
    const { periodAt } = this.#writer.site;
    const there = store.created[0] as number;
    if ((store.count[0] as number) > 0 && periodAt(there).start !== periodAt(created).start) {
      this.drain();
    }
    const count = store.count[0] as number;
    const start = count === 0 ? 0 : (store.ends[count - 1] as number);
    const bytes = Buffer.from(`${line}\n`);
    store.bytes.set(bytes, start);
    store.ends[count] = start + bytes.length;
    if (count === 0) store.created[0] = created;
    store.count[0] = count + 1;
  }

  /** Writes what is kept. */
  drain(): void {
    const journal = this.#journal;
    if (journal === null || journal.store.count[0] === 0) return;
    const created = journal.store.created[0] as number;
    runSync(write(this.#writer, created, batchOf(journal), true), this.#fs);
    journal.empty();
  }

  /** Lets go of the journal; it must be empty. */
  close(): void {
    this.#journal?.close();
    this.#journal = null;
  }

  /** Leaves a journal with lines behind, its write done and not settled, or not begun. */
  leaveOrphan(lines: readonly string[], created: number, landed: boolean): void {
    const { site, strategy } = this.#writer;
    const dead = new KeptLines(makeWriter(site, strategy), this.#fs);
    for (const line of lines) dead.keep(line, created);
    const journal = dead.#journal;
    if (journal === null) return;
    runUpToAppend(write(dead.#writer, created, batchOf(journal), false), this.#fs, landed);
    runSync(closeAll(dead.#writer), this.#fs);
    dead.close();
  }

  #open(): MappedJournal {
    const journal = openJournal(this.#fs, this.#writer.site, SHAPE);
    if (typeof journal === "string") throw new Error(`no journal: ${journal}`);
    return journal;
  }
}

/** Runs a procedure to its first append, or to behind that, and leaves it there. */
function runUpToAppend(steps: Steps<void>, fs: FileSystem, included: boolean): void {
  for (let turn = steps.next(); turn.done !== true;) {
    const step = turn.value;
    if (step.op === "append" && !included) return;
    let result: unknown;
    try {
      result = fs.perform(step);
    } catch (error) {
      turn = steps.throw(error);
      continue;
    }
    if (step.op === "append") return;
    turn = steps.next(result);
  }
}

function batchOf({ store, journal }: MappedJournal): Batch {
  const ends = Array.from(store.ends.subarray(0, store.count[0]));
  const bytes = store.bytes.subarray(0, ends.at(-1));
  return { bytes, ends, journal: { journal, from: 0 } };
}
