// One section of a configuration in ini format, asked for its options. The builders of
// fileConfig read through it, so that an error says in which section and option it is.
// What is read here is text; what it means is theirs.

import { repr } from "../../core/value.ts";
import { configError, located, pathTo } from "../config-error.ts";
import type { IniParser } from "./ini-parser.ts";
import { itemsOf } from "../plan/python-values.ts";
import { parsePythonLiteral } from "./python-literal.ts";
import { importConstant } from "./file-config-names.ts";

/** A section that exists. */
export class IniSection {
  readonly name: string;
  readonly #ini: IniParser;

  /** @throws KeyError for a section that the file doesn't have. */
  constructor(ini: IniParser, name: string) {
    if (!ini.hasSection(name)) {
      throw configError("KeyError", name, {
        path: "",
        value: ini.sections(),
        accepted: `a section [${name}]`,
      });
    }
    this.name = name;
    this.#ini = ini;
  }

  /** Where an option is, for errors. */
  place(option: string): string {
    return pathTo(this.name, option);
  }

  /** @throws KeyError if there is no such option; the errors of interpolation. */
  require(option: string): string {
    const text = this.get(option);
    if (text !== null) return text;
    throw configError("KeyError", option, {
      path: this.place(option),
      accepted: `an option ${option} in [${this.name}]`,
    });
  }

  /** The value, or null if there is none. @throws the errors of interpolation. */
  get(option: string): string | null {
    return located(this.place(option), {}, () =>
      this.#ini.get<null>(this.name, option, { fallback: null }),
    );
  }

  /** The value as it was written, or null if there is none. */
  raw(option: string): string | null {
    return this.#ini.get<null>(this.name, option, { raw: true, fallback: null });
  }

  /** A list of names with commas between them; empty for an empty value. @throws as require. */
  names(option: string): readonly string[] {
    const text = this.require(option);
    return text === "" ? [] : text.split(",").map((name) => name.trim());
  }

  /**
   * The value of a Python literal; `fallback` where the option isn't there.
   *
   * @throws SyntaxError, NameError, AttributeError for what is no such literal.
   */
  literal(option: string, text: string | null, fallback: unknown): unknown {
    if (text === null) return fallback;
    return located(this.place(option), {}, () => parsePythonLiteral(text, importConstant));
  }

  /** A literal that is a tuple or a list. @throws as literal, and TypeError for anything else. */
  tuple(option: string): readonly unknown[] {
    const value = this.literal(option, this.get(option), []);
    if (Array.isArray(value)) return value;
    // Python would take a text apart into its characters, where a comma is missing.
    const items = typeof value === "string" ? null : itemsOf(value);
    if (items !== null) return items;
    const text = this.get(option);
    throw configError("TypeError", `${option} must be a tuple, not ${text}`, {
      path: this.place(option),
      value,
      accepted: "a tuple, such as ('app.log', 'a'), or ('app.log',) for a single value",
    });
  }

  /** A literal that is a dict with texts as keys. @throws as literal, and TypeError for anything else. */
  dict(option: string, text: string | null): Readonly<Record<string, unknown>> {
    const value = this.literal(option, text, {});
    const plain = typeof value === "object" && value !== null;
    if (plain && Object.getPrototypeOf(value) === Object.prototype) {
      return value as Record<string, unknown>;
    }
    throw configError("TypeError", `${option} must be a dict, not ${text}`, {
      path: this.place(option),
      value,
      accepted: "a dict with texts as keys, such as {'mode': 'a'}",
    });
  }

  /** A whole number, as Python's int() reads it. @throws ValueError for what is none. */
  integer(option: string, fallback: number): number {
    const text = this.get(option);
    if (text === null) return fallback;
    if (/^\s*[+-]?\d+(?:_\d+)*\s*$/.test(text)) return Number(text.replaceAll("_", ""));
    const message = `invalid literal for int() with base 10: ${repr(text)}`;
    throw configError("ValueError", message, {
      path: this.place(option),
      value: text,
      accepted: "a whole number",
    });
  }
}
