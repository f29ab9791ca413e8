// Reads one TypeScript source just far enough for the house rules: what it
// imports, and its code without comments and texts. rules.ts calls it. It is no
// parser; what it must get right is never to see code inside a comment, a
// string, a template or a regular expression.

/** One import of a source, of whatever form. */
export interface Import {
  /** As written, such as `../core/level.ts` or `node:fs`. */
  readonly specifier: string;
  /** The line it is on, from 1. */
  readonly line: number;
  /** Whether it is `import type` or `export type`, of which nothing is left at run time. */
  readonly typeOnly: boolean;
}

/** What is known of a source. */
export interface SourceScan {
  readonly imports: readonly Import[];
  /** The code, as many lines as the source; comments are blank, texts read `""`. */
  readonly code: string;
}

/** Every way to name a module: static, re-export, dynamic, CommonJS, Node's own. */
const IMPORT_FORMS =
  /(?:\bfrom|\bimport)\s*(?=")|(?:\bimport|\brequire|\brequire\.resolve|\bgetBuiltinModule)\s*\(\s*(?=")/g;

/** The beginning of a statement that imports or exports nothing but types. */
const TYPE_ONLY = /(?:^|[;}\n])\s*(?:import|export)\s+type\s+(?!from\b)[^;"]*$/;

/** Words after which a slash begins a regular expression. */
const BEFORE_REGEXP =
  /(?:^|[=([{,;:!&|?+\-*%<>~^}]|\b(?:return|typeof|case|in|of|new|throw|yield|await|else|do))\s*$/;

/** Scans a source. */
export function scanSource(source: string): SourceScan {
  const scanner = new Scanner(source);
  scanner.readCode(false);
  const code = scanner.out.join("");
  const imports: Import[] = [];
  for (const found of code.matchAll(IMPORT_FORMS)) {
    const at = found.index + found[0].length;
    const specifier = scanner.texts.get(at);
    if (specifier === undefined) continue;
    const before = code.slice(0, at);
    imports.push({
      specifier,
      line: before.split("\n").length,
      typeOnly: TYPE_ONLY.test(before),
    });
  }
  return { imports, code };
}

class Scanner {
  readonly source: string;
  /** The pieces of the code so far; `length` is what they add up to. */
  readonly out: string[] = [];
  length = 0;
  /** The contents of the texts, by the place of their opening quote in the code. */
  readonly texts = new Map<number, string>();
  private at = 0;

  constructor(source: string) {
    this.source = source;
  }

  /** Reads code up to the end, or up to the brace that closes a template's `${`. */
  readCode(inTemplate: boolean): void {
    let depth = 0;
    while (this.at < this.source.length) {
      const char = this.source[this.at] ?? "";
      const pair = this.source.slice(this.at, this.at + 2);
      if (pair === "//") this.skipTo(/\n|$/g, 0);
      else if (pair === "/*") this.skipTo(/\*\/|$/g, 2);
      else if (char === '"' || char === "'") this.readText(char);
      else if (char === "`") this.readTemplate();
      else if (char === "/" && BEFORE_REGEXP.test(this.lineSoFar())) this.readRegExp();
      else {
        if (char === "{") depth += 1;
        if (char === "}" && inTemplate && depth === 0) return;
        if (char === "}") depth -= 1;
        this.emit(char);
        this.at += 1;
      }
    }
  }

  private emit(text: string): void {
    this.out.push(text);
    this.length += text.length;
  }

  private lineSoFar(): string {
    return this.out.slice(-60).join("");
  }

  private skipTo(end: RegExp, more: number): void {
    end.lastIndex = this.at + more;
    const found = end.exec(this.source);
    const stop =
      found === null ? this.source.length : found.index + (found[0] === "\n" ? 0 : found[0].length);
    this.emit(this.source.slice(this.at, stop).replaceAll(/[^\n]/g, " "));
    this.at = stop;
  }

  private readText(quote: string): void {
    const start = this.at;
    this.at += 1;
    while (this.at < this.source.length && this.source[this.at] !== quote) {
      this.at += this.source[this.at] === "\\" ? 2 : 1;
    }
    this.texts.set(this.length, this.source.slice(start + 1, this.at));
    this.at += 1;
    this.emit('""');
  }

  private readTemplate(): void {
    const start = this.length;
    const from = this.at + 1;
    this.at = from;
    this.emit('"');
    let plain = true;
    while (this.at < this.source.length && this.source[this.at] !== "`") {
      if (this.source.startsWith("${", this.at)) {
        plain = false;
        this.emit('"+(');
        this.at += 2;
        this.readCode(true);
        this.at += 1;
        this.emit(')+"');
      } else {
        if (this.source[this.at] === "\n") this.emit("\n");
        this.at += this.source[this.at] === "\\" ? 2 : 1;
      }
    }
    if (plain) this.texts.set(start, this.source.slice(from, this.at));
    this.at += 1;
    this.emit('"');
  }

  private readRegExp(): void {
    let inClass = false;
    this.at += 1;
    while (this.at < this.source.length && this.source[this.at] !== "\n") {
      const char = this.source[this.at];
      if (char === "/" && !inClass) break;
      if (char === "[") inClass = true;
      if (char === "]") inClass = false;
      this.at += char === "\\" ? 2 : 1;
    }
    this.at += 1;
    this.emit('""');
  }
}
