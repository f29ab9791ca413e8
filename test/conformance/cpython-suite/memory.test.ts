import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { DEBUG, getLogger, INFO, shutdown, WARNING } from "../../../src/index.ts";
import type { Handler, Logger } from "../../../src/index.ts";
import { MemoryHandler } from "../../../src/handlers/memory.ts";
import { until } from "../../kit/until.ts";
import { useSuiteLogging } from "./suite-logging.ts";

describe("MemoryTest", () => {
  const suite = useSuiteLogging();

  it("persistent_loggers", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    suite.now.root.setLevel(INFO);
    // What is referred to from nowhere else: shows that there is a collection at all.
    const watch = (): WeakRef<object>[] => {
      const logger = getLogger("kept");
      logger.setLevel(DEBUG);
      return [new WeakRef(logger), new WeakRef({ of: "no account" })];
    };
    const [logger, other] = watch();
    await until(() => {
      collect();
      return other?.deref() === undefined;
    });
    assert.notEqual(logger?.deref(), undefined);
    suite.now.root.debug("not heard");
    getLogger("kept").debug("heard");
    assert.equal(getLogger("kept"), logger?.deref());
    assert.deepEqual(suite.now.stream.lines, ["kept -> DEBUG: heard"]);
  });
});

describe("MemoryHandlerTest", () => {
  const suite = useSuiteLogging();
  let memory: MemoryHandler;
  let logger: Logger;
  beforeEach(() => {
    memory = new MemoryHandler(10, { flushLevel: WARNING, target: suite.now.handler });
    logger = getLogger("memory");
    logger.propagate = false;
    logger.addHandler(memory);
  });

  /** How many lines the target has been given. */
  function given(): number {
    return suite.now.stream.lines.length;
  }

  it("flush", () => {
    logger.debug(suite.now.next());
    logger.info(suite.now.next());
    assert.equal(given(), 0);
    logger.warning(suite.now.next());
    assert.deepEqual(suite.now.stream.lines, [
      "memory -> DEBUG: 1",
      "memory -> INFO: 2",
      "memory -> WARNING: 3",
    ]);
    for (const before of [3, 13]) {
      for (let count = 0; count < 9; count += 1) logger.debug(suite.now.next());
      assert.equal(given(), before, "there is room for one more");
      logger.debug(suite.now.next());
      assert.equal(given(), before + 10, "the buffer was full");
    }
    logger.debug(suite.now.next());
    assert.equal(given(), 23);
    assert.equal(suite.now.stream.lines.at(-1), "memory -> DEBUG: 23");
  });

  /** Two records in a handler's buffer, which is then put an end to. */
  function logAndEnd(handler: MemoryHandler, end: () => void): void {
    for (const other of logger.handlers) logger.removeHandler(other);
    logger.addHandler(handler);
    const before = given();
    logger.debug(suite.now.next());
    logger.info(suite.now.next());
    assert.equal(given(), before);
    end();
  }

  function forgetful(): MemoryHandler {
    const target: Handler = suite.now.handler;
    return new MemoryHandler(10, { flushLevel: WARNING, target, flushOnClose: false });
  }

  it("flush_on_close", () => {
    logAndEnd(memory, () => memory.close());
    const lines = ["memory -> DEBUG: 1", "memory -> INFO: 2"];
    assert.deepEqual(suite.now.stream.lines, lines);
    const other = forgetful();
    logAndEnd(other, () => other.close());
    assert.deepEqual(suite.now.stream.lines, lines);
  });

  it("shutdown_flush_on_close", () => {
    logAndEnd(memory, shutdown);
    const lines = ["memory -> DEBUG: 1", "memory -> INFO: 2"];
    assert.deepEqual(suite.now.stream.lines, lines);
    logAndEnd(forgetful(), shutdown);
    assert.deepEqual(suite.now.stream.lines, lines);
  });

  // Where Python has a race of threads, here the target takes itself away while it is
  // given the buffer, and a later turn of the event loop sets another.
  it("race_between_set_target_and_flush", async () => {
    const seen: string[] = [];
    const target = suite.now.handler;
    target.addFilter((record) => {
      seen.push(record.getMessage());
      memory.setTarget(null);
      return true;
    });
    for (let round = 0; round < 10; round += 1) {
      memory.setTarget(target);
      logger.info("held back");
      logger.warning("flushed");
      assert.equal(memory.target, null);
      logger.error("kept until there is a target");
      assert.equal(memory.buffer.length, 1);
      await setImmediate();
      memory.setTarget(target);
      memory.flush();
    }
    const round = ["held back", "flushed", "kept until there is a target"];
    assert.deepEqual(seen, Array.from({ length: 10 }, () => round).flat());
    assert.equal(suite.stderr.text, "");
  });
});
