// Where a text stops being JSON. Node's own message tells it only now and then, and
// never by line and column; config-file.ts asks here when JSON.parse has refused a
// text. Nothing is read out of the text.

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;
const PLAIN = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;

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
