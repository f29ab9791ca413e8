// Calls the class of an ini file's section with `args` and `kwargs`. CPython's classes
// take all of their arguments by position, ours have an options object: the order of
// Python's parameters stands here, and what comes by position is given its name.

import { typeError } from "../../core/errors.ts";
import { seen } from "../registry/refused-promise.ts";
import { importName, registeredNames } from "../registry/registry.ts";
import { construct, signatureOf } from "../registry/signature.ts";

/** CPython 3.13's parameters, by class, in their order. */
const PYTHON_PARAMETERS: Readonly<Record<string, string>> = {
  "logging.NullHandler": "level",
  "logging.StreamHandler": "stream",
  "logging.FileHandler": "filename mode encoding delay errors",
  "logging.handlers.WatchedFileHandler": "filename mode encoding delay errors",
  "logging.handlers.RotatingFileHandler":
    "filename mode maxBytes backupCount encoding delay errors",
  "logging.handlers.TimedRotatingFileHandler":
    "filename when interval backupCount encoding delay utc atTime errors",
  "logging.handlers.BufferingHandler": "capacity",
  "logging.handlers.MemoryHandler": "capacity flushLevel target flushOnClose",
  "logging.handlers.QueueHandler": "queue",
  "logging.handlers.SocketHandler": "host port",
  "logging.handlers.DatagramHandler": "host port",
  "logging.handlers.SysLogHandler": "address facility socktype timeout",
  "logging.handlers.SMTPHandler": "mailhost fromaddr toaddrs subject credentials secure timeout",
  "logging.handlers.HTTPHandler": "host url method secure credentials context",
};

/**
 * What a class or function makes of positional and keyword arguments. Those that have
 * neither Python's parameters nor a registered signature get the positional ones as
 * they are, and the others in an object behind them.
 *
 * @throws TypeError, with CPython's words, for too many arguments and for one that is
 * given twice; whatever the class or function throws.
 */
export function constructWith(
  callable: unknown,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
): unknown {
  if (args.length === 0 || typeof callable !== "function") return construct(callable, kwargs);
  const names = parametersOf(callable);
  if (names === null) {
    const all = Object.keys(kwargs).length === 0 ? args : [...args, { ...kwargs }];
    return callable.prototype === undefined
      ? seen(Reflect.apply(callable, null, all), callable)
      : Reflect.construct(callable, all);
  }
  return construct(callable, namedArguments(callable.name, names, args, kwargs));
}

function namedArguments(
  name: string,
  names: readonly string[],
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  if (args.length > names.length) {
    throw typeError(
      `${name}() takes at most ${names.length} positional arguments but ${args.length} were given`,
      { value: args, accepted: `(${names.join(", ")})` },
    );
  }
  const given = new Map(Object.entries(kwargs));
  for (const [index, value] of args.entries()) {
    const parameter = names[index] ?? "";
    if (given.has(parameter)) {
      throw typeError(`${name}() got multiple values for argument '${parameter}'`, {
        value: kwargs[parameter],
        accepted: "one value, in args or in kwargs",
      });
    }
    given.set(parameter, value);
  }
  return Object.fromEntries(given);
}

// Of the class itself or the nearest that it extends; a signature of its own goes first.
function parametersOf(callable: object): readonly string[] | null {
  const signature = signatureOf(callable);
  const python = pythonParameters();
  for (let each: object | null = callable; each !== null; each = Object.getPrototypeOf(each)) {
    const known = python.get(each);
    if (known !== undefined) return known;
    const parent = Object.getPrototypeOf(each) as object | null;
    if (parent === null || signatureOf(parent) !== signature) return signature?.positional ?? null;
  }
  return null;
}

// Looked up each time: a program may have put its own class in the place of one of these.
function pythonParameters(): ReadonlyMap<unknown, readonly string[]> {
  const registered = new Set(registeredNames());
  return new Map(
    Object.entries(PYTHON_PARAMETERS)
      .filter(([name]) => registered.has(name))
      .map(([name, list]) => [importName(name), list.split(" ")]),
  );
}
