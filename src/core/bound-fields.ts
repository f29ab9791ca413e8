// The fields that `with()` binds: checked once, copied, and put in front of those of
// a call. Objects without a prototype hold them, so that no key of the application's
// means anything to us.

import { typeError } from "./errors.ts";
import { isPlainObject, readProperty, shortRepr } from "./value.ts";

/**
 * Those of `fields` behind those of `before`; a key of both keeps its place and gets
 * the new value.
 *
 * @throws TypeError for what is no plain object.
 */
export function bindFields(
  before: Readonly<Record<string, unknown>> | null,
  fields: object,
): Record<string, unknown> {
  if (!isPlainObject(fields)) {
    const accepted = 'a plain object such as { requestId: "7f" }';
    throw typeError(`fields can't be ${shortRepr(fields)}; accepted: ${accepted}`, {
      value: fields,
      accepted,
    });
  }
  const bound: Record<string, unknown> = Object.create(null);
  if (before !== null) for (const key of Object.keys(before)) bound[key] = before[key];
  for (const key of Object.keys(fields)) bound[key] = readProperty(fields, key);
  return bound;
}
