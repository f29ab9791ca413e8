import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  Filter,
  Formatter,
  getHandlerNames,
  getLogger,
  Handler,
  info,
  StreamHandler,
} from "../../../src/index.ts";
import type { FilterLike, LogRecord, TextStream } from "../../../src/index.ts";
import { ConfigDocument } from "../../../src/config/plan/config-document.ts";
import { dictConfig } from "../../../src/config/dict-config.ts";
import { registerClass, unregister } from "../../../src/config/registry/registry.ts";
import { MemoryHandler } from "../../../src/handlers/memory.ts";
import {
  documentWith,
  ErrorFormatter,
  makeFormatter,
  STREAM,
  useConfig,
} from "./config-fixture.ts";
import type { Document } from "./config-fixture.ts";
import { useSuiteLogging } from "./suite-logging.ts";

const LONG = "%(levelname)s:%(name)s:%(message)s";

describe("ConfigDictTest", () => {
  useSuiteLogging();
  const fixture = useConfig();

  /** A memory handler whose name comes first, for a handler that is made after it. */
  function outOfOrder(format: string): Document {
    return {
      version: 1,
      formatters: { odd: { format, style: "$" } },
      handlers: {
        later: { class: "logging.StreamHandler", level: "DEBUG", formatter: "odd" },
        first: {
          class: "logging.handlers.MemoryHandler",
          capacity: 5,
          formatter: "odd",
          target: "later",
          level: "DEBUG",
        },
      },
      loggers: { kitchen: { level: "DEBUG", handlers: ["first"], propagate: "true" } },
    };
  }

  function checkBadFormat(): void {
    assert.throws(() => dictConfig(outOfOrder("%(asctime)s %(message)s")), {
      name: "ValueError",
      message: "Unable to configure formatter 'odd'",
    });
    assert.deepEqual(getLogger("kitchen").handlers, []);
  }

  function checkDollarFormat(): void {
    dictConfig(outOfOrder("${asctime} $message"));
    const [handler] = getLogger("kitchen").handlers;
    assert.ok(handler instanceof MemoryHandler);
    assert.ok(handler.target instanceof Handler);
    assert.equal(handler.target.name, "later");
    assert.equal((handler.formatter as Formatter).style, "$");
    assert.deepEqual([...getHandlerNames()].toSorted(), ["first", "later"]);
  }

  // The names of 3.11 for what 3.13 calls bad_format.
  it("out_of_order", checkBadFormat);

  it("out_of_order_with_dollar_style", checkDollarFormat);

  it("bad_format", checkBadFormat);

  it("bad_format_with_dollar_style", checkDollarFormat);

  /** The formatter that an entry gives the only handler. */
  function formatterOf(short: Document): unknown {
    const loggers = { kitchen: { level: "DEBUG", handlers: ["out"], propagate: "true" } };
    dictConfig(documentWith({ formatters: { short }, loggers }));
    return getLogger("kitchen").handlers[0]?.formatter;
  }

  /** Why an entry is refused. */
  function causeOf(short: Document): string {
    try {
      formatterOf(short);
    } catch (error) {
      const { name, message, cause } = error as Error;
      assert.deepEqual([name, message], ["ValueError", "Unable to configure formatter 'short'"]);
      return String(cause);
    }
    return assert.fail("it was not refused");
  }

  it("custom_formatter_class_with_validate", () => {
    const short = { "()": "suite.ErrorFormatter", format: LONG, validate: false };
    assert.ok(formatterOf(short) instanceof ErrorFormatter);
  });

  it("custom_formatter_class_with_validate2", () => {
    const short = { class: "suite.ErrorFormatter", format: LONG, validate: false };
    assert.ok(formatterOf(short) instanceof ErrorFormatter);
  });

  it("custom_formatter_class_with_validate2_with_wrong_fmt", () => {
    for (const key of ["()", "class"]) {
      const short = { [key]: "suite.ErrorFormatter", format: LONG, style: "$" };
      assert.ok(formatterOf({ ...short, validate: false }) instanceof ErrorFormatter);
      assert.equal(causeOf(short), "ValueError: invalid format: no fields");
    }
  });

  // CPython calls the class with keywords that it doesn't take. Here any class can be
  // called, and what it makes is looked at: it must have a `format` method.
  it("custom_formatter_class_with_validate3", () => {
    class Stranger {
      readonly fmt: string;

      constructor(fmt: string) {
        this.fmt = fmt;
      }
    }
    registerClass("suite.Stranger", Stranger);
    const short = { class: "suite.Stranger", format: LONG, validate: false };
    assert.throws(() => formatterOf(short), {
      name: "ValueError",
      message: "Unable to configure formatter 'short'",
    });
    unregister("suite.Stranger");
  });

  // A function gets all keys of its entry in one object; which it takes is for it to
  // say. This one takes two.
  function checkFunction(more: Document): void {
    const [key = ""] = Object.keys(more);
    const short = { "()": makeFormatter, format: LONG };
    assert.ok(formatterOf(short) instanceof Formatter);
    assert.equal(causeOf({ ...short, ...more }), `TypeError: makeFormatter takes no ${key}`);
  }

  it("custom_formatter_function_with_validate", () => {
    checkFunction({ validate: false });
  });

  it("custom_formatter_function_with_defaults", () => {
    checkFunction({ defaults: { guest: "nobody" } });
  });

  it("baseconfig", () => {
    const spaced = { plain: 1, "with 1 blank": 2, "odd 1 %( - \u00a9 \u00df": 3, "": 4 };
    const document = new ConfigDocument({
      list: ["a", "b", "c"],
      nested: ["g", ["h", "i"], "j"],
      map: { ...spaced, "a ] b": 5, " c ": 6, inner: { ...spaced, list: ["x", ["y", "z"]] } },
      referring: ["o", "cfg://list", "p"],
    });
    const found = (path: string): unknown => document.convert(`cfg://${path}`, "");
    for (const [path, expected] of [
      ["list[1]", "b"],
      ["nested[1][0]", "h"],
      ["nested[2]", "j"],
      ["map.plain", 1],
      ["map[plain]", 1],
      ["map[with 1 blank]", 2],
      ["map[odd 1 %( - \u00a9 \u00df]", 3],
      ["map[]", 4],
      ["map[ c ]", 6],
      ["map.inner.plain", 1],
      ["map.inner[plain]", 1],
      ["map[inner].plain", 1],
      ["map[inner][with 1 blank]", 2],
      ["map[inner][]", 4],
      ["map[inner].list[1][1]", "z"],
      ["map.inner.list[0]", "x"],
    ] as const) {
      assert.equal(found(path), expected, path);
    }
    assert.deepEqual(found("referring"), ["o", ["a", "b", "c"], "p"]);
    for (const [path, name] of [
      ["nothing", "KeyError"],
      ["map[2]", "KeyError"],
      ["map[a ] b]", "KeyError"],
      ["!", "ValueError"],
      ["map.inner..plain", "ValueError"],
      ["map[a [ b]", "ValueError"],
      ["map[a]] b]", "KeyError"],
    ] as const) {
      assert.throws(() => found(path), { name }, path);
    }
  });

  // Python's named tuple is a tuple with more to it. Here it is an object of a class: it
  // gets to the handler as it is, and so does an array that refers to nothing.
  it("namedtuple", () => {
    class Resource {
      readonly type = "desk";
      readonly labels: readonly string[] = Object.freeze(["a", "b"]);
    }
    class Own extends StreamHandler {
      readonly resource: Resource;

      constructor(resource: Resource, stream: TextStream) {
        super(stream);
        this.resource = resource;
      }

      override emit(record: LogRecord): void {
        const copy = record.copy();
        copy.msg = `${String(record.msg)} at the ${this.resource.type}`;
        super.emit(copy);
      }
    }
    registerClass("suite.Own", Own, { positional: ["resource", "stream"] });
    const resource = new Resource();
    const own = { "()": Own, resource, stream: STREAM };
    dictConfig({ version: 1, handlers: { own }, root: { level: "INFO", handlers: ["own"] } });
    info("logged");
    assert.equal(fixture.output.text, "logged at the desk\n");
    assert.equal((getLogger().handlers[0] as Own).resource, resource);
    unregister("suite.Own");
  });

  function checkFilter(filter: FilterLike): void {
    dictConfig({ version: 1, root: { level: "DEBUG", filters: [filter] } });
    assert.deepEqual(getLogger().filters, [filter]);
  }

  it("config_callable_filter_works", () => {
    checkFilter(() => true);
  });

  it("config_filter_works", () => {
    checkFilter(new Filter("kitchen.oven"));
  });

  it("config_filter_method_works", () => {
    checkFilter({ filter: () => 1 });
  });

  it("invalid_type_raises", () => {
    for (const filter of [null, 1, {}, new Map()]) {
      assert.throws(() => dictConfig({ version: 1, root: { level: "DEBUG", filters: [filter] } }), {
        name: "ValueError",
        message: "Unable to configure root logger",
      });
    }
    assert.deepEqual(getLogger().filters, []);
  });
});
