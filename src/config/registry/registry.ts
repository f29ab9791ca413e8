// The names that documents may use for classes, functions and values: `class`, `()` and
// `ext://` look here and nowhere else. Nothing is imported and nothing evaluated because
// a document says so: what is not registered does not exist. Python's names for what
// daybook has are there from the start (known-names.ts).

import { AttributeError, typeError, ValueError } from "../../core/errors.ts";
import { typeRefusal } from "../../core/refusal.ts";
import { repr, shortRepr } from "../../core/value.ts";
import { ModuleNotFoundError } from "../config-error.ts";
import { isNear } from "../near-names.ts";
import { knownNames } from "./known-names.ts";
import { setSignature } from "./signature.ts";
import type { ConfigurableClass, Signature } from "./signature.ts";

/** Python's documented ini file names it, so many files do. */
const NO_EVENT_LOG =
  "another handler: daybook has no NTEventLogHandler, since Node.js can't write to " +
  "Windows' event log; leave the entry out, or register a class under this name";

const entries = new Map<string, () => unknown>(knownNames());

/**
 * Gives a class a name for documents: `"class": "app.AuditHandler"`. It is called with
 * one object that holds the arguments of the entry, or, if `signature` says so, with
 * positional arguments and options. A class that extends one of daybook's and has that
 * one's constructor needs no signature.
 *
 * @example
 * registerClass("app.AuditHandler", AuditHandler, { positional: ["url"], required: 1 });
 * @throws TypeError for a name that is none, and for what is no class.
 */
export function registerClass(
  name: string,
  constructor: ConfigurableClass,
  signature?: Signature,
): void {
  if (typeof constructor !== "function") throw notCallable(constructor, "a class");
  if (signature !== undefined) setSignature(constructor, signature);
  entries.set(checkName(name), () => constructor);
}

/**
 * Gives a function a name for documents: `"()": "app.makeHandler"`. It is called with
 * one object that holds the other keys of the entry, and returns what it made. What is
 * in that object is not checked: `Options` is what the factory expects of documents.
 *
 * @throws TypeError for a name that is none, and for what is no function.
 */
export function registerFactory<Options extends object = Record<string, unknown>>(
  name: string,
  factory: (options: Options) => unknown,
): void {
  if (typeof factory !== "function") throw notCallable(factory, "a function");
  entries.set(checkName(name), () => factory);
}

/** Gives any value a name for documents: `"ext://app.stream"`. @throws TypeError for a name that is none. */
export function registerValue(name: string, value: unknown): void {
  entries.set(checkName(name), () => value);
}

/** Takes a name back, also one of those that are there from the start. Whether it was there. */
export function unregister(name: string): boolean {
  return entries.delete(name);
}

/** All names, sorted. */
export function registeredNames(): string[] {
  return [...entries.keys()].toSorted();
}

/**
 * What a name stands for.
 *
 * @throws ModuleNotFoundError, with the words of CPython's import, for one that nobody
 * registered; AttributeError for what is no name.
 */
export function importName(name: unknown): unknown {
  if (typeof name !== "string") {
    const accepted = "a registered name, a class or a function";
    throw new AttributeError(`${shortRepr(name)} is no name of a class; accepted: ${accepted}`, {
      value: name,
      accepted,
    });
  }
  const get = entries.get(name);
  if (get !== undefined) return get();
  throw new ModuleNotFoundError(notFound(name), { value: name, accepted: suggestions(name) });
}

/** The same; what isn't found is CPython's ValueError "Cannot resolve". */
export function resolveName(name: unknown): unknown {
  try {
    return importName(name);
  } catch (error) {
    if (!(error instanceof ModuleNotFoundError)) throw error;
    const { accepted = "a registered name" } = error;
    const message = `Cannot resolve ${repr(name)}: ${error.message}`;
    throw new ValueError(message, { value: name, accepted, cause: error });
  }
}

// Python imports the longest part of a name that is a module, then asks that for the
// rest. What the registered names begin with are the modules here.
function notFound(name: string): string {
  const words = name.split(".");
  let module = words[0] ?? "";
  if (!isModule(module)) return `No module named ${repr(module)}`;
  for (const word of words.slice(1)) {
    const next = `${module}.${word}`;
    if (!isModule(next)) {
      const text = `No module named ${repr(next)}`;
      return isPackage(module) ? text : `${text}; ${repr(module)} is not a package`;
    }
    module = next;
  }
  return `No module named ${repr(name)}`;
}

function isModule(name: string): boolean {
  return namesWithin(name).length > 0;
}

/** Whether there are modules in a module. A class with constants is none. */
function isPackage(name: string): boolean {
  return namesWithin(name).some((each) => {
    const [word = "", rest] = each.split(".");
    return rest !== undefined && !entries.has(`${name}.${word}`);
  });
}

function namesWithin(name: string): string[] {
  const start = `${name}.`;
  return [...entries.keys()]
    .filter((each) => each.startsWith(start))
    .map((each) => each.slice(start.length));
}

// Those that look like it; all of them would be a screenful.
function suggestions(name: string): string {
  if (lastWord(name) === "nteventloghandler") return NO_EVENT_LOG;
  const wanted = lastWord(name);
  const similar = registeredNames().filter((each) => isNear(lastWord(each), wanted));
  const like = similar.length === 0 ? "" : `, such as ${similar.slice(0, 6).join(", ")}`;
  return `a registered name (see registeredNames)${like}`;
}

function lastWord(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1).toLowerCase();
}

function checkName(name: string): string {
  const given: unknown = name;
  const accepted = "a text such as 'app.AuditHandler'";
  if (typeof given === "string" && given !== "" && given.split(".").every((word) => word !== "")) {
    return name;
  }
  throw typeRefusal("a registered name", given, accepted);
}

function notCallable(value: unknown, accepted: string): TypeError {
  return typeError(`${shortRepr(value)} can't be registered; accepted: ${accepted}`, {
    value,
    accepted,
  });
}
