// The JSON of a record's dictionary, what a SocketHandler sends if nothing else is said.
// Values look as in the lines of the JsonFormatter: an Error is an object of type,
// message and stack, a bigint a string, a cycle says so. It never refuses a value.

import { bytesFrom } from "../../core/line-bytes.ts";
import { JsonWalk } from "../../formatters/json-limits.ts";
import { putValue } from "../../formatters/json-value.ts";
import type { RecordDict } from "./record-dict.ts";

/** Depth, items of one collection, and characters of one text. The frame's length is limited elsewhere. */
const LIMITS = { maxDepth: 16, maxItems: 100_000, maxLength: 16_777_216 } as const;

/**
 * `{"name": ..., "msg": ..., "args": null, "levelname": ..., ...}` in UTF-8, behind
 * `room` bytes that are the caller's to fill.
 *
 * @throws RangeError where the stack is full
 */
export function recordJson(dict: RecordDict, room: number): Buffer {
  const bytes = bytesFrom(2048, (memory) => putValue(memory, room, dict, new JsonWalk(LIMITS)));
  if (bytes === null) throw new RangeError("the record can't be made JSON: the stack is full");
  return bytes;
}
