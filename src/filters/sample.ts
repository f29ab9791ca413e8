// The filter that keeps a share of the records: by chance, every so many, or by a key,
// so that what belongs together (a request, a trace) is kept or left out together, in
// this process and in every other with the same rate. Warnings and worse always pass.
// Nothing is remembered of single keys.

import { ValueError } from "../core/errors.ts";
import type { FilterObject, FilterResult } from "../core/filter.ts";
import { checkLevelInAnyCase, WARNING } from "../core/level.ts";
import type { Level } from "../core/level.ts";
import { checkOptionNames } from "../core/options.ts";
import { isPromiseReported } from "../core/on-rejection.ts";
import type { LogRecord } from "../core/record.ts";
import { typeRefusal } from "../core/refusal.ts";
import { shortRepr, toText } from "../core/value.ts";
import { COUNT, numberOption } from "./number-option.ts";
import type { NumberRule } from "./number-option.ts";
import { keyReader } from "./record-key.ts";
import type { KeyReader, RecordKey } from "./record-key.ts";
import { fieldOption, withField } from "./with-field.ts";

/** What SampleFilter keeps: `rate` or `every` must be given. */
export interface SampleFilterOptions {
  /** The share that is kept, from 0 to 1: 0.1 for one in ten. */
  readonly rate?: number | undefined;
  /** The first record, and then every so manieth. */
  readonly every?: number | undefined;
  /**
   * What decides, with `rate`, in place of chance: a field's name, or a function. Records
   * with the same key are all kept, or none of them. Those without one are left to chance.
   */
  readonly key?: RecordKey | undefined;
  /** Records of this level and above always pass; WARNING if not given. */
  readonly passLevel?: Level | undefined;
  /** The name of a field that says how many records a kept one stands for; null, as if not given: none. */
  readonly field?: string | null | undefined;
  /** Another number makes another choice among the keys; 0 if not given. */
  readonly seed?: number | undefined;
  /** Numbers from 0 to below 1; Math.random if not given. */
  readonly random?: (() => number) | undefined;
}

const OPTIONS: readonly string[] = ["rate", "every", "key", "passLevel", "field", "seed", "random"];

const SHARE: NumberRule = {
  accepted: "a number from 0 to 1",
  isFine: (value) => value >= 0 && value <= 1,
};

const WHOLE: NumberRule = { accepted: "a whole number", isFine: Number.isSafeInteger };

/** Keeps a share of the records below `passLevel`. */
export class SampleFilter implements FilterObject {
  readonly #rate: number;
  readonly #every: number | null;
  readonly #key: KeyReader | null;
  readonly #passLevel: number;
  readonly #field: string | null;
  readonly #seed: number;
  readonly #random: () => number;
  #seen = 0;

  /** @throws TypeError or ValueError that names the option that isn't accepted. */
  constructor(options: SampleFilterOptions) {
    checkOptionNames(options, OPTIONS);
    const given: SampleFilterOptions = options ?? {};
    const { rate, every, key, passLevel = WARNING, field = null, seed = 0 } = given;
    if ((rate === undefined) === (every === undefined)) throw oneOfTwo(given);
    this.#every = every === undefined ? null : numberOption("every", every, COUNT);
    this.#rate = rate === undefined ? 1 / (this.#every ?? 1) : numberOption("rate", rate, SHARE);
    if (key !== undefined && this.#every !== null) throw keyNeedsRate(key);
    this.#key = key === undefined ? null : keyReader(key);
    this.#passLevel = checkLevelInAnyCase(passLevel);
    this.#field = fieldOption(field);
    this.#seed = numberOption("seed", seed, WHOLE);
    this.#random = checkRandom(given.random ?? Math.random);
  }

  filter(record: LogRecord): FilterResult {
    if (record.levelno >= this.#passLevel) return true;
    if (!this.#isKept(record)) return false;
    return this.#field === null ? true : withField(record, this.#field, 1 / this.#rate);
  }

  #isKept(record: LogRecord): boolean {
    const every = this.#every;
    if (every !== null) {
      const kept = this.#seen === 0;
      this.#seen = (this.#seen + 1) % every;
      return kept;
    }
    const key = this.#key === null ? null : this.#key(record);
    if (key !== null) return shareOf(toText(key), this.#seed) < this.#rate;
    const chance: unknown = this.#random();
    // What is no number decides nothing, and loses nothing.
    if (isPromiseReported(chance, this, "the option random")) return true;
    return (chance as number) < this.#rate;
  }
}

/**
 * A number from 0 to below 1 that is the same for the same text, everywhere, and spread
 * evenly: FNV-1a over the UTF-16 units, and MurmurHash3's last steps, since FNV leaves
 * the upper bits of short texts alike.
 */
function shareOf(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}

function oneOfTwo(given: SampleFilterOptions): ValueError {
  const accepted = "either rate (0 to 1) or every (1, 2, ...)";
  const what = given.rate === undefined ? "neither rate nor every" : "rate and every";
  return new ValueError(`SampleFilter was given ${what}; accepted: ${accepted}`, {
    value: given,
    accepted,
  });
}

function keyNeedsRate(key: unknown): ValueError {
  const accepted = "key with rate";
  return new ValueError(`key can't be ${shortRepr(key)} with every; accepted: ${accepted}`, {
    value: key,
    accepted,
  });
}

function checkRandom(value: () => number): () => number {
  if (typeof value === "function") return value;
  const accepted = "a function that gives numbers from 0 to below 1";
  throw typeRefusal("random", value, accepted);
}
