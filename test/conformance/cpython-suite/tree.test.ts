import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";

import {
  Filter,
  getLogger,
  getLogRecordFactory,
  Logger,
  LogRecord,
  Manager,
  RootLogger,
  setLogRecordFactory,
  warning,
} from "../../../src/index.ts";
import type { LoggerClass } from "../../../src/index.ts";
import { RecordingHandler, useSuiteLogging } from "./suite-logging.ts";

describe("ManagerTest", () => {
  useSuiteLogging();

  it("manager_loggerclass", () => {
    const logged: unknown[] = [];
    class Own extends Logger {
      override handle(record: LogRecord): void {
        logged.push(record.msg);
      }
    }
    const manager = new Manager(new RootLogger());
    assert.throws(() => manager.setLoggerClass(Number as unknown as LoggerClass), {
      name: "TypeError",
      message: "logger not derived from logging.Logger: Number",
    });
    manager.setLoggerClass(Own);
    const logger = manager.getLogger("own");
    assert.ok(logger instanceof Own);
    logger.warning("by the manager's class");
    warning("by the root logger");
    assert.deepEqual(logged, ["by the manager's class"]);
  });

  // CPython's Manager has a factory of its own that nothing ever asks. Here there is
  // one factory, the module's, for all trees.
  it("set_log_record_factory", () => {
    const made: LogRecord[] = [];
    const factory = (...args: ConstructorParameters<typeof LogRecord>): LogRecord => {
      const record = new LogRecord(...args);
      made.push(record);
      return record;
    };
    setLogRecordFactory(factory);
    assert.equal(getLogRecordFactory(), factory);
    const manager = new Manager(new RootLogger());
    const logger = manager.getLogger("other.tree");
    logger.addHandler(new RecordingHandler());
    logger.warning("made by it");
    assert.deepEqual(
      made.map(({ msg }) => msg),
      ["made by it"],
    );
  });
});

describe("ChildLoggerTest", () => {
  useSuiteLogging();

  it("child_loggers", () => {
    const root = getLogger();
    assert.equal(root.getChild("town"), getLogger("town"));
    assert.equal(root.getChild("town.street"), getLogger("town.street"));
    const country = getLogger("country");
    const town = country.getChild("town");
    assert.equal(town, getLogger("country.town"));
    assert.equal(town.getChild("street"), country.getChild("town.street"));
    assert.equal(town.getChild("street").name, "country.town.street");
  });

  it("get_children", () => {
    const [a, ab, , other] = ["a", "a.b", "a.b.gap.leaf", "other"].map((name) => getLogger(name));
    assert.ok(a !== undefined && ab !== undefined);
    assert.deepEqual(getLogger().getChildren(), new Set([a, other]));
    assert.deepEqual(a.getChildren(), new Set([ab]));
    assert.deepEqual(ab.getChildren(), new Set());
  });
});

describe("LogRecordFactoryTest", () => {
  const suite = useSuiteLogging();
  class Derived extends LogRecord {}
  beforeEach(() => {
    const filter = new Filter();
    filter.filter = (record) => {
      if (record.constructor === Derived) return true;
      throw new TypeError(`made by ${record.constructor.name}`);
    };
    suite.now.root.addFilter(filter);
  });

  // In CPython the filter's error comes out of the log call. Here no call throws: it is
  // reported, and the record goes on.
  it("logrecord_class", () => {
    suite.now.root.warning(suite.now.next());
    assert.match(suite.stderr.text, /TypeError: made by LogRecord\n/);
    assert.match(suite.stderr.text, /a filter threw, the record went on/);
    const { length } = suite.stderr.text;
    setLogRecordFactory((...args) => new Derived(...args));
    suite.now.root.error(suite.now.next());
    assert.equal(suite.stderr.text.length, length);
    assert.deepEqual(suite.now.stream.lines, ["root -> WARNING: 1", "root -> ERROR: 2"]);
  });
});
