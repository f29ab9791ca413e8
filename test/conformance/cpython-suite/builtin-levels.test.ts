import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  addLevelName,
  CRITICAL,
  DEBUG,
  ERROR,
  FATAL,
  getLevelName,
  getLogger,
  INFO,
  LoggerAdapter,
  NOTSET,
} from "../../../src/index.ts";
import type { Logger } from "../../../src/index.ts";
import { useSuiteLogging } from "./suite-logging.ts";

const METHODS = ["critical", "error", "warning", "info", "debug"] as const;

describe("BuiltinLevelsTest", () => {
  const suite = useSuiteLogging();

  /** Calls every level method, the highest first, and tells which came out. */
  function levelsOf(logger: Logger | LoggerAdapter): string[] {
    const { now } = suite;
    const before = now.stream.lines.length;
    logger.log(CRITICAL, now.next());
    for (const method of METHODS.slice(1)) logger[method](now.next());
    return now.stream.lines.slice(before).map((line) => {
      const [, name, level, count] = /^([\w.]+) -> (\w+): (\d+)$/.exec(line) ?? [];
      assert.equal(name, logger.name);
      assert.equal(METHODS[(Number(count) - 1) % METHODS.length]?.toUpperCase(), level);
      return level ?? "";
    });
  }

  it("flat", () => {
    const few = getLogger("few");
    few.setLevel(ERROR);
    const more = new LoggerAdapter(getLogger("more"), {});
    more.setLevel(INFO);
    const all = getLogger("all");
    all.setLevel(DEBUG);
    assert.deepEqual(levelsOf(few), ["CRITICAL", "ERROR"]);
    assert.deepEqual(levelsOf(more), ["CRITICAL", "ERROR", "WARNING", "INFO"]);
    assert.deepEqual(levelsOf(all), ["CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG"]);
    assert.equal(getLogger("more").level, INFO);
  });

  it("nested_explicit", () => {
    getLogger("top").setLevel(INFO);
    const below = getLogger("top.below");
    below.setLevel(ERROR);
    assert.deepEqual(levelsOf(below), ["CRITICAL", "ERROR"]);
  });

  it("nested_inherited", () => {
    getLogger("top").setLevel(INFO);
    getLogger("top.strict").setLevel(ERROR);
    const heirs = ["top.heir", "top.strict.heir", "other"].map((name) => getLogger(name));
    assert.deepEqual(heirs.map(levelsOf), [
      ["CRITICAL", "ERROR", "WARNING", "INFO"],
      ["CRITICAL", "ERROR"],
      ["CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG"],
    ]);
    assert.deepEqual(
      heirs.map((logger) => logger.level),
      [NOTSET, NOTSET, NOTSET],
    );
  });

  it("nested_with_virtual_parent", () => {
    const top = getLogger("top");
    const grandchild = getLogger("top.later.heir");
    assert.equal(grandchild.parent, top);
    const child = getLogger("top.later");
    assert.equal(grandchild.parent, child);
    top.setLevel(INFO);
    grandchild.log(FATAL, suite.now.next());
    assert.deepEqual(suite.now.stream.lines, ["top.later.heir -> CRITICAL: 1"]);
    suite.now.next();
    for (const logger of [grandchild, child]) {
      logger.info("heard");
      logger.debug("not heard");
    }
    assert.deepEqual(suite.now.stream.lines.slice(1), [
      "top.later.heir -> INFO: heard",
      "top.later -> INFO: heard",
    ]);
  });

  it("regression_22386", () => {
    assert.equal(getLevelName("INFO"), INFO);
    assert.equal(getLevelName(INFO), "INFO");
  });

  it("issue27935", () => {
    assert.equal(getLevelName("FATAL"), FATAL);
  });

  it("regression_29220", () => {
    addLevelName(INFO, "");
    assert.equal(getLevelName(INFO), "");
    assert.equal(getLevelName(NOTSET), "NOTSET");
    assert.equal(getLevelName("NOTSET"), NOTSET);
  });
});
