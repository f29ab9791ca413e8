// Other names for the fields of a request's line, for indices whose names are given, such
// as the Elastic Common Schema. Checked when the middleware is made; a request's fields are
// then renamed at its end, after the application's own fields have joined them.

import { checkOptionNames } from "../../core/options.ts";
import { typeRefusal } from "../../core/refusal.ts";

const NAMES = [
  "requestId",
  "method",
  "url",
  "route",
  "status",
  "durationMs",
  "bytes",
  "remoteAddress",
  "aborted",
  "thrown",
] as const;

/** Other names for fields of a request's line; null leaves one out. */
export type RequestLineKeys = Readonly<
  Partial<Record<(typeof NAMES)[number], string | null | undefined>>
>;

/** @throws TypeError for what names no field, or gives one a name that is none. */
export function checkLineKeys(keys: RequestLineKeys | undefined): void {
  checkOptionNames(keys, NAMES);
  for (const [name, key] of Object.entries(keys ?? {})) {
    if (key === undefined || key === null || (typeof key === "string" && key !== "")) continue;
    const accepted = "a text that isn't empty, or null to leave the field out";
    throw typeRefusal(`keys.${name}`, key, accepted);
  }
}

/** The fields under their other names, in their order. */
export function renamed(
  fields: Readonly<Record<string, unknown>>,
  keys: RequestLineKeys,
): Record<string, unknown> {
  const all: Record<string, unknown> = Object.create(null);
  for (const name of Object.keys(fields)) {
    const key = Object.hasOwn(keys, name) ? keys[name as keyof RequestLineKeys] : undefined;
    if (key !== null) all[key ?? name] = fields[name];
  }
  return all;
}
