import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as zlib from "node:zlib";

import type { Method } from "../rotation/fs-op.ts";
import { compressFile, compressFileSync, zstdAvailable } from "./compress-file.ts";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), "daybook-compress-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

type Compressor = (from: number, to: number, method: Method) => Promise<void> | void;

async function compressed(content: Uint8Array, how: Compressor, method: Method): Promise<Buffer> {
  fs.writeFileSync(join(folder, "from"), content);
  const from = fs.openSync(join(folder, "from"), "r");
  const to = fs.openSync(join(folder, "to"), "w");
  try {
    await how(from, to, method);
  } finally {
    fs.closeSync(from);
    fs.closeSync(to);
  }
  return fs.readFileSync(join(folder, "to"));
}

interface Zstd {
  readonly zstdDecompressSync: (bytes: Uint8Array) => Buffer;
}

const unpack: Record<Method, (bytes: Uint8Array) => Buffer> = {
  gz: (bytes) => zlib.gunzipSync(bytes),
  zst: (bytes) => (zlib as unknown as Zstd).zstdDecompressSync(bytes),
};

const METHODS: Method[] = zstdAvailable() ? ["gz", "zst"] : ["gz"];

describe("compressing a file", () => {
  for (const method of METHODS) {
    for (const [name, how] of [
      ["off the main thread", compressFile],
      ["while the caller waits", compressFileSync],
    ] as const) {
      it(`gives back every byte of an empty, a small and a large file (${method}, ${name})`, async () => {
        for (const content of [
          Buffer.alloc(0),
          Buffer.from("one line\n"),
          Buffer.concat([randomBytes(3_000_000), Buffer.alloc(1_000_000, "a")]),
        ]) {
          const packed = await compressed(content, how, method);
          assert.ok(packed.length > 0, "an archive of nothing is an archive, too");
          assert.ok(unpack[method](packed).equals(content));
        }
      });
    }
  }

  it("never holds the whole of a large file in memory", async () => {
    const size = 64 * 1024 * 1024;
    fs.writeFileSync(join(folder, "large"), "");
    fs.truncateSync(join(folder, "large"), size);
    const from = fs.openSync(join(folder, "large"), "r");
    const to = fs.openSync(join(folder, "packed"), "w");
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    let looks = 0;
    let most = 0;
    // What is held, not what waits to be collected: that is a matter of Node, and of what
    // the tests above have left. The second collection finds the first one's work done.
    const timer = setInterval(() => {
      looks++;
      collect();
      collect();
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    }, 50);
    await compressFile(from, to, "gz");
    clearInterval(timer);
    fs.closeSync(from);
    fs.closeSync(to);
    assert.ok(looks > 0, "the memory was looked at on the way");
    assert.ok(most < size / 4, `${most} bytes`);
  });

  it("fails with the system's error, with no read or write under way any more", async () => {
    fs.writeFileSync(join(folder, "from"), randomBytes(2_000_000));
    const from = fs.openSync(join(folder, "from"), "r");
    const full = fs.existsSync("/dev/full") ? "/dev/full" : folder;
    const to = fs.openSync(full, full === folder ? "r" : "w");
    await assert.rejects(compressFile(from, to, "gz"), {
      code: full === folder ? "EBADF" : "ENOSPC",
    });
    fs.closeSync(from);
    fs.closeSync(to);
  });

  it("says what is missing where this Node has no zstd", async () => {
    if (zstdAvailable()) {
      assert.equal(METHODS.length, 2);
      return;
    }
    await assert.rejects(compressed(Buffer.from("x"), compressFile, "zst"), /no zstd.*22\.15/);
    await assert.rejects(
      async () => await compressed(Buffer.from("x"), compressFileSync, "zst"),
      /no zstd.*22\.15/,
    );
  });
});
