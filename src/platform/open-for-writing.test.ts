import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { nativeCalls } from "./native.ts";
import { isOpenForWriting } from "./open-for-writing.ts";

const folder = mkdtempSync(join(tmpdir(), "daybook-lease-"));
const path = join(folder, "a.log");
writeFileSync(path, "x\n");
after(() => rmSync(folder, { recursive: true, force: true }));

/** What can be learnt here: the truth, or null on a machine where the kernel can't be asked. */
function known(truth: boolean): boolean | null {
  return process.platform === "linux" && nativeCalls()?.fcntl ? truth : null;
}

test("a file that a process has open for writing is told from one that it only reads", () => {
  assert.equal(isOpenForWriting(path), known(false));
  const reader = openSync(path, "r");
  assert.equal(isOpenForWriting(path), known(false));
  const writer = openSync(path, "a");
  assert.equal(isOpenForWriting(path), known(true));
  closeSync(writer);
  assert.equal(isOpenForWriting(path), known(false));
  closeSync(reader);
});

test("another process counts, whether or not it takes locks", async () => {
  const other = spawn(process.execPath, [
    "-e",
    `require("fs").openSync(${JSON.stringify(path)}, "a"); console.log("open"); process.stdin.resume()`,
  ]);
  try {
    await once(other.stdout, "data");
    assert.equal(isOpenForWriting(path), known(true));
  } finally {
    other.stdin.end();
  }
  await once(other, "exit");
  assert.equal(isOpenForWriting(path), known(false));
});

test("asking again and again while others open the file harms neither", async () => {
  const other = spawn(process.execPath, [
    "-e",
    `const { openSync, closeSync } = require("fs"); console.log("go");
     for (let i = 0; i < 3000; i += 1) closeSync(openSync(${JSON.stringify(path)}, "a"));`,
  ]);
  const ended = once(other, "exit");
  await once(other.stdout, "data");
  for (let i = 0; i < 3000; i += 1) isOpenForWriting(path);
  assert.deepEqual(await ended, [0, null]);
});

test("a file that is not there is an error", () => {
  if (known(true) === null) assert.equal(isOpenForWriting(join(folder, "none")), null);
  else assert.throws(() => isOpenForWriting(join(folder, "none")), { code: "ENOENT" });
});
