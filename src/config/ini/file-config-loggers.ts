// What an ini file says of loggers, as a plan that install-config.ts puts into force.
// file-config.ts calls it. Nothing is done here.

import type { Handler } from "../../core/handler.ts";
import { checkLevel } from "../../core/level.ts";
import { configError, located } from "../config-error.ts";
import type { LoggerPlan } from "../plan/config-plan.ts";
import { namedIn } from "./file-config-handlers.ts";
import { IniSection } from "./file-config-section.ts";
import type { IniParser } from "./ini-parser.ts";

/** The loggers of a file, the root first. @throws KeyError, ValueError or TypeError for what is wrong. */
export function planLoggers(
  ini: IniParser,
  handlers: ReadonlyMap<string, Handler>,
): readonly LoggerPlan[] {
  const list = new IniSection(ini, "loggers");
  const names = list
    .require("keys")
    .split(",")
    .map((name) => name.trim());
  const root = names.indexOf("root");
  if (root === -1) {
    throw configError("ValueError", "list.remove(x): x not in list", {
      path: list.place("keys"),
      value: names,
      accepted: "a list that has root among its names",
    });
  }
  names.splice(root, 1);
  const section = new IniSection(ini, "logger_root");
  return [
    planLogger(section, handlers, true),
    ...names.map((name) => planLogger(new IniSection(ini, `logger_${name}`), handlers, false)),
  ];
}

function planLogger(
  section: IniSection,
  handlers: ReadonlyMap<string, Handler>,
  isRoot: boolean,
): LoggerPlan {
  const name = isRoot ? null : section.require("qualname");
  const propagate = isRoot ? null : section.integer("propagate", 1) !== 0;
  const text = section.get("level");
  const level =
    text === null ? null : located(section.name, { level: text }, () => checkLevel(text));
  const own = section.names("handlers").map((each) => namedIn(handlers, each, section, "handlers"));
  return { name, level, propagate, handlers: own, filters: [], enable: !isRoot };
}
