// What a formatter's `serializers` and `redact` make of the fields and the error of a
// line before they are written: first the serializers, then the masks. What our own
// serializer of errors gets is masked before as well, since it makes one text of several
// messages and stacks. Both ways of a call come here, the one with a record and the one
// without. Nothing is changed in place, nothing throws: a serializer that does is
// reported, and the line says so.

import { isPromiseReported } from "../core/on-rejection.ts";
import type { Redaction } from "../core/redaction.ts";
import { reportError } from "../core/self-report.ts";
import { isError, readProperty } from "../core/value.ts";
import { threwText } from "./json-value.ts";
import { serializers as standard } from "./serializers.ts";
import type { Serializer, Serializers } from "./serializers.ts";

type Fields = Readonly<Record<string, unknown>>;

const isEnumerable = Object.prototype.propertyIsEnumerable;

/** The serializers and the masks of one formatter. */
export class FieldRewrite {
  /** The formatter, to which failures are put down. */
  readonly #owner: object;
  readonly #serializers: ReadonlyMap<string, Serializer>;
  readonly #redaction: Redaction | null;
  readonly #errorName: string | null;

  /** @param errorNames what the line's error may be called by; the first that has a serializer is it */
  constructor(
    owner: object,
    serializers: Serializers,
    redaction: Redaction | null,
    errorNames: readonly string[],
  ) {
    this.#owner = owner;
    this.#serializers = new Map(Object.entries(serializers));
    this.#redaction = redaction;
    this.#errorName = errorNames.find((name) => this.#serializers.has(name)) ?? null;
  }

  /** The fields as they are to be written; the same object where nothing is to be done. */
  fields(fields: Fields): Fields {
    const redaction = this.#redaction;
    if (redaction === null) return this.#serialized(fields);
    return redaction.inTurn(() => redaction.fields(this.#serialized(fields)));
  }

  /** One value, by its name in the line; undefined if it is to be left out. */
  value(name: string, value: unknown): unknown {
    const redaction = this.#redaction;
    const serializer = this.#serializers.get(name);
    if (redaction === null) {
      return serializer === undefined ? value : this.#run(name, serializer, value);
    }
    if (serializer === undefined) return redaction.value(name, value);
    return redaction.inTurn(() => redaction.value(name, this.#run(name, serializer, value)));
  }

  /** What is written in the place of a line's error; null or undefined for nothing. */
  error(thrown: unknown): unknown {
    const name = this.#errorName;
    const serializer = name === null ? undefined : this.#serializers.get(name);
    const redaction = this.#redaction;
    if (name === null || serializer === undefined) {
      return redaction === null ? thrown : redaction.error(thrown);
    }
    if (redaction === null) return this.#called(name, serializer, thrown);
    return redaction.inTurn(() => {
      const given = serializer === standard.err ? redaction.error(thrown) : thrown;
      return redaction.error(this.#called(name, serializer, given));
    });
  }

  /** Whether what `error` gave is to be written as the value it is, not as a thing that was thrown. */
  isPlain(thrown: unknown, shown: unknown): boolean {
    return this.#errorName !== null || (shown !== thrown && !isError(shown));
  }

  /** Whether a serializer is there for the field: what it gives may differ from call to call. */
  serializes(name: string): boolean {
    return this.#serializers.has(name);
  }

  #serialized(fields: Fields): Fields {
    let has = false;
    for (const name of this.#serializers.keys()) has ||= isEnumerable.call(fields, name);
    if (!has) return fields;
    const shown: Record<string, unknown> = Object.create(null);
    for (const name of Object.keys(fields)) {
      const value = readProperty(fields, name);
      const serializer = this.#serializers.get(name);
      shown[name] = serializer === undefined ? value : this.#run(name, serializer, value);
    }
    return shown;
  }

  #run(name: string, serializer: Serializer, value: unknown): unknown {
    const isMasked = this.#redaction !== null && serializer === standard.err;
    const given = isMasked ? this.#redaction.value(name, value) : value;
    return this.#called(name, serializer, given);
  }

  #called(name: string, serializer: Serializer, value: unknown): unknown {
    if (value === undefined) return undefined;
    try {
      const shown = serializer(value);
      // A promise that was logged itself is the application's affair.
      if (shown !== value) {
        isPromiseReported(shown, this.#owner, `the serializer of ${JSON.stringify(name)}`);
      }
      return shown;
    } catch (error) {
      reportError(this.#owner, error, `the serializer of ${JSON.stringify(name)} failed`);
      return threwText("serializer", error);
    }
  }
}
