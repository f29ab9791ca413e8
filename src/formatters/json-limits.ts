// How much of a value goes into a line of JSON, and where a writer is while it goes
// through one. The formatter keeps the limits; each line, while it is written, has a
// walk of its own, since a getter or a toJSON in the midst of one may log.

import { refusal } from "../core/refusal.ts";

/** The limits of a formatter; see `JsonFormatterOptions`. */
export interface JsonLimits {
  readonly maxDepth: number;
  readonly maxItems: number;
  readonly maxLength: number;
}

/** The limits by their names, as they are if nobody says otherwise. */
export const JSON_LIMITS: JsonLimits = { maxDepth: 8, maxItems: 1000, maxLength: 65_536 };

/** @throws ValueError for a limit that is no whole number above zero. */
export function checkLimits(limits: JsonLimits): JsonLimits {
  for (const [name, value] of Object.entries(limits) as [string, unknown][]) {
    if (Number.isSafeInteger(value) && (value as number) >= 1) continue;
    const accepted = "a whole number from 1";
    throw refusal(name, value, accepted);
  }
  return limits;
}

/** Objects and arrays in one line; the same object in many places counts each time. */
const MOST_CONTAINERS = 10_000;

/** One line's way through its values. */
export class JsonWalk {
  readonly maxDepth: number;
  readonly maxItems: number;
  readonly maxLength: number;
  /** The objects that the writer is in, from the outermost. */
  readonly #above: (object | null)[];
  #depth = 0;
  #left = MOST_CONTAINERS;

  constructor({ maxDepth, maxItems, maxLength }: JsonLimits) {
    this.maxDepth = maxDepth;
    this.maxItems = maxItems;
    this.maxLength = maxLength;
    this.#above = [];
  }

  /** Puts the walk back to its beginning. */
  restart(): this {
    for (; this.#depth > 0; this.#depth--) this.#above[this.#depth - 1] = null;
    this.#left = MOST_CONTAINERS;
    return this;
  }

  get depth(): number {
    return this.#depth;
  }

  /** Whether the writer is in this object. */
  isIn(object: object): boolean {
    for (let i = 0; i < this.#depth; i++) if (this.#above[i] === object) return true;
    return false;
  }

  /** Goes into an object; false if that is too deep, or too much for a line. */
  enter(object: object): boolean {
    if (this.#depth >= this.maxDepth || this.#left === 0) return false;
    this.#left -= 1;
    this.#above[this.#depth] = object;
    this.#depth += 1;
    return true;
  }

  /** Goes out again, to where the depth was `depth`. */
  leaveTo(depth: number): void {
    while (this.#depth > depth) {
      this.#depth -= 1;
      this.#above[this.#depth] = null;
    }
  }
}

/** Walks that no line is using. One is enough but for lines within lines. */
export class SpareWalk {
  readonly #limits: JsonLimits;
  #spare: JsonWalk | null = null;

  constructor(limits: JsonLimits) {
    this.#limits = limits;
  }

  /** A walk at its beginning, for one line. */
  take(): JsonWalk {
    const walk = this.#spare ?? new JsonWalk(this.#limits);
    this.#spare = null;
    return walk;
  }

  /** Takes it back when the line is done. */
  give(walk: JsonWalk): void {
    this.#spare = walk.restart();
  }
}
