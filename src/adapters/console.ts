// The door for console.log and its like (`daybook/console`): while the console is
// patched, what a program, or a package that it uses, says there becomes records.
// A handler that prints to the console itself reaches the real one, also from code that
// runs later: records can't go round in circles. What no handler would take is printed
// as before.

import type { OpenCall } from "../core/caller.ts";
import { deliver, nest } from "../core/delivery.ts";
import { checkLevel, DEBUG, ERROR, INFO, WARNING } from "../core/level.ts";
import type { Level } from "../core/level.ts";
import { Logger } from "../core/logger.ts";
import { checkOptionNames } from "../core/options.ts";
import { refusal } from "../core/refusal.ts";
import { reportError } from "../core/self-report.ts";
import { toText } from "../core/value.ts";
import { loggerOf } from "./check-logger.ts";
import { consoleMessage, TextConsole } from "./console/console-text.ts";
import type { ConsoleMessage, RenderedMethod } from "./console/console-text.ts";
import { isDelivering, whileDelivering } from "./console/delivering.ts";

/** The methods of the console that become records. */
export type ConsoleMethod =
  | "log"
  | "info"
  | "warn"
  | "error"
  | "debug"
  | "trace"
  | "group"
  | "groupCollapsed"
  | "groupEnd"
  | RenderedMethod;

/** Options of `patchConsole(options)`. */
export interface PatchConsoleOptions {
  /** The logger, or its name; `console` if not given. */
  readonly logger?: Logger | string | undefined;
  /** Levels that differ from the usual ones, by method. */
  readonly levels?: Readonly<Partial<Record<ConsoleMethod, Level>>> | undefined;
  /** The methods to patch; all if not given. */
  readonly methods?: readonly ConsoleMethod[] | undefined;
}

const LEVELS: Readonly<Record<ConsoleMethod, number>> = {
  log: INFO,
  info: INFO,
  warn: WARNING,
  error: ERROR,
  debug: DEBUG,
  trace: DEBUG,
  group: INFO,
  groupCollapsed: INFO,
  groupEnd: INFO,
  assert: ERROR,
  count: INFO,
  countReset: INFO,
  dir: INFO,
  dirxml: INFO,
  table: INFO,
  time: INFO,
  timeEnd: INFO,
  timeLog: INFO,
};

const METHODS = Object.keys(LEVELS) as ConsoleMethod[];
const OPTIONS: readonly string[] = ["logger", "levels", "methods"];

/** A method of the console, of any kind. */
type Method = (this: unknown, ...args: unknown[]) => unknown;

let current: ConsolePatch | null = null;

/**
 * Makes records of what is said on the console: `log`, `info`, `dir`, `table`, `count`,
 * timers and groups at INFO, `debug` and `trace` (with the stack) at DEBUG, `warn` at
 * WARNING, `error` and failed assertions at ERROR. The text is that of `util.format`, the
 * first Error the record's, and the labels of open groups are its field `consoleGroup`.
 *
 * While the logger has no handler, and for handlers themselves, the console prints as it
 * did. A level that is off is off.
 *
 * @returns a function that puts the console's methods back as they were. A method that
 * somebody else has replaced meanwhile is left to them, and prints again.
 * @throws Error if the console is patched already; TypeError or ValueError for bad options
 */
export function patchConsole(options: PatchConsoleOptions = {}): () => void {
  checkOptionNames(options, OPTIONS);
  const levels = { ...LEVELS };
  for (const [method, level] of Object.entries(options.levels ?? {})) {
    levels[checkMethod(method)] = checkLevel(level);
  }
  const methods = (options.methods ?? METHODS).map(checkMethod);
  const logger = loggerOf(options.logger ?? "console");
  if (current !== null) {
    throw new Error(
      "the console is patched already; call the function that patchConsole() returned before",
    );
  }
  const patch = new ConsolePatch(logger, levels, methods);
  current = patch;
  return () => {
    patch.restore();
    if (current === patch) current = null;
  };
}

class ConsolePatch {
  readonly #logger: Logger;
  readonly #levels: Readonly<Record<ConsoleMethod, number>>;
  readonly #before = new Map<ConsoleMethod, PropertyDescriptor | undefined>();
  readonly #ours = new Map<ConsoleMethod, Method>();
  readonly #texts = new TextConsole();
  readonly #groups: string[] = [];
  #isActive = true;

  constructor(
    logger: Logger,
    levels: Readonly<Record<ConsoleMethod, number>>,
    methods: readonly ConsoleMethod[],
  ) {
    this.#logger = logger;
    this.#levels = levels;
    for (const method of new Set(methods)) this.#patch(method);
  }

  restore(): void {
    this.#isActive = false;
    for (const [method, before] of this.#before) {
      if (Reflect.get(console, method) !== this.#ours.get(method)) continue;
      if (before === undefined) Reflect.deleteProperty(console, method);
      else Object.defineProperty(console, method, before);
    }
    this.#before.clear();
  }

  #patch(method: ConsoleMethod): void {
    const before = Object.getOwnPropertyDescriptor(console, method);
    const original = Reflect.get(console, method) as Method;
    const record = (...args: unknown[]): unknown => {
      if (!this.#isActive || isDelivering() || !this.#logger.hasHandlers()) {
        return original.apply(console, args);
      }
      try {
        // What is printed may print in its turn.
        nest(this.#logger, args[0], () =>
          this.#record(method, args, { boundary: record, stacklevel: 1 }),
        );
      } catch (error) {
        reportError(this.#logger, error, "the console could not be logged:", toText(args));
      }
      return undefined;
    };
    this.#before.set(method, before);
    this.#ours.set(method, record);
    const enumerable = before?.enumerable ?? true;
    const ours = { value: record, enumerable, writable: true, configurable: true };
    Object.defineProperty(console, method, ours);
  }

  #record(method: ConsoleMethod, args: unknown[], open: OpenCall): void {
    if (method === "groupEnd") {
      this.#groups.pop();
      return;
    }
    const isGroup = method === "group" || method === "groupCollapsed";
    const level = this.#levels[method];
    const isOn = this.#logger.isEnabledFor(level);
    // Counters, timers and groups go on where their lines are off.
    const message = isOn || isGroup || STATEFUL.has(method) ? this.#message(method, args) : null;
    if (isOn && message !== null) this.#deliver(level, message, method === "trace", open);
    if (isGroup) this.#groups.push(message?.text ?? "");
  }

  #message(method: ConsoleMethod, args: readonly unknown[]): ConsoleMessage | null {
    if (isRendered(method)) {
      const text = this.#texts.render(method, args);
      return text === null ? null : { text, error: null };
    }
    if (args.length === 0 && (method === "group" || method === "groupCollapsed")) return null;
    return consoleMessage(args);
  }

  #deliver(level: number, message: ConsoleMessage, stackInfo: boolean, open: OpenCall): void {
    const fields: Record<string, unknown> | null =
      this.#groups.length === 0 ? null : Object.create(null);
    if (fields !== null) fields["consoleGroup"] = [...this.#groups];
    const call = { msg: message.text, args: [], excInfo: message.error, fields };
    whileDelivering(() => deliver(this.#logger, level, call, { stackInfo }, open));
  }
}

const STATEFUL: ReadonlySet<ConsoleMethod> = new Set(
  "count countReset time timeEnd timeLog".split(" ") as ConsoleMethod[],
);

const SIMPLE: ReadonlySet<string> = new Set(
  "log info warn error debug trace group groupCollapsed groupEnd".split(" "),
);

function isRendered(method: ConsoleMethod): method is RenderedMethod {
  return !SIMPLE.has(method);
}

function checkMethod(method: unknown): ConsoleMethod {
  if (METHODS.some((known) => known === method)) return method as ConsoleMethod;
  const accepted = METHODS.join(", ");
  throw refusal("a method of the console", method, accepted);
}
