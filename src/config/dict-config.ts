// dictConfig: logging as a document says, CPython's function of this name. It takes the
// document apart in CPython's order, so that of several mistakes the one is reported
// that CPython would report; install-config.ts does the rest, as a whole or not at all.

import type { Handler } from "../core/handler.ts";
import { reportOnce } from "../core/self-report.ts";
import { repr, shortRepr, toText } from "../core/value.ts";
import { buildFilter, buildFormatter } from "./plan/build-formatter.ts";
import { buildHandler, isDeferred } from "./plan/build-handler.ts";
import { ConfigDocument } from "./plan/config-document.ts";
import { configError, inContext, pathTo } from "./config-error.ts";
import { checkDocument } from "./schema/config-schema.ts";
import type { ConfigPlan } from "./plan/config-plan.ts";
import type { DictConfig } from "./schema/document-types.ts";
import { planIncrement } from "./plan/incremental.ts";
import { installConfig, installIncrement } from "./plan/install-config.ts";
import { planLoggers } from "./plan/plan-logger.ts";
import { compareCodePoints, isTrue } from "./plan/python-values.ts";
import { readable } from "./plan/readable.ts";
import { slipsIn } from "./plan/slips.ts";

/**
 * Configures logging by a document of CPython's format, version 1. A document with a
 * mistake changes nothing: handlers, loggers and levels are as before. (Files that it
 * opened on the way may have been made, or repaired.) A key that means nothing and looks
 * like one that does, as `handler` for `handlers`, is told once on stderr.
 *
 * The document may be JSON, or an object with classes, functions, handlers, formatters,
 * filters and streams in the places of names. It is not changed.
 *
 * @throws ValueError, TypeError and the like, with CPython's messages and causes; each
 * says besides in `path`, `value` and `accepted` where the mistake is, what stands there
 * and what may. `explainError` prints that.
 */
export function dictConfig(document: DictConfig | object): void {
  const config = new ConfigDocument(document);
  checkVersion(config);
  if (isTrue(config.get("incremental"))) {
    // Most of such a document means nothing, and what does has been checked by then.
    installIncrement(planIncrement(config));
    return;
  }
  installConfig(
    () => {
      const plan = buildPlan(config);
      // Now, since CPython's own errors come first.
      readable("", document, () => checkDocument(document));
      return plan;
    },
    () => config.undos(),
  );
  for (const slip of slipsIn(document)) reportOnce(dictConfig, slip);
}

function checkVersion(document: ConfigDocument): void {
  const place = { path: "version", accepted: "1" };
  if (!document.has("version")) {
    const keys = document.keys();
    const found = keys.length === 0 ? "an empty object" : `the keys ${keys.join(", ")}`;
    throw configError("ValueError", "dictionary doesn't specify a version", {
      ...place,
      accepted: `version: 1 beside what is there (${shortRepr(found)})`,
    });
  }
  const value = document.get("version");
  if (value === 1) return;
  throw configError("ValueError", `Unsupported version: ${toText(value)}`, { ...place, value });
}

function buildPlan(document: ConfigDocument): ConfigPlan {
  const disable = document.has("disable_existing_loggers")
    ? isTrue(document.get("disable_existing_loggers"))
    : true;
  for (const [name, raw] of document.entriesOf("formatters")) {
    const path = pathTo("formatters", name);
    const message = `Unable to configure formatter ${repr(name)}`;
    const made = inContext(message, { path, value: raw }, () =>
      buildFormatter(document, raw, path),
    );
    document.keep("formatters", name, made);
  }
  for (const [name, raw] of document.entriesOf("filters")) {
    const path = pathTo("filters", name);
    const message = `Unable to configure filter ${repr(name)}`;
    const made = inContext(message, { path, value: raw }, () => buildFilter(document, raw, path));
    document.keep("filters", name, made);
  }
  const handlers = buildHandlers(document);
  return { handlers, loggers: planLoggers(document, false), disableExisting: disable };
}

// By name, so that the order is always the same; those that refer to a later one wait,
// and are tried once more.
function buildHandlers(document: ConfigDocument): ReadonlyMap<string, Handler> {
  const handlers = new Map<string, Handler>();
  const build = (name: string, raw: unknown, mayWait: boolean): boolean => {
    const path = pathTo("handlers", name);
    const message = `Unable to configure handler ${repr(name)}`;
    return inContext(message, { path, value: raw }, () => {
      let handler: Handler;
      try {
        handler = buildHandler(document, raw, path);
      } catch (error) {
        if (mayWait && isDeferred(error)) return false;
        throw error;
      }
      document.keep("handlers", name, handler);
      handlers.set(name, handler);
      return true;
    });
  };
  const entries = document.entriesOf("handlers").toSorted(([a], [b]) => compareCodePoints(a, b));
  const waiting = entries.filter(([name, raw]) => !build(name, raw, true));
  for (const [name, raw] of waiting) build(name, raw, false);
  return handlers;
}
