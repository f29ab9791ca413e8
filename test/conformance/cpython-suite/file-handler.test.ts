import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { deflateSync, inflateSync } from "node:zlib";
import { rmSync } from "node:fs";

import { FileHandler, Formatter, makeLogRecord, RotatingFileHandler } from "../../../src/index.ts";
import type { LogRecord, RotatingFileHandlerOptions } from "../../../src/index.ts";
import { useLogFolder } from "./log-folder.ts";
import { useSuiteLogging } from "./suite-logging.ts";

function numbered(count: number): LogRecord {
  return makeLogRecord({ name: "n", levelno: 10, msg: String(count) });
}

describe("FileHandlerTest", () => {
  useSuiteLogging();
  const folder = useLogFolder();

  it("delay", () => {
    const handler = new FileHandler(folder.path, { encoding: "utf-8", delay: true });
    assert.equal(handler.stream, null);
    assert.ok(!existsSync(folder.path));
    handler.handle(makeLogRecord({}));
    assert.notEqual(handler.stream, null);
    assert.ok(existsSync(folder.path));
    handler.close();
  });

  it("emit_after_closing_in_write_mode", () => {
    const handler = new FileHandler(folder.path, { encoding: "utf-8", mode: "w" });
    handler.setFormatter(new Formatter("%(message)s"));
    handler.emit(numbered(1));
    handler.close();
    handler.emit(numbered(2));
    assert.deepEqual(folder.files(), { "app.log": "1\n" });
  });
});

// There is no shouldRollover() to ask: several processes may write, so whether a file is
// full is known only under the lock, at the moment of writing. What is asked here is
// what was done.
describe("RotatingFileHandlerTest", () => {
  const suite = useSuiteLogging();
  const folder = useLogFolder();

  /** Logs the messages by a handler of its own, and tells what the folder holds then. */
  function logged(options: RotatingFileHandlerOptions, ...msgs: string[]): Record<string, string> {
    const handler = new RotatingFileHandler(folder.path, { encoding: "utf-8", ...options });
    for (const msg of msgs) handler.emit(makeLogRecord({ msg }));
    handler.close();
    return folder.files();
  }

  it("should_not_rollover", () => {
    const long = "longer than any limit here";
    // An empty file is never full.
    assert.deepEqual(logged({ maxBytes: 1, backupCount: 1 }, long), { "app.log": `${long}\n` });
    // Without a limit none is.
    assert.deepEqual(logged({ maxBytes: 0, backupCount: 1 }, long), {
      "app.log": `${long}\n${long}\n`,
    });
    writeFileSync(folder.path, "\n");
    assert.deepEqual(logged({ maxBytes: 0, backupCount: 1 }, "x"), { "app.log": "\nx\n" });
  });

  // CPython writes to a device and never rolls it. Here a log is a regular file: one
  // that isn't is refused when the handler is made.
  it("should_not_rollover_non_file", () => {
    for (const maxBytes of [0, 1]) {
      assert.throws(
        () => new RotatingFileHandler("/dev/null", { maxBytes, backupCount: 1 }),
        (error: Error) => /\/dev\/null|not a regular file/.test(error.message),
      );
    }
    assert.ok(!existsSync("/dev/null.1"));
  });

  it("should_rollover", () => {
    writeFileSync(folder.path, "\n");
    assert.deepEqual(logged({ maxBytes: 2, backupCount: 1 }, "1"), {
      "app.log": "1\n",
      "app.log.1": "\n",
    });
    // Python's default keeps no backup: then the file just grows.
    assert.deepEqual(logged({ maxBytes: 2 }, "2")["app.log"], "1\n2\n");
  });

  it("file_created", () => {
    assert.deepEqual(logged({}, "1"), { "app.log": "1\n" });
  });

  function checkMaxBytes(delay: boolean): void {
    const options = { backupCount: 2, maxBytes: 100, delay };
    const handler = new RotatingFileHandler(folder.path, options);
    assert.equal(existsSync(folder.path), !delay);
    const [small, large] = ["a", "b".repeat(100)].map((msg) => makeLogRecord({ msg }));
    assert.ok(small !== undefined && large !== undefined);
    handler.emit(small);
    assert.deepEqual(folder.names(), ["app.log"]);
    handler.emit(small);
    assert.deepEqual(folder.names(), ["app.log"], "there is room for a small one");
    handler.emit(large);
    assert.deepEqual(folder.names(), ["app.log", "app.log.1"], "but not for a large one");
    handler.emit(small);
    assert.deepEqual(folder.files(), {
      "app.log": "a\n",
      "app.log.1": `${"b".repeat(100)}\n`,
      "app.log.2": "a\na\n",
    });
    handler.close();
  }

  it("max_bytes", () => {
    checkMaxBytes(false);
  });

  it("max_bytes_delay", () => {
    checkMaxBytes(true);
  });

  it("rollover_filenames", () => {
    const handler = new RotatingFileHandler(folder.path, { backupCount: 2, maxBytes: 1 });
    handler.namer = (name) => `${name}.past`;
    const names = [1, 2, 3, 4].map((count) => {
      handler.emit(numbered(count));
      return folder.names();
    });
    const all = ["app.log", "app.log.1.past", "app.log.2.past"];
    assert.deepEqual(names, [all.slice(0, 1), all.slice(0, 2), all, all]);
    assert.equal(folder.files()["app.log.2.past"], "2\n");
    handler.close();
  });

  // Python's subclasses may define `namer` and `rotator` as methods. Here they are
  // properties, tried when they are set: a subclass sets them in its constructor.
  it("namer_rotator_inheritance", () => {
    class Own extends RotatingFileHandler {
      constructor(path: string) {
        super(path, { backupCount: 2, maxBytes: 1 });
        this.namer = (name) => `${name}.past`;
        this.rotator = (source, dest) => {
          writeFileSync(dest, `rotated ${readFileSync(source, "utf8")}`);
          rmSync(source);
        };
      }
    }
    const handler = new Own(folder.path);
    assert.equal(handler.namer?.(folder.path), `${folder.path}.past`);
    handler.emit(numbered(1));
    handler.emit(numbered(2));
    handler.close();
    assert.deepEqual(folder.files(), { "app.log": "2\n", "app.log.1.past": "rotated 1\n" });
    assert.equal(suite.stderr.text, "");
  });

  it("rotator", () => {
    const handler = new RotatingFileHandler(folder.path, { backupCount: 2, maxBytes: 1 });
    handler.namer = (name) => `${name}.z`;
    handler.rotator = (source, dest) => {
      writeFileSync(dest, deflateSync(readFileSync(source), { level: 9 }));
      rmSync(source);
    };
    const unpacked = (name: string): string =>
      inflateSync(readFileSync(`${folder.path}.${name}.z`)).toString();
    handler.emit(numbered(1));
    handler.emit(numbered(2));
    assert.equal(unpacked("1"), "1\n");
    handler.emit(numbered(3));
    assert.deepEqual([unpacked("1"), unpacked("2")], ["2\n", "1\n"]);
    handler.emit(numbered(4));
    assert.deepEqual([unpacked("1"), unpacked("2")], ["3\n", "2\n"]);
    assert.deepEqual(folder.names(), ["app.log", "app.log.1.z", "app.log.2.z"]);
    handler.close();
  });
});
