// daybook, through its public API and its rotating handler, one file a day.
// `setting.dist` may name another build of it, to compare two.

import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import {
  BOUND_FIELDS,
  FAILURE,
  MESSAGE,
  atSites,
  nestedFields,
  threeFields,
} from "../scenarios.mjs";

/** Where the package is built here. */
const BUILT = fileURLToPath(new URL("../../dist", import.meta.url));

/** The line that text contestants write: when, how bad, who, what. */
const TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s";
const CALLER = "%(asctime)s %(levelname)s %(filename)s:%(lineno)d %(message)s";

/** Opens the log of a contest. */
export async function open(setting) {
  const daybook = await loadDaybook(setting.dist);
  const handler = openHandler(daybook, setting);
  handler.setFormatter(formatterOf(daybook, setting.format ?? "json"));
  const root = daybook.getLogger();
  root.addHandler(handler);
  root.setLevel("INFO");
  const { scenario } = setting;
  if (scenario.startsWith("disabled")) {
    const own = atSites((site) => daybook.getLogger(site));
    return { calls: own.map((log) => callOf(log, scenario)), writesNothing: true };
  }
  const log = daybook.getLogger("bench");
  return {
    call: callOf(log, scenario),
    flush: () => handler.flush(),
    close: () => handler.close(),
    writesLater: setting.durability === "worker",
  };
}

/** The package as it is built here, or in another folder. */
export function loadDaybook(dist) {
  return loadModule(dist, "index.js");
}

/** A module of the package that is not its main one: `loadModule(dist, "adapters/pino.js")`. */
export function loadModule(dist, path) {
  return import(pathToFileURL(join(dist ?? BUILT, path)).href);
}

/** A handler in a class: "worker" is one of its own, the others are durabilities. */
export function openHandler({ TimedRotatingFileHandler }, { folder, durability, options }) {
  const mode = durability === "worker" ? { worker: true } : { durability };
  const path = join(folder, "bench.log");
  return new TimedRotatingFileHandler(path, { when: "midnight", ...mode, ...options });
}

function formatterOf({ Formatter, JsonFormatter, LogfmtFormatter }, format) {
  if (format === "text") return new Formatter(TEXT);
  if (format === "caller") return new Formatter(CALLER);
  if (format === "logfmt") return new LogfmtFormatter();
  return format === "json" ? new JsonFormatter() : new JsonFormatter({ preset: format });
}

function callOf(log, scenario) {
  const child = scenario === "child" ? log.with(BOUND_FIELDS) : null;
  const calls = {
    plain: () => log.info(MESSAGE),
    "3 fields": (call) => log.info(MESSAGE, threeFields(call)),
    nested: (call) => log.info(MESSAGE, nestedFields(call)),
    Error: () => log.info(MESSAGE, FAILURE),
    child: () => child.info(MESSAGE),
    numbered: (call) => log.info(`record ${call}`),
    disabled: () => log.debug(MESSAGE),
    "disabled, 3 fields": (call) => log.debug(MESSAGE, threeFields(call)),
  };
  return calls[scenario];
}
