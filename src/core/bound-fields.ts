// Fields that go with more than one call, those of `with()` and of contexts: checked
// once, copied, and put in front of those of a call. What records and the public get are
// objects without a prototype, so that no key of the application's means anything to us.

import { typeRefusal } from "./refusal.ts";
import { isPlainObject, readProperty } from "./value.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Those of `fields` behind those of `before`; a key of both keeps its place and gets
 * the new value.
 *
 * @throws TypeError for what is no plain object.
 */
export function bindFields(before: Fields | null, fields: object): Record<string, unknown> {
  checkFields(fields);
  const bound: Record<string, unknown> = Object.create(null);
  if (before !== null) {
    for (const key of Object.keys(before)) bound[key] = readProperty(before, key);
  }
  for (const key of Object.keys(fields)) bound[key] = readProperty(fields, key);
  return bound;
}

/**
 * The same as a plain object, for what is made at every call and read only by us. V8
 * makes and walks one such faster than one without a prototype, and with Object.assign
 * faster than with spreading, which takes a microsecond on Node 20.
 *
 * @throws what the traps of a proxy throw.
 */
export function joinedFields(before: Fields | null, fields: Fields): Fields {
  try {
    // That key would reach a setter.
    const isPlain =
      !hasOwn.call(fields, "__proto__") && !(before && hasOwn.call(before, "__proto__"));
    if (isPlain) return Object.assign({}, before, fields);
  } catch {
    // A getter threw: what stands for it in a record.
  }
  return bindFields(before, fields);
}

const hasOwn = Object.prototype.hasOwnProperty;

/** @throws TypeError for what is no plain object. */
export function checkFields(fields: unknown): void {
  if (isPlainObject(fields)) return;
  const accepted = 'a plain object such as { requestId: "7f" }';
  throw typeRefusal("fields", fields, accepted);
}
