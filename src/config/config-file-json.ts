// JSON with errors that say where. Node's own message tells it only now and then, and
// never by line and column. config-file.ts and listen.ts read their documents here;
// what they mean is not looked at.

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;
const PLAIN = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;

/** The value of a JSON text. @throws SyntaxError with the line and column of what is wrong. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const at = jsonErrorAt(text);
    const lines = text.slice(0, at).split("\n");
    const found = at < text.length ? JSON.stringify(text[at]) : "end";
    const place = `line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1}`;
    throw new SyntaxError(`invalid JSON: unexpected ${found} at ${place}`);
  }
}

/** What may come next. */
type Expected = "value" | "value or end" | "key" | "key or end" | "colon" | "comma or end";

/**
 * The position of the first character that can't be where it is; the text's length
 * if it ends too early, or if nothing is wrong with it.
 */
export function jsonErrorAt(text: string): number {
  const open: string[] = [];
  let expected: Expected = "value";
  let at = after(SPACE, text, 0) ?? 0;
  while (at < text.length) {
    const char = text[at] ?? "";
    let end: number | null = at + 1;
    if (char === "}" || char === "]") {
      if (!expected.endsWith("or end") || open.pop() !== char) return at;
      expected = "comma or end";
    } else if (expected === "colon") {
      if (char !== ":") return at;
      expected = "value";
    } else if (expected === "comma or end") {
      const within = open.at(-1);
      if (char !== "," || within === undefined) return at;
      expected = within === "}" ? "key" : "value";
    } else if (expected.startsWith("key")) {
      end = after(STRING, text, at);
      expected = "colon";
    } else if (char === "{" || char === "[") {
      open.push(char === "{" ? "}" : "]");
      expected = char === "{" ? "key or end" : "value or end";
    } else {
      end = after(STRING, text, at) ?? after(PLAIN, text, at);
      expected = "comma or end";
    }
    if (end === null) return at;
    at = after(SPACE, text, end) ?? end;
  }
  return text.length;
}

function after(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}
