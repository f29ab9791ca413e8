// Brings the logging state of this process back to what it is after an import,
// by public functions, but for the list of handlers: closed ones would stay on it until they
// are collected. Parts that change loggers, levels or handlers run each case inside
// `withFreshLogging`. Nothing of a case may reach the next one.

import { forgetHandlersBut, livingHandlers } from "../../src/core/shutdown.ts";
import {
  Logger,
  addLevelName,
  getLevelNamesMapping,
  getLogger,
  getManager,
} from "../../src/index.ts";
import { disable, setLastResort, setRaiseExceptions, shutdown } from "../../src/index.ts";
import { setClock, setLogRecordFactory, setLoggerClass } from "../../src/index.ts";
import { getLastResort, getLogRecordFactory } from "../../src/index.ts";

/** Level names as they are after an import; the last of a number is the one that is printed. */
const LEVEL_NAMES: readonly (readonly [string, number])[] = [
  ["FATAL", 50],
  ["CRITICAL", 50],
  ["ERROR", 40],
  ["WARN", 30],
  ["WARNING", 30],
  ["INFO", 20],
  ["DEBUG", 10],
  ["NOTSET", 0],
];

/** The numbers that cases have named so far. */
const named = new Set<number>();

// Names can't be removed from the table. One that an earlier case added is moved
// to a number that no case uses, and `levelNumbers` leaves it out.
const REMOVED = -987_654_321;

const handlersBefore = livingHandlers();
const lastResort = getLastResort();
const recordFactory = getLogRecordFactory();

/** Runs `action` on a logging module as after an import, and cleans up behind it. */
export function withFreshLogging<T>(action: () => T): T {
  reset();
  try {
    return action();
  } finally {
    reset();
  }
}

/** addLevelName() of the case at hand; cases must name levels through it only. */
export function nameLevel(level: number, name: string): void {
  named.add(level);
  addLevelName(level, name);
}

/** getLevelNamesMapping() of the case at hand. */
export function levelNumbers(): Record<string, number> {
  const entries = Object.entries(getLevelNamesMapping()).filter(([, level]) => level !== REMOVED);
  return Object.fromEntries(entries);
}

function reset(): void {
  shutdown();
  forgetHandlersBut(handlersBefore);
  const root = getLogger();
  getManager().loggerDict.clear();
  getManager().emittedNoHandlerWarning = false;
  for (const handler of root.handlers) root.removeHandler(handler);
  for (const filter of root.filters) root.removeFilter(filter);
  root.disabled = false;
  root.propagate = true;
  resetLevelNames();
  root.setLevel(30);
  disable(0);
  setLastResort(lastResort);
  setRaiseExceptions(true);
  setLoggerClass(Logger);
  setLogRecordFactory(recordFactory);
  setClock(null);
}

function resetLevelNames(): void {
  const standard = new Map(LEVEL_NAMES);
  for (const level of named) {
    addLevelName(level, `Level ${level}`);
    addLevelName(REMOVED, `Level ${level}`);
  }
  named.clear();
  for (const name of Object.keys(getLevelNamesMapping())) {
    if (!standard.has(name)) addLevelName(REMOVED, name);
  }
  for (const [name, level] of LEVEL_NAMES) addLevelName(level, name);
}
