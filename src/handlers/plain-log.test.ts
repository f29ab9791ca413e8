// FileHandler with `durability`, `onFull` and their companions, in one process. What
// several processes and the end of one do to it is in plain-processes.test.ts.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

import {
  closedAfter,
  content,
  DURABILITIES,
  folder,
  log,
  loggerTo,
  path,
  stderr,
  usePlainLogs,
} from "../../test/kit/plain-logs.ts";
import { Logger } from "../core/logger.ts";
import { useStraightWay } from "../core/plan.ts";
import { makeLogRecord } from "../core/record.ts";
import type { LogRecord } from "../core/record.ts";
import { Formatter } from "../formatters/formatter.ts";
import { FileHandler } from "./file.ts";
import type { FileHandlerOptions } from "./file.ts";

usePlainLogs();

function make(options: FileHandlerOptions, at: string = path): FileHandler {
  return closedAfter(new FileHandler(at, options));
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(() => resolve()));

describe("a FileHandler with durability", () => {
  for (const durability of DURABILITIES) {
    it(`writes every line in order with ${durability}, after what was there`, async () => {
      writeFileSync(path, "before\n");
      const handler = make({ durability });
      log(handler, "1", "2");
      // A journal's lines wait a little longer than a turn.
      while (handler.stats().buffered > 0) await nextTurn();
      assert.equal(content(), "before\n1\n2\n");
      log(handler, "3");
      handler.flush();
      assert.equal(content(), "before\n1\n2\n3\n");
      log(handler, "4");
      handler.close();
      assert.equal(content(), "before\n1\n2\n3\n4\n");
      assert.equal(handler.stats().written, 4);
      assert.equal(stderr.text, "");
      if (durability !== "journal") assert.deepEqual(readdirSync(folder), ["a.log"]);
    });
  }

  it("has a line in the file when the call returns with write, and only then", () => {
    const write = make({ durability: "write" });
    log(write, "1");
    assert.equal(content(), "1\n");
    const buffered = make({ durability: "buffered" }, join(folder, "b.log"));
    log(buffered, "1");
    assert.equal(content("b.log"), "");
    assert.equal(buffered.stats().buffered, 1);
  });

  it("syncs each record with fsync, and from a level on if it is told one", () => {
    const each = make({ durability: "fsync" });
    log(each, "1", "2");
    assert.equal(each.stats().fsyncs, 2);
    const some = make({ durability: "fsync", fsyncLevel: "ERROR" }, join(folder, "b.log"));
    log(some, "1", "2");
    assert.equal(some.stats().fsyncs, 0);
    some.handle(makeLogRecord({ msg: "3", levelno: 40 }));
    assert.equal(some.stats().fsyncs, 1);
    assert.equal(content("b.log"), "1\n2\n3\n");
  });

  it("takes any one of the options as a wish for this way", () => {
    const handler = make({ onFull: "spill" });
    log(handler, "1");
    assert.equal(content(), "1\n");
    assert.notEqual(handler.lineSink(), null);
    assert.equal(make({}, join(folder, "b.log")).lineSink(), null);
  });

  it("ends the line that a killed writer left unfinished", () => {
    writeFileSync(path, "unfin");
    log(make({ durability: "write" }), "1");
    assert.equal(content(), "unfin\n1\n");
  });

  it("empties the file once with mode w, and drops what comes after close, as in Python", () => {
    writeFileSync(path, "before\n");
    const handler = make({ mode: "w", durability: "buffered" });
    assert.equal(content(), "");
    log(handler, "1");
    handler.reopen();
    log(handler, "2");
    handler.close();
    log(handler, "3");
    assert.equal(content(), "1\n2\n");
    assert.equal(handler.stats().dropped, 1);
  });

  it("empties a file with mode w and delay at the first record", () => {
    writeFileSync(path, "before\n");
    const handler = make({ mode: "w", delay: true, durability: "write" });
    assert.equal(content(), "before\n");
    log(handler, "1", "2");
    assert.equal(content(), "1\n2\n");
  });

  it("opens the file again after close in mode a, and then writes at once", () => {
    const handler = make({ durability: "buffered" });
    log(handler, "1");
    handler.close();
    log(handler, "2");
    assert.equal(content(), "1\n2\n");
  });

  it("makes the file with delay at the first record, and nothing before", async () => {
    const handler = make({ delay: true, durability: "buffered" });
    await nextTurn();
    handler.flush();
    assert.deepEqual(readdirSync(folder), []);
    log(handler, "1");
    handler.flush();
    assert.equal(content(), "1\n");
    assert.deepEqual(readdirSync(folder), ["a.log"]);
  });

  it("makes the file with the permissions that it has without durability", () => {
    make({});
    make({ durability: "write" }, join(folder, "b.log"));
    assert.equal(statSync(join(folder, "b.log")).mode, statSync(path).mode);
  });

  it("writes in other encodings, with errors as they are set", () => {
    const handler = make({ durability: "write", encoding: "latin1", errors: "replace" });
    log(handler, "é€");
    assert.deepEqual([...readFileSync(path)], [0xe9, 0x3f, 0x0a]);
    assert.equal(handler.lineSink(), null);
  });
});

describe("the straight way", () => {
  const calls = (logger: Logger): void => {
    logger.info("plain");
    logger.info("with %s", "arguments", { field: 1 });
    logger.error("é€😀\ud800", new Error("the cause"));
    logger.info("x".repeat(70_000));
  };

  for (const durability of DURABILITIES) {
    it(`gives the same bytes as that by records, with ${durability}`, () => {
      const texts = [true, false].map((open) => {
        const before = useStraightWay(open);
        const at = join(folder, `${open}.log`);
        const handler = make({ durability }, at);
        handler.setFormatter(new Formatter("%(levelname)s:%(name)s:%(message)s"));
        calls(loggerTo(handler));
        handler.close();
        useStraightWay(before);
        assert.equal(handler.stats().written, 4);
        // The lines of the stack differ in where they were called from.
        return readFileSync(at, "utf8").replaceAll(/:\d+:\d+/g, "");
      });
      assert.equal(texts[0], texts[1]);
      assert.ok(texts[0]?.includes("INFO:plain:plain\n"));
    });
  }

  it("is closed by a filter, a subclass that sees records, and a spy", () => {
    const handler = make({ durability: "write" });
    assert.notEqual(handler.lineSink(), null);
    handler.addFilter(() => true);
    assert.equal(handler.lineSink(), null);
    const seen: unknown[] = [];
    class Seeing extends FileHandler {
      override emit(record: LogRecord): void {
        seen.push(record.msg);
        super.emit(record);
      }
    }
    const other = new Seeing(join(folder, "b.log"), { durability: "write" });
    closedAfter(other);
    assert.equal(other.lineSink(), null);
    loggerTo(other).info("seen");
    assert.deepEqual([seen, content("b.log")], [["seen"], "seen\n"]);
  });

  it("opens with the first record of a handler of delay", () => {
    const handler = make({ durability: "buffered", delay: true });
    const logger = loggerTo(handler);
    assert.equal(handler.lineSink(), null);
    logger.info("1");
    assert.notEqual(handler.lineSink(), null);
    logger.info("2");
    handler.close();
    assert.equal(handler.lineSink(), null);
    logger.info("3");
    assert.equal(content(), "1\n2\n3\n");
  });
});

describe("records that can't be written", () => {
  const openLate = (options: FileHandlerOptions): FileHandler =>
    make({ delay: true, ...options }, join(folder, "sub", "a.log"));

  it("are dropped, counted and reported once per burst with drop", () => {
    const handler = openLate({ durability: "write" });
    log(handler, "1", "2", "3");
    assert.equal(stderr.text.match(/--- Logging error ---/g)?.length, 1);
    assert.match(stderr.text, /ENOENT/);
    mkdirSync(join(folder, "sub"));
    log(handler, "4");
    assert.equal(content("sub/a.log"), "4\n");
    const { written, dropped, errors } = handler.stats();
    assert.deepEqual([written, dropped, errors], [1, 3, 3]);
    assert.match(stderr.text, /\.\.\. 2 more failures of <FileHandler .*a\.log/);
  });

  it("are kept in memory and written in order with spill", () => {
    const handler = openLate({ durability: "buffered", onFull: "spill" });
    log(handler, "1", "2");
    handler.flush();
    assert.equal(handler.stats().spilled, 2);
    mkdirSync(join(folder, "sub"));
    log(handler, "3");
    handler.flush();
    assert.equal(content("sub/a.log"), "1\n2\n3\n");
    const { written, dropped, spilled } = handler.stats();
    assert.deepEqual([written, dropped, spilled], [3, 0, 0]);
  });

  it("make the call wait, once, with block", () => {
    const handler = openLate({ onFull: "block", blockTimeoutMs: 20 });
    log(handler, "1", "2");
    assert.equal(handler.stats().dropped, 2);
    assert.ok(handler.stats().errors > 2, "it was tried again");
  });
});

describe("stats", () => {
  it("count without durability what there is to count", () => {
    const handler = make({});
    log(handler, "é", "2");
    renameSync(path, join(folder, "a.log.1"));
    handler.reopen();
    const { stream } = handler;
    assert.ok(stream);
    stream.write = () => {
      throw new Error("no space left");
    };
    log(handler, "lost");
    log(handler, "3");
    const { written, dropped, reopened, bytes, errors, buffered, fsyncs } = handler.stats();
    assert.deepEqual(
      { written, dropped, reopened, bytes, errors, buffered, fsyncs },
      { written: 3, dropped: 1, reopened: 1, bytes: 7, errors: 1, buffered: 0, fsyncs: 0 },
    );
  });

  it("have the same names with durability and without", () => {
    const names = [{}, { durability: "write" } as const].map((options) =>
      Object.keys(make(options).stats()).toSorted(),
    );
    assert.deepEqual(names[0], names[1]);
  });
});
