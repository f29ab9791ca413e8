// A document while it is being read: its sections, the objects made of their entries so
// far, and the meaning of `ext://` and `cfg://`, which is looked up when a value is
// needed, as in CPython. The builders read documents through this. The document itself
// is never changed.

import { isPlainObject, repr, shortRepr } from "../../core/value.ts";
import { configError, located, pathTo } from "../config-error.ts";
import { entriesIn, MAX_DEPTH, MAX_VALUES, readableObject, tooDeep, tooMany } from "./readable.ts";
import { resolveName } from "../registry/registry.ts";

/** The parts of a document whose entries become objects. */
export type SectionName = "formatters" | "filters" | "handlers";

/** Python's names of the keys that may also be written in camelCase. */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ["disable_existing_loggers", "disableExistingLoggers"],
]);

const PREFIXED = /^([a-z]+):\/\/(.*)$/;
const WORD = /^\s*([\p{L}\p{N}_]+)\s*/u;
const DOT = /^\.\s*([\p{L}\p{N}_]+)\s*/u;
const IDENTIFIER = /^[a-z_][a-z0-9_]*$/i;
const INDEX = /^\[([^[\]]*)\]\s*/;

/** One document. Its values are read with get() and entriesOf(), its sections' objects kept here. */
export class ConfigDocument {
  readonly #top: Map<string, unknown>;
  /** What was made of the entries of sections, by their paths. */
  readonly #made: Map<string, unknown> = new Map();
  /** The `cfg://` values that are being looked up. */
  readonly #pending: Set<string> = new Set();
  /** What `cfg://` values stand for, and how many values that is, until something is made. */
  readonly #found: Map<string, { value: unknown; count: number }> = new Map();
  /** What puts back what was changed of objects that the document did not make. */
  readonly #undos: (() => void)[] = [];
  /** How deep the value that is being converted is, and how many there were in the outermost. */
  #depth = 0;
  #count = 0;

  /** @throws TypeError for what is no object. */
  constructor(document: unknown) {
    this.#top = new Map(entriesIn(readableObject(document, "", "a configuration"), ""));
    for (const [python, camel] of SPELLINGS) this.#mergeSpelling(python, camel);
  }

  /** Whether the document has this key. */
  has(key: string): boolean {
    return this.#top.has(key);
  }

  /** The keys of the document, in its order. */
  keys(): string[] {
    return [...this.#top.keys()];
  }

  /** The value of a key of the document; undefined if it isn't there. */
  get(key: string): unknown {
    return this.convert(this.#top.get(key), key);
  }

  /**
   * The entries of a part of the document, by name, in its order; none if the part is
   * missing. They are as the document has them, not yet converted.
   *
   * @throws TypeError for a part that is no object.
   */
  entriesOf(key: string): [string, unknown][] {
    if (!this.#top.has(key)) return [];
    return entriesIn(readableObject(this.raw(key), key, key), key);
  }

  /** The value of a key; only if it is itself `ext://` or `cfg://`, it is converted. */
  raw(key: string): unknown {
    const value = this.#top.get(key);
    return typeof value === "string" ? this.convert(value, key) : value;
  }

  /** Keeps what was made of an entry; from then on it stands in its place. */
  keep(section: SectionName, name: string, made: unknown): void {
    this.#made.set(pathTo(section, name), made);
    this.#found.clear();
  }

  /** Has `undo` called if the document fails; it must put back one change. */
  onFailure(undo: () => void): void {
    this.#undos.push(undo);
  }

  /** What onFailure() was given, the last first. */
  undos(): readonly (() => void)[] {
    return this.#undos.toReversed();
  }

  /**
   * The object that an entry of a section became; undefined where it is not made yet.
   *
   * @throws KeyError for a missing entry, as CPython's `config[section][name]`.
   */
  madeOf(section: SectionName, name: unknown, path: string): unknown {
    const names = this.entriesOf(section).map(([each]) => each);
    const place = {
      path,
      value: name,
      accepted: names.length === 0 ? `nothing: there are no ${section}` : names.join(", "),
    };
    if (typeof name !== "string" || !names.includes(name)) {
      throw configError("KeyError", typeof name === "string" ? name : shortRepr(name), place);
    }
    return this.#made.get(pathTo(section, name));
  }

  /**
   * A value with what its `ext://` and `cfg://` stand for. Objects and arrays in which
   * there are none are returned as they are. What several `cfg://` stand for is converted
   * once, and shared.
   *
   * @throws ValueError for what can't be resolved, is nested too deeply or, by `cfg://` in
   * `cfg://`, has too many values; KeyError and the like for a wrong path.
   */
  convert(value: unknown, path: string): unknown {
    if (this.#depth === 0) this.#count = 0;
    return this.#convert(value, path, new Set());
  }

  #convert(value: unknown, path: string, above: ReadonlySet<unknown>): unknown {
    this.#count += 1;
    if (typeof value === "string") return this.#convertText(value, path);
    const isArray = isArrayOf(value);
    if ((!isArray && !isPlainObject(value)) || above.has(value)) return value;
    const entries = entriesIn(value, path);
    const within = new Set(above).add(value);
    let changed = false;
    const converted = this.#deeper(value, path, () =>
      entries.map(([key, each]): [string, unknown] => {
        const result = this.#convert(each, pathTo(path, isArray ? Number(key) : key), within);
        changed ||= result !== each;
        return [key, result];
      }),
    );
    if (!changed) return value;
    return isArray ? converted.map(([, each]) => each) : Object.fromEntries(converted);
  }

  /** One level down. @throws ValueError before the stack overflows. */
  #deeper<T>(value: unknown, path: string, action: () => T): T {
    if (this.#depth >= MAX_DEPTH) throw tooDeep(path, value);
    this.#depth += 1;
    try {
      return action();
    } finally {
      this.#depth -= 1;
    }
  }

  #convertText(text: string, path: string): unknown {
    const [, prefix, rest = ""] = PREFIXED.exec(text) ?? [];
    if (prefix === "ext") return located(path, {}, () => resolveName(rest));
    if (prefix !== "cfg") return text;
    if (this.#pending.has(rest)) {
      const accepted = "a path that does not lead back to itself";
      throw configError("ValueError", `${text} refers to itself`, { path, value: text, accepted });
    }
    const known = this.#found.get(rest);
    if (known !== undefined) {
      this.#count += known.count;
      if (this.#count > MAX_VALUES) throw tooMany(path, text);
      return known.value;
    }
    const before = this.#count;
    this.#pending.add(rest);
    try {
      const value = this.#deeper(text, path, () => this.#lookUp(rest, path));
      if (this.#count > MAX_VALUES) throw tooMany(path, text);
      this.#found.set(rest, { value, count: this.#count - before });
      return value;
    } finally {
      this.#pending.delete(rest);
    }
  }

  #lookUp(text: string, path: string): unknown {
    const accepted = "a path such as cfg://handlers.file.filename or cfg://settings[0]";
    const place = { path, value: `cfg://${text}`, accepted };
    const start = WORD.exec(text);
    if (start === null) throw configError("ValueError", `Unable to convert ${repr(text)}`, place);
    let key = start[1] ?? "";
    let where = key;
    if (!this.#top.has(key)) throw configError("KeyError", key, place);
    let found = this.#settle(this.#top.get(key), where);
    let rest = text.slice(start[0].length);
    while (rest !== "") {
      const step = DOT.exec(rest) ?? INDEX.exec(rest);
      if (step === null) {
        const message = `Unable to convert ${repr(text)} at ${repr(rest)}`;
        throw configError("ValueError", message, place);
      }
      key = step[1] ?? "";
      const item = itemOf(found, key, place);
      where = pathTo(where, Array.isArray(found) ? Number(key) : key);
      found = this.#settle(item, where);
      rest = rest.slice(step[0].length);
    }
    return this.convert(found, where);
  }

  /** What is made already stands for its entry; texts for what they refer to. */
  #settle(value: unknown, path: string): unknown {
    const made = this.#made.get(path);
    if (made !== undefined) return made;
    return typeof value === "string" ? this.#convertText(value, path) : value;
  }

  #mergeSpelling(python: string, camel: string): void {
    if (!this.#top.has(camel)) return;
    if (this.#top.has(python)) {
      const accepted = `${python} or ${camel}, not both`;
      throw configError("ValueError", `${python} and ${camel} should not be specified together`, {
        path: camel,
        value: this.#top.get(camel),
        accepted,
      });
    }
    this.#top.set(python, this.#top.get(camel));
  }
}

/** One entry of a document: a formatter, filter, handler or logger as it is written. */
export class ConfigEntry {
  readonly path: string;
  readonly #document: ConfigDocument;
  readonly #values: Readonly<Record<string, unknown>>;

  /** @throws TypeError for what is no object; `what` names it. */
  constructor(document: ConfigDocument, raw: unknown, path: string, what: string) {
    this.path = path;
    this.#document = document;
    const value = typeof raw === "string" ? document.convert(raw, path) : raw;
    this.#values = Object.fromEntries(entriesIn(readableObject(value, path, what), path));
  }

  /** Has `undo` called if the document fails; it must put back one change. */
  onFailure(undo: () => void): void {
    this.#document.onFailure(undo);
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#values, key);
  }

  /** The value of a key, converted; undefined if it isn't there. */
  get(key: string): unknown {
    return this.has(key) ? this.#document.convert(this.#values[key], this.pathOf(key)) : undefined;
  }

  /** Where the value of a key is in the document. */
  pathOf(key: string): string {
    return pathTo(this.path, key);
  }

  /** The values of those keys that `accepts` takes; all converted. */
  pick(accepts: (key: string) => boolean): Record<string, unknown> {
    const names = Object.keys(this.#values).filter(accepts);
    return Object.fromEntries(names.map((key) => [key, this.get(key)]));
  }

  /**
   * What is left as arguments, without these keys and the one for attributes, `.`; all
   * converted.
   *
   * @throws ValueError, CPython's, for a key that can't be an argument's name.
   */
  argumentsWithout(keys: readonly string[]): Record<string, unknown> {
    return this.pick((key) => {
      if (key === "." || keys.includes(key)) return false;
      if (IDENTIFIER.test(key)) return true;
      throw configError("ValueError", `Not a valid Python identifier: ${repr(key)}`, {
        path: this.pathOf(key),
        value: key,
        accepted: "letters, digits and underscores, not beginning with a digit",
      });
    });
  }
}

/** Array.isArray, which throws for a proxy that was revoked. */
function isArrayOf(value: unknown): value is unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

function itemOf(
  value: unknown,
  key: string,
  place: { path: string; value: unknown; accepted: string },
): unknown {
  if (Array.isArray(value)) {
    if (!/^\d+$/.test(key)) {
      const message = `an array has no ${repr(key)}`;
      throw configError("TypeError", message, place);
    }
    if (Number(key) < value.length) return value[Number(key)];
    throw configError("IndexError", "list index out of range", place);
  }
  if (value instanceof Map && value.has(key)) return value.get(key);
  if (isPlainObject(value)) {
    if (Object.hasOwn(value, key)) return value[key];
    throw configError("KeyError", key, place);
  }
  throw configError("TypeError", `${shortRepr(value)} has no ${repr(key)}`, place);
}
