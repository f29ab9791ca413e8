// Text to bytes for the handlers that write files. What an encoding can't hold is
// written as Python's backslash escapes, so no text is ever lost or refused. The
// common case, well-formed text, costs one Buffer.from.

import { ValueError } from "./errors.ts";
import { escapeCodePoint, repr } from "./value.ts";

/** Turns text into the bytes of one encoding; never throws. */
export type Encoder = (text: string) => Uint8Array;

/** What becomes of a character that the encoding can't hold. */
export type EncodingErrors = "backslashreplace" | "replace" | "ignore";

const ACCEPTED = "'utf-8', 'ascii', 'latin-1' or 'utf-16-le'";

const NAMES: ReadonlyMap<string, "utf8" | "ascii" | "latin1" | "utf16le"> = new Map([
  ["utf8", "utf8"],
  ["u8", "utf8"],
  ["cp65001", "utf8"],
  ["ascii", "ascii"],
  ["usascii", "ascii"],
  ["646", "ascii"],
  ["latin1", "latin1"],
  ["latin", "latin1"],
  ["l1", "latin1"],
  ["iso88591", "latin1"],
  ["88591", "latin1"],
  ["cp819", "latin1"],
  ["utf16le", "utf16le"],
]);

/**
 * The encoder of an encoding, spelled as in Python: case, `-` and `_` make no
 * difference. `errors` says what becomes of what doesn't fit (and of lone
 * surrogates): Python's `\u20ac`, a `?`, or nothing.
 *
 * @throws ValueError for an unknown encoding (CPython's LookupError) or handling.
 */
export function encoderFor(encoding: string, errors: EncodingErrors = "backslashreplace"): Encoder {
  const name = nameOf(encoding);
  if (name === undefined) {
    throw new ValueError(`unknown encoding: ${encoding}`, { value: encoding, accepted: ACCEPTED });
  }
  const substitute = substituteFor(errors);
  switch (name) {
    case "utf8":
      return (text) =>
        Buffer.from(text.isWellFormed() ? text : replaceLone(text, substitute), "utf8");
    case "utf16le":
      return (text) =>
        Buffer.from(text.isWellFormed() ? text : replaceLone(text, substitute), "utf16le");
    case "latin1":
      return (text) =>
        Buffer.from(text.replace(/[^\p{ASCII}\u0080-\u00ff]/gu, substitute), "latin1");
    case "ascii":
      return (text) => Buffer.from(text.replace(/\P{ASCII}/gu, substitute), "latin1");
  }
}

/** Whether a name, spelled in any way, means UTF-8. */
export function isUtf8(encoding: string): boolean {
  return nameOf(encoding) === "utf8";
}

function nameOf(encoding: string): "utf8" | "ascii" | "latin1" | "utf16le" | undefined {
  return NAMES.get(String(encoding).toLowerCase().replace(/[-_ ]/g, ""));
}

function substituteFor(errors: EncodingErrors): (char: string) => string {
  switch (errors) {
    case "backslashreplace":
      return (char) => escapeCodePoint(char.codePointAt(0) ?? 0);
    case "replace":
      return () => "?";
    case "ignore":
      return () => "";
    default:
      throw new ValueError(`unknown error handler name ${repr(errors)}`, {
        value: errors,
        accepted: "'backslashreplace', 'replace' or 'ignore'",
      });
  }
}

function replaceLone(text: string, substitute: (char: string) => string): string {
  return text.replace(/\p{Surrogate}/gu, substitute);
}
