// Reads ini files in the dialect of Python's configparser.ConfigParser, which is what
// fileConfig's files are written in: values over several lines, `=` or `:`, comments
// on lines of their own, [DEFAULT], interpolation. fileConfig uses it; applications
// may fill one themselves and hand it over. It reads texts only, never files.

import { typeError } from "../../core/errors.ts";
import { typeRefusal } from "../../core/refusal.ts";
import { toText } from "../../core/value.ts";
import {
  DuplicateOptionError,
  DuplicateSectionError,
  MissingSectionHeaderError,
  NoOptionError,
  NoSectionError,
  ParsingError,
} from "./ini-errors.ts";
import { interpolate } from "./ini-interpolation.ts";

const DEFAULT_SECTION = "DEFAULT";

/** Values that every section sees and may override; what is no string is made text. */
export type IniDefaults = Readonly<Record<string, unknown>>;

/** How a value is asked for. */
export interface IniGetOptions<Fallback> {
  /** True: as it was written, without interpolation. */
  readonly raw?: boolean | undefined;
  /** The answer if there is no such section or option; an error without it. */
  readonly fallback?: Fallback | undefined;
}

/** A set of sections with options, read from texts. Option names are in lower case. */
export class IniParser {
  readonly #sections = new Map<string, Map<string, string>>();
  readonly #defaults = new Map<string, string>();

  /**
   * `defaults` are the first content of `[DEFAULT]`.
   *
   * @throws TypeError for defaults that are no object or a value that is null or
   * undefined; DuplicateOptionError for names that differ in case only.
   */
  constructor(defaults: IniDefaults | null = null) {
    const given: unknown = defaults;
    if (typeof given !== "object" || Array.isArray(given)) {
      throw typeRefusal("defaults", given, "an object of names and values, or null");
    }
    for (const [name, value] of Object.entries(defaults ?? {})) {
      const option = name.toLowerCase();
      if (this.#defaults.has(option)) {
        throw new DuplicateOptionError(DEFAULT_SECTION, option, "<dict>", null);
      }
      if (value === null || value === undefined) {
        throw typeError("option values must be strings", { value, accepted: "a string" });
      }
      this.#defaults.set(option, toText(value));
    }
  }

  /**
   * Adds the sections of a text; what was there before stays, and loses where both
   * have an option. `source` names the text in errors.
   *
   * @throws ParsingError (MissingSectionHeaderError), DuplicateSectionError,
   * DuplicateOptionError. The parser is then left with a part of the text.
   */
  readString(text: string, source: string = "<string>"): void {
    new TextReader(this.#sections, this.#defaults, source).read(text);
  }

  /** The names of the sections in their order, without `DEFAULT`. */
  sections(): readonly string[] {
    return [...this.#sections.keys()];
  }

  hasSection(section: string): boolean {
    return this.#sections.has(section);
  }

  /** Whether a section has the option, itself or from `[DEFAULT]`. */
  hasOption(section: string, option: string): boolean {
    if (section !== DEFAULT_SECTION && !this.#sections.has(section)) return false;
    return this.#raw(section, option.toLowerCase()) !== undefined;
  }

  /**
   * The value of an option.
   *
   * @throws NoSectionError, NoOptionError (without a fallback), and the errors of
   * interpolation.
   */
  get<Fallback = never>(
    section: string,
    option: string,
    options: IniGetOptions<Fallback> = {},
  ): string | Fallback {
    const known = section === DEFAULT_SECTION || this.#sections.has(section);
    const name = option.toLowerCase();
    const raw = known ? this.#raw(section, name) : undefined;
    if (raw === undefined) {
      if ("fallback" in options) return options.fallback as Fallback;
      throw known ? new NoOptionError(name, section) : new NoSectionError(section);
    }
    if (options.raw === true) return raw;
    const lookup = (other: string): string | undefined => this.#raw(section, other);
    return interpolate({ section, option: name, raw, lookup });
  }

  #raw(section: string, option: string): string | undefined {
    return this.#sections.get(section)?.get(option) ?? this.#defaults.get(option);
  }
}

/** The way through one text, line by line. */
class TextReader {
  readonly #sections: Map<string, Map<string, string>>;
  readonly #defaults: Map<string, string>;
  readonly #source: string;
  readonly #bad: (readonly [number, string])[] = [];
  /** The sections of this text, with the options that it gave them: none may come twice. */
  readonly #seen = new Map<string, Set<string>>();
  #section: { name: string; options: Map<string, string> } | null = null;
  /** The option whose value may go on; null after a section's header. */
  #option: { name: string; lines: string[] } | null = null;
  /** How far the option's first line is indented. */
  #indent = 0;

  constructor(
    sections: Map<string, Map<string, string>>,
    defaults: Map<string, string>,
    source: string,
  ) {
    this.#sections = sections;
    this.#defaults = defaults;
    this.#source = source;
  }

  read(text: string): void {
    try {
      let number = 0;
      for (const [line] of text.replaceAll(/\r\n?/g, "\n").matchAll(/[^\n]*\n|[^\n]+$/g)) {
        number++;
        this.#readLine(line, number);
      }
    } finally {
      this.#endOption();
    }
    if (this.#bad.length > 0) throw new ParsingError(this.#source, this.#bad);
  }

  #readLine(line: string, number: number): void {
    const clean = line.trim();
    if (clean.startsWith("#") || clean.startsWith(";")) return;
    if (clean === "") {
      // An empty line within a value belongs to it; at its end it is taken off again.
      this.#option?.lines.push("");
      return;
    }
    const indent = line.search(/\S/);
    if (this.#option !== null && this.#option.name !== "" && indent > this.#indent) {
      this.#option.lines.push(clean);
      return;
    }
    this.#indent = indent;
    const header = /^\[(.+)\]/s.exec(clean)?.[1];
    if (header !== undefined) this.#beginSection(header, number);
    else if (this.#section !== null) this.#beginOption(this.#section, line, clean, number);
    else throw new MissingSectionHeaderError(this.#source, number, line);
  }

  #beginSection(name: string, number: number): void {
    this.#endOption();
    if (name === DEFAULT_SECTION) {
      // Unlike others it may come again.
      this.#section = { name, options: this.#defaults };
      return;
    }
    if (this.#seen.has(name)) throw new DuplicateSectionError(name, this.#source, number);
    this.#seen.set(name, new Set());
    let options = this.#sections.get(name);
    if (options === undefined) this.#sections.set(name, (options = new Map()));
    this.#section = { name, options };
  }

  #beginOption(
    section: { name: string; options: Map<string, string> },
    line: string,
    clean: string,
    number: number,
  ): void {
    const delimiter = clean.search(/[=:]/);
    if (delimiter === -1) {
      this.#bad.push([number, line]);
      return;
    }
    if (delimiter === 0) this.#bad.push([number, line]);
    this.#endOption();
    const name = clean.slice(0, delimiter).trimEnd().toLowerCase();
    let seen = this.#seen.get(section.name);
    if (seen === undefined) this.#seen.set(section.name, (seen = new Set()));
    if (seen.has(name)) {
      throw new DuplicateOptionError(section.name, name, this.#source, number);
    }
    seen.add(name);
    this.#option = { name, lines: [clean.slice(delimiter + 1).trim()] };
  }

  #endOption(): void {
    if (this.#option === null || this.#section === null) return;
    const { name, lines } = this.#option;
    this.#section.options.set(name, lines.join("\n").trimEnd());
    this.#option = null;
  }
}
