// The tree of loggers: names, the gaps between them, parents, and what is switched
// off for all. getLogger is the way in. The same name is always the same logger,
// and a logger whose ancestors come later is put in its place when they do.

import { typeError } from "./errors.ts";
import { checkLevel, CRITICAL, WARNING } from "./level.ts";
import type { Level } from "./level.ts";
import { Logger } from "./logger.ts";
import type { LoggerManager } from "./logger.ts";
import { changePlans } from "./staleness.ts";
import { shortRepr } from "./value.ts";

/** A class that makes loggers. */
export type LoggerClass = new (name: string) => Logger;

/** Stands for a name that has loggers below it but was never asked for itself. */
export class PlaceHolder {
  /** The loggers below that have no nearer ancestor. */
  readonly loggers: Set<Logger> = new Set();

  constructor(logger: Logger) {
    this.loggers.add(logger);
  }
}

/** The logger at the top; its level is WARNING unless set. */
export class RootLogger extends Logger {
  constructor(level: Level = WARNING) {
    super("root", level);
  }
}

let moduleLoggerClass: LoggerClass = Logger;

/** One tree of loggers. A program has one; further ones are for tests. */
export class Manager implements LoggerManager {
  readonly root: Logger;
  /** Loggers and placeholders by name, in order of creation. */
  readonly loggerDict: Map<string, Logger | PlaceHolder> = new Map();
  emittedNoHandlerWarning = false;
  /** The class of this tree's new loggers; null for the one of setLoggerClass(). */
  loggerClass: LoggerClass | null = null;
  #disable = 0;

  constructor(root: Logger) {
    this.root = root;
    root.manager = this;
  }

  /** Records of this level and below are off everywhere. */
  get disable(): number {
    return this.#disable;
  }
  set disable(level: Level) {
    this.#disable = checkLevel(level);
    changePlans();
  }

  /** @throws TypeError if the name is not a string. */
  getLogger(name: string): Logger {
    if (typeof name !== "string") {
      throw typeError("A logger name must be a string", { value: name, accepted: "a string" });
    }
    const known = this.loggerDict.get(name);
    if (known instanceof Logger) return known;
    const logger = new (this.loggerClass ?? moduleLoggerClass)(name);
    logger.manager = this;
    this.loggerDict.set(name, logger);
    if (known !== undefined) adopt(known, logger);
    this.#findParent(logger);
    return logger;
  }

  /** @throws TypeError for a class that doesn't derive from Logger. */
  setLoggerClass(loggerClass: LoggerClass): void {
    this.loggerClass = checkLoggerClass(loggerClass);
  }

  childrenOf(logger: Logger): Set<Logger> {
    const depth = this.#depth(logger) + 1;
    const children = new Set<Logger>();
    for (const other of this.loggerDict.values()) {
      if (other instanceof Logger && other.parent === logger && this.#depth(other) === depth) {
        children.add(other);
      }
    }
    return children;
  }

  #depth(logger: Logger): number {
    return logger === this.root ? 0 : logger.name.split(".").length;
  }

  // Walks the name leftwards. As in CPython a dot at the very start separates
  // nothing, nor does the first of two dots: "a..b" has no ancestor "a".
  #findParent(logger: Logger): void {
    const { name } = logger;
    let dot = name.lastIndexOf(".");
    while (dot > 0) {
      const ancestor = name.slice(0, dot);
      const known = this.loggerDict.get(ancestor);
      if (known instanceof Logger) {
        logger.parent = known;
        return;
      }
      if (known === undefined) this.loggerDict.set(ancestor, new PlaceHolder(logger));
      else known.loggers.add(logger);
      dot = name.slice(0, Math.max(0, dot - 1)).lastIndexOf(".");
    }
    logger.parent = this.root;
  }
}

// A logger replaces a placeholder: it comes between those below and their parents.
function adopt(placeholder: PlaceHolder, logger: Logger): void {
  for (const child of placeholder.loggers) {
    // As CPython compares names, that of the root is one of them: a logger "r", "ro", "roo"
    // or "root" that is made after "r.x" and its like does not come between these and it.
    if (child.parent?.name.startsWith(logger.name) === true) continue;
    logger.parent = child.parent;
    child.parent = logger;
  }
}

const root: Logger = new RootLogger();
const manager: Manager = new Manager(root);
Logger.manager = manager;

/** The logger of this name, made on first use; without a name, or with "root", the root. */
export function getLogger(name?: string | null): Logger {
  if (name === undefined || name === null || name === "" || name === root.name) return root;
  return manager.getLogger(name);
}

/** The program's tree of loggers. */
export function getManager(): Manager {
  return manager;
}

/** Switches off all records of this level and below, everywhere; NOTSET switches them on again. */
export function disable(level: Level = CRITICAL): void {
  manager.disable = level;
}

/** Sets the class of new loggers. @throws TypeError for one that doesn't derive from Logger. */
export function setLoggerClass(loggerClass: LoggerClass): void {
  moduleLoggerClass = checkLoggerClass(loggerClass);
}

/** The class of new loggers. */
export function getLoggerClass(): LoggerClass {
  return moduleLoggerClass;
}

function checkLoggerClass(loggerClass: LoggerClass): LoggerClass {
  const given: unknown = loggerClass;
  if (given === Logger) return loggerClass;
  if (typeof given === "function" && given.prototype instanceof Logger) return loggerClass;
  const name = typeof given === "function" ? given.name : shortRepr(given);
  throw typeError(`logger not derived from logging.Logger: ${name}`, {
    value: given,
    accepted: "Logger or a class that extends it",
  });
}
