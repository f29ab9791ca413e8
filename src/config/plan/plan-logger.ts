// What a document says of loggers and of the root: level, handlers, filters, propagate.
// The result is data; nothing of it is done here.

import type { Handler } from "../../core/handler.ts";
import { repr, shortRepr } from "../../core/value.ts";
import { filtersOf } from "./build-custom.ts";
import { ConfigEntry } from "./config-document.ts";
import type { ConfigDocument } from "./config-document.ts";
import { configError, inContext, pathTo } from "../config-error.ts";
import type { LoggerPlan } from "./config-plan.ts";
import { handlerNamed } from "./named-handler.ts";
import { isTrue } from "./python-values.ts";
import { levelAt, listAt } from "./value-shapes.ts";

/**
 * The plans of all loggers of a document, the root last. An incremental document says
 * nothing of handlers and filters that counts.
 *
 * @throws CPython's errors, with their places.
 */
export function planLoggers(document: ConfigDocument, incremental: boolean): LoggerPlan[] {
  const plans = document.entriesOf("loggers").map(([name, raw]) => {
    const path = pathTo("loggers", name);
    return inContext(`Unable to configure logger ${repr(name)}`, { path, value: raw }, () =>
      planLogger(document, raw, path, name, incremental),
    );
  });
  const root = document.raw("root");
  if (!isTrue(root)) return plans;
  const plan = inContext("Unable to configure root logger", { path: "root", value: root }, () =>
    planLogger(document, root, "root", null, incremental),
  );
  return [...plans, plan];
}

function planLogger(
  document: ConfigDocument,
  raw: unknown,
  path: string,
  name: string | null,
  incremental: boolean,
): LoggerPlan {
  const entry = new ConfigEntry(document, raw, path, "a logger's entry");
  const level = entry.get("level") ?? null;
  const levelno = level === null ? null : levelAt(level, entry.pathOf("level"));
  const handlers = incremental ? null : handlersOf(document, entry);
  const filters = incremental ? [] : filtersOf(document, entry);
  const propagate = name === null ? null : propagateOf(entry);
  return { name, level: levelno, handlers, filters, propagate, enable: name !== null };
}

function handlersOf(document: ConfigDocument, entry: ConfigEntry): Handler[] {
  const given = entry.get("handlers");
  if (!isTrue(given)) return [];
  const path = entry.pathOf("handlers");
  return listAt(given, path).map((name, index) => {
    const place = { path: pathTo(path, index), value: name };
    return inContext(`Unable to add handler ${repr(name)}`, place, () =>
      handlerNamed(document, name, place.path, "handler not configured"),
    );
  });
}

function propagateOf(entry: ConfigEntry): boolean | null {
  const given = entry.get("propagate") ?? null;
  if (given === null || typeof given === "boolean") return given;
  // CPython goes by the truth of any value, and its own documents have these.
  if (given === 0 || given === 1) return given === 1;
  if (given === "true" || given === "True") return true;
  const accepted = "true or false";
  throw configError("TypeError", `propagate can't be ${shortRepr(given)}; accepted: ${accepted}`, {
    path: entry.pathOf("propagate"),
    value: given,
    accepted,
  });
}
