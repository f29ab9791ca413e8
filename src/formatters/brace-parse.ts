// Reads a `{}` format string into segments, as CPython's string.Formatter.parse
// does, with its error texts. The brace style parses its format once; where it is
// malformed, the segments before that are kept and the failure comes last, since
// CPython raises it only when it gets there.

/** One `{name!conversion:spec}`. */
export interface BraceField {
  readonly name: string;
  readonly conversion: string;
  readonly spec: string;
  /** The spec in pieces, where it holds fields itself; null where it doesn't. */
  readonly nested: BraceTemplate | null;
}

/** A format string in pieces. */
export interface BraceTemplate {
  readonly segments: readonly (string | BraceField)[];
  /** What CPython raises behind the last segment; null for a well-formed format. */
  readonly failure: string | null;
}

/** Parses a format string; never throws. */
export function parseBraces(source: string): BraceTemplate {
  return new BraceReader(source).read();
}

class BraceReader {
  readonly #source: string;
  #at = 0;
  #failure: string | null = null;

  constructor(source: string) {
    this.#source = source;
  }

  read(): BraceTemplate {
    const segments: (string | BraceField)[] = [];
    while (this.#at < this.#source.length && this.#failure === null) {
      const literal = this.#literal();
      if (literal !== "") segments.push(literal);
      if (this.#failure !== null || this.#at >= this.#source.length) break;
      if (!this.#atField()) continue;
      this.#at++;
      const field = this.#field();
      if (this.#failure === null) segments.push(field);
    }
    return { segments, failure: this.#failure };
  }

  #atField(): boolean {
    return this.#source[this.#at] === "{";
  }

  // Up to the next field; of a doubled brace it takes one.
  #literal(): string {
    let text = "";
    while (this.#at < this.#source.length) {
      const char = this.#source[this.#at] ?? "";
      const doubled = this.#source[this.#at + 1] === char;
      if (char !== "{" && char !== "}") {
        text += char;
        this.#at++;
      } else if (doubled) {
        text += char;
        this.#at += 2;
      } else if (char === "}" || this.#at + 1 >= this.#source.length) {
        this.#failure = `Single '${char}' encountered in format string`;
        break;
      } else break;
    }
    return text;
  }

  #field(): BraceField {
    const name = this.#name();
    let end = this.#next();
    let conversion = "";
    if (end === "!") {
      const code = this.#source.codePointAt(this.#at);
      if (code === undefined) this.#fail("end of string while looking for conversion specifier");
      else {
        conversion = String.fromCodePoint(code);
        this.#at += conversion.length;
        end = this.#next();
        if (end !== "}" && end !== ":" && end !== "") {
          this.#fail("expected ':' after conversion specifier");
        }
        if (end === "") this.#fail("unmatched '{' in format spec");
      }
    } else if (end === "") this.#fail("expected '}' before end of string");
    const spec = end === ":" ? this.#spec() : "";
    const nested = /[{}]/.test(spec) ? parseBraces(spec) : null;
    return { name, conversion, spec, nested };
  }

  #name(): string {
    const from = this.#at;
    for (; this.#at < this.#source.length; this.#at++) {
      const char = this.#source[this.#at] ?? "";
      if (char === "{") {
        this.#fail("unexpected '{' in field name");
        break;
      }
      if (char === "[") {
        const close = this.#source.indexOf("]", this.#at);
        this.#at = close === -1 ? this.#source.length - 1 : close;
      } else if (char === "}" || char === ":" || char === "!") break;
    }
    return this.#source.slice(from, this.#at);
  }

  // Braces inside a spec balance.
  #spec(): string {
    const from = this.#at;
    let open = 1;
    while (this.#at < this.#source.length) {
      const char = this.#next();
      if (char === "{") open++;
      if (char === "}" && --open === 0) return this.#source.slice(from, this.#at - 1);
    }
    this.#fail("unmatched '{' in format spec");
    return "";
  }

  #next(): string {
    return this.#source[this.#at++] ?? "";
  }

  #fail(message: string): void {
    this.#failure ??= message;
  }
}
