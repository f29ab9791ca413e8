// A slice of the midnight storm, small enough for every test run; the long one
// is `daybook storm --seeds`.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { runStorm } from "../../src/storm/storm.ts";
import type { StormOptions } from "../../src/storm/storm.ts";

const SLICE: StormOptions = {
  processes: 4,
  periods: 5,
  periodMs: 400,
  kill: true,
  seed: 2019,
  seeds: 1,
  strategies: ["dated", "rename"],
  specimens: "none",
  linesPerSecond: 400,
  backupCount: 0,
  keep: false,
};

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "daybook-slice-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("ours loses, doubles, tears and misfiles nothing while processes are killed at midnight", async (t) => {
  const folder = newFolder(t);
  const { ok, rows } = await runStorm({ ...SLICE, directory: folder });
  assert.ok(ok, JSON.stringify(rows, null, 2));
  const storms = rows.filter(({ walk }) => !walk);
  for (const row of storms) {
    // On a crowded machine a replacement may come too late for the next kill.
    assert.ok(row.kills >= 1, `${row.name}: no kill`);
    assert.ok(row.acked > 100, `${row.name}: only ${row.acked} lines`);
    assert.equal(row.found, row.acked);
    assert.ok(row.sightings > 5, `${row.name}: the current name was seen ${row.sightings} times`);
  }
  assert.deepEqual(readdirSync(folder), [], "folders of clean rows are removed");
});

test("folders are kept when asked for, and hold the log", async (t) => {
  const folder = newFolder(t);
  const { rows } = await runStorm({
    ...SLICE,
    processes: 2,
    periods: 2,
    periodMs: 150,
    strategies: ["dated"],
    directory: folder,
    keep: true,
  });
  for (const row of rows)
    assert.ok(existsSync(join(row.folder ?? "", "log", "storm.log")), row.name);
});

test("workers that leave early break the row, even with exit code 0", async (t) => {
  // As an application does that calls process.exit in the middle of its work.
  const plant =
    "process.on('message',({task})=>{if(task==='storm')setTimeout(()=>process.exit(0),100)})";
  const before = process.env["NODE_OPTIONS"];
  t.after(() => {
    if (before === undefined) delete process.env["NODE_OPTIONS"];
    else process.env["NODE_OPTIONS"] = before;
  });
  const importPlant = `--import=data:text/javascript,${encodeURIComponent(plant)}`;
  process.env["NODE_OPTIONS"] = `${before ?? ""} ${importPlant}`.trim();
  const options: StormOptions = { ...SLICE, kill: false, periods: 2, strategies: ["dated"] };
  const { ok, rows } = await runStorm({ ...options, directory: newFolder(t) });
  const [storm, walk] = rows;
  assert.deepEqual([ok, storm?.outcome, walk?.outcome], [false, "broken", "clean"]);
  assert.equal(storm?.crashes, 4);
  assert.match(String(storm.examples?.[0]), /ended with code 0 before its part was done/);
});

test("with retention on, old periods go as a whole and nothing else is missing", async () => {
  const options = { ...SLICE, kill: false, periodMs: 600, backupCount: 1 };
  const { ok, rows } = await runStorm(options);
  assert.ok(ok, JSON.stringify(rows, null, 2));
  for (const row of rows) assert.equal(row.found + row.retired, row.acked);
  assert.ok(
    rows.some(({ retired }) => retired > 0),
    "nothing was removed",
  );
});
