// Which broken lines are what a kill may leave. A write that a SIGKILL cuts leaves the
// beginning of a line: of the one call that had not returned, or, where lines are
// written many at once, of any of them. Each kill cuts one write at most. Pure; used
// by the checker once all whole lines are known.

import type { WorkerAcks } from "./acks.ts";
import { isBatched } from "./durabilities.ts";
import type { Durability } from "./durabilities.ts";
import { formatLine, isStump, parseLine } from "./line.ts";
import { processOf } from "./overshoot.ts";

export interface FragmentsInput {
  readonly workers: ReadonlyMap<string, WorkerAcks>;
  readonly durability: Durability;
  /**
   * SIGKILLs in all. The lines in a journal are written by whoever finds it, who may be
   * killed as well: there, any kill may have cut any dead worker's line.
   */
  readonly kills: number;
  /** Whether a worker's line is there whole. */
  readonly isSeen: (worker: string, seq: number) => boolean;
}

/** The beginning of one line, or all of it, inside a broken one. */
interface Part {
  readonly worker: string;
  /** Null if it broke off before its number. */
  readonly seq: number | null;
}

const HEAD = /^L\|([A-Za-z0-9.-]+)\|(\d{1,15})\|/;
const HEAD_BYTES = 96;

/** Accounts for the broken lines of one log. */
export class Fragments {
  readonly #input: FragmentsInput;
  readonly #dead: ReadonlyMap<string, WorkerAcks>;
  /** Processes whose own death is accounted for. */
  readonly #spent = new Set<string>();
  readonly #inFragments = new Set<string>();
  #left: number;

  constructor(input: FragmentsInput) {
    this.#input = input;
    this.#dead = new Map([...input.workers].filter(([, { killed }]) => killed));
    this.#left = input.kills;
  }

  /**
   * Whether kills explain a broken line; those that it takes explain no other. The
   * longest lines should come first, for they say most clearly whose they are.
   */
  explain(bytes: Buffer): boolean {
    const parts = this.#partsOf(bytes, this.#spent);
    if (parts === null || parts.length > this.#left) return false;
    this.#left -= parts.length;
    for (const { worker, seq } of parts) {
      if (this.#input.durability !== "journal") this.#spent.add(processOf(worker));
      if (seq !== null) this.#inFragments.add(`${worker} ${seq}`);
    }
    return true;
  }

  /** Whether a line is in a fragment, cut off or glued behind another's stump. */
  holds(worker: string, seq: number): boolean {
    return this.#inFragments.has(`${worker} ${seq}`);
  }

  /**
   * One line's beginning, or several, each behind the other: the next process wrote right
   * behind the first one's stump, and was killed before it could end that.
   */
  #partsOf(bytes: Buffer, spent: ReadonlySet<string>): Part[] | null {
    const one = this.#partOf(bytes, spent);
    if (one !== null) return [one];
    for (let cut = bytes.indexOf("L|", 1); cut > 0; cut = bytes.indexOf("L|", cut + 1)) {
      const first = this.#partOf(bytes.subarray(0, cut), spent);
      if (first === null) continue;
      const rest = this.#partsOf(bytes.subarray(cut), this.#with(spent, first));
      if (rest !== null) return [first, ...rest];
    }
    return null;
  }

  #with(spent: ReadonlySet<string>, { worker }: Part): ReadonlySet<string> {
    return this.#input.durability === "journal" ? spent : new Set([...spent, processOf(worker)]);
  }

  #partOf(bytes: Buffer, spent: ReadonlySet<string>): Part | null {
    const batched = isBatched(this.#input.durability);
    const head = batched ? HEAD.exec(bytes.toString("latin1", 0, HEAD_BYTES)) : null;
    if (head !== null) return this.#knownPart(bytes, head[1] ?? "", Number(head[2]), spent);
    const whole = parseLine(bytes);
    for (const [worker, { times }] of this.#dead) {
      if (spent.has(processOf(worker))) continue;
      const seq = times.length;
      if (batched) {
        if (isShortHead(bytes, worker, seq)) return { worker, seq: null };
        continue;
      }
      const isWhole = whole?.worker === worker && whole.seq === seq;
      const fits = isWhole || isStump(bytes, worker, seq);
      if (fits && !this.#input.isSeen(worker, seq)) return { worker, seq };
    }
    return null;
  }

  /** A part that says whose it is; of a call that returned, every byte is known. */
  #knownPart(bytes: Buffer, worker: string, seq: number, spent: ReadonlySet<string>): Part | null {
    const acks = this.#dead.get(worker);
    if (acks === undefined || spent.has(processOf(worker)) || seq > acks.times.length) return null;
    const { durability, isSeen } = this.#input;
    // Only a journal gives a cut line back.
    if (durability !== "journal" && isSeen(worker, seq)) return null;
    if (seq < acks.times.length) {
      return lineOf(acks, worker, seq).subarray(0, bytes.length).equals(bytes)
        ? { worker, seq }
        : null;
    }
    const whole = parseLine(bytes);
    const isWhole = whole?.worker === worker && whole.seq === seq;
    return isWhole || isStump(bytes, worker, seq) ? { worker, seq } : null;
  }
}

/** What the line of a returned call must be, without its newline. */
export function lineOf({ times, pads }: WorkerAcks, worker: string, seq: number): Buffer {
  const [ms, padLength] = [times[seq] ?? Number.NaN, pads[seq] ?? 0];
  return Buffer.from(formatLine({ worker, seq, ms, padLength }));
}

/** Whether a line broke off before the end of its number, which is `most` at most. */
function isShortHead(bytes: Buffer, worker: string, most: number): boolean {
  const head = `L|${worker}|`;
  const text = bytes.toString("latin1");
  if (text.length <= head.length) return head.startsWith(text);
  const digits = text.slice(head.length);
  return text.startsWith(head) && /^\d{1,15}$/.test(digits) && Number(digits) <= most;
}
