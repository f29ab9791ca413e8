import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";

import * as daybook from "../../../src/index.ts";
import {
  CRITICAL,
  DEBUG,
  disable,
  ERROR,
  getLevelNamesMapping,
  getLogger,
  getLoggerClass,
  getManager,
  INFO,
  Logger,
  NOTSET,
  setLoggerClass,
  StreamHandler,
  WARNING,
} from "../../../src/index.ts";
import type { LoggerClass } from "../../../src/index.ts";
import { RecordingHandler, TextBuffer, useSuiteLogging } from "./suite-logging.ts";

const INDEX = JSON.stringify(new URL("../../../src/index.js", import.meta.url).href);

/** Runs a program that has the library under `daybook`. */
function run(code: string): { status: number | null; stderr: string } {
  const program = `import * as daybook from ${INDEX};\n${code}`;
  return spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
    maxBuffer: 100_000_000,
  });
}

describe("ModuleLevelMiscTest", () => {
  const suite = useSuiteLogging();

  /** Logs by a function of the module, which must go to the root's handlers as they are. */
  function checkCall(level: number, call: (msg: string, value: unknown) => void): void {
    const recording = new RecordingHandler();
    suite.now.root.addHandler(recording);
    const before = suite.now.root.handlers;
    call("hello, %r", "you");
    assert.equal(recording.only.getMessage(), "hello, 'you'");
    assert.equal(recording.only.levelno, level);
    assert.deepEqual(suite.now.root.handlers, before, "basicConfig was not called");
  }

  it("disable", () => {
    const manager = getManager();
    assert.equal(manager.disable, 0);
    disable(83);
    assert.equal(manager.disable, 83);
    assert.throws(() => disable("no such level"), { name: "ValueError" });
    assert.throws(() => disable({} as string), { name: "TypeError" });
    assert.equal(manager.disable, 83);
    disable("WARN");
    assert.equal(manager.disable, 30);
    disable();
    assert.equal(manager.disable, CRITICAL);
    getLogger("silent").critical("not heard");
    assert.equal(suite.now.stream.text, "");
  });

  it("log", () => {
    checkCall(ERROR, (msg, value) => daybook.log(ERROR, msg, value));
  });

  it("debug", () => {
    checkCall(DEBUG, daybook.debug);
  });

  it("info", () => {
    checkCall(INFO, daybook.info);
  });

  it("warning", () => {
    checkCall(WARNING, daybook.warning);
  });

  it("error", () => {
    checkCall(ERROR, daybook.error);
  });

  it("critical", () => {
    checkCall(CRITICAL, daybook.critical);
  });

  it("set_logger_class", () => {
    assert.throws(() => setLoggerClass(Object as unknown as LoggerClass), { name: "TypeError" });
    assert.equal(getLoggerClass(), Logger);
    class Own extends Logger {}
    setLoggerClass(Own);
    assert.equal(getLoggerClass(), Own);
    assert.ok(getLogger("made.by.it") instanceof Own);
    setLoggerClass(Logger);
    assert.equal(getLoggerClass(), Logger);
  });

  it("subclass_logger_cache", () => {
    const made: string[] = [];
    class Own extends getLoggerClass() {
      constructor(name: string) {
        super(name);
        made.push(name);
      }
    }
    setLoggerClass(Own);
    const logger = getLogger("own");
    assert.deepEqual(made, ["own"]);
    const stream = new TextBuffer();
    logger.addHandler(new StreamHandler(stream));
    logger.setLevel(DEBUG);
    logger.debug("heard");
    assert.deepEqual(stream.lines, ["heard"]);
    logger.setLevel(INFO);
    logger.debug("not heard");
    assert.deepEqual(stream.lines, ["heard"]);
    logger.setLevel(NOTSET);
    logger.debug("heard again");
    assert.equal(stream.lines.length, 2);
  });

  // Python's latest moment is the end of an object, Node's a listener of 'exit'.
  it("logging_at_shutdown", () => {
    const { stderr, status } = run(`
      daybook.warning("now shutdown() listens");
      process.on("exit", () => {
        try {
          throw new TypeError("at the very end");
        } catch (error) {
          daybook.exception(error, "in a listener of exit");
        }
      });
    `);
    assert.equal(status, 0);
    assert.match(stderr, /ERROR:root:in a listener of exit\nTypeError: at the very end\n/);
  });

  it("logging_at_shutdown_open", () => {
    const folder = mkdtempSync(join(tmpdir(), "suite-exit-"));
    const path = join(folder, "exit.log");
    try {
      const { stderr } = run(`
        daybook.basicConfig({ filename: ${JSON.stringify(path)}, encoding: "utf-8" });
        process.on("exit", () => daybook.error("after shutdown"));
      `);
      assert.equal(stderr, "");
      assert.equal(readFileSync(path, "utf8"), "ERROR:root:after shutdown\n");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  // Logging from a stack that is getting full must end as the program without logging
  // does: with the one error, caught by nobody.
  it("recursion_error", () => {
    const { stderr, status } = run(`
      const again = () => {
        daybook.error("deeper");
        again();
      };
      again();
    `);
    assert.equal(status, 1);
    assert.match(stderr, /^ERROR:root:deeper\nERROR:root:deeper\n/);
    assert.match(stderr, /\nRangeError: Maximum call stack size exceeded\n/);
    assert.doesNotMatch(stderr, /FATAL ERROR|Fatal error/);
  });

  it("get_level_names_mapping", () => {
    const mapping = getLevelNamesMapping();
    assert.deepEqual(
      { ...mapping },
      {
        CRITICAL: 50,
        FATAL: 50,
        ERROR: 40,
        WARN: 30,
        WARNING: 30,
        INFO: 20,
        DEBUG: 10,
        NOTSET: 0,
      },
    );
    mapping["INFO"] = 1;
    assert.notEqual(getLevelNamesMapping(), mapping);
    assert.equal(getLevelNamesMapping()["INFO"], 20);
  });
});

/** CPython 3.13's `logging.__all__`, and what the names are here that can't be the same. */
const NAMES =
  "BASIC_FORMAT BufferingFormatter CRITICAL DEBUG ERROR FATAL FileHandler Filter Formatter " +
  "Handler INFO LogRecord Logger LoggerAdapter NOTSET NullHandler StreamHandler WARN WARNING " +
  "addLevelName basicConfig captureWarnings critical debug disable error exception fatal " +
  "getLevelName getLogger getLoggerClass info log makeLogRecord setLoggerClass shutdown warn " +
  "warning getLogRecordFactory setLogRecordFactory lastResort raiseExceptions " +
  "getLevelNamesMapping getHandlerByName getHandlerNames";
/** An ES module's export can't be assigned from outside. */
const RENAMED: Readonly<Record<string, readonly string[]>> = {
  lastResort: ["getLastResort", "setLastResort"],
  raiseExceptions: ["getRaiseExceptions", "setRaiseExceptions"],
};

describe("MiscTestCase", () => {
  it("_all__", () => {
    const names = NAMES.split(" ");
    const missing = names
      .flatMap((name) => RENAMED[name] ?? [name])
      .filter((name) => !(name in daybook));
    assert.deepEqual(missing, []);
    // Public in CPython, though not in the list.
    for (const name of ["Filterer", "PlaceHolder", "Manager", "RootLogger"]) {
      assert.ok(name in daybook, name);
    }
  });
});
