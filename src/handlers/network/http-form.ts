// A dictionary as the text of a form, as Python's urllib.parse.urlencode makes it, and
// values as Python's str() shows them, so that a server that was written for CPython's
// HTTPHandler reads ours.

import { encoderFor } from "../../core/encoding.ts";
import { isPlainObject, readProperty, repr, toText } from "../../core/value.ts";
import { FLOAT_ATTRIBUTES } from "./record-dict.ts";

const toUtf8 = encoderFor("utf-8");

/** How deep lists and dictionaries are shown in Python's way. */
const DEEPEST = 8;

/** Items of one list or dictionary; a log call must end in time. */
const MOST_ITEMS = 100_000;

/** What each byte is in a form: Python's quote_plus. */
const QUOTED: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  if (/[A-Za-z0-9_.~-]/.test(char)) return char;
  return char === " " ? "+" : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
});

/** How many characters of a text are still wanted. */
interface Room {
  left: number;
}

/**
 * `key=value&key=value`, with Python's quote_plus: letters, digits and `_.-~` as they
 * are, a space as `+`, all other bytes of the UTF-8 as `%XX`. Values by `pythonText`;
 * a record's times are floats, its `args` a tuple. Ends where the text is longer than
 * `mostChars`, since nobody will send that. Never throws.
 */
export function urlencode(
  dict: Readonly<Record<string, unknown>>,
  mostChars: number = Infinity,
): string {
  let form = "";
  for (const key of Object.keys(dict)) {
    if (form.length > mostChars) break;
    const left = mostChars - form.length;
    const text = attributeText(key, readProperty(dict, key), { left });
    form += `${form === "" ? "" : "&"}${quotePlus(key, left)}=${quotePlus(text, left)}`;
  }
  return form;
}

/**
 * A value as Python's str() shows it: None, True, 1.5, 'text' within a list. Objects
 * that Python has nothing like are `%s`'s text.
 */
export function pythonText(value: unknown, room: Room = { left: Infinity }): string {
  return typeof value === "string" ? value : pythonRepr(value, 0, room);
}

function attributeText(key: string, value: unknown, room: Room): string {
  if (FLOAT_ATTRIBUTES.has(key) && typeof value === "number") return floatText(value);
  if (key === "args" && Array.isArray(value)) return tupleText(value, room);
  return pythonText(value, room);
}

function pythonRepr(value: unknown, depth: number, room: Room): string {
  if (typeof value === "object" && value !== null) return containerRepr(value, depth + 1, room);
  const text = typeof value === "string" ? repr(start(value, room.left)) : plainRepr(value);
  room.left -= text.length;
  return text;
}

function plainRepr(value: unknown): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") {
    const isInteger = Number.isSafeInteger(value) && !Object.is(value, -0);
    return isInteger ? String(value) : floatText(value);
  }
  return value === undefined || value === null ? "None" : toText(value);
}

// A proxy may throw at any touch; toText doesn't.
function containerRepr(value: object, depth: number, room: Room): string {
  const before = room.left;
  let text: string | null = null;
  try {
    if (depth <= DEEPEST && Array.isArray(value)) {
      text = `[${items(value, room, (_, index) => pythonRepr(value[index], depth, room))}]`;
    } else if (depth <= DEEPEST && isPlainObject(value)) {
      const pair = (key: string): string => {
        const name = pythonRepr(key, depth, room);
        return `${name}: ${pythonRepr(readProperty(value, key), depth, room)}`;
      };
      text = `{${items(Object.keys(value), room, pair)}}`;
    }
  } catch {
    // It is shown below.
  }
  text ??= toText(value);
  room.left = before - text.length;
  return text;
}

/** So many as there is room for, up to a limit of their own. */
function items<T>(
  list: readonly T[],
  room: Room,
  textOf: (item: T, index: number) => string,
): string {
  const texts: string[] = [];
  const { length } = list;
  const most = Math.min(length, MOST_ITEMS);
  // By their places: what an array has none at is an item, too.
  for (let index = 0; index < most && room.left >= 0; index += 1) {
    texts.push(textOf(list[index] as T, index));
    room.left -= 2;
  }
  if (texts.length < length) texts.push(`... ${length - texts.length} more`);
  return texts.join(", ");
}

function tupleText(args: readonly unknown[], room: Room): string {
  const list = pythonText(args, room).slice(1, -1);
  return args.length === 1 ? `(${list},)` : `(${list})`;
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

function quotePlus(text: string, room: number): string {
  if (/^[A-Za-z0-9_.~-]*$/.test(text)) return text;
  let quoted = "";
  for (const byte of toUtf8(start(text, room))) quoted += QUOTED[byte] ?? "";
  return quoted;
}

/** Not much more of a text than there is room for. */
function start(text: string, room: number): string {
  return text.length > room ? text.slice(0, Math.max(0, room) + 1) : text;
}
