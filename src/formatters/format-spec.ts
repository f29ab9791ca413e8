// Python's format(value, spec) for text and numbers: the part after the colon in
// "{levelname:<8}". The brace style comes here. A number without fraction is an
// int to these rules, any other a float; all other values are formatted as text.

import { ValueError } from "../core/errors.ts";
import { exponentText, fixedText, generalText, nonFiniteText } from "../core/float-text.ts";
import { toText } from "../core/value.ts";

interface Spec {
  readonly fill: string;
  readonly align: string;
  readonly sign: string;
  readonly positiveZero: boolean;
  readonly alternate: boolean;
  readonly width: number;
  readonly grouping: string;
  readonly precision: number | null;
  readonly type: string;
}

const PARTS =
  /^(?:(.)(?=[<>=^]))?([<>=^])?([+\- ])?(z)?(#)?(0)?([0-9]*)(,)?(_)?(?:(\.)([0-9]*))?(.*)$/su;

/**
 * `format(value, spec)`.
 *
 * @throws ValueError with CPython's text for a spec that doesn't suit the value.
 */
export function formatSpec(value: unknown, spec: string): string {
  if (spec === "") return toText(value);
  if (typeof value === "bigint") return formatInteger(value, parseSpec(spec, "int"));
  if (typeof value === "number") {
    if (!Number.isInteger(value)) return formatFloat(value, parseSpec(spec, "float"), "float");
    return formatInteger(BigInt(value), parseSpec(spec, "int"));
  }
  return formatText(toText(value), parseSpec(spec, "str"));
}

function parseSpec(source: string, kind: "str" | "int" | "float"): Spec {
  const parts = PARTS.exec(source) ?? [];
  const [, fill, align, sign, z, alternate, zero, width, comma, under, dot, digits, rest] = parts;
  // As in CPython, a 0 before the width is padding unless a fill was given.
  const padZero = zero !== undefined && fill === undefined;
  checkSize(width ?? "", source);
  const isBoth = comma !== undefined || (dot === undefined && rest?.startsWith(","));
  if (under !== undefined && isBoth) {
    throw new ValueError("Cannot specify both ',' and '_'.", { value: source });
  }
  if (dot !== undefined && digits === "") {
    throw new ValueError("Format specifier missing precision", { value: source });
  }
  if (Array.from(rest ?? "").length > 1) {
    throw new ValueError(`Invalid format specifier '${source}' for object of type '${kind}'`, {
      value: source,
    });
  }
  checkSize(digits ?? "", source);
  const type = rest || { str: "s", int: "d", float: "" }[kind];
  const grouping = comma ?? under ?? "";
  checkGrouping(grouping, type);
  return {
    fill: fill ?? (padZero ? "0" : " "),
    align: align ?? (kind === "str" ? "<" : padZero ? "=" : ">"),
    sign: sign ?? "",
    positiveZero: z !== undefined,
    alternate: alternate !== undefined,
    width: Number(width || 0),
    grouping,
    precision: dot === undefined ? null : Number(digits),
    type,
  };
}

/** The highest number that CPython reads in a format. */
const HIGHEST = 9_223_372_036_854_775_807n;

/** @throws ValueError, in CPython's words, for digits of a format that are a higher number */
export function checkSize(digits: string, source: string): void {
  if (digits === "" || BigInt(digits) <= HIGHEST) return;
  throw new ValueError("Too many decimal digits in format string", { value: source });
}

function checkGrouping(grouping: string, type: string): void {
  if (grouping === "" || "deEfFgG%".includes(type)) return;
  if (grouping === "_" && "boxX".includes(type)) return;
  throw new ValueError(`Cannot specify '${grouping}' with '${shownCharacter(type)}'.`);
}

function formatText(text: string, spec: Spec): string {
  if (spec.type !== "s") throw unknownType(spec, "str");
  const where = "not allowed in string format specifier";
  if (spec.sign === " ") throw new ValueError(`Space ${where}`);
  if (spec.sign !== "") throw new ValueError(`Sign ${where}`);
  if (spec.positiveZero) throw new ValueError(`Negative zero coercion (z) ${where}`);
  if (spec.alternate) throw new ValueError(`Alternate form (#) ${where}`);
  if (spec.align === "=") throw new ValueError(`'=' alignment ${where}`);
  const chars = Array.from(text);
  const cut = spec.precision === null ? chars : chars.slice(0, spec.precision);
  return aligned("", cut.join(""), cut.length, spec);
}

function formatInteger(value: bigint, spec: Spec): string {
  if ("eEfFgG%".includes(spec.type)) return formatFloat(Number(value), spec, "int");
  if (!"bcdoxXn".includes(spec.type)) throw unknownType(spec, "int");
  const where = "not allowed in integer format specifier";
  if (spec.precision !== null) throw new ValueError(`Precision ${where}`);
  if (spec.positiveZero) throw new ValueError(`Negative zero coercion (z) ${where}`);
  if (spec.type === "c") return formatCharacter(value, spec);
  const radix = { b: 2, o: 8, x: 16, X: 16 }[spec.type] ?? 10;
  const digits = (value < 0n ? -value : value).toString(radix);
  const prefix = spec.alternate && radix !== 10 ? `0${spec.type}` : "";
  const head = (value < 0n ? "-" : positiveSign(spec)) + prefix;
  const text = spec.type === "X" ? digits.toUpperCase() : digits;
  return number(head, text, "", radix === 10 ? 3 : 4, spec);
}

function formatCharacter(value: bigint, spec: Spec): string {
  const where = "not allowed with integer format specifier 'c'";
  if (spec.sign !== "") throw new ValueError(`Sign ${where}`);
  if (spec.alternate) throw new ValueError(`Alternate form (#) ${where}`);
  if (value < 0n || value > 0x10ffffn) throw new RangeError("%c arg not in range(0x110000)");
  return aligned("", String.fromCodePoint(Number(value)), 1, spec);
}

function formatFloat(value: number, spec: Spec, kind: "int" | "float"): string {
  if (spec.type !== "" && !"eEfFgGn%".includes(spec.type)) throw unknownType(spec, kind);
  if ((spec.precision ?? 0) > 2_147_483_647) throw new ValueError("precision too big");
  let text = floatText(spec.type === "%" ? value * 100 : value, spec);
  if (spec.type === "E" || spec.type === "F" || spec.type === "G") text = text.toUpperCase();
  if (spec.positiveZero && /^-[0.]+(?:e[+-]?0+)?$/i.test(text)) text = text.slice(1);
  const negative = text.startsWith("-");
  const body = negative ? text.slice(1) : text;
  const whole = /^[0-9]+/.exec(body)?.[0] ?? "";
  const tail = body.slice(whole.length) + (spec.type === "%" ? "%" : "");
  return number(negative ? "-" : positiveSign(spec), whole, tail, 3, spec);
}

function floatText(value: number, spec: Spec): string {
  if (!Number.isFinite(value)) return nonFiniteText(value);
  const precision = spec.precision ?? 6;
  switch (spec.type.toLowerCase()) {
    case "f":
    case "%":
      return fixedText(value, precision, spec.alternate);
    case "e":
      return exponentText(value, precision, spec.alternate);
    case "":
      if (spec.precision === null) return toText(value);
      return withPoint(generalText(value, precision, spec.alternate));
    default:
      return generalText(value, precision, spec.alternate);
  }
}

// Without a type, a float shows at least one digit after the point.
function withPoint(text: string): string {
  return /[.e]/.test(text) ? text : `${text}.0`;
}

// Sign and prefix, digits in groups, then what follows them: padded as a whole, or
// with zeros among the digits, which are grouped too.
function number(head: string, digits: string, tail: string, size: number, spec: Spec): string {
  const zeros = spec.fill === "0" && spec.align === "=";
  const least = zeros ? spec.width - head.length - tail.length : 0;
  const body = (digits === "" ? "" : grouped(digits, least, size, spec.grouping)) + tail;
  return aligned(head, body, body.length, spec);
}

function grouped(digits: string, least: number, size: number, separator: string): string {
  if (separator === "") return digits.padStart(least, "0");
  const groups: string[] = [];
  let rest = digits;
  let missing = least;
  do {
    const length = Math.min(size, Math.max(rest.length, missing, 1));
    groups.unshift(rest.slice(-length).padStart(length, "0"));
    rest = rest.slice(0, -length);
    missing -= length + 1;
  } while (rest !== "" || missing >= 0);
  return groups.join(separator);
}

function positiveSign(spec: Spec): string {
  return spec.sign === "-" ? "" : spec.sign;
}

function aligned(head: string, body: string, length: number, spec: Spec): string {
  const missing = spec.width - head.length - length;
  if (missing <= 0) return head + body;
  if (spec.align === "<") return head + body + spec.fill.repeat(missing);
  if (spec.align === "=") return head + spec.fill.repeat(missing) + body;
  const before = spec.align === "^" ? Math.floor(missing / 2) : missing;
  return spec.fill.repeat(before) + head + body + spec.fill.repeat(missing - before);
}

function unknownType(spec: Spec, kind: string): ValueError {
  const type = shownCharacter(spec.type);
  return new ValueError(`Unknown format code '${type}' for object of type '${kind}'`, {
    value: spec.type,
  });
}

/** A character as CPython's messages have it: itself if it is ASCII and no control, else its code. */
export function shownCharacter(text: string, below: number = 128): string {
  const code = text.codePointAt(0) ?? 0;
  return code > 32 && code < below ? text : `\\x${code.toString(16)}`;
}
