// Documents with `incremental`: they change the levels of handlers and loggers that are
// there, and whether loggers propagate. CPython's rules, its oddity with level 0 of a
// handler (which changes nothing) included.

import { getHandlerByName } from "../../core/handler.ts";
import { repr } from "../../core/value.ts";
import { ConfigEntry } from "./config-document.ts";
import type { ConfigDocument } from "./config-document.ts";
import { configError, inContext, pathTo } from "../config-error.ts";
import type { IncrementalPlan } from "./config-plan.ts";
import { planLoggers } from "./plan-logger.ts";
import { isTrue } from "./python-values.ts";
import { levelAt } from "./value-shapes.ts";

/** What an incremental document changes. @throws CPython's errors, with their places. */
export function planIncrement(document: ConfigDocument): IncrementalPlan {
  const handlers = document.entriesOf("handlers").flatMap(([name, raw]) => {
    const path = pathTo("handlers", name);
    const handler = getHandlerByName(name);
    if (handler === null) {
      const accepted = "the name of a handler of the configuration in use";
      throw configError("ValueError", `No handler found with name ${repr(name)}`, {
        path,
        value: name,
        accepted,
      });
    }
    const message = `Unable to configure handler ${repr(name)}`;
    return inContext(message, { path, value: raw }, () => {
      const entry = new ConfigEntry(document, raw, path, "a handler's entry");
      const level = entry.get("level");
      return isTrue(level) ? [{ handler, level: levelAt(level, entry.pathOf("level")) }] : [];
    });
  });
  return { handlers, loggers: planLoggers(document, true) };
}
