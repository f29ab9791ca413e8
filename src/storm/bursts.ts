// When and how a worker of durability `buffered` or `journal` bursts: it logs hundreds
// of lines in one turn, long ones among them, without a pause between the turns, so that
// batches of tens of KiB are written all the time, and a kill that is due is likely to
// come in the middle of one. Where the process can aim its own death (death-timer.ts), it
// does. Used inside worker processes; asks no clock.

import type { DrainAim } from "./drain-aim.ts";
import { MAX_PAD_LENGTH } from "./line.ts";
import type { Random } from "./random.ts";

/**
 * Who aims its own death needs some turns for it, and a busy machine grants few: so kills from
 * outside come this much later, in milliseconds, where processes burst.
 */
export const AIM_MS = 40;
/** From a little before a kill is due until it surely has come. */
const WINDOW = { beforeMs: 3, afterMs: AIM_MS + 30 };
/** One kill in this many comes without a burst. */
const CALM_ONE_IN = 5;
/** Bytes of one turn's lines: less than one batch, up to some. */
const TURN_BYTES = { least: 2_000, most: 160_000 };
/** A process that is young does not log faster than some ten lines in a millisecond. */
const MOST_LINES = 200;
/** What a slow kill may cost in disk space. */
const MOST_BYTES = 5_000_000;
/** Pads of about these lengths: many short lines in a batch, or few long ones. */
const PAD_LENGTHS = [40, 300, 2000, 8000];
/** How likely a turn of a burst is the last one of a process that aims its death. */
const DEATH_CHANCE = 0.7;
/** Full batches are written in the middle of a turn, the last one at its end. */
const DEATH_IN_TURN_MICROS = 1500;
/** With longer pads than this on average, batches are full every few hundred microseconds. */
const LONG_PAD = 500;

/** When a process dies, in whole microseconds. */
export interface Death {
  /** Counted from the turn's beginning, or from behind its last line. */
  readonly from: "begin" | "end";
  readonly micros: number;
}

interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  bytes: number;
}

/** The bursts of one process. */
export class Bursts {
  readonly #random: Random;
  readonly #windows: readonly Window[];

  /** @param kills - when this process may be killed, real milliseconds since the start. */
  constructor(kills: readonly number[], random: Random) {
    this.#random = random;
    this.#windows = kills
      .filter(() => random.whole(1, CALM_ONE_IN) > 1)
      .map((atMs) => ({
        fromMs: atMs - WINDOW.beforeMs,
        toMs: atMs + WINDOW.afterMs,
        bytes: 0,
      }));
  }

  /** Whether the next turn should come at once. */
  isUnderWay(nowMs: number): boolean {
    return this.#windowAt(nowMs) !== null;
  }

  /** The pads of the lines to log in this turn; none outside of a burst. */
  padsOf(nowMs: number): number[] {
    const window = this.#windowAt(nowMs);
    if (window === null) return [];
    const scale = this.#random.pick(PAD_LENGTHS);
    const pads: number[] = [];
    let left = this.#random.whole(TURN_BYTES.least, TURN_BYTES.most);
    while (left > 0 && pads.length < MOST_LINES) {
      const pad = Math.min(this.#random.whole(0, 2 * scale), MAX_PAD_LENGTH);
      pads.push(pad);
      // A pad's character has two bytes or so, on average; a line's head some forty.
      left -= 40 + 2 * pad;
      window.bytes += 40 + 2 * pad;
    }
    return pads;
  }

  /**
   * Whether and when the process may die in a turn that it logs so many lines in: so many
   * microseconds after its beginning, or after its last line.
   *
   * @param aim - knows when the batch behind the last line will be written.
   */
  deathOf(pads: readonly number[], aim: DrainAim): Death | null {
    if (pads.length === 0 || this.#random.next() >= DEATH_CHANCE) return null;
    const isLong = pads.reduce((sum, pad) => sum + pad, 0) / pads.length > LONG_PAD;
    if (isLong && this.#random.next() < 0.3) {
      return { from: "begin", micros: this.#random.whole(1, DEATH_IN_TURN_MICROS) };
    }
    const micros = aim.pick(this.#random);
    return micros === null ? null : { from: "end", micros };
  }

  #windowAt(nowMs: number): Window | null {
    const found = this.#windows.find(
      ({ fromMs, toMs, bytes }) => fromMs <= nowMs && nowMs < toMs && bytes < MOST_BYTES,
    );
    return found ?? null;
  }
}
