// The kinds of values that documents have, as schemas: flags, numbers, levels, lists.
// config-schema.ts and handler-schemas.ts are made of these. Each says in words what it
// accepts, which becomes the `accepted` of an error and the description in the published
// JSON Schema. Where a value may stand, so may `ext://` and `cfg://`, and what a program
// that writes its documents in JavaScript puts there.

import * as v from "valibot";

import type { Level } from "../../core/level.ts";
import { isPlainObject } from "../../core/value.ts";

/** A schema of the values of an option of type T. What it takes besides, stands for a T. */
export type ValueSchema<T> = v.GenericSchema<T>;

/** The schemas of all options of a type. */
export type ValueSchemas<T> = { readonly [K in keyof Required<T>]: ValueSchema<T[K]> };

/** What a schema that is a mere test would be in JSON Schema; see jsonFormOf. */
const forms = new WeakMap<object, v.GenericSchema<unknown>>();

/** A value that is looked up. */
export const REFERENCE: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.regex(/^(?:ext|cfg):\/\/./),
  v.description("ext:// and the name of a registered value, or cfg:// and a path in this document"),
);

/** A thing of the program's: a function, an object of a class, one with methods. JSON has none. */
export const LIVE: v.GenericSchema<object> = v.custom<object>((value) => {
  if (typeof value !== "object" || value === null) return typeof value === "function";
  if (Array.isArray(value)) return false;
  return !isPlainObject(value) || Object.values(value).some((each) => typeof each === "function");
});

/**
 * Values that one of these schemas accepts; `accepted` says so in words. It is all that
 * an error says: which of the schemas came nearest would be of no use.
 */
export function valueOf<T>(
  accepted: string,
  ...schemas: v.GenericSchema<unknown>[]
): ValueSchema<T> {
  const union = v.union([...schemas, REFERENCE, LIVE]);
  const schema = v.custom<T>((value) => v.is(union, value), accepted);
  forms.set(schema, v.pipe(v.union([...schemas, REFERENCE]), v.description(accepted)));
  return schema;
}

/** What stands for a schema made by valueOf in JSON Schema; null for other schemas. */
export function jsonFormOf(schema: object): v.GenericSchema<unknown> | null {
  return forms.get(schema) ?? null;
}

/** One of a few words. */
export function wordOf<T extends string>(...words: readonly [T, ...T[]]): ValueSchema<T> {
  return valueOf(words.map((word) => `'${word}'`).join(", "), v.picklist(words));
}

/** Python's None, or the key left out: as if nothing were said. */
export function maybe<T>(schema: ValueSchema<T>): v.GenericSchema<T | null | undefined> {
  return v.nullish(schema) as v.GenericSchema<T | null | undefined>;
}

/** A list. */
export function listOf<T>(accepted: string, item: v.GenericSchema<unknown>): ValueSchema<T> {
  return valueOf(accepted, v.array(item, accepted));
}

/** True or false, or Python's numbers for them. */
export const FLAG: ValueSchema<boolean> = valueOf("true or false", v.boolean(), v.picklist([0, 1]));

export const TEXT: ValueSchema<string> = valueOf("a text", v.string());

export const WHOLE: ValueSchema<number> = valueOf(
  "a whole number",
  v.pipe(v.number(), v.integer()),
);

export const NUMBER: ValueSchema<number> = valueOf("a number", v.number());

export const LEVEL: ValueSchema<Level> = valueOf(
  "a whole number or the name of a level",
  v.string(),
  v.pipe(v.number(), v.integer()),
);

export const OBJECT: ValueSchema<Readonly<Record<string, unknown>>> = valueOf(
  "an object",
  v.record(v.string(), v.unknown()),
);

/** A function, which only a program can give; a document names it by `ext://`. */
export const FUNCTION: ValueSchema<never> = valueOf("a function, or ext:// with its name");

/** What Node's `tls.connect` takes. */
export const TLS: ValueSchema<Record<string, unknown>> = valueOf(
  "an object with options of tls.connect",
  v.record(v.string(), v.unknown()),
);

/** The kinds that the published JSON Schema says once, by name. */
export const NAMED_VALUES: Readonly<Record<string, v.GenericSchema<unknown>>> = {
  reference: REFERENCE,
  flag: FLAG,
  text: TEXT,
  whole: WHOLE,
  number: NUMBER,
  level: LEVEL,
  object: OBJECT,
  function: FUNCTION,
  tls: TLS,
};
