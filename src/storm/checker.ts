// The storm's judge: given the content of a log's files and what each worker
// saw return, it says which lines are lost, doubled, torn or in the wrong file.
// It knows nothing of the handler that wrote them and decides by content alone.
// Pure: it reads no folder and no clock (see log-folder.ts and acks.ts).

import type { WorkerAcks } from "./acks.ts";
import type { DroppedFile } from "./dropped-files.ts";
import { isBatched } from "./durabilities.ts";
import type { Durability } from "./durabilities.ts";
import { Fragments } from "./fragments.ts";
import { parseLine } from "./line.ts";
import type { StormLine } from "./line.ts";
import { excusedLines } from "./memory-tail.ts";
import type { Missing } from "./memory-tail.ts";
import { Overshoot, processOf } from "./overshoot.ts";
import { retiredPeriods, retiredUpTo } from "./retired.ts";
import type { Unpacked } from "./unpack.ts";

/** One file of a log, each inode once. */
export interface LogFile {
  /** How messages name it: the path inside the log's folder. */
  readonly label: string;
  /**
   * The period that its name states; null for a base file, which holds the last period, and
   * for every file of a numbered log.
   */
  readonly suffix: string | null;
  /** Its content, unpacked. */
  read(): Unpacked;
}

export interface CheckInput {
  readonly files: Iterable<LogFile>;
  readonly workers: ReadonlyMap<string, WorkerAcks>;
  /** The suffix of the file that a record of this time belongs to. */
  readonly suffixOf: (ms: number) => string;
  /** The period that a base file without a date of its own stands for. */
  readonly lastSuffix: string;
  /** Whether the files bear numbers instead of dates: no line has a file of its own then. */
  readonly numbered?: boolean;
  /** How many past periods, or numbered files, retention must keep; 0 or absent: all of them. */
  readonly backupCount?: number;
  /** All the files that a numbered log has dropped; absent if they are not all known. */
  readonly dropped?: readonly DroppedFile[] | undefined;
  /** The size at which a file must be left; 0 or absent: none. */
  readonly maxBytes?: number;
  /** What the handlers promise when they are killed; absent: `write`. */
  readonly durability?: Durability;
  /** SIGKILLs in all, of jobs too; at least one for each killed process. */
  readonly kills?: number;
}

export type Fault = "lost" | "twice" | "torn" | "misfiled" | "oversize";

/** One line that breaks the promise, for a reader of the report. */
export interface Offence {
  readonly fault: Fault;
  /** The file's label; absent for a lost line, which has none. */
  readonly file?: string;
  /** Byte offset of the line in its file. */
  readonly offset?: number;
  /** The line, shortened; for a lost line, what it would have said. */
  readonly text: string;
}

export interface Verdict {
  /** Calls that returned. */
  readonly acked: number;
  /** Acked lines that are there whole, at least once. */
  readonly found: number;
  /** Acked lines that are nowhere. */
  readonly lost: number;
  /** Each sighting of a line beyond its first. */
  readonly twice: number;
  /**
   * Non-empty lines that no worker wrote like this and no kill explains (a wrong pad tells), and
   * archives that can't be unpacked whole.
   */
  readonly torn: number;
  /** Whole lines in the file of another period, or with another time than their record's. */
  readonly misfiled: number;
  /** Terminated stumps of calls that a SIGKILL cut off before they returned. */
  readonly fragments: number;
  /** Whole lines of such calls: legal, and not among the found. */
  readonly extra: number;
  /** Acked lines of old periods that retention was told to remove. */
  readonly retired: number;
  /** Acked lines that died in the memory of a killed process, as `buffered` says they may. */
  readonly excused: number;
  /** Lines that began in a full file when their process had written into it, full, before. */
  readonly oversize: number;
  /** By how many bytes the largest file is above the limit. */
  readonly overshoot: number;
  /** The first offences, at most a few of each fault. */
  readonly offences: readonly Offence[];
}

const EXAMPLES_PER_FAULT = 5;
const NEWLINE = 0x0a;

/** Judges a finished run. Never throws for anything that a log file may contain. */
export function check(input: CheckInput): Verdict {
  const checker = new Checker(input);
  for (const file of input.files) checker.read(file);
  for (const file of input.dropped ?? []) checker.readDropped(file);
  checker.settleStumps();
  checker.settleLost();
  return checker.verdict();
}

interface BrokenLine {
  readonly file: string;
  readonly offset: number;
  readonly bytes: Buffer;
}

class Checker {
  readonly #input: CheckInput;
  readonly #seen = new Map<string, Set<number>>();
  readonly #suffixes = new Set<string>();
  readonly #broken: BrokenLine[] = [];
  readonly #offences: Offence[] = [];
  readonly #overshoot: Overshoot;
  readonly #fragments: Fragments;
  /** Worker and call of lines that were dropped with their file. */
  readonly #dropped = new Set<string>();
  readonly #count = {
    acked: 0,
    found: 0,
    lost: 0,
    twice: 0,
    torn: 0,
    misfiled: 0,
    fragments: 0,
    extra: 0,
    retired: 0,
    excused: 0,
    oversize: 0,
  };

  constructor(input: CheckInput) {
    const { workers, durability = "write", maxBytes = 0 } = input;
    const killed = [...workers].filter(([, acks]) => acks.killed);
    const processes = new Set(killed.map(([worker]) => processOf(worker)));
    this.#input = input;
    this.#overshoot = new Overshoot({
      maxBytes,
      batched: isBatched(durability),
      isKilled: (process) => processes.has(process),
    });
    this.#fragments = new Fragments({
      workers,
      durability,
      kills: Math.max(input.kills ?? 0, processes.size),
      isSeen: (worker, seq) => this.#seen.get(worker)?.has(seq) === true,
    });
  }

  read(file: LogFile): void {
    const { bytes: content, damage } = file.read();
    if (damage !== null) this.#blame("torn", Buffer.from(`archive: ${damage}`), file.label, 0);
    const suffix = file.suffix ?? this.#input.lastSuffix;
    this.#suffixes.add(suffix);
    this.#overshoot.begin(content.length);
    for (let start = 0; start < content.length;) {
      const newline = content.indexOf(NEWLINE, start);
      const end = newline === -1 ? content.length : newline;
      if (end > start) {
        this.#readLine(file.label, suffix, start, content.subarray(start, end), newline !== -1);
      }
      start = end + 1;
    }
  }

  /** Lines that were there to be read, until their file was dropped; not those behind that. */
  readDropped({ size, content }: DroppedFile): void {
    for (let start = 0; start < size;) {
      const newline = content.indexOf(NEWLINE, start);
      if (newline === -1) return;
      const line = parseLine(content.subarray(start, newline));
      if (line !== null) this.#dropped.add(`${line.worker} ${line.seq}`);
      start = newline + 1;
    }
  }

  #readLine(file: string, suffix: string, offset: number, bytes: Buffer, ended: boolean): void {
    // A whole text without its newline is not a whole line: the next append would glue to it.
    const line = ended ? parseLine(bytes) : null;
    const acks = line === null ? undefined : this.#input.workers.get(line.worker);
    // A line's own words prove nothing: only the side file knows what it had to say.
    if (line === null || acks === undefined || !hasItsPad(line, acks)) {
      this.#broken.push({ file, offset, bytes: Buffer.from(bytes) });
      return;
    }
    if (!this.#sight(line)) this.#blame("twice", bytes, file, offset);
    if (!this.#overshoot.allows(line.worker, offset, bytes.length + 1)) {
      this.#blame("oversize", bytes, file, offset);
    }
    const itsFile = this.#input.numbered === true || this.#input.suffixOf(line.ms) === suffix;
    if (!itsFile || !hasItsTime(line, acks)) this.#blame("misfiled", bytes, file, offset);
  }

  /** False when the line was seen before. */
  #sight(line: StormLine): boolean {
    let seqs = this.#seen.get(line.worker);
    if (seqs === undefined) this.#seen.set(line.worker, (seqs = new Set()));
    if (seqs.has(line.seq)) return false;
    seqs.add(line.seq);
    return true;
  }

  /** A broken line is a fragment only if kills explain it; the longest say most clearly whose they are. */
  settleStumps(): void {
    const longestFirst = this.#broken.toSorted((a, b) => b.bytes.length - a.bytes.length);
    for (const { file, offset, bytes } of longestFirst) {
      if (this.#fragments.explain(bytes)) this.#count.fragments += 1;
      else this.#blame("torn", bytes, file, offset);
    }
  }

  settleLost(): void {
    const isRetired = this.#retirement();
    const missing: Missing[] = [];
    for (const [worker, { times, killed }] of this.#input.workers) {
      const seqs = this.#seen.get(worker) ?? new Set();
      const gone: number[] = [];
      let lastFound = -1;
      this.#count.acked += times.length;
      for (const [seq, ms] of times.entries()) {
        if (seqs.has(seq)) this.#count.found += 1;
        else if (isRetired(seq, ms, seqs, worker)) this.#count.retired += 1;
        else gone.push(seq);
        if (seqs.has(seq) || this.#dropped.has(`${worker} ${seq}`)) lastFound = seq;
      }
      if (gone.length > 0) missing.push({ worker, seqs: gone, lastFound });
      this.#settleExtra(worker, times.length, killed, seqs);
    }
    this.#settleMissing(missing);
  }

  #settleMissing(missing: readonly Missing[]): void {
    const { workers, durability } = this.#input;
    const isInFragment = (worker: string, seq: number) => this.#fragments.holds(worker, seq);
    const excused =
      durability === "buffered" ? excusedLines(missing, workers, isInFragment) : new Set();
    for (const { worker, seqs } of missing) {
      for (const seq of seqs) {
        if (excused.has(`${worker} ${seq}`)) this.#count.excused += 1;
        else this.#blame("lost", Buffer.from(describeLost(worker, seq, this.#input)));
      }
    }
  }

  /** Whether retention was told to remove a missing line. */
  #retirement(): (seq: number, ms: number, seqs: ReadonlySet<number>, worker: string) => boolean {
    const { backupCount = 0, suffixOf, lastSuffix, numbered } = this.#input;
    if (backupCount === 0) return () => false;
    if (numbered === true) {
      const isKnown = this.#input.dropped !== undefined;
      return (seq, _ms, seqs, worker) =>
        seq < retiredUpTo(seqs) && (!isKnown || this.#dropped.has(`${worker} ${seq}`));
    }
    const retired = retiredPeriods(this.#suffixes, lastSuffix, backupCount);
    return (_seq, ms) => retired(suffixOf(ms));
  }

  /** A line beyond the acked calls is legal once, from a worker killed before it could ack. */
  #settleExtra(worker: string, acked: number, killed: boolean, seqs: ReadonlySet<number>): void {
    for (const seq of seqs) {
      if (seq < acked) continue;
      if (killed && seq === acked) this.#count.extra += 1;
      else this.#blame("torn", Buffer.from(`L|${worker}|${seq}|... of a call never made`));
    }
  }

  #blame(fault: Fault, bytes: Buffer, file?: string, offset?: number): void {
    this.#count[fault] += 1;
    if (this.#count[fault] > EXAMPLES_PER_FAULT) return;
    const text = excerpt(bytes);
    this.#offences.push(
      file === undefined || offset === undefined ? { fault, text } : { fault, file, offset, text },
    );
  }

  verdict(): Verdict {
    return { ...this.#count, overshoot: this.#overshoot.worst, offences: this.#offences };
  }
}

/** Whether a line's pad is as long as its call asked for; nobody knows of a call not acked. */
function hasItsPad({ seq, padLength }: StormLine, { pads }: WorkerAcks): boolean {
  return seq >= pads.length || pads[seq] === padLength;
}

/** Whether a line's time is its record's own; nobody knows of a call not acked. */
function hasItsTime({ seq, ms }: StormLine, { times }: WorkerAcks): boolean {
  return seq >= times.length || times[seq] === ms;
}

function describeLost(worker: string, seq: number, input: CheckInput): string {
  const ms = input.workers.get(worker)?.times[seq] ?? Number.NaN;
  return `L|${worker}|${seq}|${ms}|... of ${input.suffixOf(ms)}`;
}

/** A line as it can be printed: cut in the middle, control characters escaped. */
function excerpt(bytes: Buffer): string {
  const whole = bytes.length <= 96;
  const shown = whole
    ? bytes.toString("utf8")
    : `${bytes.toString("utf8", 0, 56)}...(${bytes.length} bytes)...${bytes.toString("utf8", bytes.length - 24)}`;
  return JSON.stringify(shown);
}
