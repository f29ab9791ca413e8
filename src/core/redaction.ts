// Redaction: what is masked in lines, by path and by name. Formatters and RedactFilter
// compile their option here once and pass each call's fields and error through what
// comes back. The application's objects are never changed: where something matches,
// a copy of what lies on the way to it stands in. The walk itself is redaction-walk.ts.

import { typeError, ValueError } from "./errors.ts";
import { checkOptionNames } from "./options.ts";
import { isEnd, NOWHERE, pathTree, step, takesAnyName } from "./redaction-paths.ts";
import type { PathNode, PathState } from "./redaction-paths.ts";
import { RedactionWalk, REMOVED } from "./redaction-walk.ts";
import type { RedactionRules } from "./redaction-walk.ts";
import { typeRefusal } from "./refusal.ts";
import { isError, shortRepr } from "./value.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Makes what stands for a masked value, from the value and the names that lead to it. */
export type Censor = (value: unknown, path: readonly string[]) => unknown;

/** What is masked, and how. At least one of `paths` and `keys` is needed. */
export interface RedactOptions {
  /**
   * Places, as pino has them: `user.password`, `users[*].card`, `*.secret` (one name, any),
   * `a.**.token` (any number of names between), `headers["x-api-key"]`. They begin at
   * the fields; those that begin with `error` or `err` also name the line's error.
   */
  readonly paths?: readonly string[] | undefined;
  /** Names, at any depth: texts whatever their case, or patterns. */
  readonly keys?: readonly (string | RegExp)[] | undefined;
  /** What stands for a masked value, or makes it; "[Redacted]". */
  readonly censor?: string | Censor | undefined;
  /** True leaves masked values out, with their names; in arrays they become undefined. */
  readonly remove?: boolean | undefined;
}

/** The option `redact`: paths alone, or all there is to say. */
export type RedactOption = readonly string[] | RedactOptions;

/**
 * A compiled option. Nothing changes what it is given, and where nothing matches, that
 * very value comes back, but for proxies, which a copy replaces. Nothing throws, whatever
 * the values are, but for a full stack and a proxy that is given as the fields themselves.
 */
export interface Redaction {
  /** The fields of a call, masked: a null-prototype object with the keys in their order. */
  fields(fields: Fields): Fields;
  /** One value of the top level by its name; undefined if it is to be left out. */
  value(key: string, value: unknown): unknown;
  /**
   * The error of a line with what belongs to it: its properties, its cause, its members.
   * A real Error of the same prototype stands in for it; null if it is to be left out.
   */
  error(thrown: unknown): unknown;
  /** Any object whose own properties are looked at as if they were fields. */
  object(value: unknown): unknown;
  /**
   * Does something that masks a value and then what was made of the masked one: a censor
   * that is a function doesn't hear of its own words within.
   */
  inTurn<T>(run: () => T): T;
  /** False if nothing at or below this name of the top level can match. */
  mayTouch(key: string): boolean;
}

const OPTIONS: readonly string[] = ["paths", "keys", "censor", "remove"];

/** What stands for a masked value if nobody says otherwise. */
const CENSORED = "[Redacted]";

/**
 * Reads the option.
 *
 * @throws TypeError or ValueError that names the part that isn't accepted, and where.
 */
export function compileRedaction(option: RedactOption): Redaction {
  return new CompiledRedaction(rulesOf(checkOption(option)));
}

class CompiledRedaction implements Redaction {
  readonly #rules: RedactionRules;
  /** The names that paths begin with; null if any name may matter. */
  readonly #first: readonly string[] | null;
  /** Where a line's error is. */
  readonly #errorState: PathState;
  readonly #wholeError: boolean;
  /** What the censor made so far, within `inTurn`. */
  #words: Set<unknown> | null = null;

  constructor(rules: RedactionRules) {
    this.#rules = rules;
    const { root, isKey } = rules;
    this.#first = isKey !== null || takesAnyName(root) ? null : firstNames(root);
    this.#errorState = ERROR_NAMES.reduce(
      (state: PathState, name) => joined(state, step(root, name)),
      NOWHERE,
    );
    const isNamed = isKey !== null && ERROR_NAMES.some(isKey);
    this.#wholeError = isNamed || isEnd(this.#errorState);
  }

  fields(fields: Fields): Fields {
    const first = this.#first;
    if (first !== null && !hasOneOf(fields, first)) return fields;
    return this.#redact((walk) => walk.fields(fields)) as Fields;
  }

  value(key: string, value: unknown): unknown {
    const masked = this.#redact((walk) => walk.entry(key, value, this.#rules.root));
    return masked === REMOVED ? undefined : masked;
  }

  error(thrown: unknown): unknown {
    if (thrown === null || thrown === undefined || thrown === false) return thrown;
    if (this.#wholeError) {
      const masked = this.#redact((walk) => walk.censored("error", thrown));
      return masked === REMOVED ? null : masked;
    }
    const state = this.#errorState;
    if (state.length === 0 && this.#rules.isKey === null) return thrown;
    return this.#redact((walk) => walk.below("error", thrown, state));
  }

  object(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (isError(value)) return this.error(value);
    return this.#redact((walk) => walk.mask(value, this.#rules.root));
  }

  inTurn<T>(run: () => T): T {
    if (typeof this.#rules.censor === "string") return run();
    const before = this.#words;
    this.#words = new Set();
    try {
      return run();
    } finally {
      this.#words = before;
    }
  }

  mayTouch(key: string): boolean {
    return this.#first === null || this.#first.includes(key);
  }

  // An object that holds itself would show in its copy what the copy hides, and one that
  // a path leads into may be shared, and be shown where none does. So if something is
  // masked and either may be, everything is gone through again: what comes round is cut,
  // and what a path has led into is masked wherever it turns up.
  #redact(run: (walk: RedactionWalk) => unknown): unknown {
    const walk = new RedactionWalk(this.#rules, null, this.#words);
    const masked = run(walk);
    if (!walk.changed || !walk.mayComeRound) return masked;
    return run(new RedactionWalk(this.#rules, walk, this.#words));
  }
}

/** What the line's error is called in paths. */
const ERROR_NAMES: readonly string[] = ["error", "err"];

const isEnumerable = Object.prototype.propertyIsEnumerable;

function hasOneOf(fields: Fields, names: readonly string[]): boolean {
  for (const name of names) if (isEnumerable.call(fields, name)) return true;
  return false;
}

function firstNames(root: PathState): string[] {
  return [...new Set(root.flatMap((node) => [...node.children.keys()]))];
}

function joined(one: PathState, other: PathState): PathState {
  return [...new Set<PathNode>([...one, ...other])];
}

function checkOption(option: RedactOption): RedactOptions {
  if (Array.isArray(option)) return { paths: option as readonly string[] };
  const accepted = "a list of paths, or { paths, keys, censor, remove }";
  if (option === null || option === undefined) {
    throw typeRefusal("redact", option, accepted);
  }
  checkOptionNames(option, OPTIONS);
  const { paths, keys } = option as RedactOptions;
  if (paths === undefined && keys === undefined) {
    throw new ValueError(`redact needs paths or keys; accepted: ${accepted}`, {
      value: option,
      accepted,
    });
  }
  checkList("paths", paths);
  checkList("keys", keys);
  return option as RedactOptions;
}

function checkList(name: string, list: unknown): void {
  if (list === undefined || Array.isArray(list)) return;
  const accepted = name === "paths" ? "a list of texts" : "a list of texts and patterns";
  throw typeRefusal(name, list, accepted);
}

function rulesOf(options: RedactOptions): RedactionRules {
  const { paths = [], keys = [], censor = CENSORED, remove = false } = options;
  refuse("censor", censor, ["string", "function"], "a text or a function");
  refuse("remove", remove, ["boolean"], "true or false");
  return {
    root: pathTree(paths),
    hasPaths: paths.length > 0,
    isKey: keys.length === 0 ? null : keyTest(keys),
    censor,
    remove,
  };
}

function refuse(name: string, value: unknown, kinds: readonly string[], accepted: string): void {
  if (kinds.includes(typeof value)) return;
  throw typeRefusal(name, value, accepted);
}

/** Names that are data (ids, words) must not fill the memory. */
const MOST_KEPT = 1000;

// Programs use few names, and use them in every call.
function keyTest(keys: readonly (string | RegExp)[]): (name: string) => boolean {
  const texts = new Set<string>();
  const patterns: RegExp[] = [];
  for (const key of keys) {
    if (typeof key === "string" && key !== "") texts.add(folded(key));
    // A copy that keeps no place: one with the flag g or y would match every other time.
    else if (key instanceof RegExp) patterns.push(new RegExp(key.source, withoutPlace(key)));
    else {
      const accepted = "texts that are not empty, and patterns";
      throw typeError(`keys can't have ${shortRepr(key)}; accepted: ${accepted}`, {
        value: key,
        accepted,
      });
    }
  }
  const known = new Map<string, boolean>();
  return (name) => {
    let answer = known.get(name);
    if (answer === undefined) {
      answer = texts.has(folded(name)) || patterns.some((pattern) => pattern.test(name));
      if (known.size >= MOST_KEPT) known.clear();
      known.set(name, answer);
    }
    return answer;
  };
}

// oxlint-disable-next-line no-control-regex
const ASCII = /^[\0-\x7f]*$/;

// A long s or a letter of full width would be a way past the mask that readers don't see.
function folded(name: string): string {
  return (ASCII.test(name) ? name : name.normalize("NFKC")).toLowerCase();
}

function withoutPlace({ flags }: RegExp): string {
  return flags.replace(/[gy]/g, "");
}
