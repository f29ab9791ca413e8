import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { BoundLogger } from "./bound-logger.ts";
import type { RecordFormatter } from "./formatter.ts";
import { Handler } from "./handler.ts";
import { Manager, RootLogger } from "./hierarchy.ts";
import { addLevelName, CRITICAL, DEBUG, ERROR, INFO, levelName, resetLevelNames } from "./level.ts";
import type { LineSink } from "./line-sink.ts";
import { Logger } from "./logger.ts";
import { useStraightWay } from "./plan.ts";
import { getLogRecordFactory, LogRecord, setLogRecordFactory } from "./record.ts";
import type { LogRecordFactory } from "./record.ts";
import { toText } from "./value.ts";

/** Encodes what a call gave as text, and formats a record to the same. */
class TextFormatter implements RecordFormatter {
  readonly mark: string;

  constructor(mark: string) {
    this.mark = mark;
  }

  format(record: LogRecord): string {
    const fields = LogRecord.fieldsOf(record) ?? {};
    return this.#text(record.levelname, record.name, record.getMessage(), fields, record.exc_info);
  }

  lineEncoders(): {
    encoderFor(
      name: string,
      levelno: number,
      bound: Readonly<Record<string, unknown>> | null,
    ): {
      encode(
        bytes: Buffer,
        offset: number,
        ms: number,
        message: string,
        fields: Readonly<Record<string, unknown>> | null,
        error: unknown,
      ): number;
    };
  } {
    return {
      encoderFor: (name, levelno, bound) => ({
        encode: (bytes, offset, _ms, message, fields, error) => {
          const all = { ...bound, ...fields };
          const text = this.#text(levelName(levelno), name, message, all, error);
          return offset + bytes.write(text, offset);
        },
      }),
    };
  }

  #text(level: string, name: string, message: string, fields: object, error: unknown): string {
    const what = error === null ? "" : ` ${toText(error)}`;
    return `${this.mark}${level} ${name} ${message} ${JSON.stringify(fields)}${what}`;
  }
}

/** Keeps lines, and says of each by which way it came. */
class Lines extends Handler {
  readonly straight: string[] = [];
  readonly byRecord: string[] = [];
  takes = true;
  readonly #sink: LineSink = {
    put: (encoder, ms, _levelno, message, fields, error) => {
      if (!this.takes) return false;
      const bytes = Buffer.alloc(1000);
      const end = encoder.encode(bytes, 0, ms, message, fields, error);
      this.straight.push(bytes.toString("utf8", 0, end));
      return true;
    },
  };

  override emit(record: LogRecord): void {
    this.byRecord.push(this.format(record));
  }

  override lineSink(): LineSink | null {
    return this.filters.length === 0 ? this.#sink : null;
  }

  /** What came since the last time: `=` straight, `-` by a record. */
  take(): string[] {
    const all = [
      ...this.straight.splice(0).map((line) => `= ${line}`),
      ...this.byRecord.splice(0).map((line) => `- ${line}`),
    ];
    return all;
  }
}

describe("A plan", () => {
  let manager: Manager;
  let lines: Lines;
  let log: Logger;

  beforeEach(() => {
    manager = new Manager(new RootLogger(DEBUG));
    lines = new Lines();
    lines.setFormatter(new TextFormatter(""));
    manager.root.addHandler(lines);
    log = manager.getLogger("a.b");
  });

  const factory = getLogRecordFactory();
  afterEach(() => {
    useStraightWay(true);
    resetLevelNames();
    setLogRecordFactory(factory);
  });

  const both = (call: () => void): [string[], string[]] => {
    call();
    const straight = lines.take();
    useStraightWay(false);
    call();
    useStraightWay(true);
    return [straight, lines.take()];
  };

  it("gives the same line by both ways, whatever a call is made of", () => {
    const error = new RangeError("too far");
    const calls: (() => void)[] = [
      () => log.debug("plain"),
      () => log.info("fields", { id: 7, user: "x" }),
      () => log.warning("error", error),
      () => log.error("fields and error", { id: 7 }, error),
      () => log.critical("%s of %d %%", "one", 2),
      () => log.warn("100%", { id: 7 }),
      () => log.fatal(error),
      () => log.exception(error, "while paying %s", 7),
      () => log.info({ an: "object" }),
      () => log.info("%(key)s", { key: "mapped" }),
      () => log.with({ request: 1 }).info("bound", { id: 7, request: 2 }),
      () => log.with({ request: 1 }).with({ more: 2 }).critical("bound"),
    ];
    for (const call of calls) {
      const [straight, byRecord] = both(call);
      assert.equal(straight.length, 1);
      assert.deepEqual(
        straight.map((line) => line.slice(2)),
        byRecord.map((line) => line.slice(2)),
      );
      assert.match(straight[0] ?? "", /^= /);
      assert.match(byRecord[0] ?? "", /^- /);
    }
  });

  it("is seen to be stale by the next call, whatever has changed", () => {
    const info = (): string[] => {
      log.info("m");
      return lines.take();
    };
    const straight = ["= INFO a.b m {}"];
    const asRecord = ["- INFO a.b m {}"];
    assert.deepEqual(info(), straight);
    log.setLevel(ERROR);
    assert.deepEqual(info(), []);
    log.level = INFO;
    assert.deepEqual(info(), straight);
    manager.disable = INFO;
    assert.deepEqual(info(), []);
    manager.disable = 0;
    log.disabled = true;
    assert.deepEqual(info(), []);
    log.disabled = false;
    log.propagate = false;
    log.addHandler(new Handler(CRITICAL));
    assert.deepEqual(info(), []);
    log.propagate = true;
    assert.deepEqual(info(), straight, "the handler above is the only one for this level");
    const second = new Lines();
    second.setFormatter(new TextFormatter(""));
    log.addHandler(second);
    assert.deepEqual(info(), asRecord, "two handlers need one record");
    assert.deepEqual(second.take(), asRecord);
    log.removeHandler(second);
    assert.deepEqual(info(), straight);
    lines.setLevel(ERROR);
    assert.deepEqual(info(), []);
    lines.level = 0;
    const filter = (): boolean => true;
    log.addFilter(filter);
    assert.deepEqual(info(), asRecord);
    log.removeFilter(filter);
    assert.deepEqual(info(), straight);
    lines.filters = [filter];
    assert.deepEqual(info(), asRecord);
    lines.filters = [];
    lines.setFormatter(new TextFormatter("* "));
    assert.deepEqual(info(), ["= * INFO a.b m {}"]);
    lines.formatter = new TextFormatter("");
    addLevelName(INFO, "NOTE");
    assert.deepEqual(info(), ["= NOTE a.b m {}"]);
    resetLevelNames();
    const own: LogRecordFactory = (...args) => new LogRecord(...args);
    setLogRecordFactory(own);
    assert.deepEqual(info(), asRecord);
  });

  it("is seen to be stale when a logger comes between", () => {
    log.info("m");
    assert.deepEqual(lines.take(), ["= INFO a.b m {}"]);
    manager.getLogger("a").setLevel(ERROR);
    log.info("m");
    assert.deepEqual(lines.take(), []);
    manager.getLogger("a").level = 0;
    log.parent = null;
    log.setLevel(INFO);
    log.addHandler(new Handler(CRITICAL));
    log.info("m");
    assert.deepEqual(lines.take(), []);
  });

  it("makes way for methods that were replaced on the objects, in mid-course", () => {
    log.info("m");
    assert.deepEqual(lines.take(), ["= INFO a.b m {}"]);
    const seen: string[] = [];
    lines.emit = (record) => void seen.push(`emit ${record.getMessage()}`);
    log.info("1");
    Reflect.deleteProperty(lines, "emit");
    log.makeRecord = (...args) => {
      seen.push("makeRecord");
      return Logger.prototype.makeRecord.apply(log, args);
    };
    log.info("2");
    Reflect.deleteProperty(log, "makeRecord");
    const formatter = new TextFormatter("");
    lines.setFormatter(formatter);
    log.info("3");
    formatter.format = (record) => `own ${record.getMessage()}`;
    log.info("4");
    assert.deepEqual(seen, ["emit 1", "makeRecord"]);
    assert.deepEqual(lines.take(), ["= INFO a.b 3 {}", "- INFO a.b 2 {}", "- own 4"]);
  });

  it("goes by a record where a sink doesn't take the line, and for subclasses", () => {
    lines.takes = false;
    log.info("m");
    assert.deepEqual(lines.take(), ["- INFO a.b m {}"]);
    lines.takes = true;
    class Own extends Logger {
      override isEnabledFor(level: number): boolean {
        return level !== ERROR;
      }
    }
    manager.setLoggerClass(Own);
    const own = manager.getLogger("own");
    own.info("m");
    own.error("m");
    assert.deepEqual(lines.take(), ["- INFO own m {}"]);
  });

  it("takes no list of handlers or filters that could change unseen", () => {
    for (const list of [log.handlers, manager.root.handlers, log.filters, lines.filters]) {
      assert.ok(Object.isFrozen(list));
    }
    log.handlers = [lines];
    assert.ok(Object.isFrozen(log.handlers));
  });
});

describe("BoundLogger", () => {
  it("puts its fields in front of a call's, which win, and leaves the application's objects alone", () => {
    const manager = new Manager(new RootLogger(DEBUG));
    const lines = new Lines();
    lines.setFormatter(new TextFormatter(""));
    manager.root.addHandler(lines);
    const fields = { a: 1, b: 2 };
    const bound = manager.getLogger("x").with(fields);
    fields.a = 9;
    const more = bound.with({ b: 3, c: 4 });
    for (const open of [true, false]) {
      useStraightWay(open);
      bound.info("m");
      more.info("m", { d: 5, a: 6 });
      more.log("INFO", "m");
      bound.log(INFO + 1, "m");
    }
    useStraightWay(true);
    const texts = [
      'INFO x m {"a":1,"b":2}',
      'INFO x m {"a":6,"b":3,"c":4,"d":5}',
      'INFO x m {"a":1,"b":3,"c":4}',
      'Level 21 x m {"a":1,"b":2}',
    ];
    const [one, two, ...others] = [...texts, ...texts];
    assert.deepEqual(lines.take(), [`= ${one}`, `= ${two}`, ...others.map((text) => `- ${text}`)]);
    assert.deepEqual(fields, { a: 9, b: 2 });
  });

  it("says what it is, asks its logger what is on, and takes no fields that are none", () => {
    const manager = new Manager(new RootLogger(ERROR));
    const bound = manager.getLogger("x").with({});
    assert.ok(bound instanceof BoundLogger);
    assert.equal(String(bound), "<BoundLogger x (ERROR)>");
    assert.deepEqual([bound.isEnabledFor(INFO), bound.isEnabledFor(ERROR)], [false, true]);
    assert.throws(() => manager.getLogger("x").with(null as never), {
      name: "TypeError",
      message: /fields can't be null; accepted: a plain object/,
    });
    assert.throws(() => bound.with([1] as never), /accepted: a plain object/);
  });
});
