// What survives the end of a process, by durability, with each handler's default
// intervals. test/process-end/ has the whole table.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "daybook-durability-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);

/** How many of a child's three records are in its file in the end. */
function survivors(options: object, end: string): number {
  const script = `
    const { TimedRotatingFileHandler } = await import(${url("timed-rotating-file.js")});
    const { getLogger } = await import(${url("../core/hierarchy.js")});
    const log = getLogger();
    log.addHandler(new TimedRotatingFileHandler(process.argv[1], ${JSON.stringify(options)}));
    log.setLevel("INFO");
    for (const msg of ["one", "two", "three"]) log.info(msg);
    ${end}
  `;
  const path = join(folder, "app.log");
  spawnSync(process.execPath, ["--input-type=module", "-e", script, path], { encoding: "utf8" });
  const file = readdirSync(folder).find((name) => name.startsWith("app.log."));
  return file === undefined ? 0 : readFileSync(join(folder, file), "utf8").split("\n").length - 1;
}

const ENDS: Readonly<Record<string, string>> = {
  "the end of the program": "",
  "process.exit": "process.exit(3);",
  "an uncaught exception": "throw new Error('nobody catches this');",
  "an unhandled rejection": "Promise.reject(new Error('nobody handles this'));",
  "a SIGKILL after a turn of the event loop":
    "setImmediate(() => setImmediate(() => process.kill(process.pid, 'SIGKILL')));",
};

describe("what survives", () => {
  for (const durability of ["buffered", "write", "fsync"]) {
    for (const [name, end] of Object.entries(ENDS)) {
      it(`${name}, with durability ${durability}: every record`, () => {
        assert.equal(survivors({ durability }, end), 3);
      });
    }
  }

  const kill = "process.kill(process.pid, 'SIGKILL'); for (;;);";
  it("a SIGKILL in the same turn: every record with write and fsync, none with buffered", () => {
    assert.equal(survivors({ durability: "write" }, kill), 3);
    rmSync(folder, { recursive: true });
    assert.equal(survivors({ durability: "fsync" }, kill), 3);
    rmSync(folder, { recursive: true });
    assert.equal(survivors({ durability: "buffered" }, kill), 0);
    rmSync(folder, { recursive: true });
    assert.equal(survivors({ durability: "buffered", flushLevel: "INFO" }, kill), 3);
  });
});
