import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import type { ValueError } from "../core/errors.ts";
import { zstdAvailable } from "../platform/compress-file.ts";
import { checkShared } from "./rotating-options.ts";
import { TimedRotatingFileHandler } from "./timed-rotating-file.ts";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "daybook-options-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the options of rotating handlers", () => {
  it("are as careful as a log should be where nothing is said", () => {
    const { maxBytes, fileMode, directoryMode, outlet } = checkShared({});
    assert.deepEqual([maxBytes, fileMode, directoryMode], [0, 0o660, 0o770]);
    assert.deepEqual(outlet, {
      durability: "write",
      flushIntervalMs: null,
      flushLevel: 40,
      bufferBytes: 65_536,
      fsyncLevel: 0,
      fsyncIntervalMs: null,
      onFull: "drop",
      blockTimeoutMs: 1000,
      spillBytes: 1_048_576,
    });
  });

  it("take levels by name or number", () => {
    const { outlet } = checkShared({ durability: "fsync", fsyncLevel: "WARNING" });
    assert.equal(outlet.fsyncLevel, 30);
    assert.equal(checkShared({ durability: "buffered", flushLevel: 45 }).outlet.flushLevel, 45);
  });

  const buffered = { durability: "buffered" };
  const fsync = { durability: "fsync" };
  const bad: [Record<string, unknown>, RegExp, RegExp][] = [
    [{ maxBytes: 0.5 }, /maxBytes can't be 0\.5/, /whole number of bytes/],
    [{ maxAgeDays: -1 }, /maxAgeDays can't be -1/, /0 \(keep all\) or more/],
    [{ maxAgeDays: Number.NaN }, /maxAgeDays can't be nan/i, /number of days/],
    [{ maxTotalBytes: 1.5 }, /maxTotalBytes can't be 1\.5/, /whole number of bytes/],
    [{ compress: "zip" }, /compress can't be 'zip'/, /false, 'gzip'/],
    [{ compress: true }, /compress can't be true/i, /false, 'gzip'/],
    [{ compress: "gzip", rotator: () => {} }, /rotator beside compress 'gzip'/, /one of the two/],
    [{ rotator: "gzip" }, /rotator can't be 'gzip'/, /\(source, dest\) => void/],
    [{ namer: 7 }, /namer can't be 7/, /\(path\) => path/],
    [{ fileMode: 0o400 }, /fileMode can't be 0o400/, /0o660/],
    [{ fileMode: "660" }, /fileMode can't be '660'/, /0o660/],
    [{ fileMode: 0o1777 }, /fileMode can't be 1023/, /0o777/],
    [{ directoryMode: 0o600 }, /directoryMode can't be 0o600/, /0o770/],
    [
      { durability: "paper" },
      /durability can't be 'paper'/,
      /'buffered', 'journal', 'write', 'fsync'/,
    ],
    [{ onFull: "cry" }, /onFull can't be 'cry'/, /'drop', 'block', 'spill'/],
    [{ ...buffered, flushIntervalMs: 0 }, /flushIntervalMs can't be 0/, /from 1 to 2147483647/],
    [{ ...buffered, flushLevel: "LOUD" }, /flushLevel can't be 'LOUD'/, /CRITICAL/],
    [{ ...buffered, bufferBytes: 2_000_000 }, /bufferBytes can't be 2000000/, /from 1 to 1048576/],
    [{ ...fsync, fsyncLevel: [] }, /fsyncLevel can't be \[\]/, /a number or one of/],
    [{ ...fsync, fsyncIntervalMs: 1.5 }, /fsyncIntervalMs can't be 1\.5/, /whole number/],
    [{ onFull: "block", blockTimeoutMs: -1 }, /blockTimeoutMs can't be -1/, /from 0/],
    [{ onFull: "spill", spillBytes: 0 }, /spillBytes can't be 0/, /at least 1/],
    [
      { bufferBytes: 10 },
      /bufferBytes beside durability 'write' can't be 10/,
      /durability 'buffered'/,
    ],
    [{ ...buffered, fsyncLevel: 10 }, /fsyncLevel beside durability 'buffered'/, /'fsync' with it/],
    [{ blockTimeoutMs: 10 }, /blockTimeoutMs beside onFull 'drop'/, /onFull 'block'/],
    [{ onFull: "block", spillBytes: 10 }, /spillBytes beside onFull 'block'/, /onFull 'spill'/],
  ];
  for (const [options, value, accepted] of bad) {
    it(`refuse ${Object.entries(options).map(String).join(" and ")}, leaving nothing behind`, () => {
      assert.throws(
        () => new TimedRotatingFileHandler(join(folder, "logs", "app.log"), options),
        (error: ValueError) => {
          assert.match(error.message, value);
          assert.match(error.accepted ?? "", accepted);
          assert.ok(error.message.endsWith(`accepted: ${error.accepted}`) || "value" in error);
          return error.name === "ValueError";
        },
      );
      assert.deepEqual(readdirSync(folder), []);
    });
  }

  it("refuse zstd where Node has none, and take it where it has", () => {
    const make = (): TimedRotatingFileHandler =>
      new TimedRotatingFileHandler(join(folder, "app.log"), { compress: "zstd", delay: true });
    if (zstdAvailable()) make().close();
    else assert.throws(make, /compress 'zstd' needs Node 22\.15.*accepted here: false, 'gzip'/);
  });
});
