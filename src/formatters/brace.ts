// The `{` style of formats, CPython's StrFormatStyle: "{levelname:<8} {message}".
// Fields may reach into values ("{ctx[user]}", "{ctx.user}"), specs may hold
// fields. Reading a value's property may run an application's getter, which may
// throw: what it throws is shown in place.

import { types } from "node:util";

import { AttributeError, IndexError, KeyError, typeError, ValueError } from "../core/errors.ts";
import { typeName } from "../core/percent.ts";
import type { LogRecord } from "../core/record.ts";
import { ascii, readProperty, repr, toText } from "../core/value.ts";
import { parseBraces } from "./brace-parse.ts";
import type { BraceField, BraceTemplate } from "./brace-parse.ts";
import { checkSize, formatSpec, shownCharacter } from "./format-spec.ts";
import { fieldLookup } from "./record-values.ts";
import type { Defaults, FieldLookup, FormatStyle, TextPiece } from "./record-values.ts";

// CPython's two patterns, for what validate() accepts: to Python, `$` is before a last newline too.
const SPEC =
  /^(?:[^\n]?[<>=^])?[+ -]?#?0?(?:\p{Nd}+|\{[\p{L}\p{N}_]+\})?[,_]?(?:\.(?:\p{Nd}+|\{[\p{L}\p{N}_]+\}))?[bcdefgnosx%]?\n?$/iu;
const FIELD = /^[\p{L}\p{N}_]+(?:\.[\p{L}\p{N}_]+|\[[^\]]+\])*\n?$/u;

/** A `{` format, parsed once. */
export class BraceStyle implements FormatStyle {
  readonly format: string;
  readonly usesTime: boolean;
  readonly #template: BraceTemplate;
  readonly #lookup: FieldLookup;

  constructor(format: string | null, defaults: Defaults | null = null) {
    this.format = format || "{message}";
    this.usesTime = this.format.includes("{asctime");
    this.#template = parseBraces(this.format);
    this.#lookup = fieldLookup(defaults);
  }

  validate(): void {
    let fields = 0;
    for (const segment of this.#template.segments) {
      if (typeof segment === "string") continue;
      const { name, conversion, spec } = segment;
      if (name !== "" && !FIELD.test(name)) {
        throw this.#invalid(`invalid field name/expression: ${repr(name)}`);
      }
      if (name !== "") fields++;
      if (conversion !== "" && !"rsa".includes(conversion)) {
        throw this.#invalid(`invalid conversion: ${repr(conversion)}`);
      }
      if (spec !== "" && !SPEC.test(spec)) throw this.#invalid(`bad specifier: ${repr(spec)}`);
    }
    if (this.#template.failure !== null) throw this.#invalid(this.#template.failure);
    if (fields === 0) throw this.#invalid("no fields");
  }

  pieces(): readonly TextPiece[] | null {
    if (this.#template.failure !== null) return null;
    const pieces: TextPiece[] = [];
    for (const segment of this.#template.segments) {
      if (typeof segment === "string") {
        pieces.push(segment);
        continue;
      }
      const { name: key, conversion, spec, nested } = segment;
      if (nested !== null || !/^[^.[]+$/.test(key) || /^[0-9]+$/.test(key)) return null;
      const isBare = conversion === "" && spec === "";
      const render = (value: unknown): string => formatSpec(converted(value, conversion), spec);
      pieces.push({ key, render: isBare ? null : render });
    }
    return pieces;
  }

  render(record: LogRecord): string {
    return this.#expand(this.#template, record, 2);
  }

  #invalid(why: string): ValueError {
    return new ValueError(`invalid format: ${why}`, {
      value: this.format,
      accepted: "a text with at least one field such as {message}, and {{ for a brace",
    });
  }

  #expand(template: BraceTemplate, record: LogRecord, depth: number): string {
    if (depth === 0) throw new ValueError("Max string recursion exceeded");
    let text = "";
    for (const segment of template.segments) {
      text += typeof segment === "string" ? segment : this.#field(segment, record, depth);
    }
    if (template.failure !== null) throw new ValueError(template.failure);
    return text;
  }

  #field(field: BraceField, record: LogRecord, depth: number): string {
    const value = converted(this.#value(field.name, record), field.conversion);
    const spec = field.nested === null ? field.spec : this.#expand(field.nested, record, depth - 1);
    return formatSpec(value, spec);
  }

  #value(name: string, record: LogRecord): unknown {
    const first = /^[^.[]*/.exec(name)?.[0] ?? "";
    if (/^[0-9]*$/.test(first)) {
      throw new IndexError(
        `Replacement index ${Number(first)} out of range for positional args tuple`,
        { value: name, accepted: "the name of a field" },
      );
    }
    let value = this.#lookup(record, first);
    for (const [, attribute, index] of steps(name.slice(first.length))) {
      value = attribute === undefined ? item(value, index ?? "") : property(value, attribute);
    }
    return value;
  }
}

function steps(path: string): RegExpMatchArray[] {
  const found = [...path.matchAll(/\.([^.[]*)|\[([^\]]*)\]?/gy)];
  for (const [whole, attribute, index] of found) {
    if (attribute === "" || index === "") throw new ValueError("Empty attribute in format string");
    if (index !== undefined && !whole.endsWith("]")) {
      throw new ValueError("Missing ']' in format string");
    }
  }
  const length = found.reduce((sum, [whole]) => sum + whole.length, 0);
  if (length < path.length) {
    throw new ValueError("Only '.' or '[' may follow ']' in format field specifier");
  }
  return found;
}

function property(value: unknown, name: string): unknown {
  if (typeof value === "object" && value !== null && has(value, name)) {
    return readProperty(value, name);
  }
  throw new AttributeError(`'${typeName(value)}' object has no attribute ${repr(name)}`, {
    value: name,
  });
}

function item(value: unknown, key: string): unknown {
  const index = indexOf(key);
  if (typeof value === "string") {
    if (index === null) throw typeError("string indices must be integers, not 'str'");
    return element(Array.from(value), index, "string");
  }
  if (Array.isArray(value)) {
    if (index === null) throw typeError("list indices must be integers or slices, not str");
    return element(value, index, "list");
  }
  if (typeof value !== "object" || value === null) {
    throw typeError(`'${typeName(value)}' object is not subscriptable`);
  }
  if (types.isMap(value) && value.has(key)) return value.get(key);
  if (has(value, key)) return readProperty(value, key);
  throw new KeyError(key, { value: key });
}

function indexOf(key: string): number | null {
  if (!/^[0-9]+$/.test(key)) return null;
  checkSize(key, key);
  return Number(key);
}

function element(items: readonly unknown[], index: number, kind: string): unknown {
  if (index < items.length) return items[index];
  throw new IndexError(`${kind} index out of range`, { value: index });
}

// What every object inherits (constructor, toString) is no data.
function has(value: object, key: string): boolean {
  return Object.hasOwn(value, key) || (key in value && !(key in Object.prototype));
}

function converted(value: unknown, conversion: string): unknown {
  switch (conversion) {
    case "":
      return value;
    case "s":
      return toText(value);
    case "r":
      return repr(value);
    case "a":
      return ascii(value);
    default:
      throw new ValueError(`Unknown conversion specifier ${shownCharacter(conversion, 127)}`, {
        value: conversion,
        accepted: "r, s or a",
      });
  }
}
