// Random logging for fast-check: a tree of loggers with handlers and formatters, and a
// list of things to do with it, most of them calls. `perform` does them and gives what
// every handler got, in bytes.

import { AsyncResource } from "node:async_hooks";

import * as fc from "fast-check";

import { setClock } from "../../src/core/clock.ts";
import { withContext } from "../../src/core/context.ts";
import type { RecordFormatter } from "../../src/core/formatter.ts";
import { Manager, RootLogger } from "../../src/core/hierarchy.ts";
import type { LineBreaks } from "../../src/core/line-breaks.ts";
import { Formatter } from "../../src/formatters/formatter.ts";
import type { StyleName } from "../../src/formatters/formatter.ts";
import { JsonFormatter } from "../../src/formatters/json.ts";
import { LogfmtFormatter } from "../../src/formatters/logfmt.ts";
import { ByteHandler } from "./byte-handler.ts";

const NAMES = ["a", "a.b", "a.b.c", "x", "x.y", "root name", "ünïcode", 'quo"te', "per%cent"];
const LEVELS = [0, 10, 15, 20, 30, 35, 40, 50];
const METHODS = ["debug", "info", "warning", "warn", "error", "exception", "critical", "fatal"];
const PIECES: Readonly<Record<StyleName, readonly string[]>> = {
  "%": [
    "%(message)s",
    "%(levelname)-8s",
    "%(name)s",
    "%(asctime)s",
    "%(levelno)d",
    "%(process)d",
    "%(msecs)03d",
    "%(id)s",
    "%%",
  ],
  "{": ["{message}", "{levelname:<8}", "{name}", "{asctime}", "{levelno}", "{id}", "{{"],
  $: ["$message", "${levelname}", "$name", "${asctime}", "$id", "$$"],
};

/** One thing to do; what it is of is picked by index from what there is. */
export type Deed =
  | {
      readonly kind: "call";
      readonly of: number;
      readonly method: string;
      readonly args: unknown[];
      /** How often: a context gets encoders of its own after some calls in a row. */
      readonly times: number;
    }
  | { readonly kind: "with"; readonly of: number; readonly fields: Record<string, unknown> }
  | {
      readonly kind: "context";
      readonly fields: Record<string, unknown>;
      readonly level: number | null;
    }
  | { readonly kind: "endContext" }
  | { readonly kind: "level"; readonly of: number; readonly level: number }
  | { readonly kind: "handlerLevel"; readonly of: number; readonly level: number }
  | { readonly kind: "propagate"; readonly of: number; readonly value: boolean }
  | { readonly kind: "disabled"; readonly of: number; readonly value: boolean }
  | { readonly kind: "filter"; readonly of: number }
  | { readonly kind: "move"; readonly of: number; readonly to: number }
  | { readonly kind: "tick"; readonly ms: number };

export interface RandomLogging {
  readonly formatters: readonly (() => RecordFormatter | null)[];
  readonly deeds: readonly Deed[];
}

const key = fc.oneof(
  fc.constantFrom("id", "user", "msg", "time", "level", "__proto__", "toJSON", "a b", 'q"', "ü"),
  fc.string({ unit: "binary", maxLength: 12 }),
);
const text = fc.oneof(
  fc.constantFrom(
    "request handled",
    "50% done",
    "%s of %d",
    "%(id)s",
    "",
    "two\nlines",
    "\u{1f600}",
  ),
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.string({
    unit: fc.constantFrom("\ud800", "\udc00", "a", '"', "\\", "\n", "\u2028"),
    maxLength: 9,
  }),
);
const leaf: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, undefined, Number.NaN, -0, 12n, Symbol("s"), /re/g),
  fc.constant(new Date(1_700_000_000_123)),
  fc.constant(new Map([["k", 1]])),
  fc.constant(Buffer.from("bytes")),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", maxDepth: 4 },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  ),
}));
const fields = fc.dictionary(key, value, { maxKeys: 5 });
const error = text.map((message) => {
  const made = Object.assign(new RangeError(message), { code: "E_RANGE" });
  made.stack = `RangeError: ${message}\n    at somewhere (file.js:1:1)`;
  return made;
});
const args = fc.oneof(
  fc.tuple(text),
  fc.tuple(text, fields),
  fc.tuple(text, error),
  fc.tuple(text, fields, error),
  fc.tuple(error, fields),
  fc.tuple(value),
  fc.array(fc.oneof(value, error), { minLength: 1, maxLength: 4 }),
);
const of = fc.nat(20);

function deed(hasContextLevels: boolean): fc.Arbitrary<Deed> {
  const level = fc.constantFrom(...LEVELS);
  const calls = fc.record({
    kind: fc.constant("call" as const),
    of,
    method: fc.constantFrom(...METHODS),
    args: args as fc.Arbitrary<unknown[]>,
    times: fc.constantFrom(1, 1, 1, 1, 1, 20),
  });
  const contexts = fc.record({
    kind: fc.constant("context" as const),
    fields,
    level: hasContextLevels ? fc.option(level) : fc.constant(null),
  });
  return fc.oneof(
    { weight: 12, arbitrary: calls },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("with" as const), of, fields }) },
    { weight: 2, arbitrary: contexts },
    { weight: 1, arbitrary: fc.constant({ kind: "endContext" as const }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("level" as const), of, level }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("handlerLevel" as const), of, level }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom("propagate" as const, "disabled" as const),
        of,
        value: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("filter" as const), of }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("move" as const), of, to: of }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("tick" as const), ms: fc.nat(200_000) }),
    },
  );
}

const REDACT = { keys: ["user", /^q/], paths: ["id[*]", "**.msg", "error.code"] };

const formatter = fc.oneof(
  fc.constant(() => null),
  fc.constant(() => new JsonFormatter()),
  fc.constant(() => new JsonFormatter({ redact: REDACT })),
  fc.constant(() => new LogfmtFormatter()),
  fc.constant(() => new LogfmtFormatter({ nested: "json", base: { id: 7 }, redact: REDACT })),
  fc
    .tuple(
      fc.constantFrom<StyleName>("%", "{", "$"),
      fc.array(fc.nat(20), { maxLength: 5 }),
      fc.constantFrom<LineBreaks>("keep", "indent", "escape"),
    )
    .map(([style, picks, lineBreaks]) => () => {
      const pieces = picks.map((pick) => PIECES[style][pick % PIECES[style].length]);
      const format = [PIECES[style][0], ...pieces].join(" | ");
      const defaults = { id: "none" };
      return new Formatter(format, { style, defaults, timeZone: "UTC", lineBreaks });
    }),
);

/**
 * What to try: some formatters, one a handler, and some deeds. With the first level of a
 * context loggers work another way, and do so ever after.
 */
export function randomLogging(hasContextLevels: boolean): fc.Arbitrary<RandomLogging> {
  return fc.record({
    formatters: fc.array(formatter, { minLength: 1, maxLength: 3 }),
    deeds: fc.array(deed(hasContextLevels), { minLength: 1, maxLength: 12 }),
  });
}

/** What all handlers got, and how many lines came straight. */
export interface Performed {
  readonly bytes: readonly Buffer[];
  readonly straight: number;
}

/** Does it all, in a tree and a time of its own. */
export function perform({ formatters, deeds }: RandomLogging): Performed {
  let ms = 1_700_000_000_000;
  setClock({ now: () => ms });
  const manager = new Manager(new RootLogger(0));
  const loggers = NAMES.map((name) => manager.getLogger(name));
  const handlers = formatters.map((make, at) => {
    const handler = new ByteHandler();
    handler.setFormatter(make());
    (at === 0 ? manager.root : pick(loggers, at * 3)).addHandler(handler);
    return handler;
  });
  const callers: object[] = [...loggers, manager.root];
  const contexts: AsyncResource[] = [];
  for (const each of deeds) {
    const logger = pick(loggers, "of" in each ? each.of : 0);
    const handler = pick(handlers, "of" in each ? each.of : 0);
    switch (each.kind) {
      case "call":
        within(contexts.at(-1), () => {
          const caller = pick(callers, each.of);
          for (let n = 0; n < each.times; n += 1) call(caller, each.method, each.args);
        });
        break;
      case "context":
        within(contexts.at(-1), () => {
          const { level } = each;
          withContext(each.fields, () => contexts.push(new AsyncResource("context")), { level });
        });
        break;
      case "endContext":
        contexts.pop();
        break;
      case "with":
        callers.push(logger.with(each.fields));
        break;
      case "level":
        logger.setLevel(each.level);
        break;
      case "handlerLevel":
        handler.setLevel(each.level);
        break;
      case "propagate":
        logger.propagate = each.value;
        break;
      case "disabled":
        logger.disabled = each.value;
        break;
      case "filter":
        if (handler.filters.length > 0) handler.filters = [];
        else handler.addFilter(() => true);
        break;
      case "move":
        for (const from of loggers) from.removeHandler(handler);
        pick(loggers, each.to).addHandler(handler);
        break;
      case "tick":
        ms += each.ms;
        break;
    }
  }
  setClock(null);
  const straight = handlers.reduce((sum, handler) => sum + handler.straight, 0);
  return { bytes: handlers.map((handler) => handler.take()), straight };
}

function pick<T>(from: readonly T[], index: number): T {
  return from[index % from.length] as T;
}

function within(context: AsyncResource | undefined, action: () => void): void {
  if (context === undefined) action();
  else context.runInAsyncScope(action);
}

function call(caller: object, method: string, args: readonly unknown[]): void {
  (Reflect.get(caller, method) as (...given: unknown[]) => void).apply(caller, [...args]);
}
