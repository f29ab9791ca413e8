import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "daybook-spares-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);

// Takes all descriptors that the process may have, but for a number of them.
const PRELUDE = `
  const { TimedRotatingFileHandler } = await import(${url("../handlers/timed-rotating-file.js")});
  const { makeLogRecord } = await import(${url("../core/record.js")});
  const { setClock } = await import(${url("../core/clock.js")});
  const { spareDescriptors, refill } = await import(${url("spare-descriptors.js")});
  const fs = await import("node:fs");
  const path = process.argv[1], strategy = process.argv[2];
  let now = 1709294400;
  setClock({ now: () => now * 1000 });
  const log = (handler, msg, created = now) => handler.handle(makeLogRecord({ msg, created }));
  const hogs = [];
  const hog = () => { try { for (;;) hogs.push(fs.openSync("/dev/null")); } catch {} };
  const yieldFds = () => { for (const fd of hogs.splice(0)) fs.closeSync(fd); };
  const open = () => fs.readdirSync("/proc/self/fd").length;
  process.stderr; // opened before there is no way to
`;

function run(script: string, strategy: string, ...flags: string[]): Record<string, unknown> {
  const node = `ulimit -n 64; exec "$@"`;
  const args = [process.execPath, ...flags, "--input-type=module", "-e", PRELUDE + script];
  const { stdout, stderr } = spawnSync(
    "sh",
    ["-c", node, "sh", ...args, join(folder, "app.log"), strategy],
    { encoding: "utf8" },
  );
  assert.equal(stderr, "");
  return JSON.parse(stdout) as Record<string, unknown>;
}

function read(name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

describe("without a descriptor to be had", () => {
  for (const strategy of ["dated", "rename", "claim", "external"]) {
    it(`every period's records go to their own file, and nothing leaks (${strategy})`, () => {
      const script = `
        const handler = new TimedRotatingFileHandler(path, { when: "midnight", utc: true, strategy });
        log(handler, "day 0");
        handler.maintain && await handler.maintain();
        const before = open();
        hog();
        for (let day = 1; day <= 5; day += 1) { now += 86400; log(handler, "day " + day); }
        log(handler, "day 4 late", now - 86400);
        yieldFds();
        handler.close();
        refill();
        const after = open();
        console.log(JSON.stringify({ ...handler.stats(), spare: spareDescriptors(), grown: after - before }));
      `;
      const stats = run(script, strategy);
      assert.deepEqual([stats["written"], stats["dropped"]], [7, 0]);
      assert.equal(stats["spare"], 4);
      assert.ok((stats["grown"] as number) <= 0, `${String(stats["grown"])} descriptors leaked`);
      const lines = new Map<string, string>();
      const hidden = join(folder, ".daybook");
      for (const name of readdirSync(folder)) {
        const day = /2024-03-0(\d)$/.exec(name)?.[1];
        if (day !== undefined) lines.set(day, read(name));
      }
      for (const name of readdirSync(hidden)) {
        const day = /2024-03-0(\d)/.exec(name)?.[1];
        if (day !== undefined && !lines.has(day)) lines.set(day, read(join(".daybook", name)));
      }
      assert.deepEqual(
        [...lines].toSorted(),
        [0, 1, 2, 3, 4, 5].map((day) => [
          String(day + 1),
          day === 4 ? "day 4\nday 4 late\n" : `day ${day}\n`,
        ]),
      );
    });
  }

  it("the lock is had by flock(1), too, which is a command", () => {
    const script = `
      const handler = new TimedRotatingFileHandler(path, { when: "midnight", utc: true, strategy });
      log(handler, "day 0");
      await handler.maintain();
      hog();
      now += 86400;
      log(handler, "day 1");
      yieldFds();
      console.log(JSON.stringify(handler.stats()));
      handler.close();
    `;
    const stats = run(script, "rename", "--no-addons");
    assert.deepEqual([stats["written"], stats["dropped"]], [2, 0]);
    assert.equal(read("app.log.2024-03-01"), "day 0\n");
    assert.equal(read("app.log"), "day 1\n");
  });

  it("the reserve is filled up again as soon as there is room", () => {
    const script = `
      const handler = new TimedRotatingFileHandler(path, { when: "midnight", utc: true, strategy });
      log(handler, "day 0");
      await handler.maintain();
      hog();
      now += 86400;
      log(handler, "day 1");
      const used = spareDescriptors();
      yieldFds();
      for (const end = performance.now() + 30_000; spareDescriptors() < 4 && performance.now() < end; )
        await new Promise((resolve) => setTimeout(resolve, 20));
      console.log(JSON.stringify({ used, filled: spareDescriptors() }));
      handler.close();
    `;
    const { used, filled } = run(script, "dated");
    assert.ok((used as number) < 4, "day 1 needed some");
    assert.equal(filled, 4);
  });
});
