import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { pathToFileURL } from "node:url";

import {
  FileHandler,
  getHandlerByName,
  Handler,
  makeLogRecord,
  NOTSET,
  RotatingFileHandler,
  setRaiseExceptions,
  StreamHandler,
  TimedRotatingFileHandler,
  WatchedFileHandler,
} from "../../../src/index.ts";
import type { LogRecord, TextStream } from "../../../src/index.ts";
import { BufferingHandler } from "../../../src/handlers/buffering.ts";
import { HTTPHandler } from "../../../src/handlers/network/http.ts";
import { SysLogHandler } from "../../../src/handlers/network/syslog.ts";
import { TextBuffer, useSuiteLogging } from "./suite-logging.ts";

describe("HandlerTest", () => {
  useSuiteLogging();
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "suite-handler-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("name", () => {
    const handler = new Handler();
    handler.name = "first";
    assert.equal(getHandlerByName("first"), handler);
    handler.name = "second";
    assert.equal(handler.name, "second");
    assert.equal(getHandlerByName("first"), null);
    // CPython's NotImplementedError has no counterpart: a plain Error with its text.
    assert.throws(() => handler.emit(makeLogRecord({})), {
      message: "emit must be implemented by Handler subclasses",
    });
  });

  it("builtin_handlers", () => {
    const path = join(folder, "watched.log");
    for (const isThere of [true, false]) {
      if (isThere) writeFileSync(path, "");
      const watched = new WatchedFileHandler(path, { encoding: "utf-8", delay: true });
      if (isThere) {
        watched.handle(makeLogRecord({ msg: "one" }));
        unlinkSync(path);
        watched.handle(makeLogRecord({ msg: "two" }));
        assert.equal(readFileSync(path, "utf8"), "two\n");
      } else {
        assert.equal(watched.stream, null);
        assert.ok(!existsSync(path));
      }
      watched.close();
      rmSync(path, { force: true });
    }

    for (const method of ["GET", "POST"] as const) {
      new HTTPHandler("localhost", "/log", { method }).close();
    }
    assert.throws(() => new HTTPHandler("localhost", "/log", { method: "PUT" as "GET" }), {
      name: "ValueError",
      message: "method must be GET or POST",
    });

    const record = makeLogRecord({});
    const full = new BufferingHandler(0);
    assert.ok(full.shouldFlush(record));
    const roomy = new BufferingHandler(1);
    assert.ok(!roomy.shouldFlush(record));
    full.close();
    roomy.close();

    const syslog = new SysLogHandler();
    assert.equal(syslog.facility, SysLogHandler.LOG_USER);
    assert.deepEqual(syslog.address, ["localhost", 514]);
    syslog.close();
    // It connects with the first record: whether there is such a socket is not asked yet.
    const local = new SysLogHandler({ address: "/dev/log" });
    assert.equal(local.address, "/dev/log");
    local.close();
  });

  // What Python calls path-like is a file: URL here.
  it("path_objects", () => {
    const path = join(folder, "a folder with spaces.log");
    const url = pathToFileURL(path);
    const makers: (() => Handler)[] = [
      () => new FileHandler(url, { mode: "w", encoding: "utf-8" }),
      () => new RotatingFileHandler(url, { mode: "a", encoding: "utf-8" }),
      () => new TimedRotatingFileHandler(url, { when: "h", encoding: "utf-8", strategy: "rename" }),
      () => new WatchedFileHandler(url, { mode: "w", encoding: "utf-8" }),
    ];
    for (const make of makers) {
      const handler = make();
      assert.ok(existsSync(path), String(handler));
      handler.close();
      unlinkSync(path);
    }
  });

  // The name of path_objects in CPython 3.13.
  it("pathlike_objects", () => {
    const url = pathToFileURL(join(folder, "sub", "..", "app.log"));
    const handler = new FileHandler(url, { delay: true });
    assert.equal(handler.baseFilename, join(folder, "app.log"));
    assert.throws(() => new FileHandler(new URL("https://example.org/app.log")), {
      name: "TypeError",
    });
    handler.close();
  });

  // CPython removes the file in a thread; here another process does.
  it("race", { timeout: 60_000 }, async () => {
    const path = join(folder, "raced.log");
    const remover = spawn(
      process.execPath,
      [
        "-e",
        `const { unlinkSync } = require("node:fs");
         process.stdin.on("end", () => process.exit(0)).resume();
         const turn = () => {
           for (let i = 0; i < 50; i += 1) try { unlinkSync(process.argv[1]); process.stdout.write("."); } catch {}
           setImmediate(turn);
         };
         turn();`,
        path,
      ],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    const removed = { count: 0 };
    remover.stdout.on("data", (dots: Buffer) => (removed.count += dots.length));
    class Strict extends WatchedFileHandler {
      override handleError(_record: LogRecord, error: unknown): void {
        throw error;
      }
    }
    let logged = 0;
    try {
      while (removed.count < 50 || logged < 250) {
        const handler = new Strict(path, { delay: logged % 2 === 0 });
        for (let i = 0; i < 25; i += 1) handler.handle(makeLogRecord({ msg: "raced" }));
        handler.close();
        logged += 25;
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      const ended = once(remover, "exit");
      remover.stdin.end();
      await ended;
    }
    const last = new Strict(path);
    last.handle(makeLogRecord({ msg: "at last" }));
    last.close();
    assert.match(readFileSync(path, "utf8"), /^(raced\n)*at last\n$/);
  });
});

class BadStream implements TextStream {
  write(): void {
    throw new RangeError("on purpose");
  }
}

describe("StreamHandlerTest", () => {
  const suite = useSuiteLogging();

  it("error_handling", () => {
    const record = makeLogRecord({});
    const failed: LogRecord[] = [];
    class Own extends StreamHandler {
      override handleError(given: LogRecord): void {
        failed.push(given);
      }
    }
    new Own(new BadStream()).handle(record);
    assert.deepEqual(failed, [record]);

    const plain = new StreamHandler(new BadStream());
    plain.handle(record);
    assert.match(suite.stderr.text, /^--- Logging error ---\n/);
    assert.match(suite.stderr.text, /\nRangeError: on purpose\n/);

    setRaiseExceptions(false);
    const { length } = suite.stderr.text;
    new StreamHandler(new BadStream()).handle(record);
    assert.equal(suite.stderr.text.slice(length), "");
  });

  it("stream_setting", () => {
    const handler = new StreamHandler();
    const stream = new TextBuffer();
    assert.equal(handler.setStream(stream), process.stderr);
    assert.equal(handler.setStream(process.stderr), stream);
    assert.equal(handler.setStream(process.stderr), null);
  });

  it("can_represent_stream_with_int_name", () => {
    const stream = { level: NOTSET, name: 2, write(): void {} };
    assert.equal(String(new StreamHandler(stream)), "<StreamHandler 2 (NOTSET)>");
  });
});
