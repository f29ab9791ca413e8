import assert from "node:assert/strict";
import { existsSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, it } from "node:test";

import { makeLogRecord, setClock, TimedRotatingFileHandler } from "../../../src/index.ts";
import type { TimedRotatingFileHandlerOptions } from "../../../src/index.ts";
import { useLogFolder } from "./log-folder.ts";
import { useSuiteLogging } from "./suite-logging.ts";

/** A Friday, 2024-03-01 12:34:56 UTC, in seconds. */
const FRIDAY_NOON = 1_709_296_496;

// The periods themselves, CPython's computeRollover(), are in compute-rollover.test.ts.
// Strategy `rename` has Python's look: a real app.log that is renamed.
describe("TimedRotatingFileHandlerTest", () => {
  useSuiteLogging();
  const folder = useLogFolder();
  let clock = FRIDAY_NOON;
  beforeEach(() => {
    clock = FRIDAY_NOON;
    setClock({ now: () => clock * 1000 });
  });

  function make(options: TimedRotatingFileHandlerOptions): TimedRotatingFileHandler {
    return new TimedRotatingFileHandler(folder.path, {
      encoding: "utf-8",
      strategy: "rename",
      utc: true,
      ...options,
    });
  }

  // CPython writes to a device and never rolls it. Here a log is a regular file: one
  // that isn't is refused when the handler is made.
  it("should_not_rollover", () => {
    assert.throws(
      () => new TimedRotatingFileHandler("/dev/null", { when: "S", strategy: "rename" }),
      (error: Error) => /\/dev\/null|not a regular file/.test(error.message),
    );
    assert.ok(!existsSync("/dev/null.2024-03-01_12-34-56"));
  });

  it("rollover", () => {
    const handler = make({ when: "S", backupCount: 1 });
    handler.emit(makeLogRecord({ msg: "at first" }));
    assert.deepEqual(folder.files(), { "app.log": "at first\n" });
    clock += 1;
    handler.emit(makeLogRecord({ msg: "a second later" }));
    handler.close();
    assert.deepEqual(folder.files(), {
      "app.log": "a second later\n",
      "app.log.2024-03-01_12-34-56": "at first\n",
    });
  });

  /** Three handlers before `at`, two from then on, each with one record. */
  function rollAt(options: TimedRotatingFileHandlerOptions, at: number): Record<string, string> {
    const logOnce = (msg: string): void => {
      const handler = make(options);
      handler.emit(makeLogRecord({ msg }));
      handler.close();
      utimesSync(folder.path, clock, clock);
    };
    clock = at - 1;
    for (const msg of ["one", "two", "three"]) logOnce(msg);
    clock = at;
    for (const msg of ["four", "five"]) logOnce(msg);
    return folder.files();
  }

  it("rollover_at_midnight", () => {
    assert.deepEqual(rollAt({ when: "MIDNIGHT", atTime: "12:34:56" }, FRIDAY_NOON), {
      "app.log": "four\nfive\n",
      "app.log.2024-02-29": "one\ntwo\nthree\n",
    });
  });

  it("rollover_at_weekday", () => {
    assert.deepEqual(rollAt({ when: "W4", atTime: "12:34:56" }, FRIDAY_NOON), {
      "app.log": "four\nfive\n",
      "app.log.2024-02-23": "one\ntwo\nthree\n",
    });
  });

  it("invalid", () => {
    for (const [when, message] of [
      ["X", "Invalid rollover interval specified: X"],
      ["W", "You must specify a day for weekly rollover from 0 to 6 (0 is Monday): W"],
      ["W7", "Invalid day specified for weekly rollover: W7"],
    ] as const) {
      // CPython's text; what would be accepted follows.
      assert.throws(
        () => make({ when, delay: true }),
        (error: Error) => error.name === "ValueError" && error.message.startsWith(`${message};`),
      );
    }
    assert.deepEqual(folder.names(), []);
  });

  /** Suffixes of periods of five seconds, the oldest first. */
  function suffixes(count: number): string[] {
    return Array.from({ length: count }, (_, index) =>
      new Date((FRIDAY_NOON - 1 + 5 * (index - count)) * 1000)
        .toISOString()
        .slice(0, 19)
        .replace("T", "_")
        .replaceAll(":", "-"),
    );
  }

  /** What a log of this name removes from the folder, once it has had a record. */
  async function removed(
    base: string,
    options: TimedRotatingFileHandlerOptions,
    namer: ((path: string) => string) | null = null,
  ): Promise<string[]> {
    const before = folder.names();
    const handler = new TimedRotatingFileHandler(join(folder.directory, base), {
      when: "S",
      interval: 5,
      strategy: "rename",
      utc: true,
      ...options,
    });
    handler.namer = namer;
    handler.emit(makeLogRecord({ msg: "now" }));
    await handler.maintain();
    handler.close();
    const after = new Set(folder.names());
    return before.filter((name) => !after.has(name));
  }

  it("compute_files_to_delete", async () => {
    const times = suffixes(10);
    const logs = [
      { base: "a.b.log", name: (time: string) => `a.b.log.${time}`, namer: null },
      { base: "a.b.c.log", name: (time: string) => `a.b.c.log.${time}`, namer: null },
      ...["d.e", "d.e.f"].map((stem) => ({
        base: `${stem}.log`,
        name: (time: string) => `${stem}.${time}.log`,
        namer: (path: string) => path.replace(/\.log(?=\.[^/]*$)/, "") + ".log",
      })),
      {
        base: "g.log",
        name: (time: string) => `g${time}.oldlog`,
        namer: (path: string) => path.replace(/g\.log\.([^/]*)$/, "g$1.oldlog"),
      },
    ];
    for (const { name } of logs) {
      for (const time of times) writeFileSync(join(folder.directory, name(time)), "old\n");
    }
    for (const { base, name, namer } of logs) {
      // Each log takes the oldest of its own, and none of the others'.
      const expected = times.slice(0, 3).map(name);
      assert.deepEqual(await removed(base, { backupCount: 7 }, namer), expected, base);
    }
  });

  it("compute_files_to_delete_same_filename_different_extensions", async () => {
    const times = suffixes(10);
    for (const time of times) {
      for (const name of [`a.log.${time}`, `a.log.b.${time}`, `a.log.${time}.c`]) {
        writeFileSync(join(folder.directory, name), "old\n");
      }
    }
    for (const [base, backupCount] of [
      ["a.log", 1],
      ["a.log.b", 2],
    ] as const) {
      const expected = times.slice(0, -backupCount).map((time) => `${base}.${time}`);
      assert.deepEqual(await removed(base, { backupCount }), expected, base);
    }
    assert.equal(folder.names().filter((name) => name.endsWith(".c")).length, times.length);
  });
});
