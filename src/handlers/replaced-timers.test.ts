// Programs under test whose global timers are not Node's: fake ones that stand still, or
// those of a simulated browser, which are numbers. Ours must go on beside them.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mock, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { Logger } from "../core/logger.ts";
import { FileHandler } from "./file.ts";

function withFolder(run: (folder: string) => unknown): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "daybook-"));
  return Promise.resolve(run(folder)).then(() => rmSync(folder, { recursive: true }));
}

for (const flushIntervalMs of [undefined, 1]) {
  test(`buffered lines are written while fake timers stand still, interval ${flushIntervalMs}`, () =>
    withFolder(async (folder) => {
      const path = join(folder, "app.log");
      const interval = flushIntervalMs === undefined ? {} : { flushIntervalMs };
      const handler = new FileHandler(path, { durability: "buffered", ...interval });
      const log = new Logger("a", "DEBUG");
      log.addHandler(handler);
      mock.timers.enable({ apis: ["setTimeout", "setImmediate"] });
      try {
        log.info("during");
        await written(path, "during\n");
      } finally {
        mock.timers.reset();
      }
      log.info("after");
      await written(path, "during\nafter\n");
      handler.close();
    }));
}

test("timers that are numbers cost no line, and end no process", () =>
  withFolder((folder) => {
    const url = new URL("../index.js", import.meta.url).href;
    const code = `
      import { FileHandler, getLogger, TimedRotatingFileHandler } from ${JSON.stringify(url)};
      globalThis.setTimeout = globalThis.setInterval = globalThis.setImmediate = () => 5;
      const log = getLogger();
      const folder = ${JSON.stringify(folder)};
      log.addHandler(new FileHandler(folder + "/a.log", { durability: "buffered", flushIntervalMs: 50 }));
      log.addHandler(new TimedRotatingFileHandler(folder + "/b.log", { durability: "journal" }));
      for (let i = 0; i < 3; i++) log.error("line %d", i);
      log.error("%d", "no number");
      await new Promise((resolve) => queueMicrotask(resolve));
      console.log("done");
    `;
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ["--input-type=module", "-e", code],
      { encoding: "utf8" },
    );
    assert.deepEqual([stdout, status], ["done\n", 0], stderr);
    assert.doesNotMatch(stderr, /unref/);
    const lines = "line 0\nline 1\nline 2\n%d (arguments: [ 'no number' ])\n";
    assert.equal(readFileSync(join(folder, "a.log"), "utf8"), lines);
    assert.equal(readFileSync(join(folder, "b.log"), "utf8"), lines);
  }));

async function written(path: string, text: string): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (readFileSync(path, "utf8") !== text) {
    assert.ok(performance.now() < deadline, `${path} holds ${readFileSync(path, "utf8")}`);
    await sleep(5);
  }
}
