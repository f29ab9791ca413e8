// `%(name)s` in the values of an ini file, as Python's ConfigParser replaces it: by
// the option of that name, of the same section or of [DEFAULT], whose own value may
// have references again. The ini parser calls it for each value that is not read raw.

import {
  InterpolationDepthError,
  InterpolationMissingOptionError,
  InterpolationSyntaxError,
} from "./ini-errors.ts";
import { repr } from "../../core/value.ts";

/** How deep references may lead to references; configparser's number. */
const MOST_DEPTH = 10;

/** The longest text that references may grow to; ten steps of doubling and more need a bound. */
const MOST_CHARACTERS = 1_000_000;

/** Which value it is, for the errors, and where references are looked up. */
export interface InterpolatedOption {
  readonly section: string;
  readonly option: string;
  /** The value as it was written. */
  readonly raw: string;
  /** The raw value of another option that this section sees; undefined if there is none. */
  readonly lookup: (name: string) => string | undefined;
}

/**
 * The value with its references replaced and `%%` made `%`.
 *
 * @throws InterpolationSyntaxError, InterpolationMissingOptionError or
 * InterpolationDepthError.
 */
export function interpolate(of: InterpolatedOption): string {
  const parts: string[] = [];
  replaceReferences(of, of.raw, parts, { characters: 0 }, 1);
  return parts.join("");
}

function replaceReferences(
  of: InterpolatedOption,
  text: string,
  parts: string[],
  grown: { characters: number },
  depth: number,
): void {
  const { section, option, raw } = of;
  if (depth > MOST_DEPTH) throw new InterpolationDepthError(option, section, raw, MOST_DEPTH);
  const add = (part: string): void => {
    grown.characters += part.length;
    parts.push(part);
  };
  let from = 0;
  while (from < text.length) {
    if (grown.characters > MOST_CHARACTERS) {
      throw new InterpolationDepthError(option, section, raw, MOST_DEPTH);
    }
    const at = text.indexOf("%", from);
    if (at === -1) break;
    if (at > from) add(text.slice(from, at));
    const next = text[at + 1];
    if (next === "%") {
      add("%");
      from = at + 2;
      continue;
    }
    const reference = referenceAt(of, text, at, next);
    const value = of.lookup(reference.name);
    if (value === undefined) {
      throw new InterpolationMissingOptionError(option, section, raw, reference.name);
    }
    // Counted even where it adds nothing: references to references multiply.
    grown.characters++;
    if (value.includes("%")) replaceReferences(of, value, parts, grown, depth + 1);
    else add(value);
    from = reference.end;
  }
  if (from < text.length) add(text.slice(from));
}

function referenceAt(
  of: InterpolatedOption,
  text: string,
  at: number,
  next: string | undefined,
): { name: string; end: number } {
  const rest = text.slice(at);
  const found = next === "(" ? /^%\(([^)]+)\)s/.exec(rest) : null;
  if (found !== null) return { name: (found[1] ?? "").toLowerCase(), end: at + found[0].length };
  const message =
    next === "("
      ? `bad interpolation variable reference ${repr(rest)}`
      : `'%' must be followed by '%' or '(', found: ${repr(rest)}`;
  throw new InterpolationSyntaxError(of.option, of.section, message);
}
