// What the names in an ini file stand for. CPython evaluates them with the module
// `logging` around them: `handlers.SysLogHandler` and `logging.handlers.SysLogHandler`
// are the same, `sys.stdout` is a stream, `ERROR` a number. Here they are looked up in
// the registry of names; nothing is imported because a file says so.

import { getLevelNamesMapping } from "../../core/level.ts";
import { repr } from "../../core/value.ts";
import { ModuleNotFoundError } from "../config-error.ts";
import { NameError } from "../python-errors.ts";
import { importName } from "../registry/registry.ts";

/** CPython's numbers for ports, which files name. */
const PORTS: ReadonlyMap<string, number> = new Map([
  ["DEFAULT_TCP_LOGGING_PORT", 9020],
  ["DEFAULT_UDP_LOGGING_PORT", 9021],
  ["DEFAULT_HTTP_LOGGING_PORT", 9022],
  ["DEFAULT_SOAP_LOGGING_PORT", 9023],
  ["SYSLOG_UDP_PORT", 514],
  ["SYSLOG_TCP_PORT", 514],
]);

/**
 * The class or function of a name, with or without the leading `logging.`.
 *
 * @throws ModuleNotFoundError for a name that isn't registered.
 */
export function importClass(name: string): unknown {
  try {
    return importName(`logging.${name}`);
  } catch (error) {
    if (!(error instanceof ModuleNotFoundError)) throw error;
    return importName(name);
  }
}

/**
 * The value of a name in `args`, `kwargs` or `defaults`: a level, a port, a registered
 * name such as `sys.stdout`.
 *
 * @throws NameError for a name that stands for nothing.
 */
export function importConstant(path: readonly string[]): unknown {
  const name = path.join(".");
  const words = path[0] === "logging" ? path.slice(1) : path;
  const [first = "", second = ""] = words;
  const level = words.length === 1 ? getLevelNamesMapping()[first] : undefined;
  if (level !== undefined) return level;
  const port = words.length === 2 && first === "handlers" ? PORTS.get(second) : undefined;
  if (port !== undefined) return port;
  try {
    return importClass(name);
  } catch (error) {
    if (!(error instanceof ModuleNotFoundError)) throw error;
    const constant = classConstant(path);
    if (constant !== undefined) return constant;
    throw Object.assign(new NameError(`name ${repr(name)} is not defined`, { cause: error }), {
      value: name,
      accepted: "a literal, a level such as ERROR, sys.stdout, or a registered name",
    });
  }
}

// `handlers.SysLogHandler.LOG_USER`: a number that a class has under such a name.
function classConstant(path: readonly string[]): number | undefined {
  const name = path.at(-1) ?? "";
  if (path.length < 2 || !/^[A-Z][A-Z\d_]*$/.test(name)) return undefined;
  let owner: unknown;
  try {
    owner = importClass(path.slice(0, -1).join("."));
  } catch {
    return undefined;
  }
  if (typeof owner !== "function") return undefined;
  const value: unknown = Reflect.get(owner, name);
  return typeof value === "number" ? value : undefined;
}
