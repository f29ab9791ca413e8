// The key `.` of an entry: attributes that are set on the object made of it, such as
// `terminator` of a handler or `default_msec_format` of a formatter. It must not let a
// document put something in the place of a method that no call would survive.

import type { ConfigEntry } from "./config-document.ts";
import { configError, located, objectOf, pathTo } from "../config-error.ts";
import { brief } from "./python-values.ts";
import { camelCase } from "../registry/signature.ts";

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
  for (const [key, value] of Object.entries(objectOf(given, path, "the key '.'"))) {
    const name = key in made ? key : camelCase(key) in made ? camelCase(key) : key;
    const before: unknown = Reflect.get(made, name);
    if (REFUSED.includes(name) || (typeof before === "function" && typeof value !== "function")) {
      const accepted = REFUSED.includes(name) ? "another name" : "a function";
      throw configError("TypeError", `attribute ${key} can't be ${brief(value)}`, {
        path: pathTo(path, key),
        value,
        accepted,
      });
    }
    set(made, name, value, pathTo(path, key));
  }
}

function set(made: object, name: string, value: unknown, path: string): void {
  // A setter may have its own reasons to throw.
  if (located(path, { [name]: value }, () => Reflect.set(made, name, value))) return;
  const accepted = "an attribute that can be set";
  throw configError("AttributeError", `attribute ${name} can't be set`, { path, value, accepted });
}
