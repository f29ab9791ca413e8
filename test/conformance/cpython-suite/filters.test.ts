import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";

import {
  addLevelName,
  Filter,
  getLogger,
  INFO,
  makeLogRecord,
  NOTSET,
  StreamHandler,
} from "../../../src/index.ts";
import type { FilterLike, LogRecord } from "../../../src/index.ts";
import { TextBuffer, useSuiteLogging } from "./suite-logging.ts";

describe("BasicFilterTest", () => {
  const suite = useSuiteLogging();

  /** Logs by four loggers, numbered from 1, and tells which of them came out. */
  function passing(filter: FilterLike): string[] {
    const { now } = suite;
    now.handler.addFilter(filter);
    for (const name of ["shop", "shop.cart", "shop.cart.item", "shop.carton"]) {
      getLogger(name).info(now.next());
    }
    return now.stream.lines;
  }

  it("filter", () => {
    assert.deepEqual(passing(new Filter("shop.cart")), [
      "shop.cart -> INFO: 2",
      "shop.cart.item -> INFO: 3",
    ]);
  });

  it("callable_filter", () => {
    const filter = (record: LogRecord): boolean =>
      record.name.split(".").slice(0, 2).join(".") === "shop.cart";
    assert.deepEqual(passing(filter), ["shop.cart -> INFO: 2", "shop.cart.item -> INFO: 3"]);
    suite.now.handler.removeFilter(filter);
    getLogger("shop").info("open again");
    assert.equal(suite.now.stream.lines.at(-1), "shop -> INFO: open again");
  });

  it("empty_filter", () => {
    assert.ok(new Filter().filter(makeLogRecord({ name: "shop.cart" })));
  });
});

// Ten levels above all that are built in, the lowest first.
const LOWEST = 111;
const NAMES = [..."ABCDEFGHIJ"].map((letter) => `Grade ${letter}`);

describe("CustomLevelsAndFiltersTest", () => {
  const suite = useSuiteLogging();
  beforeEach(() => {
    for (const [index, name] of NAMES.entries()) addLevelName(LOWEST + index, name);
  });

  function grade(letter: string): number {
    return LOWEST + NAMES.indexOf(`Grade ${letter}`);
  }

  /** Logs once at each of the ten levels; the letters of those that came out, with their numbers. */
  function logAll(): string[] {
    const { root, stream, next } = {
      root: suite.now.root,
      stream: suite.now.stream,
      next: () => suite.now.next(),
    };
    const before = stream.lines.length;
    for (const index of NAMES.keys()) root.log(LOWEST + index, next());
    return stream.lines.slice(before).map((line) => line.replace(/^root -> Grade (.): /, "$1"));
  }

  it("handler_filter_replaces_record", () => {
    const [above, below] = [new TextBuffer(), new TextBuffer()];
    getLogger("top").addHandler(new StreamHandler(above));
    const handler = new StreamHandler(below);
    handler.addFilter((record) => {
      const copy = record.copy();
      copy.msg = "another";
      return copy;
    });
    getLogger("top.child").addHandler(handler);
    getLogger("top.child").info("the first");
    assert.equal(below.text, "another\n");
    assert.equal(above.text, "the first\n");
  });

  it("logging_filter_replaces_record", () => {
    const seen: LogRecord[] = [];
    const copying = (): Filter => {
      const filter = new Filter();
      filter.filter = (record) => {
        seen.push(record);
        return record.copy();
      };
      return filter;
    };
    const logger = getLogger("copied");
    logger.setLevel(INFO);
    logger.addFilter(copying());
    logger.addFilter(copying());
    logger.info("once");
    assert.equal(seen.length, 2);
    assert.notEqual(seen[0], seen[1]);
  });

  it("logger_filter", () => {
    suite.now.root.setLevel(grade("E"));
    assert.deepEqual(logAll(), ["E5", "F6", "G7", "H8", "I9", "J10"]);
  });

  it("handler_filter", () => {
    suite.now.handler.setLevel(grade("F"));
    assert.deepEqual(logAll(), ["F6", "G7", "H8", "I9", "J10"]);
    suite.now.handler.setLevel(NOTSET);
    assert.equal(logAll().length, 10);
  });

  it("specific_filters", () => {
    class Without extends Filter {
      readonly refused: readonly number[];

      constructor(...letters: string[]) {
        super();
        this.refused = letters.map(grade);
      }

      override filter(record: LogRecord): boolean {
        return !this.refused.includes(record.levelno);
      }
    }
    suite.now.handler.addFilter(new Without("C"));
    assert.deepEqual(logAll(), ["A1", "B2", "D4", "E5", "F6", "G7", "H8", "I9", "J10"]);
    const second = new Without("F", "I");
    suite.now.root.addFilter(second);
    assert.deepEqual(logAll(), ["A11", "B12", "D14", "E15", "G17", "H18", "J20"]);
    suite.now.root.removeFilter(second);
    assert.equal(logAll().length, 9);
  });
});
