// What the bytes of a journal file mean (see journal.ts): a head of a few cells, the
// table of where each line ends, the lines. Pure: it makes the bytes that are stored
// and reads those that were found, and judges whether they can be trusted. Nothing
// here touches a file, and nothing else may know an offset.

/** How much a journal holds. */
export interface JournalShape {
  /** Bytes of lines. */
  readonly dataBytes: number;
  /** How many lines at most. */
  readonly lines: number;
}

/** "daybookJ" */
const MAGIC = Uint8Array.of(0x64, 0x61, 0x79, 0x62, 0x6f, 0x6f, 0x6b, 0x4a);
/** A journal of another version is left to processes of that version. */
const VERSION = 1;

/**
 * Offsets of the cells, in bytes. Numbers are in the machine's own byte order: a
 * journal never leaves it. Each cell is aligned to its size, so that one store
 * changes it as a whole.
 */
export const CELL = {
  version: 8,
  lines: 12,
  dataBytes: 16,
  /** Int32: how many lines there are; a line is there from this store on. */
  count: 24,
  /** Int32: how many of them are settled: in their file, or nowhere by decision. */
  drained: 28,
  /** Float64: a time within the period of all lines, in seconds since the epoch. */
  created: 32,
  /** Int32: the first line of the intent, or `NO_INTENT`. Stored last, so it is the intent's commit. */
  intentFrom: 40,
  /** What else an intent says, see `intentBytes`. */
  intent: 48,
  /** Int32: how many bytes it writes. */
  intentLength: 48,
  /** Float64: the file's size before. */
  intentEnd: 56,
  /** The file's id, in 48 bytes, filled up with zeros. */
  intentId: 64,
} as const;

const ID_BYTES = 48;

/** Where the table of ends begins; the head is all before it. */
export const HEAD_BYTES = 128;

/** `intentFrom` where nothing is intended. */
export const NO_INTENT = -1;

/** No journal of ours is larger; what is must be something else. */
const LARGEST = 64 * 1024 * 1024;

/** Where the lines begin. */
export function dataOffset({ lines }: JournalShape): number {
  return Math.ceil((HEAD_BYTES + 4 * lines) / 8) * 8;
}

/** The size of the file, which never changes. */
export function journalBytes(shape: JournalShape): number {
  return dataOffset(shape) + shape.dataBytes;
}

/** The whole content of a journal without lines. */
export function emptyJournal(shape: JournalShape): Uint8Array {
  const bytes = new Uint8Array(journalBytes(shape));
  bytes.set(MAGIC);
  bytes.set(int32(VERSION), CELL.version);
  bytes.set(int32(shape.lines), CELL.lines);
  bytes.set(int32(shape.dataBytes), CELL.dataBytes);
  bytes.set(int32(NO_INTENT), CELL.intentFrom);
  return bytes;
}

/** The four bytes of an Int32 cell. */
export function int32(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer);
}

/** The eight bytes of a Float64 cell. */
export function float64(value: number): Uint8Array {
  return new Uint8Array(Float64Array.of(value).buffer);
}

/**
 * What an intent says beside its first line, as it is stored at `CELL.intent`.
 *
 * @param length bytes that are to be written
 * @param end the file's size before that
 * @param id the file, as in `FileStat.id`
 */
export function intentBytes(length: number, end: number, id: string): Uint8Array {
  const bytes = new Uint8Array(CELL.intentId - CELL.intent + ID_BYTES);
  bytes.set(int32(length));
  bytes.set(float64(end), CELL.intentEnd - CELL.intent);
  bytes.set(idBytes(id), CELL.intentId - CELL.intent);
  return bytes;
}

/** A file's id as it is stored. Device and inode have 41 characters at most, all of them ASCII. */
export function idBytes(id: string): Uint8Array {
  if (id.length > ID_BYTES) throw new RangeError(`a file's id of ${id.length} characters`);
  const bytes = new Uint8Array(ID_BYTES);
  for (let at = 0; at < id.length; at += 1) bytes[at] = id.charCodeAt(at);
  return bytes;
}

/** What a write was about to do, or has done. */
export interface Intent {
  /** The first line of it. */
  readonly from: number;
  /** The line behind the last one of it. */
  readonly to: number;
  /** The file, as in `FileStat.id`. */
  readonly id: string;
  /** The file's size before. */
  readonly end: number;
}

/** The cells of a journal. */
export interface JournalHead {
  readonly shape: JournalShape;
  readonly count: number;
  readonly drained: number;
  readonly created: number;
  /** Null where nothing is intended that is not settled. */
  readonly intent: (Omit<Intent, "to"> & { readonly length: number }) | null;
}

/** A journal with lines that are not settled. */
export interface JournalContent {
  readonly created: number;
  readonly drained: number;
  /** Where each line ends, the settled ones included. */
  readonly ends: readonly number[];
  readonly data: Uint8Array;
  readonly intent: Intent | null;
}

/** What was found in place of a journal. */
export type Unreadable =
  /** No journal, or one with contents that no process of ours has stored. */
  | "damaged"
  /** One of another version of daybook. */
  | "foreign";

/** Reads the first `HEAD_BYTES` of a journal. */
export function readHead(found: Uint8Array): JournalHead | Unreadable {
  if (found.length < HEAD_BYTES || MAGIC.some((byte, at) => found[at] !== byte)) return "damaged";
  // A copy of its own is aligned.
  const { buffer } = new Uint8Array(found.subarray(0, HEAD_BYTES));
  const cell = (offset: number): number => new Int32Array(buffer, offset, 1)[0] as number;
  const number = (offset: number): number => new Float64Array(buffer, offset, 1)[0] as number;
  if (cell(CELL.version) !== VERSION) return "foreign";
  const shape = { lines: cell(CELL.lines), dataBytes: cell(CELL.dataBytes) };
  const [count, drained] = [cell(CELL.count), cell(CELL.drained)];
  const from = cell(CELL.intentFrom);
  const sound =
    shape.lines > 0 &&
    shape.dataBytes > 0 &&
    journalBytes(shape) <= LARGEST &&
    isWithin(count, 0, shape.lines) &&
    isWithin(drained, 0, shape.lines) &&
    isWithin(from, NO_INTENT, shape.lines);
  if (!sound) return "damaged";
  const created = number(CELL.created);
  const head = { shape, count, drained, created };
  if (from === NO_INTENT || from < drained || from >= count) return { ...head, intent: null };
  const id = new Uint8Array(buffer, CELL.intentId, ID_BYTES);
  const length = id.indexOf(0) === -1 ? ID_BYTES : id.indexOf(0);
  return {
    ...head,
    intent: {
      from,
      length: cell(CELL.intentLength),
      end: number(CELL.intentEnd),
      id: String.fromCharCode(...id.subarray(0, length)),
    },
  };
}

/** Reads a whole journal; null if all its lines are settled, or there are none. */
export function readJournal(found: Uint8Array): JournalContent | Unreadable | null {
  const head = readHead(found);
  if (typeof head === "string") return head;
  const { shape, count, drained, created } = head;
  if (found.length !== journalBytes(shape)) return "damaged";
  if (count <= drained) return null;
  const { buffer } = new Uint8Array(found.subarray(HEAD_BYTES, HEAD_BYTES + 4 * count));
  const ends = Array.from(new Uint32Array(buffer));
  const rising = ends.every((end, at) => end > (ends[at - 1] ?? 0) && end <= shape.dataBytes);
  if (!rising || !Number.isFinite(created)) return "damaged";
  const data = new Uint8Array(found.subarray(dataOffset(shape)));
  if (head.intent === null) return { created, drained, ends, data, intent: null };
  const { from, length, end, id } = head.intent;
  const last = ends.indexOf((ends[from - 1] ?? 0) + length, from);
  if (last === -1 || !Number.isSafeInteger(end) || end < 0) return "damaged";
  return { created, drained, ends, data, intent: { from, to: last + 1, id, end } };
}

function isWithin(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}
