import assert from "node:assert/strict";
import { afterEach, describe, it, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { Handler } from "../core/handler.ts";
import { getLogger } from "../core/hierarchy.ts";
import type { Logger } from "../core/logger.ts";
import { Formatter } from "../formatters/formatter.ts";
import { CaptureHandler } from "./capture-handler.ts";
import { captureLogs } from "./capture-logs.ts";
import { fakeClock } from "./fake-clock.ts";
import type { WantedRecord } from "./wanted-record.ts";

function rig(): { logger: Logger; logs: CaptureHandler } {
  const logs = new CaptureHandler();
  const logger = getLogger(`capture-${(count += 1)}`);
  logger.setLevel("DEBUG");
  logger.propagate = false;
  logger.handlers = [logs];
  return { logger, logs };
}

let count = 0;

function messageOf(step: () => unknown): string {
  try {
    step();
  } catch (error) {
    assert.equal((error as Error).name, "AssertionError");
    return (error as Error).message;
  }
  return "nothing was thrown";
}

describe("CaptureHandler", () => {
  it("keeps records, messages and lines, until it is cleared", () => {
    const { logger, logs } = rig();
    logs.setFormatter(new Formatter("%(levelname)s %(message)s %(lineno)d"));
    logger.info("user %s", "ada", { id: 7 });
    assert.deepEqual(logs.messages, ["user ada"]);
    assert.match(logs.lines[0] ?? "", /^INFO user ada [1-9]/);
    assert.deepEqual({ ...logs.records[0]?.fields }, { id: 7 });
    const { records } = logs;
    logs.clear();
    assert.deepEqual([logs.records, logs.lines, logs.messages, logs.failures], [[], [], [], []]);
    assert.equal(records.length, 1);
    logger.info("more");
    assert.deepEqual(logs.messages, ["more"]);
  });

  it("keeps records as they were", () => {
    const { logger, logs } = rig();
    const user = { name: "ada" };
    logger.info("user %s", user, "more", { user });
    user.name = "bob";
    assert.deepEqual(logs.records[0]?.fields["user"], { name: "ada" });
    assert.deepEqual(logs.records[0]?.args, [{ name: "ada" }, "more"]);
  });

  const cases: readonly [string, WantedRecord | string | RegExp, number][] = [
    ["a message", "paid 7", 1],
    ["a pattern", /^paid/, 2],
    ["a pattern with a memory", /paid/g, 2],
    ["a message that is only a part", "paid", 0],
    ["a level", { level: "ERROR" }, 1],
    ["a level by its number", { level: 20 }, 2],
    ["a logger by a pattern", { logger: /^capture-\d+$/ }, 4],
    ["a logger by another's name", { logger: "other" }, 0],
    ["fields", { fields: { id: 7 } }, 1],
    ["fields of another type", { fields: { id: "7" } }, 0],
    ["part of a nested field", { fields: { user: { name: "ada" } } }, 1],
    ["another nested value", { fields: { user: { name: "bob" } } }, 0],
    ["an own key that isn't there", { fields: { user: { toString: undefined } } }, 0],
    ["a list", { fields: { tags: ["a", { b: 1 }] } }, 1],
    ["a shorter list", { fields: { tags: ["a"] } }, 0],
    ["a text in a field by a pattern", { fields: { user: { name: /^a/ } } }, 1],
    ["a value by a function", { fields: { id: (id: unknown) => Number(id) > 7 } }, 1],
    ["a date", { fields: { at: new Date(0) } }, 1],
    ["another date", { fields: { at: new Date(1) } }, 0],
    ["an extra", { fields: { clientip: "::1" } }, 1],
    ["an error's class", { error: RangeError }, 1],
    ["an error's text", { error: "RangeError: too far" }, 1],
    ["an error by a pattern", { error: /far$/ }, 1],
    ["another class", { error: SyntaxError }, 0],
    ["all together", { level: "INFO", message: /paid/, fields: { id: 8 } }, 1],
    ["parts of different records", { level: "ERROR", message: /paid/ }, 0],
    ["anything", {}, 4],
  ];
  const { logger, logs } = rig();
  logger.info("paid %d", 7, { id: 7, user: { name: "ada", age: 36 }, at: new Date(0) });
  logger.info("paid %d", 8, { id: 8, tags: ["a", { b: 1, c: 2 }] });
  logger.error("lost", new RangeError("too far"));
  logger.logRecord("DEBUG", "by %s", ["hand"], { extra: { clientip: "::1" } });
  for (const [what, wanted, found] of cases) {
    it(`finds ${found} by ${what}`, () => {
      assert.equal(logs.find(wanted).length, found);
      if (found === 0) logs.assertNotLogged(wanted);
      else assert.equal(logs.assertLogged(wanted, { times: found }), logs.find(wanted)[0]);
    });
  }

  it("says at a failure what was logged, and where that differs", () => {
    const rigged = rig();
    const nothing = messageOf(() => rigged.logs.assertLogged("x"));
    assert.equal(nothing, "expected to be logged: message 'x'\nlogged:\n  nothing");
    rigged.logger.info("paid", { id: 7 });
    rigged.logger.error("no\nway", new Error("boom"));
    const { name } = rigged.logger;
    const both =
      `  INFO ${name} 'paid' { id: 7 } (other: field id)\n` +
      `  ERROR ${name} 'no\\nway' [Error: boom] (other: message, field id)`;
    assert.equal(
      messageOf(() => rigged.logs.assertLogged({ message: "paid", fields: { id: 8 } })),
      `expected to be logged: message 'paid', fields { id: 8 }\nlogged:\n${both}`,
    );
    assert.equal(
      messageOf(() => rigged.logs.assertNotLogged(/pa/)),
      "expected not to be logged: message /pa/\nlogged:\n" +
        `  INFO ${name} 'paid' { id: 7 }\n  ERROR ${name} 'no\\nway' [Error: boom]`,
    );
    const times = messageOf(() => rigged.logs.assertLogged("paid", { times: 2 }));
    assert.match(times, /^expected to be logged \(2 times, not 1\): message 'paid'\n/);
    assert.match(
      messageOf(() => rigged.logs.assertNoErrors()),
      /^expected no record at ERROR or above\nlogged:\n/,
    );
  });

  it("shows the last fifty of many", () => {
    const rigged = rig();
    for (let i = 0; i < 60; i++) rigged.logger.info("n %d", i);
    const text = messageOf(() => rigged.logs.assertLogged("x"));
    assert.match(text, /logged:\n {2}\.\.\. 10 before\n {2}INFO \S+ 'n 10'/);
    assert.equal(text.split("\n").length, 53);
  });

  it("keeps failures of logging for the test, in place of a report", () => {
    const rigged = rig();
    rigged.logger.info("%d items", "many");
    assert.equal(rigged.logs.failures.length, 1);
    const text = messageOf(() => rigged.logs.assertNoErrors());
    assert.match(text, /^expected no failure of logging itself\n/);
    assert.match(text, /\n {2}failed: '%d items': TypeError: %d format: a real number is required/);
    rigged.logs.clear();
    rigged.logs.assertNoErrors();
  });

  it("refuses by name what can't be wanted", () => {
    const refused = (wanted: unknown): string => {
      try {
        logs.assertLogged(wanted as WantedRecord);
      } catch (error) {
        return (error as Error).message;
      }
      return "accepted";
    };
    assert.match(refused({ msg: "x" }), /^unknown option "msg"; accepted: level, logger, message,/);
    assert.match(refused({ level: "LOUD" }), /LOUD/);
    assert.equal(refused({ message: 7 }), "message can't be 7; accepted: a text or a pattern");
    assert.match(
      refused({ fields: [] }),
      /^fields can't be \[\]; accepted: an object of the fields/,
    );
    assert.throws(
      () => logs.assertLogged("x", { times: 0 }),
      /times can't be 0; accepted: a whole/,
    );
  });
});

describe("captureLogs", () => {
  class ListHandler extends Handler {
    count = 0;
    override emit(): void {
      this.count += 1;
    }
  }

  /** A logger as an application may have set it up, and a check that it is so again. */
  function configured(): { logger: Logger; handler: ListHandler; isAsBefore: () => void } {
    const logger = getLogger(`captured-${(count += 1)}`);
    const handler = new ListHandler();
    logger.addHandler(handler);
    logger.setLevel("WARNING");
    logger.disabled = true;
    const isAsBefore = (): void => {
      assert.deepEqual(logger.handlers, [handler]);
      assert.deepEqual([logger.level, logger.propagate, logger.disabled], [30, true, true]);
    };
    return { logger, handler, isAsBefore };
  }

  it("captures what the logger and those below it log, and lets none of it out", () => {
    const { logger, handler, isAsBefore } = configured();
    const logs = captureLogs(logger, () => {
      logger.debug("a");
      logger.getChild("sub").log(1, "b");
    });
    assert.deepEqual(logs.messages, ["a", "b"]);
    assert.equal(handler.count, 0);
    isAsBefore();
  });

  it("takes a level, a formatter, a name, and null for the root logger", () => {
    const { logger, isAsBefore } = configured();
    const formatter = new Formatter("<%(message)s>");
    const options = { level: "ERROR", formatter };
    const logs = captureLogs(
      logger.name,
      () => {
        logger.warning("a");
        logger.error("b");
      },
      options,
    );
    assert.deepEqual(logs.lines, ["<b>"]);
    isAsBefore();
    const root = getLogger();
    const { handlers, level } = root;
    captureLogs(null, () => root.debug("c")).assertLogged({ logger: "root", message: "c" });
    assert.deepEqual([root.handlers, root.level], [handlers, level]);
  });

  it("gives the handler to the function, and waits for what is asynchronous", async () => {
    const { logger, isAsBefore } = configured();
    const logs = await captureLogs(logger, async (seen) => {
      logger.info("a");
      seen.assertLogged("a");
      await sleep(1);
      logger.info("b");
    });
    assert.deepEqual(logs.messages, ["a", "b"]);
    isAsBefore();
  });

  it("puts everything back when the function throws or is rejected", async () => {
    const { logger, isAsBefore } = configured();
    const boom = new Error("boom");
    assert.throws(
      () =>
        captureLogs(logger, () => {
          throw boom;
        }),
      boom,
    );
    isAsBefore();
    await assert.rejects(
      captureLogs(logger, async () => {
        await sleep(1);
        throw boom;
      }),
      boom,
    );
    isAsBefore();
  });

  it("works for captures that overlap, in whatever order they end", async () => {
    const { logger, isAsBefore } = configured();
    let endFirst = (): void => {};
    let endSecond = (): void => {};
    const first = captureLogs(logger, () => new Promise<void>((done) => (endFirst = done)));
    logger.info("1");
    const second = captureLogs(logger, () => new Promise<void>((done) => (endSecond = done)), {
      level: "ERROR",
    });
    logger.info("2");
    logger.error("3");
    endFirst();
    assert.deepEqual((await first).messages, ["1", "2", "3"]);
    logger.info("4");
    logger.error("5");
    endSecond();
    assert.deepEqual((await second).messages, ["3", "5"]);
    isAsBefore();
    const inner: CaptureHandler[] = [];
    const outer = captureLogs(logger, () => {
      inner.push(captureLogs(logger, () => logger.info("in")));
      logger.info("out");
    });
    assert.deepEqual(outer.messages, ["in", "out"]);
    assert.deepEqual(inner[0]?.messages, ["in"]);
    isAsBefore();
  });

  it("refuses what is no logger, function or option by name", () => {
    const refused = (...args: unknown[]): string => {
      try {
        Reflect.apply(captureLogs, null, args);
      } catch (error) {
        return (error as Error).message;
      }
      return "accepted";
    };
    assert.match(
      refused(7, () => {}),
      /^logger can't be 7; accepted: a logger, its name, or null/,
    );
    assert.match(refused(null), /^fn can't be undefined; accepted: a function that logs/);
    assert.match(
      refused(null, () => {}, { lvl: 1 }),
      /^unknown option "lvl"; accepted: level, /,
    );
    assert.match(
      refused(null, () => {}, { level: "LOUD" }),
      /LOUD/,
    );
  });
});

describe("fakeClock", () => {
  let restore = (): void => {};
  afterEach(() => restore());

  it("stands still, goes on when it is told, and is put away by restore", () => {
    const clock = fakeClock({ at: "2026-03-29T01:59:59Z" });
    restore = clock.restore;
    const logs = captureLogs("clocked", () => {
      getLogger("clocked").info("a");
      clock.advance(1500);
      getLogger("clocked").info("b");
      clock.set(new Date(0));
      getLogger("clocked").info("c");
      clock.set(86_400_000);
      getLogger("clocked").info("d");
    });
    const start = Date.UTC(2026, 2, 29, 1, 59, 59);
    assert.deepEqual(
      logs.records.map(({ created }) => created * 1000),
      [start, start + 1500, 0, 86_400_000],
    );
    clock.restore();
    const now = Date.now();
    const [record] = captureLogs("clocked", () => getLogger("clocked").info("e")).records;
    assert.ok((record?.created ?? 0) * 1000 >= now);
  });

  it("refuses what is no moment by name, and texts that mean another one elsewhere", () => {
    const refused = (at: unknown): string => {
      try {
        restore = fakeClock({ at: at as string }).restore;
      } catch (error) {
        return (error as Error).message;
      }
      return "accepted";
    };
    for (const at of ["2026-03-29", "2026-03-29T01:59:59", "soon", NaN, {}, new Date("x")]) {
      assert.match(refused(at), /^at can't be .*; accepted: milliseconds since 1970, a Date, or/);
    }
    assert.equal(refused("2026-03-29T01:59:59+02:00"), "accepted");
    const clock = fakeClock();
    restore = clock.restore;
    assert.equal(clock.now(), Date.UTC(2026, 0, 1));
    assert.throws(() => clock.advance(NaN), /ms can't be NaN; accepted: a number of milliseconds/);
  });
});

test("a malformed wanted record in assertNotLogged is no success", () => {
  assert.throws(
    () => new CaptureHandler().assertNotLogged({ messages: "x" } as WantedRecord),
    TypeError,
  );
});
