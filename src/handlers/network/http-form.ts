// A dictionary as the text of a form, as Python's urllib.parse.urlencode makes it, and
// values as Python's str() shows them, so that a server that was written for CPython's
// HTTPHandler reads ours.

import { encoderFor } from "../../core/encoding.ts";
import { isPlainObject, readProperty, repr, toText } from "../../core/value.ts";
import { FLOAT_ATTRIBUTES } from "./record-dict.ts";

const toUtf8 = encoderFor("utf-8");

/** How deep lists and dictionaries are shown in Python's way. */
const DEEPEST = 8;

/**
 * `key=value&key=value`, with Python's quote_plus: letters, digits and `_.-~` as they
 * are, a space as `+`, all other bytes of the UTF-8 as `%XX`. Values by `pythonText`;
 * a record's times are floats, its `args` a tuple. Never throws.
 */
export function urlencode(dict: Readonly<Record<string, unknown>>): string {
  return Object.keys(dict)
    .map((key) => {
      const value = readProperty(dict, key);
      return `${quotePlus(key)}=${quotePlus(attributeText(key, value))}`;
    })
    .join("&");
}

/**
 * A value as Python's str() shows it: None, True, 1.5, 'text' within a list. Objects
 * that Python has nothing like are `%s`'s text.
 */
export function pythonText(value: unknown): string {
  return typeof value === "string" ? value : pythonRepr(value, 0);
}

function attributeText(key: string, value: unknown): string {
  if (FLOAT_ATTRIBUTES.has(key) && typeof value === "number") return floatText(value);
  if (key === "args" && Array.isArray(value)) return tupleText(value);
  return pythonText(value);
}

function pythonRepr(value: unknown, depth: number): string {
  switch (typeof value) {
    case "string":
      return repr(value);
    case "boolean":
      return value ? "True" : "False";
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0)
        ? String(value)
        : floatText(value);
    case "undefined":
      return "None";
    case "object":
      return value === null ? "None" : containerRepr(value, depth + 1);
    default:
      return toText(value);
  }
}

// A proxy may throw at any touch; toText doesn't.
function containerRepr(value: object, depth: number): string {
  try {
    if (depth > DEEPEST) return toText(value);
    if (Array.isArray(value)) {
      return `[${Array.from(value, (item) => pythonRepr(item, depth)).join(", ")}]`;
    }
    if (!isPlainObject(value)) return toText(value);
    const pairs = Object.keys(value).map(
      (key) => `${repr(key)}: ${pythonRepr(readProperty(value, key), depth)}`,
    );
    return `{${pairs.join(", ")}}`;
  } catch {
    return toText(value);
  }
}

function tupleText(items: readonly unknown[]): string {
  const list = pythonText(items).slice(1, -1);
  return items.length === 1 ? `(${list},)` : `(${list})`;
}

/** Python's repr of a float: the shortest digits, with an exponent below 1e-4 and from 1e16. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const [mantissa = "0", power = "0"] = Math.abs(value).toExponential().split("e");
  const scale = Number(power);
  const digits = mantissa.replace(".", "");
  if (scale < -4 || scale >= 16) {
    const exponent = String(Math.abs(scale)).padStart(2, "0");
    return `${sign}${mantissa}e${scale < 0 ? "-" : "+"}${exponent}`;
  }
  if (scale < 0) return `${sign}0.${"0".repeat(-scale - 1)}${digits}`;
  const whole = digits.slice(0, scale + 1).padEnd(scale + 1, "0");
  return `${sign}${whole}.${digits.slice(scale + 1) || "0"}`;
}

function quotePlus(text: string): string {
  let quoted = "";
  for (const byte of toUtf8(text)) {
    const char = String.fromCharCode(byte);
    if (/[A-Za-z0-9_.~-]/.test(char)) quoted += char;
    else if (char === " ") quoted += "+";
    else quoted += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return quoted;
}
