import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, describe, it } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { Handler } from "../core/handler.ts";
import { getLogger } from "../core/hierarchy.ts";
import type { LogRecord } from "../core/record.ts";
import { Formatter } from "../formatters/formatter.ts";
import { NullHandler } from "../handlers/null.ts";
import { captureWarnings } from "./capture-warnings.ts";

class Recorder extends Handler {
  readonly records: LogRecord[] = [];

  override emit(record: LogRecord): void {
    this.format(record);
    this.records.push(record);
  }

  get texts(): unknown[] {
    return this.records.map((record) => record.msg);
  }
}

const logger = getLogger("py.warnings");
const stderr = new CapturedStderr();
let recorder: Recorder;
let listeners: unknown[];
beforeEach(() => {
  listeners = process.listeners("warning");
  recorder = new Recorder();
  recorder.setFormatter(new Formatter("%(filename)s:%(lineno)d %(message)s"));
  logger.addHandler(recorder);
  stderr.start();
});
afterEach(() => {
  captureWarnings(false);
  stderr.stop();
  logger.handlers = [];
  assert.deepEqual(process.listeners("warning"), listeners);
});

// Node emits a warning in the next tick.
async function warn(text: string, options: NodeJS.EmitWarningOptions = {}): Promise<void> {
  process.emitWarning(text, options);
  await new Promise((resolve) => setImmediate(resolve));
}

describe("captureWarnings", () => {
  it("logs a warning with its place, its kind and its words, and Node prints nothing", async () => {
    captureWarnings(true);
    await warn("I'm 100%% sure: %s");
    const [record] = recorder.records;
    assert.match(
      String(record?.msg),
      /^\/.*capture-warnings\.test\.[jt]s:\d+: Warning: I'm 100%% sure: %s$/,
    );
    assert.deepEqual(
      [record?.name, record?.levelname, record?.funcName, record?.exc_info],
      ["py.warnings", "WARNING", "warn", null],
    );
    assert.match(String(record?.message), /I'm 100%% sure: %s$/);
    assert.equal(stderr.text, "");
  });

  it("tells the code and the detail of a warning that has them", async () => {
    captureWarnings(true);
    await warn("old", { type: "DeprecationWarning", code: "DEP9999", detail: "see there" });
    assert.match(String(recorder.texts[0]), /: DeprecationWarning: \[DEP9999\] old\nsee there$/);
  });

  it("logs each warning once, however often it is switched on", async () => {
    captureWarnings(true);
    captureWarnings(true);
    await warn("once");
    assert.equal(recorder.records.length, 1);
  });

  it("gives warnings back to Node when it is switched off", async () => {
    captureWarnings(true);
    captureWarnings(false);
    await warn("printed");
    assert.deepEqual(recorder.records, []);
    assert.match(stderr.text, /^\(node:\d+\) Warning: printed\n/);
  });

  it("leaves other listeners alone", async () => {
    const heard: string[] = [];
    const listener = (warning: Error): void => void heard.push(warning.message);
    process.on("warning", listener);
    captureWarnings(true);
    await warn("both");
    captureWarnings(false);
    process.off("warning", listener);
    assert.deepEqual(heard, ["both"]);
    assert.equal(recorder.records.length, 1);
  });

  it("gives a logger without handlers a NullHandler, and doesn't use the last resort", async () => {
    logger.removeHandler(recorder);
    captureWarnings(true);
    await warn("into the void");
    assert.equal(logger.handlers.length, 1);
    assert.ok(logger.handlers[0] instanceof NullHandler);
    assert.equal(stderr.text, "");
  });

  it("says the stack where Node was asked to trace warnings", async () => {
    const flags = process as { traceDeprecation?: boolean };
    captureWarnings(true);
    flags.traceDeprecation = true;
    try {
      await warn("traced", { type: "DeprecationWarning" });
      await warn("not traced");
    } finally {
      flags.traceDeprecation = false;
    }
    assert.ok(recorder.records[0]?.exc_info instanceof Error);
    assert.equal(recorder.records[1]?.exc_info, null);
  });

  it("survives warnings that are none", async () => {
    captureWarnings(true);
    process.emit("warning", "just text" as unknown as Error);
    process.emit("warning", Object.assign(new Error("odd"), { stack: 7, name: "Odd" }));
    assert.deepEqual(recorder.texts, ["Warning: just text", "Odd: odd"]);
  });
});

describe("Node's options", () => {
  const url = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);
  const script = `
    import { basicConfig } from ${url("./basic-config.js")};
    import { captureWarnings } from ${url("./capture-warnings.js")};
    basicConfig({ format: "%(message)s" });
    captureWarnings(true);
    process.emitWarning("first", { code: "ONE" });
    process.emitWarning("second", "ExperimentalWarning");`;
  const run = (args: string[], env: Record<string, string> = {}): string =>
    spawnSync(process.execPath, [...args, "--input-type=module", "--eval", script], {
      encoding: "utf8",
      env: { ...process.env, ...env },
    }).stderr;

  it("are heeded: a warning that was switched off is not logged", () => {
    assert.match(run([]), /: \[ONE\] first\n.*second\n$/);
    assert.doesNotMatch(run(["--disable-warning=ONE"]), /first/);
    const text = run([], { NODE_OPTIONS: "--disable-warning=ExperimentalWarning" });
    assert.match(text, /first/);
    assert.doesNotMatch(text, /second/);
  });

  it("that keep Node from printing don't keep us from logging", () => {
    assert.match(run(["--no-warnings"]), /first\n.*second\n$/);
  });
});
