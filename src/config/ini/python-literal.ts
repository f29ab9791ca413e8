// Values written as Python literals: what fileConfig's files have in `args`, `kwargs`
// and `defaults`, where CPython calls eval. Here a parser reads tuples, lists, dicts,
// sets, strings, numbers, True, False, None, arithmetic of numbers such as
// 10 * 1024, and names that the caller's table knows. Nothing is ever run: a call
// or an index is an error that says so.

import { pythonTokens } from "./python-literal-tokens.ts";
import type { PythonToken } from "./python-literal-tokens.ts";
import { BINARY_LEVELS, binary, unary } from "./python-literal-numbers.ts";

/**
 * Gives the value of a dotted name, such as `["sys", "stdout"]`; throws for one it
 * doesn't know.
 */
export type NameLookup = (path: readonly string[]) => unknown;

/** Python's names for making an empty tuple and the like. */
const MAKERS: ReadonlySet<string> = new Set(["tuple", "list", "set", "dict"]);

/** How deep brackets and signs may nest. */
const MOST_DEPTH = 100;

/**
 * The value of a Python expression of literals. Tuples and lists become arrays,
 * dicts plain objects (a Map if a key is no string), sets Sets, bytes Uint8Arrays,
 * None null; whole numbers that a double can't hold become bigints.
 *
 * @throws SyntaxError, with line and column, for what is no such expression; what
 * `lookup` throws for names.
 */
export function parsePythonLiteral(text: string, lookup: NameLookup): unknown {
  return new LiteralParser(text, lookup).parse();
}

class LiteralParser {
  readonly #text: string;
  readonly #lookup: NameLookup;
  readonly #tokens: readonly PythonToken[];
  #index = 0;
  #depth = 0;

  constructor(text: string, lookup: NameLookup) {
    this.#text = text;
    this.#lookup = lookup;
    this.#tokens = pythonTokens(text, (message, at) => this.#fault(message, at));
  }

  parse(): unknown {
    const value = this.#tuple("end");
    if (this.#token().kind !== "end") throw this.#unexpected();
    return value;
  }

  // One value, or several with commas, which make a tuple without brackets.
  #tuple(closer: string): unknown {
    const first = this.#value();
    if (!this.#at(",")) return first;
    const values = [first];
    while (this.#take(",")) {
      if (this.#at(closer)) break;
      values.push(this.#value());
    }
    return values;
  }

  #value(): unknown {
    return this.#deeper(() => this.#binary(0));
  }

  #binary(level: number): unknown {
    const operators = BINARY_LEVELS[level];
    if (operators === undefined) return this.#signed();
    let left = this.#binary(level + 1);
    for (;;) {
      const token = this.#token();
      if (token.kind !== "operator" || !operators.includes(token.text)) return left;
      this.#index++;
      const right = this.#binary(level + 1);
      const before = left;
      left = this.#compute(token.at, () => binary(token.text, before, right));
    }
  }

  #signed(): unknown {
    const token = this.#token();
    if (token.kind !== "operator" || !"+-~".includes(token.text)) return this.#power();
    this.#index++;
    const value = this.#deeper(() => this.#signed());
    return this.#compute(token.at, () => unary(token.text, value));
  }

  // Binds closer than a sign at its left: -2 ** 2 is -4.
  #power(): unknown {
    const base = this.#atom();
    const token = this.#token();
    if (!this.#take("**")) return base;
    const exponent = this.#deeper(() => this.#signed());
    return this.#compute(token.at, () => binary("**", base, exponent));
  }

  #deeper(step: () => unknown): unknown {
    this.#depth++;
    if (this.#depth > MOST_DEPTH) throw this.#fault("too deeply nested", this.#token().at);
    const value = step();
    this.#depth--;
    return value;
  }

  #compute(at: number, step: () => unknown): unknown {
    try {
      return step();
    } catch (error) {
      if (error instanceof RangeError) throw this.#fault(error.message, at);
      throw error;
    }
  }

  #atom(): unknown {
    const token = this.#token();
    if (token.kind === "end") throw this.#unexpected();
    this.#index++;
    const value = token.kind === "value" ? this.#adjacent(token) : this.#other(token);
    const next = this.#token();
    if (next.kind === "operator" && "([.".includes(next.text)) {
      const what = { "(": "a call", "[": "an index", ".": "an attribute" }[next.text];
      throw this.#fault(`${what} is not accepted here, only literals and known names`, next.at);
    }
    return value;
  }

  #other(token: PythonToken): unknown {
    if (token.kind === "name") return this.#named(token.text);
    if (token.kind === "operator") {
      if (token.text === "(") return this.#parenthesized();
      if (token.text === "[") return this.#items("]", () => this.#value());
      if (token.text === "{") return this.#braced();
    }
    this.#index--;
    throw this.#unexpected();
  }

  // Strings that stand next to each other are one.
  #adjacent(first: PythonToken & { kind: "value" }): unknown {
    let { value } = first;
    for (;;) {
      const next = this.#token();
      if (next.kind !== "value") return value;
      if (typeof value === "string" && typeof next.value === "string") value += next.value;
      else if (value instanceof Uint8Array && next.value instanceof Uint8Array) {
        value = Uint8Array.from([...value, ...next.value]);
      } else throw this.#unexpected();
      this.#index++;
    }
  }

  #named(first: string): unknown {
    if (first === "None") return null;
    if (first === "True" || first === "False") return first === "True";
    if (MAKERS.has(first) && this.#at("(")) return this.#made(first);
    const path = [first];
    while (this.#take(".")) {
      const token = this.#token();
      if (token.kind !== "name") throw this.#unexpected();
      path.push(token.text);
      this.#index++;
    }
    return this.#lookup(path);
  }

  // tuple(), list([1]), dict(mode='a'): other ways to write what has brackets.
  #made(maker: string): unknown {
    this.#index++;
    if (maker === "dict") {
      const pairs = this.#items(")", () => {
        const token = this.#token();
        if (token.kind !== "name") throw this.#unexpected("; expected name=value");
        this.#index++;
        this.#expect("=");
        return [token.text, this.#value()] as const;
      });
      return Object.fromEntries(pairs);
    }
    const { at } = this.#token();
    const [items = [], ...others] = this.#items(")", () => this.#value());
    if (!Array.isArray(items) || others.length > 0) {
      throw this.#fault(`${maker}() takes a single tuple or list`, at);
    }
    return maker === "set" ? new Set<unknown>(items) : (items as unknown);
  }

  #parenthesized(): unknown {
    if (this.#take(")")) return [];
    const value = this.#tuple(")");
    this.#expect(")");
    return value;
  }

  #items<Item>(closer: string, read: () => Item): Item[] {
    const items: Item[] = [];
    while (!this.#take(closer)) {
      items.push(read());
      if (!this.#at(closer)) this.#expect(",");
    }
    return items;
  }

  #braced(): unknown {
    if (this.#take("}")) return {};
    const first = this.#value();
    if (!this.#at(":")) return new Set(this.#rest(first, () => this.#value()));
    const pairs = this.#rest([first, this.#afterColon()] as const, () => {
      const key = this.#value();
      return [key, this.#afterColon()] as const;
    });
    // Object.fromEntries makes `__proto__` a property like any other.
    return pairs.every(isNamed) ? Object.fromEntries(pairs) : new Map(pairs);
  }

  // What follows the first item in braces, and the brace that closes them.
  #rest<Item>(first: Item, read: () => Item): Item[] {
    const items = [first];
    while (this.#take(",") && !this.#at("}")) items.push(read());
    this.#expect("}");
    return items;
  }

  #afterColon(): unknown {
    this.#expect(":");
    return this.#value();
  }

  #token(): PythonToken {
    return (
      this.#tokens[this.#index] ?? { kind: "end", at: this.#text.length, end: this.#text.length }
    );
  }

  #at(text: string): boolean {
    const token = this.#token();
    return token.kind === "end" ? text === "end" : token.kind === "operator" && token.text === text;
  }

  #take(text: string): boolean {
    if (!this.#at(text)) return false;
    this.#index++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#unexpected(`; expected ${text}`);
  }

  #unexpected(expected = ""): SyntaxError {
    const token = this.#token();
    if (token.kind === "end") return this.#fault(`unexpected end${expected}`, token.at);
    const text = this.#text.slice(token.at, token.end);
    return this.#fault(`unexpected ${text}${expected}`, token.at);
  }

  #fault(message: string, at: number): SyntaxError {
    const before = this.#text.slice(0, at).split("\n");
    const column = (before.at(-1)?.length ?? 0) + 1;
    return new SyntaxError(`${message} (line ${before.length}, column ${column})`);
  }
}

function isNamed(pair: readonly [unknown, unknown]): pair is readonly [string, unknown] {
  return typeof pair[0] === "string";
}
