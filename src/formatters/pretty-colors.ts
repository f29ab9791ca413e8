// The colours of the pretty formatter: which codes a terminal needs for a style, and
// which style belongs to a level. Without colours everything passes through as it is.
// Names of styles are Node's own (util.inspect.colors), so that none need be learned.

import { inspect } from "node:util";

import { ValueError } from "../core/errors.ts";
import { CRITICAL, ERROR, INFO, WARNING } from "../core/level.ts";
import { typeRefusal } from "../core/refusal.ts";
import { isPlainObject, shortRepr } from "../core/value.ts";

/** One of Node's names for a style, as in `util.inspect.colors`: "red", "bold", "bgYellow", ... */
export type StyleWord =
  | "bold"
  | "dim"
  | "italic"
  | "underline"
  | "inverse"
  | "black"
  | "red"
  | "green"
  | "yellow"
  | "blue"
  | "magenta"
  | "cyan"
  | "white"
  | "gray"
  | "redBright"
  | "greenBright"
  | "yellowBright"
  | "blueBright"
  | "magentaBright"
  | "cyanBright"
  | "whiteBright"
  | "bgBlack"
  | "bgRed"
  | "bgGreen"
  | "bgYellow"
  | "bgBlue"
  | "bgMagenta"
  | "bgCyan"
  | "bgWhite"
  | "bgGray";

/** Styles by the names of levels. */
export type LevelColors = Readonly<Record<string, StyleWord | readonly StyleWord[]>>;

/** What is written before a text and behind it. */
export type Paint = readonly [open: string, close: string];

const PLAIN: Paint = ["", ""];

/** The colours of one formatter. */
export class Palette {
  readonly dim: Paint;
  readonly key: Paint;
  readonly number: Paint;
  readonly error: Paint;
  readonly mark: Paint;
  readonly #levels: ReadonlyMap<string, Paint>;
  readonly #ranks: readonly (readonly [levelno: number, paint: Paint])[];

  /** @param colors false: no codes at all, whatever the levels say */
  constructor(colors: boolean, levels: LevelColors) {
    const paint = (...words: StyleWord[]): Paint => (colors ? paintOf(words) : PLAIN);
    this.dim = paint("dim");
    this.key = paint("cyan");
    this.number = paint("yellow");
    this.error = paint("bold", "red");
    this.mark = paint("red");
    this.#levels = new Map(
      Object.entries(levels).map(([name, words]) => [name, paint(...[words].flat())]),
    );
    this.#ranks = [
      [CRITICAL, paint("bold", "white", "bgRed")],
      [ERROR, paint("red")],
      [WARNING, paint("yellow")],
      [INFO, paint("green")],
      [-Infinity, paint("blue")],
    ];
  }

  /** What a level's name is painted with: by its name, else by its number. */
  ofLevel(name: string, levelno: number): Paint {
    const own = this.#levels.get(name);
    return own ?? this.#ranks.find(([from]) => levelno >= from)?.[1] ?? PLAIN;
  }
}

/** A text between its codes. An empty one needs none. */
export function painted([open, close]: Paint, text: string): string {
  return text === "" || open === "" ? text : open + text + close;
}

/**
 * Checks the option `levelColors`.
 *
 * @throws TypeError for what is no object, ValueError for a style that Node doesn't know.
 */
export function checkLevelColors(value: unknown): LevelColors {
  if (!isPlainObject(value)) {
    const accepted = 'an object of styles by level, such as { INFO: "cyan" }';
    throw typeRefusal("levelColors", value, accepted);
  }
  for (const [level, words] of Object.entries(value)) {
    for (const word of [words].flat()) {
      if (typeof word === "string" && Object.hasOwn(inspect.colors, word)) continue;
      const accepted = Object.keys(inspect.colors).join(", ");
      const text = `the colour of level ${shortRepr(level)} can't be ${shortRepr(word)}`;
      throw new ValueError(`${text}; accepted: ${accepted}`, { value: word, accepted });
    }
  }
  return value as LevelColors;
}

function paintOf(words: readonly StyleWord[]): Paint {
  const codes = words.map((word) => inspect.colors[word] ?? [0, 0]);
  const open = codes.map(([code]) => `\x1b[${code}m`).join("");
  const close = codes.map(([, code]) => `\x1b[${code}m`).toReversed();
  // Bold and dim end with the same code, as colours do with theirs: once is enough.
  return [open, [...new Set(close)].join("")];
}
