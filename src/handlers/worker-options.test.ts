// Which options go with a worker thread, and which don't.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { checkShared } from "./rotating-options.ts";
import type { RotatingHandlerOptions } from "./rotating-options.ts";
import { TimedRotatingFileHandler } from "./timed-rotating-file.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "daybook-options-"));
  path = join(folder, "app.log");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the options of a worker thread", () => {
  it("lose nothing where nothing else is said, be it for a SIGKILL or a burst", () => {
    const { outlet, worker, workerBytes } = checkShared({ worker: true });
    assert.deepEqual([worker, workerBytes], [true, 1_048_576]);
    assert.deepEqual([outlet.durability, outlet.onFull], ["journal", "block"]);
  });

  const refused: [RotatingHandlerOptions, RegExp][] = [
    [
      { worker: true, durability: "write" },
      /durability beside worker: true can't be 'write'; accepted: 'journal', 'buffered'/,
    ],
    [{ worker: true, durability: "fsync" }, /durability beside worker: true can't be 'fsync'/],
    [
      { worker: true, bufferBytes: 4096 },
      /bufferBytes beside worker: true can't be 4096; accepted: workerBytes/,
    ],
    [{ worker: true, namer: (name) => name }, /namer beside worker: true/],
    [{ worker: true, rotator: () => {} }, /rotator beside worker: true/],
    [
      { worker: true, workerBytes: 100 },
      /workerBytes can't be 100; accepted: a whole number from 16384/,
    ],
    [{ workerBytes: 65_536 }, /workerBytes can't be 65536; accepted: worker: true with it/],
    [{ worker: 1 as unknown as boolean }, /worker can't be 1; accepted: true or false/],
  ];
  for (const [options, message] of refused) {
    it(`refuses ${Object.keys(options).join(" with ")}: ${message.source}`, () => {
      assert.throws(() => new TimedRotatingFileHandler(path, options), {
        name: "ValueError",
        message,
      });
      assert.deepEqual(readdirSync(folder), []);
    });
  }

  it("refuses hooks that are set later", () => {
    const handler = new TimedRotatingFileHandler(path, { worker: true });
    assert.throws(() => (handler.namer = (name) => name), /namer beside worker: true/);
    assert.throws(() => (handler.rotator = () => {}), /rotator beside worker: true/);
    handler.namer = null;
    handler.close();
  });
});
