// Keys and values as logfmt has them: `key=value`, quoted only where it must be, so that
// people can read it and `grep level=error` works. The writer of logfmt lines comes here
// for each of them. What comes out is on one line and has no control character,
// whatever goes in.

// What can stand as it is, as nearly all values do: ASCII but for space, quote, equals.
const BARE = /^[!#-<>-~]+$/;
// What needs quotes, mostly for its blanks, and no escapes.
const PLAIN = /^[ !#-[\]-~]+$/;
// What else would end a value, or begin another key, or can't be seen.
const NOT_BARE = /[\p{C}\p{Z}="]/u;
const NOT_IN_KEY = /[\p{C}\p{Z}="]/gu;
// What JSON leaves as it is and a terminal obeys, or a reader takes for a line's end.
const LEFT_BY_JSON = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A text as a value. The empty one, and one that would read as nothing, have quotes. */
export function logfmtValue(text: string): string {
  if (BARE.test(text)) return text === "null" ? '"null"' : text;
  if (PLAIN.test(text)) return `"${text}"`;
  return text === "" || NOT_BARE.test(text) ? quoted(text) : text;
}

/** A name as a key: what a key can't have becomes `_`. */
export function logfmtKey(name: string): string {
  if (BARE.test(name)) return name;
  return name === "" ? "_" : name.replace(NOT_IN_KEY, "_");
}

// JSON's escapes, which go-kit, logrus and slog write and readers of logfmt know.
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    LEFT_BY_JSON,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
