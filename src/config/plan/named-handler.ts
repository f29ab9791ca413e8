// Handlers that a document refers to by name, from other handlers or from loggers; and
// what counts as a class of a kind. The builders ask here.

import type { Handler } from "../../core/handler.ts";
import type { ConfigDocument } from "./config-document.ts";
import { configError } from "../config-error.ts";
import { isHandler } from "./value-shapes.ts";

/**
 * The handler that an entry names; one in the name's place is taken as it is.
 *
 * @throws KeyError if there is none; TypeError with `notYet` where it isn't made yet.
 */
export function handlerNamed(
  document: ConfigDocument,
  name: unknown,
  path: string,
  notYet: string,
): Handler {
  if (isHandler(name)) return name;
  const made = document.madeOf("handlers", name, path);
  if (isHandler(made)) return made;
  throw configError("TypeError", notYet, {
    path,
    value: name,
    accepted: "a handler that does not wait for this one",
  });
}

/** Whether something is this class or one that extends it. */
export function extendsClass(value: unknown, base: new (...args: never[]) => object): boolean {
  if (typeof value !== "function") return false;
  const prototype: unknown = value.prototype;
  return value === base || (typeof prototype === "object" && prototype instanceof base);
}
