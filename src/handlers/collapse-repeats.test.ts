import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { setClock } from "../core/clock.ts";
import { Handler } from "../core/handler.ts";
import { Manager, RootLogger } from "../core/hierarchy.ts";
import type { Logger } from "../core/logger.ts";
import { makeLogRecord } from "../core/record.ts";
import { flushHandlers, shutdown } from "../core/shutdown.ts";
import { runProgram } from "../../test/kit/child-program.ts";
import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { Recorder } from "../../test/kit/recorder.ts";
import { until } from "../../test/kit/until.ts";
import { CollapseRepeatsHandler } from "./collapse-repeats.ts";
import type { CollapseRepeatsHandlerOptions } from "./collapse-repeats.ts";

interface Rig {
  readonly logger: Logger;
  readonly handler: CollapseRepeatsHandler;
  readonly target: Recorder;
}

function rig(options: CollapseRepeatsHandlerOptions = {}): Rig {
  const target = new Recorder();
  const handler = new CollapseRepeatsHandler(target, options);
  const logger = new Manager(new RootLogger(0)).getLogger("app");
  logger.addHandler(handler);
  return { logger, handler, target };
}

const stderr = new CapturedStderr();
let time = 1_000_000;
beforeEach(() => {
  stderr.start();
  setClock({ now: () => time });
});
afterEach(() => {
  setClock(null);
  stderr.stop();
});

describe("CollapseRepeatsHandler", () => {
  it("hands on the first, counts the others, and tells the count before another record", () => {
    const { logger, target } = rig();
    for (let i = 0; i < 813; i++) logger.warning("no answer from %s", "db", { port: 5432 });
    assert.deepEqual(target.texts, ["no answer from db"]);
    time += 5000;
    logger.info("bye");
    assert.deepEqual(target.texts, [
      "no answer from db",
      "last message repeated 812 times: no answer from db",
      "bye",
    ]);
    const summary = target.records[1];
    assert.deepEqual({ ...summary?.fields }, { port: 5432, repeated: 812 });
    assert.equal(summary?.levelname, "WARNING");
    assert.equal(summary?.name, "app");
    assert.equal(summary?.created, time / 1000);
  });

  it("hands on a single repeat as it is, with its own time", () => {
    const { logger, handler, target } = rig();
    logger.error("x", new Error("boom"));
    time += 100;
    const error = (target.records[0]?.exc_info ?? null) as Error;
    logger.error("x", error);
    assert.equal(target.records.length, 1);
    const then = time;
    time += 100;
    handler.flush();
    assert.deepEqual(target.texts, ["x", "x"]);
    assert.equal(target.records[1]?.exc_info, error);
    assert.equal(target.records[1]?.created, then / 1000);
    assert.match(target.records[1]?.pathname ?? "", /collapse-repeats\.test/);
  });

  it("tells the count when the window is over, though nothing is logged any more", async () => {
    setClock(null);
    const { logger, target } = rig({ windowMs: 20 });
    for (let i = 0; i < 5; i++) logger.info("x");
    await until(() => target.records.length > 1);
    assert.equal(target.texts[1], "last message repeated 4 times: x");
  });

  it("tells it once a window, by the clock, though the event loop is busy", () => {
    const { logger, target } = rig({ windowMs: 1000 });
    for (let i = 0; i < 50; i++, time += 100) logger.info("x");
    logger.info("y");
    const counts = target.records.map(({ fields }) => fields["repeated"] ?? 1);
    assert.equal(
      counts.reduce((sum: number, count) => sum + Number(count), 0),
      51,
    );
    assert.deepEqual(counts, [1, 10, 10, 10, 10, 9, 1]);
  });

  it("takes a record that comes after a pause of a window for a new one", () => {
    const { logger, target } = rig({ windowMs: 1000 });
    logger.info("x");
    time += 1000;
    logger.info("x");
    assert.deepEqual(target.texts, ["x", "x"]);
  });

  it("tells apart what differs in logger, level, values, fields, extras or error", () => {
    const { logger, target } = rig();
    const error = new Error("a");
    const calls = [
      () => logger.info("x"),
      () => logger.warning("x"),
      () => logger.getChild("sub").warning("x"),
      () => logger.info("%s", 1),
      () => logger.info("%s", 2),
      () => logger.info("x", { a: { b: 1 } }),
      () => logger.info("x", { a: { b: 2 } }),
      () => logger.logRecord("INFO", "x", [], { extra: { ip: 1 } }),
      () => logger.logRecord("INFO", "x", [], { extra: { ip: 2 } }),
      () => logger.info("x", error),
      () => logger.info("x", new Error("b")),
    ];
    for (const call of calls) call();
    assert.equal(target.records.length, calls.length);
    assert.ok(target.records.every(({ fields }) => !("repeated" in fields)));
    for (const call of calls) for (let i = 0; i < 3; i++) call();
    logger.info("end");
    const told = target.records.slice(calls.length).map(({ fields }) => fields["repeated"] ?? 0);
    assert.deepEqual(told, [...calls.flatMap(() => [0, 2]), 0]);
  });

  it("compares fields as they were when they were logged", () => {
    const { logger, target } = rig();
    const job = { step: 1 };
    logger.info("x", { job });
    job.step = 2;
    logger.info("x", { job });
    logger.info("x", { job });
    job.step = 3;
    logger.info("y");
    assert.equal(target.records.length, 4);
    assert.deepEqual(
      target.records[2]?.fields,
      Object.assign(Object.create(null), { job: { step: 2 } }),
    );
  });

  it("goes by a key alone where there is one, and never collapses what has none", () => {
    const { logger, target } = rig({ key: "host" });
    logger.info("a", { host: 1 });
    logger.error("b", { host: 1 });
    logger.error("c", { host: 1 });
    logger.info("d");
    logger.info("d");
    assert.deepEqual(target.texts, ["a", "last message repeated 2 times: b", "d", "d"]);
  });

  it("tells the count at flush, at close, at shutdown and where a signal has handlers flushed", () => {
    const ends: ((handler: Handler) => void)[] = [
      (handler) => handler.flush(),
      (handler) => handler.close(),
      () => shutdown(),
      () => flushHandlers(),
    ];
    for (const end of ends) {
      const { logger, handler, target } = rig();
      for (let i = 0; i < 3; i++) logger.info("x");
      end(handler);
      assert.deepEqual(target.texts, ["x", "last message repeated 2 times: x"]);
    }
  });

  it("collapses nothing any more once it is closed, since nobody would tell", () => {
    const { logger, handler, target } = rig();
    handler.close();
    for (let i = 0; i < 3; i++) logger.info("x");
    handler.close();
    assert.deepEqual(target.texts, ["x", "x", "x"]);
  });

  it("goes on where the target throws, and reports it", () => {
    const { logger, target } = rig();
    const emit = target.emit.bind(target);
    let fails = true;
    target.handle = (record) => {
      if (fails) throw new Error("planted");
      emit(record);
      return record;
    };
    for (let i = 0; i < 3; i++) logger.info("x");
    fails = false;
    logger.info("y");
    assert.deepEqual(target.texts, ["last message repeated 2 times: x", "y"]);
    assert.match(stderr.text, /planted/);
  });

  it("asks the target's level", () => {
    const { logger, target } = rig();
    target.setLevel("ERROR");
    logger.info("x");
    logger.error("y");
    assert.deepEqual(target.texts, ["y"]);
  });

  it("passes what it can't compare: arguments that don't fit, keys and getters that throw", () => {
    const { target, logger } = rig();
    logger.logRecord("INFO", "%d", ["x"]);
    logger.logRecord("INFO", "%d", ["x"]);
    assert.equal(target.records.length, 2);
    const nasty = {
      get a(): never {
        throw new Error("no");
      },
    };
    logger.info("x", { nasty });
    logger.info("x", { nasty });
    const keyed = rig({
      key: () => {
        throw new Error("planted key");
      },
    });
    keyed.logger.info("x");
    keyed.logger.info("x");
    assert.equal(keyed.target.records.length, 2);
    assert.match(stderr.text, /planted key/);
  });

  it("takes nothing for the same whose insides it can't see or copy", () => {
    const { logger, target } = rig();
    class Money {
      readonly #cents: number;
      constructor(cents: number) {
        this.#cents = cents;
      }
      toJSON(): number {
        return this.#cents;
      }
    }
    for (const cents of [10, 20, 30]) logger.info("paid", { price: new Money(cents) });
    for (const cents of [10, 20]) logger.info("list", { prices: [{ at: new Money(cents) }] });
    const json = (id: number): object =>
      Object.defineProperty({}, "toJSON", { value: () => id, enumerable: false });
    for (const id of [1, 2]) logger.info("hidden", { value: json(id) });
    class Job {
      state = "new";
    }
    const job = new Job();
    for (const state of ["queued", "running", "done"]) {
      job.state = state;
      logger.info("job", { job });
    }
    logger.info("end");
    const times = (text: string): number => target.texts.filter((one) => one === text).length;
    assert.deepEqual(["paid", "list", "hidden", "job"].map(times), [3, 2, 2, 3]);
    assert.equal(target.records.length, 11);
  });

  it("compares errors by all that they have, and those that are the same are", () => {
    const { logger, target } = rig();
    const failure = (code: string): Error => {
      const error = Object.assign(new Error("no answer", { cause: new Error("x") }), { code });
      error.stack = "Error: no answer\n    at one place";
      (error.cause as Error).stack = "Error: x\n    at one place";
      return error;
    };
    for (const code of ["EPIPE", "EPIPE", "ETIME"]) logger.error("a", failure(code));
    for (const code of ["EPIPE", "ETIME", "ETIME"]) logger.error("b", { err: failure(code) });
    logger.info("end");
    assert.deepEqual(target.texts, ["a", "a", "a", "b", "b", "b", "end"]);
    const repeats = target.records.filter(({ exc_info }) => exc_info !== null);
    assert.deepEqual(
      repeats.map(({ exc_info }) => Reflect.get(exc_info as object, "code")),
      ["EPIPE", "EPIPE", "ETIME"],
    );
    for (let i = 0; i < 4; i++) logger.error("c", failure("EPIPE"));
    logger.info("end");
    assert.equal(target.texts.at(-2), "last message repeated 3 times: c");
  });

  it("keeps order when the target logs to it in turn", () => {
    const { logger, target } = rig();
    const emit = target.emit.bind(target);
    target.emit = (record) => {
      emit(record);
      if (record.levelname === "ERROR") logger.info("from the target");
    };
    logger.error("x");
    logger.error("x");
    logger.error("x");
    assert.deepEqual(target.texts, [
      "x",
      "from the target",
      "x",
      "from the target",
      "x",
      "from the target",
    ]);
  });

  it("refuses bad targets and options by name", () => {
    const target = new Recorder();
    const make = (...args: unknown[]): (() => unknown) => {
      return () => Reflect.construct(CollapseRepeatsHandler, args);
    };
    assert.throws(make({}), /a handler can't be \{\}; accepted: a Handler/);
    assert.throws(
      make(target, { windowMs: 0 }),
      /windowMs can't be 0; accepted: a number of milli/,
    );
    assert.throws(make(target, { window: 1 }), /unknown option "window"; accepted: windowMs, key/);
    assert.throws(make(target, { key: "" }), /key can't be ''; accepted: the name of a field/);
  });

  it("takes records of another maker", () => {
    const { handler, target } = rig();
    for (let i = 0; i < 3; i++) handler.handle(makeLogRecord({ msg: "x", levelno: 20, name: "a" }));
    handler.flush();
    assert.deepEqual(target.texts, ["x", "last message repeated 2 times: x"]);
  });
});

it("a process that ends tells the count, and is not kept alive by the window", async () => {
  const door = new URL("../index.js", import.meta.url).href;
  const own = new URL("./collapse-repeats.js", import.meta.url).href;
  const { end, stdout } = await runProgram(`
    import { getLogger, StreamHandler } from ${JSON.stringify(door)};
    import { CollapseRepeatsHandler } from ${JSON.stringify(own)};
    const log = getLogger();
    log.addHandler(new CollapseRepeatsHandler(new StreamHandler(process.stdout), { windowMs: 1e8 }));
    for (let i = 0; i < 10; i++) log.error("x");
  `);
  assert.equal(end, 0);
  assert.equal(stdout, "x\nlast message repeated 9 times: x\n");
});
