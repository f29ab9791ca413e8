// How a class or function that a document names is called: Python's keyword arguments
// become the positional arguments and the options object of daybook's constructors.
// The registry keeps the signatures, the builders call construct(). Names that are
// not known are refused here, for everything that has a signature.

import { typeError } from "../../core/errors.ts";
import { Handler } from "../../core/handler.ts";
import { isPlainObject, repr, shortRepr } from "../../core/value.ts";
import { seen } from "./refused-promise.ts";

/** Keyword arguments, by the names that a document gives them. */
export type Arguments = Readonly<Record<string, unknown>>;

/** Anything that `new` takes. */
export type ConfigurableClass = abstract new (...args: never[]) => object;

/** Makes something from keyword arguments, which it gets as one object. */
export type Factory = (options: Record<string, unknown>) => unknown;

/**
 * The parameters of a constructor: positional ones first, then an object with options.
 * Names are Python's where Python has the parameter, and camelCase. Whatever is not
 * Python's own spelling is taken in snake_case as well.
 */
export interface Signature {
  /** In the order of the constructor. */
  readonly positional?: readonly string[] | undefined;
  /** How many of them must be given; none if not said. */
  readonly required?: number | undefined;
  /** The keys of the options object, the last argument; absent: there is none. */
  readonly options?: readonly string[] | undefined;
  /** Which of those keys must be given. */
  readonly needed?: readonly string[] | undefined;
  /** Which of these names Python has spelled like this; their snake_case is refused. */
  readonly python?: readonly string[] | undefined;
  /** Python's names for what has another name, or another unit, here. */
  readonly renamed?: Readonly<Record<string, Renamed>> | undefined;
}

/** One of ours that stands for one of Python's. */
export interface Renamed {
  readonly to: string;
  readonly convert?: ((value: unknown) => unknown) | undefined;
}

/** A class, the Python module that has it ("" for none), and how it is called. */
export type KnownClass = readonly [
  module: string,
  constructor: ConfigurableClass,
  signature: Signature,
];

/**
 * The names of the options `T`: those of the type that it extends, from the list that
 * there is, and its own, of which the compiler sees to it that none is missing.
 */
export function optionNames<T, Shared = object>(
  shared: readonly (keyof Shared)[],
  own: Readonly<Record<Exclude<keyof T, keyof Shared>, true>>,
): readonly string[] {
  return [...shared.map(String), ...Object.keys(own)];
}

const signatures = new WeakMap<object, Signature>();

/** What a signature may have; a static property `signature` with anything else is none. */
const SIGNATURE_KEYS: readonly string[] = [
  "positional",
  "required",
  "options",
  "needed",
  "python",
  "renamed",
];

/** Says how a class is called; its subclasses inherit that unless they have a signature. */
export function setSignature(constructor: ConfigurableClass, signature: Signature): void {
  signatures.set(constructor, signature);
}

/**
 * The signature of a class or of the nearest that it extends: the one that was set, or
 * its `static signature`; null for none.
 */
export function signatureOf(callable: object): Signature | null {
  for (let each: object | null = callable; each !== null; each = Object.getPrototypeOf(each)) {
    const signature = signatures.get(each) ?? ownSignature(each);
    if (signature !== null) return signature;
  }
  return null;
}

function ownSignature(callable: object): Signature | null {
  if (!Object.hasOwn(callable, "signature")) return null;
  const own: unknown = Reflect.get(callable, "signature");
  if (!isPlainObject(own)) return null;
  return Object.keys(own).every((key) => SIGNATURE_KEYS.includes(key)) ? own : null;
}

/** Whether a class has a constructor of its own, and no signature that tells of it. */
function hidesArguments(callable: object): boolean {
  if (signatures.has(callable) || ownSignature(callable) !== null) return false;
  return /\bconstructor\s*\(/.test(Function.prototype.toString.call(callable));
}

/**
 * Calls a class or a function. Those with a signature get their arguments by it. Any
 * other gets one object with all of them, or nothing where there are none.
 *
 * @throws TypeError for what can't be called, and for arguments that the signature
 * doesn't know, or wants; whatever the class or function throws.
 */
export function construct(callable: unknown, given: Arguments): unknown {
  if (typeof callable !== "function") {
    const accepted = "a class or a function";
    throw typeError(`${shortRepr(callable)} is not callable`, { value: callable, accepted });
  }
  const signature = signatureOf(callable);
  if (signature !== null) {
    return Reflect.construct(callable, boundFor(callable, signature, given));
  }
  const args = Object.keys(given).length === 0 ? [] : [{ ...given }];
  return isClass(callable)
    ? Reflect.construct(callable, args)
    : seen(Reflect.apply(callable, null, args), callable);
}

// A class with a constructor of its own that inherits a signature is one that nobody has
// told us how to call: CPython would take its arguments, so the error says what to do.
function boundFor(
  callable: { readonly name: string },
  signature: Signature,
  given: Arguments,
): unknown[] {
  const { name } = callable;
  try {
    return bindArguments(name, signature, given);
  } catch (error) {
    if (!(error instanceof TypeError) || !hidesArguments(callable)) throw error;
    const { value, accepted: known = "" } = error as { value?: unknown; accepted?: string };
    const accepted =
      `${known}, as the class that ${name} extends; for a constructor of its own give ` +
      `${name} a \`static signature\` such as { options: ["foo"] }, or ` +
      `registerClass(name, ${name}, signature), or registerFactory`;
    throw typeError(`${error.message} (its own constructor needs a signature)`, {
      ...(value === undefined ? {} : { value }),
      accepted,
    });
  }
}

/** Whether something is a class, or a function that extends one in the old way. */
export function isClass(value: unknown): boolean {
  if (typeof value !== "function") return false;
  if (/^class\b/.test(Function.prototype.toString.call(value))) return true;
  const prototype: unknown = value.prototype;
  return typeof prototype === "object" && prototype !== null && prototype instanceof Handler;
}

/** The arguments of a constructor call. @throws TypeError, with CPython's words without its `__init__`. */
export function bindArguments(name: string, signature: Signature, given: Arguments): unknown[] {
  const { positional = [], options = [], required = 0, needed = [] } = signature;
  const bound = new Map<string, unknown>();
  const spellings = spellingsOf(signature);
  for (const [key, value] of Object.entries(given)) {
    const parameter = spellings.get(key);
    if (parameter === undefined) throw unexpected(name, key, spellings);
    const { to, convert } = parameter;
    if (bound.has(to)) {
      throw typeError(`${name}() got multiple values for argument ${repr(to)}`, {
        value,
        accepted: `one of the spellings of ${to}`,
      });
    }
    // Python's None stands for "as if not given" wherever there is a default.
    const isNeeded = positional.indexOf(to) !== -1 && positional.indexOf(to) < required;
    if (value === null && !isNeeded) continue;
    bound.set(to, convert === undefined ? value : convert(value));
  }
  const wanted = [...positional.slice(0, required), ...needed];
  const missing = wanted.filter((each) => !bound.has(each));
  if (missing.length > 0) throw lacking(name, missing);
  const args = positional.map((each) => bound.get(each));
  const rest = options.filter((each) => bound.has(each));
  if (rest.length > 0) args.push(Object.fromEntries(rest.map((each) => [each, bound.get(each)])));
  while (args.length > 0 && args.at(-1) === undefined) args.pop();
  return args;
}

/** `flush_interval_ms` of `flushIntervalMs`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `flushIntervalMs` of `flush_interval_ms`. */
export function camelCase(name: string): string {
  return name.replace(/(?<=[a-z\d])_([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
}

/** Every spelling of every parameter. */
export function spellingsOf(signature: Signature): Map<string, Renamed> {
  const { positional = [], options = [], python = [], renamed = {} } = signature;
  const spellings = new Map<string, Renamed>(Object.entries(renamed));
  for (const to of [...positional, ...options]) {
    spellings.set(to, { to });
    if (!python.includes(to) && !spellings.has(snakeCase(to))) spellings.set(snakeCase(to), { to });
  }
  return spellings;
}

function unexpected(name: string, key: string, spellings: ReadonlyMap<string, Renamed>): TypeError {
  const known = [...new Set([...spellings.values()].map(({ to }) => to))];
  return typeError(`${name}() got an unexpected keyword argument ${repr(key)}`, {
    value: key,
    accepted: known.length === 0 ? "no arguments" : known.join(", "),
  });
}

function lacking(name: string, missing: readonly string[]): TypeError {
  const names = missing.map((each) => repr(each));
  const last = names.length > 2 ? `, and ${names.at(-1)}` : ` and ${names.at(-1)}`;
  const list = names.length === 1 ? names[0] : names.slice(0, -1).join(", ") + last;
  const noun = missing.length === 1 ? "argument" : "arguments";
  return typeError(`${name}() missing ${missing.length} required positional ${noun}: ${list}`, {
    accepted: missing.join(", "),
  });
}
