import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";

import { CRITICAL, ERROR, getManager, LoggerAdapter, WARNING } from "../../../src/index.ts";
import type { Level, LogOptions } from "../../../src/index.ts";
import { assertPlaces } from "./caller-places.ts";
import { RecordingHandler, useSuiteLogging } from "./suite-logging.ts";

class PrefixAdapter extends LoggerAdapter {
  prefix = "Prefix";

  override process(msg: unknown, options: LogOptions): [unknown, LogOptions] {
    return [`${this.prefix} ${String(msg)}`, options];
  }
}

/** Its calls are in another style: `{}` is the next argument. The cookbook's idea. */
class BraceAdapter extends LoggerAdapter {
  override log(level: Level, msg: unknown, ...args: unknown[]): void {
    const given = args.values();
    super.log(
      level,
      String(msg).replace(/\{\}/g, () => String(given.next().value)),
    );
  }
}

describe("LoggerAdapterTest", () => {
  const suite = useSuiteLogging();
  let recording: RecordingHandler;
  let adapter: LoggerAdapter;
  beforeEach(() => {
    recording = new RecordingHandler();
    suite.now.root.removeHandler(suite.now.handler);
    suite.now.root.addHandler(recording);
    adapter = new LoggerAdapter(suite.now.root);
  });

  // JavaScript knows no current exception: the error is passed.
  it("exception", () => {
    const error = new Error("on purpose");
    adapter.exception("it failed: %r", "here", error);
    const { levelno, msg, args, exc_info } = recording.only;
    assert.deepEqual([levelno, msg, args], [ERROR, "it failed: %r", ["here"]]);
    assert.equal(exc_info, error);
  });

  it("exception_excinfo", () => {
    const error = new Error("on purpose");
    adapter.logRecord(ERROR, "it failed", [], { excInfo: error });
    assert.equal(recording.only.exc_info, error);
    adapter.exception(error, "it failed");
    assert.equal(recording.last.exc_info, error);
  });

  it("critical", function critical() {
    adapter.critical("look at %r", recording);
    const { levelno, msg, args, funcName } = recording.only;
    assert.deepEqual([levelno, msg], [CRITICAL, "look at %r"]);
    assert.deepEqual(args, [recording]);
    assert.equal(funcName, "critical");
  });

  it("is_enabled_for", () => {
    getManager().disable = 33;
    assert.ok(!adapter.isEnabledFor(32));
    assert.ok(!adapter.isEnabledFor(33));
    assert.ok(adapter.isEnabledFor(34));
  });

  it("has_handlers", () => {
    assert.ok(adapter.hasHandlers());
    suite.now.root.removeHandler(recording);
    assert.ok(!suite.now.root.hasHandlers());
    assert.ok(!adapter.hasHandlers());
  });

  // In CPython an adapter's manager can be assigned, and is then the logger's. Here it
  // can be read only: a logger belongs to the tree that made it.
  it("nested", function nested() {
    const inner = new PrefixAdapter(suite.now.root);
    const outer = new PrefixAdapter(inner);
    outer.prefix = "Outer";
    assert.equal(String(inner), String(outer));
    outer.log(CRITICAL, "nested %s", "twice");
    const { levelno, msg, args, funcName } = recording.only;
    assert.deepEqual([levelno, msg, args], [CRITICAL, "Prefix Outer nested %s", ["twice"]]);
    assert.equal(funcName, "nested");
    assert.equal(outer.manager, getManager());
    assert.equal(inner.manager, suite.now.root.manager);
    assert.throws(() => Object.assign(outer, { manager: null }), TypeError);
  });

  it("styled_adapter", function styled() {
    const braces = new BraceAdapter(suite.now.root);
    braces.warning("Hello, {}!", "world");
    assert.equal(recording.last.getMessage(), "Hello, world!");
    assert.equal(recording.last.funcName, "styled");
    braces.log(WARNING, "Goodbye {}.", "world");
    assert.equal(recording.last.getMessage(), "Goodbye world.");
    assert.equal(recording.last.funcName, "styled");
  });

  it("nested_styled_adapter", function nestedStyled() {
    const inner = new PrefixAdapter(suite.now.root);
    inner.prefix = "{}";
    const outer = new BraceAdapter(inner);
    outer.warning("Hello, {}!", "world");
    assert.equal(recording.last.getMessage(), "{} Hello, world!");
    assert.equal(recording.last.funcName, "nestedStyled");
    outer.log(WARNING, "Goodbye {}.", "world");
    assert.equal(recording.last.getMessage(), "{} Goodbye world.");
    assert.equal(recording.last.funcName, "nestedStyled");
  });

  it("find_caller_with_stacklevel", () => {
    assertPlaces(adapter, () => recording.last);
  });

  it("extra_in_records", () => {
    new LoggerAdapter(suite.now.root, { desk: "7" }).critical("from the desk");
    assert.equal(Reflect.get(recording.only, "desk"), "7");
  });

  it("extra_not_merged_by_default", () => {
    adapter.logRecord(CRITICAL, "not from the desk", [], { extra: { desk: "7" } });
    assert.ok(!("desk" in recording.only));
  });

  it("extra_merged", () => {
    const merging = new LoggerAdapter(suite.now.root, { desk: "7" }, true);
    merging.logRecord(CRITICAL, "from the desk in the room", [], { extra: { room: "2" } });
    assert.equal(Reflect.get(recording.only, "desk"), "7");
    assert.equal(Reflect.get(recording.only, "room"), "2");
  });

  it("extra_merged_log_call_has_precedence", () => {
    const merging = new LoggerAdapter(suite.now.root, { desk: "7" }, true);
    merging.logRecord(CRITICAL, "from another desk", [], { extra: { desk: "8" } });
    assert.equal(Reflect.get(recording.only, "desk"), "8");
  });
});
