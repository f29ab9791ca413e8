import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { setClock } from "../core/clock.ts";
import { Manager, RootLogger } from "../core/hierarchy.ts";
import type { Logger } from "../core/logger.ts";
import type { LogRecord } from "../core/record.ts";
import { flushHandlers, shutdown } from "../core/shutdown.ts";
import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { Recorder } from "../../test/kit/recorder.ts";
import { FingersCrossedHandler } from "./fingers-crossed.ts";
import type { FingersCrossedHandlerOptions } from "./fingers-crossed-options.ts";

interface Rig {
  readonly logger: Logger;
  readonly handler: FingersCrossedHandler;
  readonly target: Recorder;
}

function rig(options: FingersCrossedHandlerOptions = {}): Rig {
  const target = new Recorder();
  const handler = new FingersCrossedHandler(target, options);
  const logger = new Manager(new RootLogger(0)).getLogger("app");
  logger.setLevel("DEBUG");
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

describe("FingersCrossedHandler", () => {
  it("holds records back until an error comes, and then hands on all, in order", () => {
    const { logger, handler, target } = rig();
    logger.debug("a");
    logger.info("b");
    logger.warning("c");
    assert.deepEqual(target.texts, []);
    assert.equal(handler.held, 3);
    logger.error("d");
    assert.deepEqual(target.texts, ["a", "b", "c", "d"]);
    assert.equal(handler.held, 0);
    logger.debug("e");
    assert.deepEqual(target.texts, ["a", "b", "c", "d"]);
    logger.critical("f");
    assert.deepEqual(target.texts, ["a", "b", "c", "d", "e", "f"]);
  });

  it("hands on what follows at once with stopBuffering, until reset", () => {
    const { logger, handler, target } = rig({ stopBuffering: true });
    logger.debug("a");
    logger.error("b");
    logger.debug("c");
    assert.deepEqual(target.texts, ["a", "b", "c"]);
    handler.reset();
    logger.debug("d");
    assert.deepEqual(target.texts, ["a", "b", "c"]);
    logger.error("e");
    assert.deepEqual(target.texts, ["a", "b", "c", "d", "e"]);
  });

  it("holds records back again resetAfterMs after the last activation", () => {
    const { logger, target } = rig({ stopBuffering: true, resetAfterMs: 1000 });
    logger.error("a");
    time += 600;
    logger.error("b");
    time += 600;
    logger.debug("c");
    time += 400;
    logger.debug("d");
    assert.deepEqual(target.texts, ["a", "b", "c"]);
  });

  it("holds no more than its capacity, the last ones, and says how many are missing", () => {
    const { logger, target } = rig({ capacity: 3, key: "id" });
    for (let i = 0; i < 10; i++, time += 1000) logger.debug("n %d", i, { id: "r1", i });
    logger.error("boom", { id: "r1" });
    assert.deepEqual(target.texts, [
      "7 older records were held back, and dropped for want of room",
      "n 7",
      "n 8",
      "n 9",
      "boom",
    ]);
    const [notice, first] = target.records;
    assert.equal(notice?.levelname, "WARNING");
    assert.equal(notice?.created, first?.created);
    assert.deepEqual({ ...notice?.fields }, { id: "r1" });
    logger.debug("on");
    assert.equal(target.texts.filter((text) => text.includes("older records")).length, 1);
  });

  it("holds back for each key by itself, and for records without one together", () => {
    const { logger, handler, target } = rig({ key: "requestId" });
    const one = logger.with({ requestId: 1 });
    const two = logger.with({ requestId: 2 });
    one.debug("1a");
    two.debug("2a");
    logger.debug("none a");
    one.error("1b");
    one.debug("1c");
    two.debug("2b");
    assert.deepEqual(target.texts, ["1a", "1b", "1c"]);
    handler.forget(1);
    one.debug("1d");
    assert.deepEqual(target.texts, ["1a", "1b", "1c"]);
    handler.forget(2);
    two.error("2c");
    assert.deepEqual(target.texts, ["1a", "1b", "1c", "2c"]);
    logger.error("none b");
    assert.deepEqual(target.texts.slice(4), ["none a", "none b"]);
    assert.equal(handler.held, 1);
  });

  it("forgets the key unused for the longest time where there are too many, and idle ones", () => {
    const { logger, handler, target } = rig({ key: "id", maxKeys: 2, idleMs: 1000 });
    logger.debug("1", { id: 1 });
    logger.debug("2", { id: 2 });
    logger.debug("1", { id: 1 });
    logger.debug("3", { id: 3 });
    assert.equal(handler.held, 3);
    logger.error("x", { id: 2 });
    const notice = "1 records were held back, and dropped with keys that had to go (maxKeys)";
    assert.deepEqual(target.texts, [notice, "x"]);
    time += 1001;
    logger.debug("4", { id: 4 });
    assert.equal(handler.held, 1);
    logger.error("x", { id: 3 });
    const idled = "1 older records were held back, and dropped while nothing else came (idleMs)";
    assert.deepEqual(target.texts, [notice, "x", idled, "x"]);
  });

  it("counts what goes with keys that had to go, and says so at the next activation", () => {
    const { logger, handler, target } = rig({ key: "id", maxKeys: 2, idleMs: 1000, capacity: 2 });
    const debug = (id: string): void => logger.debug(`${id}1`, { id });
    for (const id of ["a", "a", "a", "b", "c"]) debug(id);
    assert.equal(handler.dropped, 3);
    logger.error("a2", { id: "a" });
    assert.deepEqual(target.texts, [
      "3 records were held back, and dropped with keys that had to go (maxKeys)",
      "a2",
    ]);
    assert.equal(target.records[0]?.levelname, "WARNING");
    logger.error("a3", { id: "a" });
    assert.equal(target.texts.length, 3);
    time += 1001;
    logger.info("none");
    assert.deepEqual([handler.dropped, handler.held], [5, 1]);
    handler.reset();
    assert.equal(handler.dropped, 5);
  });

  it("keeps keys open that are, whatever number of others comes", () => {
    const { logger, handler, target } = rig({ key: "id", maxKeys: 2, resetAfterMs: 1000 });
    logger.error("open", { id: "a" });
    for (let id = 0; id < 10; id++) logger.debug("other", { id });
    logger.debug("still", { id: "a" });
    assert.deepEqual(target.texts, ["open", "still"]);
    time += 1000;
    logger.debug("held", { id: "a" });
    assert.deepEqual(target.texts, ["open", "still"]);
    assert.equal(handler.held, 2);
    handler.forget("a");
    assert.equal(handler.held, 1);
    for (const id of ["x", "y", "z"]) logger.error("open", { id });
    logger.debug("pushed out", { id: "x" });
    assert.equal(target.texts.at(-1), "open");
  });

  it("throws away what it holds at close and at shutdown, and doesn't open at a signal", () => {
    const { logger, handler, target } = rig();
    logger.warning("a");
    flushHandlers();
    assert.equal(handler.held, 1);
    shutdown();
    assert.equal(handler.held, 0);
    logger.warning("b");
    handler.close();
    handler.close();
    assert.deepEqual(target.texts, []);
    logger.warning("c");
    logger.error("d");
    assert.deepEqual(target.texts, ["c", "d"]);
  });

  it("hands on records of passThroughLevel in any case: at close, forgotten, idle, or pushed out", () => {
    const options = { passThroughLevel: "WARNING", key: "id", idleMs: 1000, capacity: 2 };
    const { logger, handler, target } = rig(options);
    const both = (id: number): void => {
      logger.debug(`debug ${id}`, { id });
      logger.warning(`warning ${id}`, { id });
    };
    both(1);
    handler.forget(1);
    assert.deepEqual(target.texts, ["warning 1"]);
    both(2);
    time += 1001;
    both(3);
    assert.deepEqual(target.texts, ["warning 1", "warning 2"]);
    logger.debug("more", { id: 3 });
    logger.debug("more", { id: 3 });
    assert.deepEqual(target.texts, ["warning 1", "warning 2", "warning 3"]);
    both(4);
    handler.close();
    assert.deepEqual(target.texts, ["warning 1", "warning 2", "warning 3", "warning 4"]);
  });

  it("holds records as they were: message, fields, extras and place", () => {
    const { logger, target } = rig();
    const user = { name: "ada", tags: ["a"], at: new Date(0), more: new Map([["k", { v: 1 }]]) };
    logger.info("user %s", user, { user });
    logger.logRecord("INFO", "x", [], { extra: { user } });
    const text = user.name;
    user.name = "bob";
    user.tags.push("b");
    user.at.setTime(1e12);
    user.more.set("k", { v: 2 });
    logger.error("end");
    const [first, second] = target.records;
    const expected = { name: text, tags: ["a"], at: new Date(0), more: new Map([["k", { v: 1 }]]) };
    assert.match(first?.getMessage() ?? "", /^user \{ name: 'ada', tags: \[ 'a' \]/);
    assert.deepEqual(first?.fields["user"], expected);
    assert.deepEqual(Reflect.get(second ?? {}, "user"), expected);
    assert.match(first?.pathname ?? "", /fingers-crossed\.test/);
  });

  it("leaves other handlers the record as it is", () => {
    const { logger } = rig();
    const other = new Recorder();
    logger.addHandler(other);
    const user = { name: "ada" };
    logger.info("user %s", user, { user });
    assert.equal(other.records[0]?.fields["user"], user);
    assert.equal(other.records[0]?.args, user);
  });

  it("looks for no place if it isn't to", () => {
    const { logger, target } = rig({ findCaller: false });
    logger.info("a");
    logger.error("b");
    assert.equal(target.records[0]?.lineno, 0);
    assert.equal(target.records.length, 2);
  });

  it("keeps values that can't be looked into, cycles, and keys of all names", () => {
    const { logger, target } = rig();
    const cycle: Record<string, unknown> = { name: "c" };
    cycle["self"] = cycle;
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const proto = JSON.parse('{"__proto__": {"polluted": 1}}') as object;
    const nasty = {
      get a(): never {
        throw new Error("no");
      },
    };
    logger.info("x", { cycle, proxy, proto, nasty });
    logger.info("%s", proxy);
    logger.error("end");
    assert.equal(target.records.length, 3);
    const fields = target.records[0]?.fields ?? {};
    const copy = fields["cycle"] as Record<string, unknown>;
    assert.notEqual(copy, cycle);
    assert.equal(copy["self"], copy);
    assert.deepEqual(Object.keys(fields["proto"] as object), ["__proto__"]);
    assert.equal(Reflect.get({}, "polluted"), undefined);
  });

  it("lets a function decide", () => {
    const activate = (record: LogRecord): boolean => record.fields["status"] === 500;
    const { logger, target } = rig({ activate });
    logger.error("not found", { status: 404 });
    assert.deepEqual(target.texts, []);
    logger.info("failed", { status: 500 });
    assert.deepEqual(target.texts, ["not found", "failed"]);
  });

  it("loses nothing by functions that throw", () => {
    const fail = (): never => {
      throw new Error("planted");
    };
    const { logger, target } = rig({ activate: fail, key: fail });
    logger.info("a");
    logger.error("b");
    assert.deepEqual(target.texts, ["a", "b"]);
    assert.match(stderr.text, /planted/);
  });

  it("hands on what it holds when the application asks", () => {
    const { logger, handler, target } = rig({ key: "id" });
    logger.debug("a", { id: 1 });
    logger.debug("b");
    handler.activate(2);
    assert.deepEqual(target.texts, []);
    handler.activate(1);
    handler.activate();
    assert.deepEqual(target.texts, ["a", "b"]);
  });

  it("goes on where the target throws, and asks the target's level", () => {
    const { logger, target } = rig();
    target.setLevel("INFO");
    const emit = target.emit.bind(target);
    target.handle = (record) => {
      if (record.msg === "b") throw new Error("planted");
      emit(record);
      return record;
    };
    for (const text of ["a", "b", "c"]) logger.info(text);
    logger.debug("debug");
    logger.error("d");
    assert.deepEqual(target.texts, ["a", "c", "d"]);
    assert.match(stderr.text, /planted/);
  });

  it("hands on what the target logs behind what is on its way, and comes to an end", () => {
    const { logger, target } = rig({ stopBuffering: true });
    const emit = target.emit.bind(target);
    let logged = 0;
    target.emit = (record) => {
      emit(record);
      if (record.levelname === "DEBUG" && logged < 2) logger.info(`from the target ${++logged}`);
    };
    logger.debug("a");
    logger.debug("b");
    logger.error("c");
    assert.deepEqual(target.texts, ["a", "b", "from the target 1", "from the target 2", "c"]);
    const endless = rig();
    endless.target.emit = () => endless.logger.error("more");
    endless.logger.debug("a");
    endless.logger.error("b");
    assert.ok(endless.handler.held < 10);
  });

  it("refuses bad targets and options by name", () => {
    const target = new Recorder();
    const refused = (...args: unknown[]): string => {
      try {
        Reflect.construct(FingersCrossedHandler, args);
      } catch (error) {
        return (error as Error).message;
      }
      return "accepted";
    };
    assert.match(refused(null), /^a handler can't be null; accepted: a Handler/);
    assert.equal(
      refused(target, { capacity: 0 }),
      "capacity can't be 0; accepted: a whole number from 1",
    );
    assert.match(refused(target, { idleMs: "1" }), /^idleMs can't be '1'; accepted: .*Infinity/);
    assert.match(refused(target, { resetAfterMs: -1 }), /^resetAfterMs can't be -1; accepted/);
    assert.match(
      refused(target, { activate: "ERROR" }),
      /^activate can't be 'ERROR'; accepted: a fun/,
    );
    assert.match(refused(target, { activationLevel: "LOUD" }), /LOUD/);
    assert.match(
      refused(target, { level: "INFO" }),
      /^unknown option "level"; accepted: activationLevel,/,
    );
    assert.equal(refused(target, { idleMs: Infinity }), "accepted");
  });
});
