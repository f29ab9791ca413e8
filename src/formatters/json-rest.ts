// What stands in a line of JSON besides our own keys and the message, for calls without a
// record: the fields that a `with()` has bound, those of the call, and its error. The
// line encoders put it; to the byte it is what json-line.ts makes of a record.

import { isPresent } from "../core/formatter.ts";
import { bytesFrom, putBytes } from "../core/line-bytes.ts";
import { readProperty } from "../core/value.ts";
import { errorInField, putErrorOf, shownError } from "./json-error.ts";
import type { JsonWalk, SpareWalk } from "./json-limits.ts";
import { closeNest, putFields, putLifted } from "./json-line.ts";
import type { Fields } from "./json-line.ts";
import type { JsonShape } from "./json-shape.ts";

/** The rest of the lines of one logger. */
export class LineRest {
  /** What a call without fields and error has; null for what must be made each time. */
  readonly alone: Buffer | null;
  readonly #shape: JsonShape;
  readonly #walks: SpareWalk;
  readonly #bound: BoundBytes | null;
  /** Whether fields stand in the line as they are, with nothing in front of them or behind. */
  readonly #isPlain: boolean;

  constructor(bound: Fields | null, shape: JsonShape, walks: SpareWalk) {
    this.#shape = shape;
    this.#walks = walks;
    this.#bound = bound === null ? null : new BoundBytes(bound, shape, walks);
    const { nest, rewrite, lifted, error } = shape;
    const isBare = nest === null && rewrite === null && lifted === null;
    this.#isPlain = bound === null && isBare && error.fields.length === 0;
    const isFixed = this.#bound === null || this.#bound.fixed !== null;
    this.alone = isFixed ? bytesFrom(256, (bytes) => this.put(bytes, 0, null, null)) : null;
  }

  /** Puts it, each part behind a comma. */
  put(bytes: Buffer, at: number, fields: Fields | null, error: unknown): number {
    const shape = this.#shape;
    const walk = this.#walks.take();
    if (this.#isPlain && fields !== null && !isPresent(error)) {
      const end = putFields(bytes, at, fields, false, shape, walk);
      this.#walks.give(walk);
      return end;
    }
    const bound = this.#bound;
    // Bound fields have bytes of their own, or are among those that are gone through.
    const isApart =
      bound !== null && !(fields === null ? bound.fixed === null : bound.meets(fields));
    let told = fields;
    if (bound !== null && !isApart) told = fields === null ? bound.fields : bound.merged(fields);
    const inField = errorInField(told, isPresent(error), shape);
    if (inField !== null) told = inField.rest;
    const thrown = inField === null ? error : inField.error;
    const shown = shownError(thrown, shape);
    const hasError = isPresent(shown);
    const from = shape.nest === null ? at : putBytes(bytes, at, shape.nest);
    let to = from;
    if (to >= 0 && isApart) to = bound.put(bytes, to, hasError, walk);
    if (told !== null && shape.rewrite !== null) told = shape.rewrite.fields(told);
    if (to >= 0 && told !== null) to = putFields(bytes, to, told, hasError, shape, walk);
    if (to >= 0) to = putErrorOf(bytes, to, thrown, shown, shape, walk);
    if (to >= 0 && shape.nest !== null) to = closeNest(bytes, at, from, to);
    if (to >= 0 && told !== null && shape.lifted !== null) {
      to = putLifted(bytes, to, told, shape, walk);
    }
    this.#walks.give(walk);
    return to;
  }
}

/** The fields of a `with()`. */
class BoundBytes {
  readonly fields: Fields;
  /** Null where one of them may change: then they are read at each call. */
  readonly fixed: Buffer | null;
  readonly #shape: JsonShape;
  /** Whether one of them needs a look at all the others. */
  readonly #isFarReaching: boolean;

  constructor(fields: Fields, shape: JsonShape, walks: SpareWalk) {
    this.fields = fields;
    this.#shape = shape;
    const names = Object.keys(fields);
    const shown = shape.rewrite === null ? fields : shape.rewrite.fields(fields);
    // A field `error` has another name beside an error of the call, and what is lifted
    // stands elsewhere.
    const mayDiffer = (name: string): boolean =>
      shape.isErrorName(name) ||
      shape.lifted?.has(name) === true ||
      shape.rewrite?.serializes(name) === true;
    const isFixed = !names.some(mayDiffer) && !Object.values(shown).some(mayChange);
    const walk = walks.take();
    this.fixed = isFixed
      ? bytesFrom(256, (bytes) => putFields(bytes, 0, shown, false, shape, walk.restart()))
      : null;
    walks.give(walk);
    // An object of theirs that the call's fields hold, too, is masked in both.
    this.#isFarReaching =
      (shape.rewrite !== null && !isFixed) || names.some((name) => shape.farReaching.has(name));
  }

  put(bytes: Buffer, at: number, hasError: boolean, walk: JsonWalk): number {
    if (this.fixed !== null) return putBytes(bytes, at, this.fixed);
    const { rewrite } = this.#shape;
    const shown = rewrite === null ? this.fields : rewrite.fields(this.fields);
    return putFields(bytes, at, shown, hasError, this.#shape, walk);
  }

  /**
   * Whether a call's fields stand anywhere but behind the bound ones, or any of them
   * under another name: a key of both has the bound one's place, a name of ours looks
   * at all other names, and keys that are whole numbers come first in any object.
   */
  meets(fields: Fields): boolean {
    if (this.#isFarReaching) return true;
    const { farReaching } = this.#shape;
    for (const key in fields) {
      const first = key.charCodeAt(0);
      if (key in this.fields || farReaching.has(key) || (first >= 48 && first <= 57)) return true;
    }
    return false;
  }

  /** Both together, as a record has them. */
  merged(fields: Fields): Fields {
    const all: Record<string, unknown> = Object.create(null);
    for (const key of Object.keys(this.fields)) all[key] = this.fields[key];
    for (const key of Object.keys(fields)) all[key] = readProperty(fields, key);
    return all;
  }
}

function mayChange(value: unknown): boolean {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
