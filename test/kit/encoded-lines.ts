// The same log call by all the ways that a formatter has for it: as a record's text,
// as a record's bytes, and straight from the call. Tests of the encoders compare them.

import assert from "node:assert/strict";

import { bindFields } from "../../src/core/bound-fields.ts";
import { readCall } from "../../src/core/call.ts";
import { setClock } from "../../src/core/clock.ts";
import { encoderFor } from "../../src/core/encoding.ts";
import type { RecordFormatter } from "../../src/core/formatter.ts";
import { NEEDS_RECORD } from "../../src/core/line-encoder.ts";
import type { LineEncoder } from "../../src/core/line-encoder.ts";
import { LogRecord } from "../../src/core/record.ts";

/** Fields by name. */
export type Fields = Record<string, unknown>;

/** What an encoder is told of a log call. */
export interface Call {
  readonly name: string;
  readonly level: number;
  readonly ms: number;
  readonly message: string;
  readonly bound: Fields | null;
  readonly fields: Fields | null;
  readonly error: unknown;
}

/** A call to be varied. */
export const CALL: Call = {
  name: "app.db",
  level: 20,
  ms: Date.UTC(2026, 10, 22, 15, 7, 6, 123),
  message: "paid",
  bound: null,
  fields: null,
  error: null,
};

const utf8 = encoderFor("utf-8");

/** The record of a call, made at its time. Replaces the clock. */
export function recordOf({ name, level, ms, message, bound, fields, error }: Call): LogRecord {
  setClock({ now: () => ms });
  const record = new LogRecord(name, level, null, 0, message, [], error);
  const own = fields === null ? null : readCall("", [fields]).fields;
  const all = bound === null ? own : bindFields(bindFields(null, bound), own ?? {});
  if (all !== null) record.fields = all;
  return record;
}

/** The line by the way of a record; null if the formatter throws. */
export function lineOf(formatter: RecordFormatter, call: Call): Buffer | null {
  try {
    return Buffer.from(utf8(`${formatter.format(recordOf(call))}\n`));
  } catch {
    return null;
  }
}

/** The encoder of a call; null if the formatter has none. */
export function encoderOf(formatter: RecordFormatter, call: Call): LineEncoder | null {
  const bound = call.bound === null ? null : bindFields(null, call.bound);
  return formatter.lineEncoders?.()?.encoderFor(call.name, call.level, bound) ?? null;
}

/** Encodes a call straight. */
export function encode(encoder: LineEncoder, bytes: Buffer, offset: number, call: Call): number {
  return encoder.encode(bytes, offset, call.ms, call.message, call.fields, call.error);
}

/** Encodes a call straight, compares it with `format`, and tells the straight way's code. */
export function compare(formatter: RecordFormatter, call: Call): number | null {
  const line = lineOf(formatter, call);
  const bytes = Buffer.alloc(100_000, 0xaa);
  const encoder = encoderOf(formatter, call);
  if (encoder === null) return null;
  const code = encode(encoder, bytes, 7, call);
  if (line === null) assert.equal(code, NEEDS_RECORD);
  if (code === NEEDS_RECORD) return code;
  assert.ok(code > 7, `code ${code}`);
  assert.equal(bytes.toString("utf8", 7, code), line?.toString());
  assert.ok(bytes.subarray(0, 5).every((byte) => byte === 0xaa));
  return code;
}
