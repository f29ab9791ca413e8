// Part `tree`: random operations on the tree of loggers, then the state it is in.
// Handlers are recorders that write what reaches them into a trace.

import { Filter, Handler, Logger, disable, getLevelName } from "../../../src/index.ts";
import { WARNING, getLogger, getManager, setLastResort } from "../../../src/index.ts";
import type { Level, LogRecord } from "../../../src/index.ts";
import { levelNumbers, nameLevel, withFreshLogging } from "../fresh-logging.ts";
import { describeError } from "../judge.ts";
import type { CaseInput, Part } from "../part.ts";

type Op = readonly [name: string, ...args: unknown[]];
type Trace = unknown[][];

class Recorder extends Handler {
  readonly ident: string;
  readonly #trace: Trace;

  constructor(ident: string, level: Level, trace: Trace) {
    super(level);
    this.ident = ident;
    this.#trace = trace;
  }

  override emit(record: LogRecord): void {
    this.#trace.push([
      this.ident,
      record.name,
      record.levelno,
      record.getMessage(),
      record.levelname,
    ]);
  }
}

/** The objects that the operations of a case have named, and its trace. */
class Session {
  readonly trace: Trace = [];
  readonly loggers = new Map<string, Logger>([["R", getLogger()]]);
  readonly handlers = new Map<string, Recorder>();
  readonly filters = new Map<string, Filter>();

  logger(ident: unknown): Logger {
    return known(this.loggers, ident);
  }

  target(ident: unknown): Logger | Recorder {
    return this.loggers.get(String(ident)) ?? known(this.handlers, ident);
  }
}

function known<T>(table: ReadonlyMap<string, T>, ident: unknown): T {
  const found = table.get(String(ident));
  if (found === undefined) throw new Error(`the case names no ${String(ident)} before it uses it`);
  return found;
}

type Operation = (session: Session, args: readonly unknown[], index: number) => void;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  getLogger: (s, [id, name]) => s.loggers.set(String(id), getLogger(name as string)),
  getChild: (s, [id, parent, suffix]) =>
    s.loggers.set(String(id), s.logger(parent).getChild(suffix as string)),
  setLevel: (s, [id, level]) => s.target(id).setLevel(level as Level),
  setPropagate: (s, [id, value]) => {
    s.logger(id).propagate = value as boolean;
  },
  setDisabled: (s, [id, value]) => {
    s.logger(id).disabled = value as boolean;
  },
  newHandler: (s, [id, level]) =>
    s.handlers.set(String(id), new Recorder(String(id), level as Level, s.trace)),
  addHandler: (s, [id, handler]) => s.logger(id).addHandler(known(s.handlers, handler)),
  removeHandler: (s, [id, handler]) => s.logger(id).removeHandler(known(s.handlers, handler)),
  newFilter: (s, [id, name]) => s.filters.set(String(id), new Filter(name as string)),
  addFilter: (s, [id, filter]) => s.target(id).addFilter(known(s.filters, filter)),
  removeFilter: (s, [id, filter]) => s.target(id).removeFilter(known(s.filters, filter)),
  disable: (_, [level]) => disable(level as Level),
  addLevelName: (_, [level, name]) => nameLevel(level as number, name as string),
  log: (s, [id, level, msg, args]) =>
    s.logger(id).log(level as number, msg, ...(args as unknown[])),
  call: (s, [id, method, msg, args]) => {
    const logger = s.logger(id);
    const name = method as "debug" | "info" | "warning" | "error" | "critical";
    logger[name](msg, ...(args as unknown[]));
  },
  isEnabledFor: (s, [id, level], index) =>
    s.trace.push(["!enabled", index, s.logger(id).isEnabledFor(level as number)]),
};

/** Carries out the operations and describes the tree. */
export const tree: Part = {
  name: "tree",
  run(input: CaseInput) {
    const ops = input["ops"] as readonly Op[];
    const levels = input["levels"] as readonly number[];
    return withFreshLogging(() => {
      const session = new Session();
      setLastResort(new Recorder("lastResort", WARNING, session.trace));
      for (const [index, op] of ops.entries()) carryOut(session, op, index);
      const loggers = [...getManager().loggerDict].map(([name, entry]) => [
        name,
        entry instanceof Logger ? describe(entry, levels) : { kind: "placeholder" },
      ]);
      return {
        trace: session.trace,
        root: describe(getLogger(), levels),
        loggers: Object.fromEntries(loggers),
        levelNames: Object.fromEntries(levels.map((level) => [level, getLevelName(level)])),
        levelNumbers: levelNumbers(),
      };
    });
  },
};

function carryOut(session: Session, [name, ...args]: Op, index: number): void {
  const operation = OPERATIONS[name];
  if (operation === undefined) throw new Error(`unknown operation ${name}`);
  try {
    operation(session, args, index);
  } catch (error) {
    const { type, message } = describeError(error);
    if (type !== "ValueError" && type !== "TypeError") throw error;
    session.trace.push(["!error", index, type, message]);
  }
}

function describe(logger: Logger, levels: readonly number[]): Record<string, unknown> {
  const root = getLogger();
  return {
    kind: "logger",
    level: logger.level,
    effective: logger.getEffectiveLevel(),
    propagate: logger.propagate,
    disabled: logger.disabled,
    hasHandlers: logger.hasHandlers(),
    handlers: logger.handlers.map((handler) => (handler as Recorder).ident),
    enabled: levels.map((level) => logger.isEnabledFor(level)),
    children: [...logger.getChildren()].map(({ name }) => name).toSorted(byCodePoints),
    repr: logger.toString(),
    ...(logger === root
      ? {}
      : { parent: logger.parent === root ? null : (logger.parent?.name ?? "(none)") }),
  };
}

// Python's order of texts; that of JavaScript puts U+1F600 before U+FFFF.
function byCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
