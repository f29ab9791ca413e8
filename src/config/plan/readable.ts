// Objects of a document that can't be read, or only at a price: getters that throw,
// proxies that were revoked, nesting without end, `cfg://` that multiply each other.
// config-document.ts reads everything through here, so that each of them is an error
// with its place. Nothing here looks at what the values mean.

import { configError, objectOf, pathTo, placeOf } from "../config-error.ts";

/** How deep a document may be nested, the `cfg://` in it followed. */
export const MAX_DEPTH = 500;

/** How many values may stand under one key when every `cfg://` is followed. */
export const MAX_VALUES = 1_000_000;

/**
 * What `action` returns; it reads what stands at `path`. An error without a place, as a
 * getter throws it, becomes the cause of a TypeError that has one.
 */
export function readable<T>(path: string, value: unknown, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    if (placeOf(cause) !== null) throw cause;
    const what = path === "" ? "a configuration" : path;
    const place = { path, value, accepted: "an object whose values can be read" };
    throw configError("TypeError", `${what} can't be read`, place, cause);
  }
}

/** An object of a document, as objectOf() of config-error.ts; a Map with its values. */
export function readableObject(
  value: unknown,
  path: string,
  what: string,
): Readonly<Record<string, unknown>> {
  return readable(path, value, () => objectOf(value, path, what));
}

/** The entries of an object or array. @throws TypeError with the place of one that throws. */
export function entriesIn(value: object, path: string): [string, unknown][] {
  const isArray = Array.isArray(value);
  return readable(path, value, () => Object.keys(value)).map((key) => {
    const where = pathTo(path, isArray ? Number(key) : key);
    return [key, readable(where, undefined, (): unknown => Reflect.get(value, key))];
  });
}

/** The error for what is nested too deeply. */
export function tooDeep(path: string, value: unknown): Error {
  const accepted = `at most ${MAX_DEPTH} levels, with the cfg:// in them followed`;
  const shown = path.length > 80 ? `${path.slice(0, 77)}...` : path;
  const place = { path, value, accepted };
  return configError("ValueError", `${shown} is nested too deeply; accepted: ${accepted}`, place);
}

/** The error for a `cfg://` that stands for more values than anybody means. */
export function tooMany(path: string, value: string): Error {
  const accepted = `at most ${MAX_VALUES} values, with every cfg:// followed`;
  const place = { path, value, accepted };
  return configError("ValueError", `${value} has too many values; accepted: ${accepted}`, place);
}
