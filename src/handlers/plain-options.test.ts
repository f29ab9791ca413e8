import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, it } from "node:test";

import {
  closedAfter,
  content,
  folder,
  log,
  loggerTo,
  path,
  stderr,
  usePlainLogs,
} from "../../test/kit/plain-logs.ts";
import { ValueError } from "../core/errors.ts";
import { FileHandler } from "./file.ts";
import type { FileHandlerOptions } from "./file.ts";

usePlainLogs();

function make(options: FileHandlerOptions, at: string = path): FileHandler {
  return closedAfter(new FileHandler(at, options));
}

describe("bad options", () => {
  it("are refused with their value and what is accepted, before the file is made", () => {
    const cases: readonly (readonly [FileHandlerOptions, unknown])[] = [
      [{ durability: "safe" as "write" }, "safe"],
      [{ durability: "write", encoding: "utf-16-le" }, "utf-16-le"],
      [{ durability: "write", encoding: "ebcdic" }, "ebcdic"],
      [{ durability: "write", bufferBytes: 10 }, 10],
      [{ durability: "write", flushIntervalMs: 10 }, 10],
      [{ durability: "journal", flushLevel: "INFO" }, "INFO"],
      [{ durability: "buffered", fsyncLevel: "INFO" }, "INFO"],
      [{ durability: "buffered", flushIntervalMs: 0 }, 0],
      [{ fsyncIntervalMs: 5 }, 5],
      [{ onFull: "panic" as "drop" }, "panic"],
      [{ onFull: "drop", spillBytes: 5 }, 5],
      [{ blockTimeoutMs: 5 }, 5],
    ];
    for (const [options, value] of cases) {
      assert.throws(
        () => new FileHandler(path, options),
        (error: unknown) =>
          error instanceof ValueError && error.value === value && error.accepted !== undefined,
        JSON.stringify(options),
      );
    }
    assert.deepEqual(readdirSync(folder), []);
    assert.equal(stderr.text, "");
  });
});

describe("what a StreamHandler has, with durability", () => {
  it("has no meaning for streams: none is open, and none can be set", () => {
    const handler = make({ durability: "buffered" });
    log(handler, "1");
    assert.equal(handler.stream, null);
    assert.throws(() => handler.setStream(process.stderr), ValueError);
    assert.throws(() => (handler.stream = process.stderr), ValueError);
    handler.flush();
    assert.equal(content(), "1\n");
  });

  it("keeps its terminator, if that ends with a newline, and closes the straight way for another", () => {
    const handler = make({ durability: "write" });
    const logger = loggerTo(handler);
    logger.info("1");
    handler.terminator = "\r\n";
    logger.info("2");
    handler.terminator = "\n";
    logger.info("3");
    assert.equal(content(), "1\n2\r\n3\n");
    for (const bad of ["", " ", null as unknown as string]) {
      assert.throws(() => (handler.terminator = bad), ValueError);
    }
  });

  it("keeps lines apart if a subclass's terminator doesn't", () => {
    class Odd extends FileHandler {
      override terminator = ";";
    }
    const handler = new Odd(path, { durability: "write" });
    closedAfter(handler);
    log(handler, "1", "2");
    assert.equal(content(), "1;\n2;\n");
    assert.equal(handler.lineSink(), null);
  });
});
