// What keeps data from forging lines and from steering terminals. A line feed in a user's
// name would begin a line of its own in a log, an escape sequence would recolour or wipe
// the screen of whoever reads it, a bidi override would show it in another order.
// Formatters pass texts of the application's through here; what is clean, as nearly
// all of it is, comes back as it is.

import { refusal } from "./refusal.ts";
import { escapeCodePoint } from "./value.ts";

/**
 * What becomes of line breaks and control characters in data: left alone, as Python
 * does ("keep"); further lines set in, the other controls made visible ("indent"); all
 * of them made visible, so that a record is one line ("escape").
 */
export type LineBreaks = "keep" | "indent" | "escape";

/** What stands before the further lines of a record in "indent". */
export const INDENT = "    ";

// The control characters but for the tab, Unicode's line ends, and the characters that
// change the direction of what follows: C0, DEL, C1, U+061C, U+200E, U+200F, U+2028,
// U+2029, U+202A-E, U+2066-9.
// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\0-\x08\n-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
// oxlint-disable-next-line no-control-regex
const ALL_UNSAFE = /[\0-\x08\n-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const BREAKS_AND_UNSAFE =
  // oxlint-disable-next-line no-control-regex
  /\r?\n|[\0-\x08\v-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const LINE_FEED = /\n/g;

/**
 * The text with every control character as a visible escape: `\n`, `\r`, `\x1b`,
 * `\u2028`. Tabs and backslashes stay as they are, so the text can't be turned back with
 * certainty; it is for people and for programs that read by the line.
 */
export function escapeControls(text: string): string {
  return UNSAFE.test(text) ? text.replace(ALL_UNSAFE, escaped) : text;
}

/**
 * The text with each line but the first set in, and every other control character as a
 * visible escape. Lines end at `\n` and `\r\n`, which both become `\n`; other line ends
 * (a lone `\r`, U+0085, U+2028) are escapes.
 */
export function indentLines(text: string, indent: string = INDENT): string {
  if (!UNSAFE.test(text)) return text;
  return text.replace(BREAKS_AND_UNSAFE, (found) =>
    found === "\n" || found === "\r\n" ? `\n${indent}` : escaped(found),
  );
}

/** A text of the application's, as `lineBreaks` wants it. */
export function guardText(text: string, lineBreaks: LineBreaks): string {
  if (lineBreaks === "keep") return text;
  return lineBreaks === "escape" ? escapeControls(text) : indentLines(text);
}

/**
 * A text of the developer's, such as what a format has between its fields: its colours
 * stay, its line breaks too, but what comes behind one is set in, since it may be data.
 */
export function guardLiteral(text: string, lineBreaks: LineBreaks): string {
  if (lineBreaks === "keep" || !text.includes("\n")) return text;
  return text.replace(LINE_FEED, `\n${INDENT}`);
}

/**
 * What is put behind a line for an error or a stack that goes with it: on lines of its
 * own, each of them set in, or, in "escape", on the same line behind a visible `\n`.
 *
 * @param endsLine whether the line so far ends with a line break
 */
export function guardTrace(trace: string, lineBreaks: LineBreaks, endsLine: boolean): string {
  if (lineBreaks === "escape") return `\\n${escapeControls(trace)}`;
  const start = endsLine ? "" : "\n";
  return lineBreaks === "keep" ? start + trace : `${start}${INDENT}${indentLines(trace)}`;
}

/** @throws ValueError for what is none of the three words. */
export function checkLineBreaks(value: unknown): asserts value is LineBreaks {
  if (value === "keep" || value === "indent" || value === "escape") return;
  const accepted = '"keep", "indent" or "escape"';
  throw refusal("lineBreaks", value, accepted);
}

function escaped(control: string): string {
  if (control === "\n") return "\\n";
  if (control === "\r") return "\\r";
  return escapeCodePoint(control.charCodeAt(0));
}
