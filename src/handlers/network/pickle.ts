// A writer of Python's pickles, protocol 1, for values that are data: None, booleans,
// integers of any size, floats, text, lists and dictionaries. A stock CPython reads
// them without importing anything. There is no reader here and never will be: reading
// a pickle means doing what it says.
//
// Opcodes: PEP 307 and CPython's Lib/pickletools.py. Nothing is memoised, so what
// stands in two places is written twice, and a cycle is cut by a mark.

import { isError, readProperty, toText } from "../../core/value.ts";
import { exceptionText } from "../../core/exception.ts";
import { JsonWalk } from "../../formatters/json-limits.ts";
import { standIn } from "../../formatters/json-stand-in.ts";
import { PickleBytes } from "./pickle-bytes.ts";

const MARK = 0x28; // (
const NONE = 0x4e; // N
const EMPTY_LIST = 0x5d; // ]
const APPENDS = 0x65; // e
const EMPTY_DICT = 0x7d; // }
const SETITEMS = 0x75; // u
const STOP = 0x2e; // .

/** As in record-json.ts. */
const LIMITS = { maxDepth: 16, maxItems: 100_000, maxLength: Infinity } as const;

/**
 * The pickle of a dictionary, protocol 1.
 *
 * null and undefined are None, whole numbers up to 2^53 and bigints are int, all other
 * numbers float; arrays and Sets are lists; Maps with text keys, and objects, are dicts of
 * their own enumerable keys; an Error is its text with its stack; a `toJSON` is asked;
 * dates are ISO text, anything else is its text. A lone surrogate stays one.
 *
 * @param floats keys of `dict` whose numbers are floats even where they are whole
 */
export function pickleDict(
  dict: Readonly<Record<string, unknown>>,
  floats: ReadonlySet<string> = new Set(),
): Buffer {
  const bytes = new PickleBytes();
  const walk = new JsonWalk(LIMITS);
  walk.enter(dict);
  bytes.op(EMPTY_DICT);
  bytes.op(MARK);
  for (const key of Object.keys(dict)) {
    bytes.text(key);
    const value = dict[key];
    if (typeof value === "number" && floats.has(key)) bytes.float(value);
    else putValue(bytes, value, walk);
  }
  bytes.op(SETITEMS);
  bytes.op(STOP);
  return bytes.finish();
}

function putValue(bytes: PickleBytes, value: unknown, walk: JsonWalk): void {
  switch (typeof value) {
    case "string":
      return bytes.text(value);
    case "boolean":
      return bytes.boolean(value);
    case "bigint":
      return bytes.integer(value);
    case "number":
      if (Number.isSafeInteger(value) && !Object.is(value, -0)) return bytes.integer(value);
      return bytes.float(value);
    case "undefined":
      return bytes.op(NONE);
    case "object":
      if (value === null) return bytes.op(NONE);
      return putObject(bytes, value, walk);
    default:
      return bytes.text(toText(value));
  }
}

// Hostile objects may throw anywhere; what was written of them so far is taken back.
function putObject(bytes: PickleBytes, object: object, walk: JsonWalk): void {
  const { depth } = walk;
  const { length } = bytes;
  try {
    putKind(bytes, object, walk, true);
  } catch {
    walk.leaveTo(depth);
    bytes.cut(length);
    bytes.text(toText(object));
  }
}

/** @param ask whether the object may say by a `toJSON` what is to be written */
function putKind(bytes: PickleBytes, object: object, walk: JsonWalk, ask: boolean): void {
  if (walk.isIn(object)) return bytes.text("[Circular]");
  if (isError(object)) return bytes.text(exceptionText(object));
  const toJSON = ask ? readProperty(object, "toJSON") : null;
  const speaks = typeof toJSON === "function";
  const standing = standIn(object, walk.maxItems, speaks);
  if (standing?.kind === "value") return putValue(bytes, standing.value, walk);
  if (speaks && standing === null) {
    const shown: unknown = toJSON.call(object, "");
    if (typeof shown !== "object" || shown === null) return putValue(bytes, shown, walk);
    return putKind(bytes, shown, walk, false);
  }
  if (!walk.enter(object)) return bytes.text(toText(object));
  const { depth } = walk;
  if (standing?.kind === "items") putList(bytes, standing.items, standing.size, walk);
  else if (Array.isArray(object)) putList(bytes, object, object.length, walk);
  else putDict(bytes, standing?.entries ?? object, walk);
  walk.leaveTo(depth - 1);
}

function putList(
  bytes: PickleBytes,
  items: readonly unknown[],
  size: number,
  walk: JsonWalk,
): void {
  const shown = Math.min(size, walk.maxItems);
  bytes.op(EMPTY_LIST);
  if (shown === 0) return;
  bytes.op(MARK);
  for (let index = 0; index < shown; index += 1) putValue(bytes, items[index], walk);
  if (size > shown) bytes.text(`... ${size - shown} more`);
  bytes.op(APPENDS);
}

function putDict(bytes: PickleBytes, object: object, walk: JsonWalk): void {
  const keys = Object.keys(object);
  bytes.op(EMPTY_DICT);
  if (keys.length === 0) return;
  bytes.op(MARK);
  for (const key of keys.slice(0, walk.maxItems)) {
    bytes.text(key);
    putValue(bytes, readProperty(object, key), walk);
  }
  if (keys.length > walk.maxItems) {
    bytes.text("...");
    bytes.text(`${keys.length - walk.maxItems} more`);
  }
  bytes.op(SETITEMS);
}
