// Reads a `%` format string into segments, once. The formatter parses its format
// in the constructor, messages are parsed on first use and remembered. Parsing
// never throws: what CPython would raise while it runs through the string is
// kept as a failure in the segment where it happens.

/** A width or precision: a number, absent, or `*` (taken from the arguments). */
export type Size = number | null | "*";

/** One `%...` of a format string. */
export interface PercentSpec {
  /** The name in `%(name)s`; null where there is none. */
  readonly key: string | null;
  readonly left: boolean;
  readonly plus: boolean;
  readonly blank: boolean;
  readonly alternate: boolean;
  readonly zero: boolean;
  readonly width: Size;
  readonly precision: Size;
  /** The conversion character, one code point. */
  readonly conversion: string;
  /** Where the conversion character stands, in code points (error messages say it). */
  readonly index: number;
  /** "s" or "d" for a bare `%s`, `%(name)s` or `%d`, the common ones; else null. */
  readonly bare: "s" | "d" | null;
  /** What CPython raises at this point; null for a good spec. */
  readonly failure: string | null;
}

/** A format string in pieces: literal text and specs, in order. */
export interface PercentTemplate {
  readonly source: string;
  readonly segments: readonly (string | PercentSpec)[];
  /** How many positional arguments the specs take, `*` included. */
  readonly positional: number;
  /** True if any spec takes its value by name. */
  readonly keyed: boolean;
}

const LIMIT = 500;
const remembered = new Map<string, PercentTemplate>();

/** The parsed form of a message; remembered, since programs repeat their messages. */
export function percentTemplate(source: string): PercentTemplate {
  const known = remembered.get(source);
  if (known !== undefined) return known;
  const template = parsePercent(source);
  // Messages built by concatenation are all different: start over, never grow.
  if (source.length <= 1000) {
    if (remembered.size >= LIMIT) remembered.clear();
    remembered.set(source, template);
  }
  return template;
}

/** Parses a format string; never throws. */
export function parsePercent(source: string): PercentTemplate {
  const segments: (string | PercentSpec)[] = [];
  let positional = 0;
  let keyed = false;
  let from = 0;
  for (;;) {
    const at = source.indexOf("%", from);
    if (at !== from && from < source.length) {
      segments.push(at === -1 ? source.slice(from) : source.slice(from, at));
    }
    if (at === -1) break;
    // Only the bare pair is a percent sign; `% %` and `%(x)%` are errors to CPython.
    if (source[at + 1] === "%") {
      segments.push("%");
      from = at + 2;
      continue;
    }
    const reader = new SpecReader(source, at + 1);
    const spec = reader.read();
    segments.push(spec);
    if (spec.key === null) {
      if (spec.width === "*") positional++;
      if (spec.precision === "*") positional++;
      if (spec.failure === null) positional++;
    } else {
      keyed = true;
    }
    if (spec.failure !== null) break;
    from = reader.position;
  }
  return { source, segments, positional, keyed };
}

// CPython keeps reading one character ahead of each part; so does this.
class SpecReader {
  position: number;
  readonly #source: string;
  #failure: string | null = null;

  constructor(source: string, position: number) {
    this.#source = source;
    this.position = position;
  }

  read(): PercentSpec {
    const start = this.position;
    const key = this.#source[this.position] === "(" ? this.#key() : null;
    const flagsFrom = this.position;
    while ("-+ #0".includes(this.#peek() || "x")) this.position++;
    const flags = this.#source.slice(flagsFrom, this.position);
    const width = this.#size("width too big", 9223372036854775807n);
    let precision: Size = null;
    if (this.#failure === null && this.#peek() === ".") {
      this.position++;
      precision = this.#size("precision too big", 2147483647n) ?? 0;
    }
    if ("hlL".includes(this.#peek() || "x")) this.position++;
    const code = this.#source.codePointAt(this.position);
    if (code === undefined) this.#failure ??= "incomplete format";
    const conversion = code === undefined ? "" : String.fromCodePoint(code);
    const index = Array.from(this.#source.slice(0, this.position)).length;
    this.position += conversion.length;
    const bare = this.position === (key === null ? start : flagsFrom) + 1;
    return {
      key,
      left: flags.includes("-"),
      plus: flags.includes("+"),
      blank: flags.includes(" "),
      alternate: flags.includes("#"),
      zero: flags.includes("0"),
      width,
      precision,
      conversion,
      index,
      bare: bare && (conversion === "s" || conversion === "d") ? conversion : null,
      failure: this.#failure,
    };
  }

  #peek(): string {
    return this.#source[this.position] ?? "";
  }

  // Parentheses inside a key balance: %(a(b))s asks for "a(b)".
  #key(): string {
    const from = ++this.position;
    let open = 1;
    while (open > 0 && this.position < this.#source.length) {
      const char = this.#source[this.position++];
      if (char === "(") open++;
      else if (char === ")") open--;
    }
    if (open > 0) this.#failure = "incomplete format key";
    return this.#source.slice(from, this.position - 1);
  }

  #size(tooBig: string, limit: bigint): Size {
    if (this.#peek() === "*") {
      this.position++;
      return "*";
    }
    const from = this.position;
    while (/[0-9]/.test(this.#peek())) this.position++;
    if (this.position === from) return null;
    const digits = this.#source.slice(from, this.position);
    if (BigInt(digits) > limit) this.#failure ??= tooBig;
    return Number(digits);
  }
}
