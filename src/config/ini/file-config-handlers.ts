// Makes the formatters and handlers that an ini file describes. file-config.ts calls it
// from within installConfig, which closes what was made if something fails: nothing
// made here is in use yet, and nothing in use is touched.

import { checkHandler, checkMethod } from "../../core/check-method.ts";
import type { RecordFormatter } from "../../core/formatter.ts";
import type { Handler } from "../../core/handler.ts";
import { MemoryHandler } from "../../handlers/memory.ts";
import { configError, located } from "../config-error.ts";
import { constructWith } from "./file-config-arguments.ts";
import { importClass } from "./file-config-names.ts";
import { IniSection } from "./file-config-section.ts";
import type { IniParser } from "./ini-parser.ts";
import { construct } from "../registry/signature.ts";

/** The formatters by name. @throws KeyError for missing sections; what making them throws. */
export function makeFormatters(ini: IniParser): ReadonlyMap<string, RecordFormatter> {
  const formatters = new Map<string, RecordFormatter>();
  for (const name of new IniSection(ini, "formatters").names("keys")) {
    const section = new IniSection(ini, `formatter_${name}`);
    formatters.set(name, makeFormatter(section));
  }
  return formatters;
}

// Formats are full of percent signs: they are read as they were written.
function makeFormatter(section: IniSection): RecordFormatter {
  const className = section.get("class") ?? "";
  const given: Record<string, unknown> = {
    format: section.raw("format"),
    datefmt: section.raw("datefmt"),
    style: section.raw("style") ?? "%",
  };
  const defaults = section.raw("defaults");
  if (defaults !== null) given["defaults"] = section.dict("defaults", defaults);
  return located(section.name, given, () => {
    const { format, ...others } = given;
    const callable = importClass(className === "" ? "Formatter" : className);
    const made = construct(callable, { fmt: format, ...others });
    checkMethod(made, "format", "a formatter", "an object with a format(record) method");
    return made as RecordFormatter;
  });
}

/**
 * The handlers by name. Names are not set on them yet: getHandlerByName still finds
 * those in use.
 *
 * @throws KeyError for missing sections, formatters and targets; what making a handler
 * throws. What was made by then is left to the caller to close.
 */
export function makeHandlers(
  ini: IniParser,
  formatters: ReadonlyMap<string, RecordFormatter>,
): ReadonlyMap<string, Handler> {
  const handlers = new Map<string, Handler>();
  const targets: (() => void)[] = [];
  for (const name of new IniSection(ini, "handlers").names("keys")) {
    const section = new IniSection(ini, `handler_${name}`);
    const handler = makeHandler(section, formatters);
    handlers.set(name, handler);
    const target = handler instanceof MemoryHandler ? (section.get("target") ?? "") : "";
    if (handler instanceof MemoryHandler && target !== "") {
      targets.push(() => handler.setTarget(namedIn(handlers, target, section, "target")));
    }
  }
  // The target may come after the handler that wants it.
  for (const setTarget of targets) setTarget();
  return handlers;
}

function makeHandler(
  section: IniSection,
  formatters: ReadonlyMap<string, RecordFormatter>,
): Handler {
  const className = section.require("class");
  const formatter = section.get("formatter") ?? "";
  const callable = located(section.place("class"), {}, () => importClass(className));
  const args = section.tuple("args");
  const kwargs = section.dict("kwargs", section.get("kwargs"));
  const place = section.place(args.length === 0 ? "kwargs" : "args");
  const made = located(place, kwargs, () => {
    const handler = constructWith(callable, args, kwargs);
    checkHandler(handler);
    return handler as Handler;
  });
  const level = section.get("level");
  if (level !== null) located(section.name, { level }, () => made.setLevel(level));
  if (formatter !== "") made.setFormatter(namedIn(formatters, formatter, section, "formatter"));
  return made;
}

/** What another section made. @throws KeyError if none of that name was made. */
export function namedIn<Made>(
  made: ReadonlyMap<string, Made>,
  name: string,
  section: IniSection,
  option: string,
): Made {
  const found = made.get(name);
  if (found !== undefined) return found;
  throw configError("KeyError", name, {
    path: section.place(option),
    value: name,
    accepted: made.size === 0 ? "none, since none is configured" : [...made.keys()].join(", "),
  });
}
