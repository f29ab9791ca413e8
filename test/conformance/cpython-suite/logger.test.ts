import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";

import {
  CRITICAL,
  DEBUG,
  disable,
  ERROR,
  getLogger,
  getManager,
  Logger,
  LogRecord,
  NOTSET,
  setRaiseExceptions,
} from "../../../src/index.ts";
import type { Level } from "../../../src/index.ts";
import { assertPlaces, place } from "./caller-places.ts";
import { RecordingHandler, useSuiteLogging } from "./suite-logging.ts";

/** The attributes that every record has. */
const ATTRIBUTES =
  "name msg args levelname levelno pathname filename module exc_info exc_text stack_info lineno " +
  "funcName created msecs relativeCreated thread threadName processName process taskName";

describe("LoggerTest", () => {
  const suite = useSuiteLogging();
  let recording: RecordingHandler;
  let logger: Logger;
  beforeEach(() => {
    recording = new RecordingHandler();
    logger = new Logger("alone");
    logger.addHandler(recording);
  });

  function makeRecord(extra: Record<string, unknown>): LogRecord {
    return logger.makeRecord("made", 13, "file", 0, "msg", null, null, null, extra, null);
  }

  // The value is shown as JavaScript writes it.
  it("set_invalid_level", () => {
    for (const [level, shown] of [
      [null, "null"],
      [[0, 0], "[ 0, 0 ]"],
    ]) {
      assert.throws(() => logger.setLevel(level as Level), {
        name: "TypeError",
        message: `Level not an integer or a valid string: ${String(shown)}`,
      });
    }
  });

  // JavaScript knows no current exception: the error is passed.
  it("exception", () => {
    const error = new Error("on purpose");
    logger.exception("it failed: %r", "here", error);
    const { levelno, msg, args, exc_info } = recording.only;
    assert.deepEqual([levelno, msg, args], [ERROR, "it failed: %r", ["here"]]);
    assert.equal(exc_info, error);
  });

  // In CPython a TypeError comes out of the call. No log call throws here, so it is
  // reported; and names of levels are taken, which CPython refuses.
  it("log_invalid_level_with_raise", () => {
    setRaiseExceptions(true);
    logger.log("10", "lost");
    assert.match(suite.stderr.text, /ValueError: Unknown level: '10'/);
    assert.match(suite.stderr.text, /not logged: 'lost'/);
    logger.log("ERROR", "not lost");
    assert.equal(recording.only.levelno, ERROR);
  });

  it("log_invalid_level_no_raise", () => {
    setRaiseExceptions(false);
    logger.log("10", "lost");
    assert.equal(suite.stderr.text, "");
    assert.deepEqual(recording.records, []);
  });

  it("find_caller_with_stack_info", () => {
    const [file, line, , stack] = logger.findCaller(true);
    assert.match(file, /logger\.test\.[jt]s$/);
    assert.ok(line > 0);
    const [heading, ...frames] = (stack ?? "").split("\n");
    assert.equal(heading, "Stack (most recent call last):");
    assert.match(frames.at(-1) ?? "", /logger\.test\.[jt]s/);
    assert.equal(logger.findCaller()[3], null);
  });

  it("find_caller_with_stacklevel", () => {
    assertPlaces(logger, () => recording.last);
    // The root logger; the module's own functions take no stacklevel.
    suite.now.root.addHandler(recording);
    assert.equal(place(suite.now.root, () => recording.last, 3).funcName, "outer");
  });

  it("make_record_with_extra_overwrite", () => {
    for (const key of ["message", "asctime", ...ATTRIBUTES.split(" ")]) {
      assert.throws(() => makeRecord({ [key]: "other" }), {
        name: "KeyError",
        message: `Attempt to overwrite '${key}' in LogRecord`,
      });
    }
  });

  it("make_record_with_extra_no_overwrite", () => {
    assert.equal(Reflect.get(makeRecord({ own: "value" }), "own"), "value");
  });

  it("has_handlers", () => {
    assert.ok(logger.hasHandlers());
    logger.removeHandler(recording);
    assert.ok(!logger.hasHandlers());
  });

  it("has_handlers_no_propagate", () => {
    const child = getLogger("alone.child");
    assert.ok(child.hasHandlers());
    child.propagate = false;
    assert.ok(!child.hasHandlers());
  });

  it("is_enabled_for", () => {
    getManager().disable = 23;
    assert.ok(!logger.isEnabledFor(22));
    assert.ok(!logger.isEnabledFor(23));
    assert.ok(logger.isEnabledFor(24));
  });

  it("is_enabled_for_disabled_logger", () => {
    logger.disabled = true;
    getManager().disable = 21;
    assert.ok(!logger.isEnabledFor(22));
    logger.disabled = false;
    assert.ok(logger.isEnabledFor(22));
  });

  it("root_logger_aliases", () => {
    const { root } = getManager();
    for (const alias of [
      getLogger(),
      getLogger(null),
      getLogger(""),
      getLogger("root"),
      getLogger("a").root,
      getLogger("a.b").root,
      getLogger("a").parent,
    ]) {
      assert.equal(alias, root);
    }
    assert.notEqual(getLogger("\0"), root);
    assert.notEqual(getLogger("a.b").parent, root);
  });

  it("invalid_names", () => {
    for (const name of [Math.max, Buffer.from("bytes"), 7]) {
      assert.throws(() => getLogger(name as unknown as string), {
        name: "TypeError",
        message: "A logger name must be a string",
      });
    }
  });

  // What CPython keeps in a cache for each level is one number here; what can be seen
  // of it is that answers are never those of before.
  it("caching", () => {
    const { root } = suite.now;
    const [parent, child] = [getLogger("a"), getLogger("a.b")];
    const enabled = (): boolean[] =>
      [parent, child, root].flatMap((each) => [
        each.isEnabledFor(ERROR),
        each.isEnabledFor(CRITICAL),
      ]);

    root.setLevel(ERROR);
    assert.equal(child.getEffectiveLevel(), ERROR);
    assert.ok(!child.isEnabledFor(DEBUG));
    assert.deepEqual(enabled(), [true, true, true, true, true, true]);

    parent.setLevel(CRITICAL);
    assert.equal(child.getEffectiveLevel(), CRITICAL);
    assert.deepEqual(enabled(), [false, true, false, true, true, true]);

    child.setLevel(NOTSET);
    assert.equal(child.getEffectiveLevel(), CRITICAL);
    assert.deepEqual(enabled(), [false, true, false, true, true, true]);

    disable();
    assert.equal(child.getEffectiveLevel(), CRITICAL);
    assert.deepEqual(enabled(), [false, false, false, false, false, false]);

    disable(NOTSET);
    parent.level = DEBUG;
    assert.deepEqual(enabled(), [true, true, true, true, true, true]);
  });
});
