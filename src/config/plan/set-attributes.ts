// The key `.` of an entry: attributes that are set on the object made of it, such as
// `terminator` of a handler or `default_msec_format` of a formatter. It must not let a
// document put something in the place of a method that no call would survive.

import { checkFilter } from "../../core/check-method.ts";
import type { RecordFormatter } from "../../core/formatter.ts";
import { shortRepr } from "../../core/value.ts";
import { BufferingHandler } from "../../handlers/buffering.ts";
import { MemoryHandler } from "../../handlers/memory.ts";
import { QueueHandler } from "../../handlers/queue/queue.ts";
import { StreamHandler } from "../../handlers/stream.ts";
import type { TextStream } from "../../handlers/stream.ts";
import type { ConfigEntry } from "./config-document.ts";
import { configError, located, pathTo } from "../config-error.ts";
import { entriesIn, readableObject } from "./readable.ts";
import { camelCase } from "../registry/signature.ts";
import { hasMethod, isHandler, levelAt, listAt } from "./value-shapes.ts";

/** Names that are no attributes, and lead out of the object. */
const REFUSED: readonly string[] = ["__proto__", "prototype", "constructor"];

/**
 * Sets what the entry says under `.`. Python's names of attributes stand for ours where
 * the object has none of that name.
 *
 * @throws TypeError for a `.` that is no object, and for a method that would be none.
 */
export function setAttributes(made: object, entry: ConfigEntry): void {
  const given = entry.get(".") ?? null;
  if (given === null) return;
  const path = entry.pathOf(".");
  for (const [key, value] of entriesIn(readableObject(given, path, "the key '.'"), path)) {
    const name = key in made ? key : camelCase(key) in made ? camelCase(key) : key;
    const accepted = acceptedByClass(made, name, value) ?? acceptedAs(made, name, value);
    const where = pathTo(path, key);
    if (accepted !== null) {
      const message = `attribute ${key} can't be ${shortRepr(value)}`;
      throw configError("TypeError", message, { path: where, value, accepted });
    }
    entry.onFailure(undoOf(made, name));
    if (!setByMethod(made, name, value, where)) set(made, name, value, where);
  }
}

/** What an attribute may be, in words; null if it may be this. */
function acceptedAs(made: object, name: string, value: unknown): string | null {
  if (REFUSED.includes(name)) return "another name";
  const before: unknown = Reflect.get(made, name);
  if (typeof before === "function") return typeof value === "function" ? null : "a function";
  if (typeof value === "string" || value === null) {
    return value === null && name === "terminator" && before !== undefined ? "a string" : null;
  }
  // A handler without a name has null there.
  const isText = typeof before === "string" || (name === "name" && isHandler(made));
  return isText ? "a string" : null;
}

// Those of a handler that have rules: by the methods that know them.
function setByMethod(made: object, name: string, value: unknown, path: string): boolean {
  if (!isHandler(made)) return false;
  if (name === "level") {
    const level = levelAt(value, path);
    located(path, {}, () => made.setLevel(level));
  } else if (name === "formatter") {
    located(path, {}, () => made.setFormatter(value as RecordFormatter | null));
  } else if (name === "stream" && made instanceof StreamHandler && value !== null) {
    located(path, {}, () => made.setStream(value as TextStream));
  } else if (name === "flushLevel" && made instanceof MemoryHandler) {
    set(made, name, levelAt(value, path), path);
  } else if (name === "filters") {
    for (const [index, each] of listAt(value, path).entries()) {
      located(pathTo(path, index), {}, () => checkFilter(each));
    }
    set(made, name, value, path);
  } else {
    return false;
  }
  return true;
}

/** What an attribute of ours may be that its class checks in the constructor only. */
function acceptedByClass(made: object, name: string, value: unknown): string | null {
  if (made instanceof BufferingHandler && name === "capacity") {
    return typeof value === "number" && !Number.isNaN(value) ? null : "a number of records";
  }
  if (made instanceof BufferingHandler && name === "buffer") {
    return Array.isArray(value) ? null : "an array of records";
  }
  if (made instanceof QueueHandler && name === "queue") {
    return hasMethod(value, "put") ? null : "a LogQueue, or an object with a put(item) method";
  }
  return null;
}

/** What puts an attribute back as it is now. */
function undoOf(made: object, name: string): () => void {
  const wasOwn = Object.hasOwn(made, name);
  const before: unknown = Reflect.get(made, name);
  return () => {
    if (!wasOwn && Object.hasOwn(made, name)) Reflect.deleteProperty(made, name);
    else Reflect.set(made, name, before);
  };
}

function set(made: object, name: string, value: unknown, path: string): void {
  // A setter may have its own reasons to throw.
  if (located(path, {}, () => Reflect.set(made, name, value))) return;
  const accepted = "an attribute that can be set";
  throw configError("AttributeError", `attribute ${name} can't be set`, { path, value, accepted });
}
