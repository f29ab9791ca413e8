// Memory that two threads have in common, in the layout of a journal: the segments of
// the ring between a log's callers and its worker thread. Either a journal file that
// each of them has mapped, which outlives the process, or shared memory, which doesn't.
// Who may touch a segment when is the ring's matter (handlers/worker-ring.ts).

import {
  CELL,
  HEAD_BYTES,
  dataOffset,
  emptyJournal,
  journalBytes,
} from "../rotation/journal-layout.ts";
import type { JournalShape } from "../rotation/journal-layout.ts";
import type { Journal } from "../rotation/journal.ts";
import type { LineStore } from "../rotation/line-store.ts";
import type { MappedJournal } from "./mapped-journal.ts";
import { forgetMapped, noteMapped } from "./mapped-memory.ts";
import { nativeCalls } from "./native.ts";

/** How a thread gets at a segment; it can be cloned. */
export interface SegmentGift {
  readonly shape: JournalShape;
  readonly journal: Journal;
  /** Null: the journal is a file, open as `journal.fd` in the whole process. */
  readonly memory: SharedArrayBuffer | null;
}

/** A segment, as a thread has it. */
export interface Segment {
  readonly store: LineStore;
  /** For the marks of a write. Without a file its descriptor is a made-up one. */
  readonly journal: Journal;
  /** Ends this thread's use of it; a journal that has lines is then an orphan. @throws the system's error */
  release(): void;
}

/** No descriptor has such a number; each is used once in a thread. */
let madeUp = -2;

/** A segment in memory of the process. */
export function sharedSegment(shape: JournalShape): SegmentGift {
  const memory = new SharedArrayBuffer(journalBytes(shape));
  new Uint8Array(memory).set(emptyJournal(shape));
  madeUp -= 1;
  return { shape, journal: { fd: madeUp, path: "" }, memory };
}

/** A journal of this thread, as a segment and as what another thread needs for it. */
export function journalSegment(
  shape: JournalShape,
  { store, journal, close }: MappedJournal,
): readonly [SegmentGift, Segment] {
  return [
    { shape, journal, memory: null },
    { store, journal, release: close },
  ];
}

/** Takes up a segment: another thread's, or one in shared memory. @throws where a file can't be mapped */
export function openSegment({ shape, journal, memory }: SegmentGift): Segment {
  if (memory !== null) {
    // What shares memory is asked for the same things as what doesn't.
    const buffer = memory as unknown as ArrayBuffer;
    noteMapped(journal.fd, buffer, () => {});
    return {
      store: storeIn(buffer, shape),
      journal,
      release: () => forgetMapped(journal.fd),
    };
  }
  const native = nativeCalls()?.memory ?? null;
  if (native === null) throw new Error("this thread can't map files");
  const { buffer, release } = native.map(journal.fd, journalBytes(shape));
  noteMapped(journal.fd, buffer, () => {});
  return {
    store: storeIn(buffer, shape),
    journal,
    release() {
      forgetMapped(journal.fd);
      release();
    },
  };
}

function storeIn(buffer: ArrayBuffer, shape: JournalShape): LineStore {
  return {
    bytes: Buffer.from(buffer, dataOffset(shape), shape.dataBytes),
    ends: new Uint32Array(buffer, HEAD_BYTES, shape.lines),
    count: new Int32Array(buffer, CELL.count, 1),
    created: new Float64Array(buffer, CELL.created, 1),
  };
}
