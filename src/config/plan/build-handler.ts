// Handlers of a document, in CPython's steps and so with CPython's errors: formatter,
// class, what the class refers to, arguments, the handler itself, then level, filters
// and attributes. One that refers to a handler that isn't made yet says so, and is tried
// again. Nothing here touches loggers or the handlers that are in use.

import { typeError } from "../../core/errors.ts";
import type { RecordFormatter } from "../../core/formatter.ts";
import type { Handler } from "../../core/handler.ts";
import { isError, readProperty, repr, shortRepr } from "../../core/value.ts";
import { CollapseRepeatsHandler } from "../../handlers/collapse-repeats.ts";
import { FingersCrossedHandler } from "../../handlers/fingers-crossed.ts";
import { MemoryHandler } from "../../handlers/memory.ts";
import { QueueHandler } from "../../handlers/queue/queue.ts";
import { addFilters, call, callableAt, filtersOf } from "./build-custom.ts";
import { makeQueueHandler, queueArguments } from "./build-queue-handler.ts";
import { ConfigEntry } from "./config-document.ts";
import type { ConfigDocument } from "./config-document.ts";
import { inContext, located } from "../config-error.ts";
import { extendsClass, handlerNamed } from "./named-handler.ts";
import { isTrue } from "./python-values.ts";
import { setAttributes } from "./set-attributes.ts";
import { hasMethod, isHandler, levelAt } from "./value-shapes.ts";

/** What an entry says to the configuration, not to the class. */
const OWN_KEYS: readonly string[] = ["formatter", "level", "filters", "class"];

/**
 * Makes a handler of its entry. A handler in the entry's place is taken as it is.
 *
 * @throws what CPython throws, with the place, which `isDeferred` may recognise.
 */
export function buildHandler(document: ConfigDocument, raw: unknown, path: string): Handler {
  if (isHandler(raw)) return raw;
  const entry = new ConfigEntry(document, raw, path, "a handler's entry");
  const formatter = formatterOf(document, entry);
  const made = entry.has("()") ? makeByFactory(entry) : makeByClass(document, entry);
  return located(path, {}, () => {
    const handler = checkedHandler(made);
    // A function may return one that is in use.
    const { level: formerLevel, formatter: formerFormatter, filters: formerFilters } = handler;
    if (formatter !== null) {
      entry.onFailure(() => handler.setFormatter(formerFormatter ?? null));
      handler.setFormatter(formatter);
    }
    const level = entry.get("level") ?? null;
    if (level !== null) {
      const number = levelAt(level, entry.pathOf("level"));
      entry.onFailure(() => handler.setLevel(formerLevel));
      handler.setLevel(number);
    }
    const filters = filtersOf(document, entry);
    if (filters.length > 0) entry.onFailure(() => void (handler.filters = formerFilters));
    addFilters(handler, filters);
    setAttributes(handler, entry);
    return handler;
  });
}

/** Whether a handler could not be made because it refers to one that comes later. */
export function isDeferred(error: unknown): boolean {
  const cause = isError(error) ? readProperty(error, "cause") : undefined;
  return cause instanceof TypeError && cause.message.includes(" not configured yet");
}

function formatterOf(document: ConfigDocument, entry: ConfigEntry): RecordFormatter | null {
  const given = entry.get("formatter");
  if (!isTrue(given)) return null;
  if (hasMethod(given, "format")) return given as RecordFormatter;
  const path = entry.pathOf("formatter");
  const message = `Unable to set formatter ${repr(given)}`;
  return inContext(
    message,
    { path, value: given },
    () => document.madeOf("formatters", given, path) as RecordFormatter,
  );
}

// As buildCustom, but for the keys that are the configuration's.
function makeByFactory(entry: ConfigEntry): unknown {
  const keys = [...OWN_KEYS.filter((key) => key !== "class"), "()"];
  return call(callableAt(entry, "()"), entry.argumentsWithout(keys), entry.path);
}

function makeByClass(document: ConfigDocument, entry: ConfigEntry): unknown {
  const callable = callableAt(entry, "class");
  if (extendsClass(callable, MemoryHandler)) {
    const special = memoryArguments(document, entry);
    const given = entry.argumentsWithout([...OWN_KEYS, ...Object.keys(special)]);
    return call(callable, { ...given, ...special }, entry.path);
  }
  if (HOLDING.some((base) => extendsClass(callable, base))) {
    const special = targetArgument(document, entry);
    const given = entry.argumentsWithout([...OWN_KEYS, ...Object.keys(special)]);
    return call(callable, { ...given, ...special }, entry.path);
  }
  if (extendsClass(callable, QueueHandler)) {
    const parts = queueArguments(document, entry);
    return makeQueueHandler(callable, parts, entry, OWN_KEYS);
  }
  return call(callable, entry.argumentsWithout(OWN_KEYS), entry.path);
}

/** Classes whose `target` is another handler, and their other arguments plain values. */
const HOLDING = [CollapseRepeatsHandler, FingersCrossedHandler];

function memoryArguments(document: ConfigDocument, entry: ConfigEntry): Record<string, unknown> {
  const special: Record<string, unknown> = {};
  if (entry.has("flushLevel")) {
    special["flushLevel"] = levelAt(entry.get("flushLevel"), entry.pathOf("flushLevel"));
  }
  return { ...special, ...targetArgument(document, entry) };
}

function targetArgument(document: ConfigDocument, entry: ConfigEntry): Record<string, unknown> {
  if (!entry.has("target")) return {};
  const value = entry.get("target");
  const path = entry.pathOf("target");
  const target = inContext(`Unable to set target handler ${repr(value)}`, { path, value }, () =>
    handlerNamed(document, value, path, "target not configured yet"),
  );
  return { target };
}

function checkedHandler(made: unknown): Handler {
  if (isHandler(made)) return made;
  const accepted = "a class, or a function that returns a Handler";
  throw typeError(`${shortRepr(made)} is no handler; accepted: ${accepted}`, {
    value: made,
    accepted,
  });
}
