// The options by which a FileHandler's lines take the way of plain-log.ts, and what else
// has to be said where they are given: a StreamHandler's fields can't mean all that they
// mean otherwise. Called by file.ts; what the options do is not known here.

import { refusal } from "../core/refusal.ts";
import type { Encoder } from "../core/encoding.ts";
import { changePlans } from "../core/staleness.ts";
import { outletOf } from "./rotating-options.ts";
import type { OutletSettings, RotatingHandlerOptions } from "./rotating-options.ts";
import type { StreamHandler, TextStream } from "./stream.ts";

/**
 * What decides when a FileHandler's records are safe, and what becomes of those that
 * can't be written. With any of these the path must lead to a regular file, the encoding
 * have a newline of one byte, and `terminator` end with a newline.
 */
export type PlainDurabilityOptions = Pick<
  RotatingHandlerOptions,
  | "durability"
  | "flushIntervalMs"
  | "flushLevel"
  | "bufferBytes"
  | "fsyncLevel"
  | "fsyncIntervalMs"
  | "onFull"
  | "blockTimeoutMs"
  | "spillBytes"
>;

/** The names of these. */
export const DURABILITY_OPTIONS: readonly (keyof PlainDurabilityOptions)[] = [
  "durability",
  "flushIntervalMs",
  "flushLevel",
  "bufferBytes",
  "fsyncLevel",
  "fsyncIntervalMs",
  "onFull",
  "blockTimeoutMs",
  "spillBytes",
];

/**
 * Checks these options; null if none is given, and all is as in Python.
 *
 * @throws {ValueError} naming the option's value and what is accepted
 */
export function checkDurability(
  options: PlainDurabilityOptions,
  encoding: string,
  encode: Encoder,
): OutletSettings | null {
  if (DURABILITY_OPTIONS.every((name) => options[name] === undefined)) return null;
  checkNewline(encoding, encode);
  return outletOf(options, false);
}

/**
 * Lines of several processes are told apart by the byte 0x0a. In UTF-16 that byte is
 * half a character, and a torn line would shift all that follow.
 */
function checkNewline(encoding: string, encode: Encoder): void {
  if (encode("\n").length === 1) return;
  throw refusal("encoding beside durability or onFull", encoding, "'utf-8', 'latin1', 'ascii'");
}

/**
 * With durability there is no stream, and a line must end with a newline. Both are plain
 * fields of StreamHandler, so it is for these to say no.
 */
export function guardStreamFields(handler: StreamHandler): void {
  let { terminator } = handler;
  Object.defineProperties(handler, {
    stream: {
      configurable: true,
      enumerable: true,
      get: () => null,
      set: (stream: TextStream | null) => {
        if (stream === null) return;
        throw refusal(
          "stream beside durability or onFull",
          `a ${stream.constructor?.name ?? "stream"}`,
          "null: the lines have their own way",
        );
      },
    },
    terminator: {
      configurable: true,
      enumerable: true,
      get: () => terminator,
      set: (value: string) => {
        if (typeof value !== "string" || !value.endsWith("\n")) {
          throw refusal(
            "terminator beside durability or onFull",
            value,
            "a text that ends with a newline",
          );
        }
        terminator = value;
        changePlans();
      },
    },
  });
}

/** Whether lines end with a newline alone; a subclass's own field may change unseen. */
export function endsLinesPlainly(handler: StreamHandler): boolean {
  const own = Object.getOwnPropertyDescriptor(handler, "terminator");
  return own?.set !== undefined && handler.terminator === "\n";
}
