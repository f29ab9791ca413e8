// What can be wrong with a file in the dialect of Python's configparser: one class
// for each of its errors, with its name and its text. The ini parser throws them,
// and so do those who ask it for sections and options. They only carry facts.

import { repr } from "../../core/value.ts";

/** Where in which text something was wrong, as far as it is known. */
export interface IniErrorDetail {
  /** The name of the file, or what stands for it. */
  readonly source?: string;
  /** The line, counted from 1. */
  readonly line?: number;
  readonly section?: string;
  readonly option?: string;
}

/** The base of all of them; `configparser.Error` in Python. */
export class IniError extends Error {
  override name = "Error";
  declare readonly source?: string;
  declare readonly line?: number;
  declare readonly section?: string;
  declare readonly option?: string;

  constructor(message: string, detail: IniErrorDetail = {}) {
    super(message);
    Object.assign(this, detail);
  }
}

/** A section that is not there. */
export class NoSectionError extends IniError {
  override name = "NoSectionError";

  constructor(section: string) {
    super(`No section: ${repr(section)}`, { section });
  }
}

/** An option that is neither in its section nor in `[DEFAULT]`. */
export class NoOptionError extends IniError {
  override name = "NoOptionError";

  constructor(option: string, section: string) {
    super(`No option ${repr(option)} in section: ${repr(section)}`, { section, option });
  }
}

/** A section that one text has twice. */
export class DuplicateSectionError extends IniError {
  override name = "DuplicateSectionError";

  constructor(section: string, source: string, line: number) {
    const place = `${repr(source)} [line ${padded(line)}]`;
    super(`While reading from ${place}: section ${repr(section)} already exists`, {
      source,
      line,
      section,
    });
  }
}

/** An option that one section has twice. `line` is null for one of the given defaults. */
export class DuplicateOptionError extends IniError {
  override name = "DuplicateOptionError";

  constructor(section: string, option: string, source: string, line: number | null) {
    const place = line === null ? repr(source) : `${repr(source)} [line ${padded(line)}]`;
    const what = `option ${repr(option)} in section ${repr(section)}`;
    super(`While reading from ${place}: ${what} already exists`, {
      source,
      ...(line === null ? {} : { line }),
      section,
      option,
    });
  }
}

/** Lines that are neither a section, nor an option, nor the rest of a value. */
export class ParsingError extends IniError {
  override name = "ParsingError";

  /** `lines` are the bad lines, each with its number. */
  constructor(source: string, lines: readonly (readonly [number, string])[], message?: string) {
    const list = lines.map(([number, text]) => `\n\t[line ${padded(number)}]: ${repr(text)}`);
    const [first] = lines;
    super(message ?? `Source contains parsing errors: ${repr(source)}${list.join("")}`, {
      source,
      ...(first === undefined ? {} : { line: first[0] }),
    });
  }
}

/** An option before the first section. */
export class MissingSectionHeaderError extends ParsingError {
  override name = "MissingSectionHeaderError";

  constructor(source: string, line: number, text: string) {
    super(
      source,
      [[line, text]],
      `File contains no section headers.\nfile: ${repr(source)}, line: ${line}\n${repr(text)}`,
    );
  }
}

/** `%(name)s` where no option has this name. */
export class InterpolationMissingOptionError extends IniError {
  override name = "InterpolationMissingOptionError";

  constructor(option: string, section: string, raw: string, reference: string) {
    super(
      `Bad value substitution: option ${repr(option)} in section ${repr(section)} contains ` +
        `an interpolation key ${repr(reference)} which is not a valid option name. ` +
        `Raw value: ${repr(raw)}`,
      { section, option },
    );
  }
}

/** A `%` that begins neither `%%` nor `%(name)s`. */
export class InterpolationSyntaxError extends IniError {
  override name = "InterpolationSyntaxError";

  constructor(option: string, section: string, message: string) {
    super(message, { section, option });
  }
}

/** References that lead to references, deeper than ten, or to a text without end. */
export class InterpolationDepthError extends IniError {
  override name = "InterpolationDepthError";

  constructor(option: string, section: string, raw: string, depth: number) {
    super(
      `Recursion limit exceeded in value substitution: option ${repr(option)} in section ` +
        `${repr(section)} contains an interpolation key which cannot be substituted in ` +
        `${depth} steps. Raw value: ${repr(raw)}`,
      { section, option },
    );
  }
}

function padded(line: number): string {
  return String(line).padStart(2);
}
