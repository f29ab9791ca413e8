// The walk of redaction through an application's objects: down the tree of paths and
// along the names, copying what lies on the way to what is masked and nothing else.
// Objects may be anything: cycles, proxies that refuse, getters that throw, maps,
// class instances, errors, too deep, too many. What can't be looked through is not
// shown: a mask that gave up silently would be none. One walk serves one value.

import { isEnd, NOWHERE, step } from "./redaction-paths.ts";
import type { PathState } from "./redaction-paths.ts";
import { errorNames, errorStandIn } from "./redaction-error.ts";
import { isPromiseReported } from "./on-rejection.ts";
import { isData, itemsOf, leafKind, nameOfKey, namesBehind, unwrapped } from "./redaction-leaf.ts";
import { maskedUrl } from "./redaction-url.ts";
import { reportError } from "./self-report.ts";
import { errorText, isError, readProperty } from "./value.ts";

type CensorFunction = (value: unknown, path: readonly string[]) => unknown;

/** What is masked, compiled. */
export interface RedactionRules {
  /** Where all paths begin. */
  readonly root: PathState;
  readonly hasPaths: boolean;
  /** Whether a name is masked wherever it is; null if none is. */
  readonly isKey: ((name: string) => boolean) | null;
  readonly censor: string | CensorFunction;
  readonly remove: boolean;
}

/** What a masked value becomes where it is to be left out. */
export const REMOVED: unique symbol = Symbol("removed");

/** How deep a walk goes: formatters show far less. */
const DEEPEST = 100;
/** How many objects it looks into; the same object in many places counts each time. */
const MOST_OBJECTS = 10_000;
/** The same where no path leads, and only what comes round is looked for. */
const MOST_SEARCHED = 100_000;
/** How many items of a list; a list may have a length of billions and no items. */
const MOST_ITEMS = 100_000;
const TOO_MUCH = "[not shown: too deep or too large to redact]";
const CIRCULAR = "[Circular]";

type Entries = Record<PropertyKey, unknown>;

/** One walk. */
export class RedactionWalk {
  /** Whether anything was masked. */
  changed = false;
  /** Whether an object was met inside itself, or may be shown where no path leads. */
  mayComeRound = false;
  readonly #rules: RedactionRules;
  /** The walk before this one, if this is the one that cuts. */
  readonly #before: RedactionWalk | null;
  readonly #words: Set<unknown> | null;
  /** What was replaced by a copy, objects that stand above something masked: where paths were in each. */
  readonly #copied = new Map<object, PathState>();
  /** What paths led to, in a first walk. */
  readonly #met = new Set<object>();
  /** What a censor that is a function made, by the place. */
  readonly #said = new Map<string, { readonly value: unknown; readonly word: unknown }>();
  readonly #above: object[] = [];
  readonly #path: string[] = [];
  #left: number;
  /** Errors that are done, and what stands in for them. */
  #errors: Map<Error, Error> | null = null;

  /**
   * @param before the first walk through the same value, of which something may come
   *   again: this one replaces an object that is met inside itself by a word, and takes
   *   the paths that led into an object along to wherever else it is
   * @param words what a censor made of the same value before; it stays as it is
   */
  constructor(rules: RedactionRules, before: RedactionWalk | null, words: Set<unknown> | null) {
    this.#rules = rules;
    this.#words = words;
    this.#before = before;
    this.#left = before !== null && rules.isKey === null ? MOST_SEARCHED : MOST_OBJECTS;
  }

  /** The fields of a call. */
  fields(fields: Readonly<Entries>): Readonly<Entries> {
    return this.#entries(fields, this.#rules.root, () => Object.create(null) as Entries) as Entries;
  }

  /** A value by its name; REMOVED if it is masked and to be left out. */
  entry(name: string, value: unknown, state: PathState): unknown {
    const next = step(state, name);
    if (isEnd(next) || this.#rules.isKey?.(name) === true) return this.censored(name, value);
    return this.below(name, value, next);
  }

  /** A value that is not masked itself; `state` is its own. */
  below(name: string, value: unknown, state: PathState): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (this.#above.includes(value)) return this.#round(value);
    if (state.length === 0 && this.#rules.hasPaths && this.#before === null) {
      this.mayComeRound = true;
      if (this.#rules.isKey === null) return value;
    }
    this.#path.push(name);
    const masked = this.mask(value, state);
    this.#path.pop();
    return masked;
  }

  /** What stands for a masked value. */
  censored(name: string, value: unknown): unknown {
    this.changed = true;
    const { censor, remove } = this.#rules;
    if (remove) return REMOVED;
    if (typeof censor === "string") return censor;
    if (this.#words?.has(value) === true) return value;
    const path = [...this.#path, name];
    const place = JSON.stringify(path);
    const said = this.#before === null ? undefined : this.#before.#said.get(place);
    // The second walk says what the first one said.
    if (said !== undefined && Object.is(said.value, value)) return said.word;
    const word = this.#wordFor(value, path, censor);
    this.#said.set(place, { value, word });
    this.#words?.add(word);
    return word;
  }

  #wordFor(value: unknown, path: readonly string[], censor: CensorFunction): unknown {
    try {
      const shown = censor(value, path);
      return isPromiseReported(shown, this.#rules, "a censor") ? "[Redacted]" : shown;
    } catch (error) {
      reportError(this.#rules, error, "a censor threw, the value is not shown");
      return "[Redacted]";
    }
  }

  /** An object, or the copy that stands in for it. */
  mask(object: object, here: PathState): unknown {
    const before = this.#before;
    const state = before === null ? here : joined(here, before.#copied.get(object) ?? NOWHERE);
    if (before === null && this.#rules.hasPaths) {
      this.mayComeRound ||= this.#met.has(object);
      this.#met.add(object);
    }
    const depth = this.#above.length;
    const pathLength = this.#path.length;
    if (depth >= DEEPEST || this.#left === 0) return this.#instead(TOO_MUCH);
    this.#left -= 1;
    this.#above.push(object);
    try {
      const looked = this.#kind(object, state);
      const masked = looked === object && !isError(object) ? unwrapped(object) : looked;
      if (masked !== object) {
        this.#copied.set(object, joined(state, this.#copied.get(object) ?? NOWHERE));
      }
      return masked;
    } catch (error) {
      this.#path.length = pathLength;
      // A proxy's trap, mostly; a formatter would have got no further.
      return this.#instead(`[Object threw ${isError(error) ? errorText(error) : typeof error}]`);
    } finally {
      this.#above.length = depth;
    }
  }

  #kind(object: object, state: PathState): unknown {
    if (isError(object)) return this.#error(object, state);
    if (isData(object)) return object;
    const shown = this.#shownByToJson(object, state);
    if (shown !== null) return shown.masked;
    if (Array.isArray(object)) return this.#items(object, state);
    const prototype = Object.getPrototypeOf(object) as object | null;
    if (prototype !== Object.prototype && prototype !== null) {
      const kind = leafKind(object);
      if (kind === "leaf") return object;
      if (kind === "map") return this.#map(object as Map<unknown, unknown>, state);
      if (kind === "set") return this.#set(object as Set<unknown>, state);
      if (kind === "pairs") return this.#pairs(object, state);
      if (kind === "url") return this.#url(object as URL, state);
    }
    return this.#entries(object, state, () => Object.create(prototype) as Entries);
  }

  // Formatters of JSON show what a toJSON gives, so that is looked at; null if there is
  // nothing to mask in it, or it is no object.
  #shownByToJson(object: object, state: PathState): { readonly masked: unknown } | null {
    const { toJSON } = object as { readonly toJSON?: unknown };
    if (typeof toJSON !== "function") return null;
    let shown: unknown;
    try {
      shown = toJSON.call(object, "");
    } catch {
      return null; // the formatter will hear and say so
    }
    if (typeof shown !== "object" || shown === null || shown === object) return null;
    if (this.#above.includes(shown)) {
      const round = this.#round(shown);
      return round === shown ? null : { masked: round };
    }
    const masked = isPlainKind(shown)
      ? this.#entries(shown, state, () => ({}))
      : this.mask(shown, state);
    if (masked === shown) return null;
    if (typeof masked === "object" && masked !== null) Reflect.deleteProperty(masked, "toJSON");
    return { masked };
  }

  #entries(object: object, state: PathState, newCopy: () => Entries): object {
    const names = Object.keys(object);
    let copy: Entries | null = null;
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string;
      const value = readProperty(object, name);
      const masked = this.entry(name, value, state);
      if (copy === null) {
        if (Object.is(masked, value)) continue; // NaN, too
        copy = newCopy();
        for (const before of names.slice(0, i)) setOwn(copy, before, readProperty(object, before));
      }
      if (masked !== REMOVED) setOwn(copy, name, masked);
    }
    return copy ?? this.#symbols(object, newCopy);
  }

  // Only inspect shows these: Node keeps a request's headers under one.
  #symbols(object: object, newCopy: () => Entries): object {
    const { isKey } = this.#rules;
    if (isKey === null) return object;
    for (const symbol of Object.getOwnPropertySymbols(object)) {
      if (!Object.prototype.propertyIsEnumerable.call(object, symbol)) continue;
      const value = (object as Entries)[symbol];
      if (Object.is(this.entry(symbol.description ?? "", value, NOWHERE), value)) continue;
      // Without the symbols: what matters stands under names.
      const copy = newCopy();
      for (const name of Object.keys(object)) setOwn(copy, name, readProperty(object, name));
      return copy;
    }
    return object;
  }

  #items(items: readonly unknown[], state: PathState): unknown {
    const { length } = items;
    if (length > MOST_ITEMS) return this.#instead(TOO_MUCH);
    let copy: unknown[] | null = null;
    for (let i = 0; i < length; i++) {
      const item = readProperty(items, i as unknown as string);
      const masked = this.#item(i, item, state);
      if (Object.is(masked, item)) continue;
      copy ??= itemsOf(items);
      copy[i] = masked === REMOVED ? undefined : masked;
    }
    const isHidden = this.#hidesNamed(items, namesBehind(items), state);
    return copy ?? (isHidden ? itemsOf(items) : items);
  }

  // What only inspect shows of a list or a collection; a copy is without it.
  #hidesNamed(object: object, names: readonly string[], state: PathState): boolean {
    let isHidden = false;
    for (const name of names) {
      const value = readProperty(object, name);
      if (!Object.is(this.entry(name, value, state), value)) isHidden = true;
    }
    return isHidden;
  }

  // A place in a list is no name that `keys` could mean.
  #item(index: number, item: unknown, state: PathState): unknown {
    if (state.length === 0) {
      if (typeof item !== "object" || item === null) return item;
      return this.below(String(index), item, NOWHERE);
    }
    const name = String(index);
    const next = step(state, name);
    return isEnd(next) ? this.censored(name, item) : this.below(name, item, next);
  }

  #map(map: ReadonlyMap<unknown, unknown>, state: PathState): unknown {
    const copy = new Map<unknown, unknown>();
    let isChanged = false;
    let count = 0;
    for (const [key, value] of Map.prototype.entries.call(map) as Iterable<[unknown, unknown]>) {
      if (++count > MOST_ITEMS) return this.#instead(TOO_MUCH);
      const name = nameOfKey(key);
      const masked =
        name === null ? this.#item(count - 1, value, state) : this.entry(name, value, state);
      const shownKey = name === null ? this.below("key", key, NOWHERE) : key;
      isChanged ||= !Object.is(masked, value) || !Object.is(shownKey, key);
      if (masked !== REMOVED) copy.set(shownKey, masked);
    }
    return this.#hidesNamed(map, Object.keys(map), state) || isChanged ? copy : map;
  }

  // What stands in for it is a map: its own class might refuse the censor.
  #pairs(object: object, state: PathState): unknown {
    const map = new Map(object as Iterable<[unknown, unknown]>);
    const masked = this.#map(map, state);
    return masked === map ? object : masked;
  }

  #url(url: URL, state: PathState): URL {
    const mask = (name: string, value: string, place: PathState): unknown => {
      const masked = this.entry(name, value, place);
      return masked === REMOVED ? undefined : masked;
    };
    const inQuery = step(state, "searchParams");
    const parameter = (name: string, value: string): unknown => {
      this.#path.push("searchParams");
      const masked = mask(name, value, inQuery);
      this.#path.pop();
      return masked;
    };
    return maskedUrl(url, (name, value) => mask(name, value, state), parameter);
  }

  #set(set: ReadonlySet<unknown>, state: PathState): unknown {
    const copy = new Set<unknown>();
    let isChanged = false;
    let count = 0;
    for (const item of Set.prototype.values.call(set) as Iterable<unknown>) {
      if (++count > MOST_ITEMS) return this.#instead(TOO_MUCH);
      const masked = this.#item(count - 1, item, state);
      isChanged ||= !Object.is(masked, item);
      if (masked !== REMOVED) copy.add(masked);
    }
    return this.#hidesNamed(set, Object.keys(set), state) || isChanged ? copy : set;
  }

  // An error is often the cause of two others: formatters show it once, and know it by
  // its identity. Where paths go on, or a censor hears of them, it may differ by place.
  #error(error: Error, state: PathState): Error {
    if (state.length > 0 || typeof this.#rules.censor !== "string") {
      return this.#maskedError(error, state);
    }
    const known = this.#errors?.get(error);
    if (known !== undefined) return known;
    const masked = this.#maskedError(error, state);
    (this.#errors ??= new Map()).set(error, masked);
    return masked;
  }

  #maskedError(error: Error, state: PathState): Error {
    let changes: Map<string, unknown> | null = null;
    const names = errorNames(error);
    if (isEnd(step(state, "name"))) names.add("name");
    for (const name of names) {
      const value = readProperty(error, name);
      const masked = this.entry(name, value, state);
      if (!Object.is(masked, value))
        (changes ??= new Map()).set(name, masked === REMOVED ? null : masked);
    }
    return changes === null ? error : errorStandIn(error, changes);
  }

  // What stands above nothing that is masked may hold itself.
  #round(object: object): unknown {
    this.mayComeRound = true;
    if (this.#before === null) return object;
    return this.#rules.isKey === null && !this.#before.#copied.has(object) ? object : CIRCULAR;
  }

  #instead(text: string): string {
    this.changed = true;
    return text;
  }
}

function joined(one: PathState, other: PathState): PathState {
  if (other.length === 0) return one;
  return one.length === 0 ? other : [...new Set([...one, ...other])];
}

function isPlainKind(object: object): boolean {
  return !Array.isArray(object) && leafKind(object) === "object" && !isError(object);
}

// A key such as __proto__, or one that the class has a setter for, is data.
function setOwn(copy: Entries, name: string, value: unknown): void {
  if (!(name in copy)) copy[name] = value;
  else {
    const descriptor = { value, writable: true, enumerable: true, configurable: true };
    Object.defineProperty(copy, name, descriptor);
  }
}
