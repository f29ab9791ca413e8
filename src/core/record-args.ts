// The arguments of a record, as they came with the call. Records are made and
// messages are formatted with them. They may be hostile (a revoked proxy, a Map
// whose size throws): what can't be told is left as it is, nothing here throws,
// and getMessage() will say what is wrong.

import { types } from "node:util";

import { isPlainObject } from "./value.ts";

/** A record's arguments: positional ones, or the one mapping that `%(key)s` reads. */
export type RecordArgs = readonly unknown[] | object | null;

/** Whether there is nothing to put into the message. */
export function areNone(args: RecordArgs): boolean {
  if (args === null || args === undefined) return true;
  try {
    if (Array.isArray(args)) return args.length === 0;
    return isPlainObject(args) && hasNoKeys(args);
  } catch {
    return false;
  }
}

/** The mapping alone, if one non-empty mapping is the only argument: for `%(key)s` (CPython's rule). */
export function unwrapArgs(args: RecordArgs): RecordArgs {
  try {
    if (!Array.isArray(args) || args.length !== 1) return args;
    const only: unknown = args[0];
    if (types.isMap(only)) return only.size > 0 ? only : args;
    return isPlainObject(only) && !hasNoKeys(only) ? only : args;
  } catch {
    return args;
  }
}

/** A proxy may refuse to say; it is then looked into when the message is made. */
export function hasNoKeys(mapping: object): boolean {
  try {
    return Object.keys(mapping).length === 0;
  } catch {
    return false;
  }
}
