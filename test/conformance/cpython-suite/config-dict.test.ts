import assert from "node:assert/strict";
import { describe, it } from "node:test";

import * as daybook from "../../../src/index.ts";
import {
  DEBUG,
  ERROR,
  FileHandler,
  Formatter,
  getHandlerByName,
  getLogger,
  Handler,
  makeLogRecord,
  StreamHandler,
} from "../../../src/index.ts";
import { dictConfig } from "../../../src/config/dict-config.ts";
import { MemoryHandler } from "../../../src/handlers/memory.ts";
import { withStreams } from "../surroundings.ts";
import {
  documentWith,
  ErrorFormatter,
  makeFormatter,
  ovenDocument,
  OwnStreamHandler,
  useConfig,
} from "./config-fixture.ts";
import type { Document } from "./config-fixture.ts";
import { useLogFolder } from "./log-folder.ts";
import { useSuiteLogging } from "./suite-logging.ts";

const RANGE_ERROR = "ERROR:root:it failed\nThere was a RangeError\n";

describe("ConfigDictTest", () => {
  const suite = useSuiteLogging();
  const fixture = useConfig();
  const folder = useLogFolder();

  /** Logs at INFO and at ERROR; what came to the document's stream. */
  function logTwice(name: string): string[] {
    const before = fixture.output.lines.length;
    getLogger(name).info(suite.now.next());
    getLogger(name).error(suite.now.next());
    return fixture.output.lines.slice(before);
  }

  /** Applies a document whose `out` is at kitchen.oven; it must get what is logged there. */
  function checkOven(document: Document): void {
    dictConfig(document);
    assert.deepEqual(logTwice("kitchen.oven"), ["INFO ++ 1", "ERROR ++ 2"]);
    assert.equal(suite.now.stream.text, "", "the root's handler is gone");
  }

  /** Applies a document with a mistake: an error, and nothing is changed. */
  function checkRefused(document: Document, message: string, cause?: string): void {
    const before = suite.now.root.handlers;
    assert.throws(
      () => dictConfig(document),
      (error: Error) =>
        error.name === "ValueError" &&
        error.message === message &&
        (cause === undefined || (error.cause as Error).message === cause),
    );
    assert.equal(suite.now.root.handlers, before);
    assert.equal(suite.now.root.level, DEBUG);
    suite.now.root.error("as before");
    assert.deepEqual(suite.now.stream.lines, ["root -> ERROR: as before"]);
  }

  function outHandler(): Handler {
    const handler = getHandlerByName("out");
    assert.ok(handler instanceof StreamHandler);
    return handler;
  }

  function failByRoot(): void {
    getLogger().exception(new RangeError("on purpose"), "it failed");
  }

  it("config0_ok", () => {
    const root = { level: "WARNING", handlers: ["out"] };
    withStreams(({ stdout }) => {
      dictConfig(documentWith({ root }, { stream: "ext://sys.stdout" }));
      getLogger().info(suite.now.next());
      getLogger().error(suite.now.next());
      assert.equal(stdout.text, "ERROR ++ 2\n");
    });
    assert.equal(outHandler(), getLogger().handlers[0]);
    assert.equal(suite.now.stream.text, "");
  });

  it("config1_ok", () => {
    checkOven(ovenDocument());
  });

  it("config2_failure", () => {
    const stream = "ext://sys.stdbout";
    checkRefused(
      ovenDocument({}, { stream }),
      "Unable to configure handler 'out'",
      "Cannot resolve 'sys.stdbout': No module named 'sys.stdbout'; 'sys' is not a package",
    );
  });

  it("config2a_failure", () => {
    checkRefused(
      ovenDocument({}, { level: "NOTEST" }),
      "Unable to configure handler 'out'",
      "Unknown level: 'NOTEST'",
    );
  });

  it("config2b_failure", () => {
    checkRefused(
      ovenDocument({ root: { level: "WRANING" } }),
      "Unable to configure root logger",
      "Unknown level: 'WRANING'",
    );
  });

  it("config3_failure", () => {
    checkRefused(
      ovenDocument({}, { formatter: "shrot" }),
      "Unable to configure handler 'out'",
      "Unable to set formatter 'shrot'",
    );
  });

  const LONG = "%(levelname)s:%(name)s:%(message)s";
  const ROOT = { level: "NOTSET", handlers: ["out"] };

  it("config4_ok", () => {
    const short = { "()": "suite.ErrorFormatter", format: LONG };
    dictConfig(documentWith({ formatters: { short }, root: ROOT }));
    failByRoot();
    assert.equal(fixture.output.text, RANGE_ERROR);
    assert.equal(suite.now.stream.text, "");
  });

  it("config4a_ok", () => {
    const formatters = {
      short: { "()": ErrorFormatter, format: LONG },
      named: { "()": "suite.makeFormatter", format: LONG },
      given: { "()": makeFormatter, format: LONG },
    };
    const document = documentWith({ formatters, root: ROOT });
    const handlers = {
      ...(document["handlers"] as object),
      made: { "()": () => new StreamHandler() },
    };
    dictConfig({ ...document, handlers });
    failByRoot();
    assert.equal(fixture.output.text, RANGE_ERROR);
    assert.ok(getHandlerByName("made") instanceof StreamHandler);
  });

  it("config5_ok", () => {
    checkOven(ovenDocument({}, { class: "suite.OwnStreamHandler" }));
    assert.ok(outHandler() instanceof OwnStreamHandler);
  });

  it("config6_failure", () => {
    checkRefused(
      ovenDocument({}, { class: "suite.OwnStreamHandler", "9": "nine" }),
      "Unable to configure handler 'out'",
      "Not a valid Python identifier: '9'",
    );
  });

  it("config7_ok", () => {
    checkOven(ovenDocument());
    const sink = { "kitchen.sink": { level: "DEBUG", handlers: ["out"] } };
    dictConfig(documentWith({ loggers: sink, root: { level: "WARNING" } }));
    assert.ok(getLogger("kitchen.oven").disabled);
    assert.deepEqual(logTwice("kitchen.sink"), ["INFO ++ 3", "ERROR ++ 4"]);
    assert.equal(suite.now.stream.text, "");
  });

  const KITCHEN = {
    loggers: { kitchen: { level: "DEBUG", handlers: ["out"] }, "kitchen.sink": {} },
    root: { level: "WARNING" },
  };

  it("config_8_ok", () => {
    checkOven(ovenDocument());
    dictConfig(documentWith({ disable_existing_loggers: false, ...KITCHEN }));
    assert.ok(!getLogger("kitchen.oven").disabled);
    assert.deepEqual(logTwice("kitchen.oven"), ["INFO ++ 3", "ERROR ++ 4"]);
    assert.deepEqual(logTwice("kitchen.sink"), ["INFO ++ 5", "ERROR ++ 6"]);
  });

  // Between kitchen and kitchen.oven there is, sorted, kitchen-garden, which is no child.
  it("config_8a_ok", () => {
    const loggers = { "kitchen.oven": { level: "DEBUG" } };
    dictConfig(documentWith({ loggers, root: { level: "WARNING", handlers: ["out"] } }));
    assert.deepEqual(logTwice("kitchen.oven"), ["INFO ++ 1", "ERROR ++ 2"]);
    assert.deepEqual(logTwice("kitchen-garden"), ["ERROR ++ 4"]);
    dictConfig(documentWith({ disable_existing_loggers: true, ...KITCHEN }));
    assert.ok(!getLogger("kitchen.oven").disabled);
    assert.deepEqual(logTwice("kitchen.oven"), ["INFO ++ 5", "ERROR ++ 6"]);
    assert.deepEqual(logTwice("kitchen.sink"), ["INFO ++ 7", "ERROR ++ 8"]);
    assert.ok(getLogger("kitchen-garden").disabled);
    assert.deepEqual(logTwice("kitchen-garden"), []);
  });

  it("config_9_ok", () => {
    const oven = { "kitchen.oven": { level: "WARNING", handlers: ["out"] } };
    dictConfig(documentWith({ loggers: oven, root: { level: "NOTSET" } }, { level: "WARNING" }));
    const handler = outHandler();
    const step = (level: string): void =>
      dictConfig({
        version: 1,
        incremental: true,
        handlers: { out: { level } },
        loggers: { "kitchen.oven": { level: "INFO" } },
      });
    const log = (): void => getLogger("kitchen.oven").info(suite.now.next());
    log();
    step("WARNING");
    log();
    assert.equal(fixture.output.text, "");
    step("INFO");
    log();
    assert.deepEqual(fixture.output.lines, ["INFO ++ 3"]);
    assert.equal(outHandler(), handler);
  });

  it("config_10_ok", () => {
    const filters = { oven: { name: "kitchen.oven" } };
    const loggers = { "kitchen.oven": { level: "DEBUG", filters: ["oven"] } };
    const root = { level: "WARNING", handlers: ["out"] };
    dictConfig(documentWith({ filters, loggers, root }, { filters: ["oven"] }));
    for (const name of ["kitchen.oven", "kitchen", "kitchen.sink", "kitchen.oven.door"]) {
      getLogger(name).warning(suite.now.next());
    }
    assert.deepEqual(fixture.output.lines, ["WARNING ++ 1", "WARNING ++ 4"]);
  });

  /** The oven's document with its parts elsewhere, behind references. */
  function referringDocument(): Document {
    const { formatters, handlers, ...document } = ovenDocument();
    return {
      ...document,
      shapes: formatters,
      outlets: handlers,
      formatters: "cfg://shapes",
      handlers: { out: "cfg://outlets[out]" },
    };
  }

  it("config11_ok", () => {
    checkOven(referringDocument());
  });

  it("config12_failure", () => {
    const { version, ...document } = referringDocument();
    assert.equal(version, 1);
    checkRefused(document, "dictionary doesn't specify a version");
  });

  it("config13_failure", () => {
    checkRefused({ ...referringDocument(), version: 2 }, "Unsupported version: 2");
  });

  it("config14_ok", () => {
    const attributes = { own: "thing", terminator: "!\n" };
    const root = { level: "WARNING", handlers: ["out"] };
    dictConfig(documentWith({ root }, { ".": attributes }));
    assert.equal(Reflect.get(outHandler(), "own"), "thing");
    daybook.warning("Beware");
    assert.equal(fixture.output.text, "WARNING ++ Beware!\n");
  });

  // CPython's test watches for a file that is left open.
  it("config15_ok", () => {
    const file = { class: "logging.FileHandler", filename: folder.path, encoding: "utf-8" };
    const document = { version: 1, handlers: { file }, root: { handlers: ["file"] } };
    const made = [0, 1].map(() => {
      dictConfig(document);
      const [handler] = getLogger().handlers;
      assert.ok(handler instanceof FileHandler);
      return handler;
    });
    assert.notEqual(made[0], made[1]);
    assert.equal(made[0]?.stream, null, "the first one's file is closed");
    assert.notEqual(made[1]?.stream, null);
    made[1]?.close();
  });

  it("config16_ok", () => {
    const short = { format: "%(message)s ++ %(guest)s", defaults: { guest: "nobody" } };
    dictConfig(documentWith({ formatters: { short }, root: ROOT }));
    const format = (more: Document): string | undefined =>
      outHandler().formatter?.format(makeLogRecord({ msg: "Hello", ...more }));
    assert.equal(format({ guest: "you" }), "Hello ++ you");
    assert.equal(format({}), "Hello ++ nobody");
  });

  it("config17_ok", () => {
    class Own extends Formatter {
      own = "as made";
    }
    const short = { "()": Own, style: "{", format: "{message}", ".": { own: "as set" } };
    dictConfig(documentWith({ formatters: { short }, root: ROOT }));
    const { formatter } = outHandler();
    assert.ok(formatter instanceof Own);
    assert.equal(formatter.own, "as set");
    assert.equal(formatter.format(makeLogRecord({ msg: "by braces" })), "by braces");
  });

  it("config18_ok", () => {
    const document = ovenDocument({
      loggers: { kitchen: { level: "DEBUG", handlers: ["held"], propagate: "true" } },
    });
    const held = {
      class: "logging.handlers.MemoryHandler",
      capacity: 5,
      target: "out",
      level: "DEBUG",
      flushLevel: "ERROR",
    };
    dictConfig({ ...document, handlers: { ...(document["handlers"] as object), held } });
    const [handler] = getLogger("kitchen").handlers;
    assert.ok(handler instanceof MemoryHandler);
    assert.equal(handler.flushLevel, ERROR);
    assert.equal(handler.target, outHandler());
  });

  it("90195", () => {
    const document = documentWith({
      disable_existing_loggers: false,
      loggers: { kitchen: { level: "DEBUG", handlers: ["out"] } },
    });
    const logger = getLogger("kitchen");
    assert.ok(!logger.disabled);
    dictConfig(document);
    assert.ok(!logger.disabled);
    dictConfig({ version: 1 });
    assert.ok(logger.disabled);
    const { disable_existing_loggers: _, ...again } = document;
    dictConfig(again);
    assert.ok(!logger.disabled, "it is in the document");
  });
});
