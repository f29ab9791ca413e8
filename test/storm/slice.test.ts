// A slice of the midnight storm, small enough for every test run; the long one
// is `daybook storm --seeds`.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { DURABILITIES } from "../../src/storm/durabilities.ts";
import type { StormOptions } from "../../src/storm/storm.ts";
import type { StormRow } from "../../src/storm/storm-row.ts";
import { STRATEGIES } from "../../src/storm/variations.ts";
import { runStorm } from "../kit/built-storm.ts";

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

/** How often the days are made twice as long. */
const LONGER = 4;

/**
 * Runs a storm in which nothing may be wrong. On a crowded machine its days may be too short
 * for what is to happen in them: then one with longer days has to show it.
 *
 * @param lacking what has not happened in a row; empty if all has.
 */
async function cleanStorm(
  options: StormOptions,
  lacking: (row: StormRow, rows: readonly StormRow[]) => readonly string[],
): Promise<readonly StormRow[]> {
  for (let times = 0; ; times += 1) {
    const { ok, rows } = await runStorm({ ...options, periodMs: options.periodMs * 2 ** times });
    assert.ok(ok, JSON.stringify(rows, null, 2));
    const ran = rows.filter(({ skipped }) => skipped === undefined);
    const missing = ran.flatMap((row) => lacking(row, rows).map((what) => `${row.name}: ${what}`));
    if (missing.length === 0) return rows;
    assert.ok(times < LONGER, missing.join("\n"));
  }
}

/** The texts of those that are not so. */
function unless(wanted: Readonly<Record<string, boolean>>): string[] {
  return Object.keys(wanted).filter((text) => wanted[text] !== true);
}

test("ours loses, doubles, tears and misfiles nothing while processes are killed at midnight", async (t) => {
  const folder = newFolder(t);
  const rows = await cleanStorm(
    { ...SLICE, sideBySide: 2, directory: folder },
    ({ walk, kills, acked, sightings }) =>
      walk
        ? []
        : unless({
            "no kill": kills >= 1,
            [`only ${acked} lines`]: acked > 100,
            [`the current name was seen ${sightings} times`]: sightings > 5,
          }),
  );
  for (const row of rows.filter(({ walk }) => !walk)) assert.equal(row.found, row.acked);
  assert.deepEqual(readdirSync(folder), [], "folders of clean rows are removed");
});

test("with any durability nothing is lost to kills but what memory held, and that is told", async () => {
  const rows = await cleanStorm(
    {
      ...SLICE,
      strategies: ["dated"],
      durabilities: DURABILITIES,
      with: ["size", "gzip"],
      sideBySide: 2,
    },
    ({ durability, walk, journals }) =>
      durability === "journal" && !walk
        ? unless({ [`${journals} journals were seen`]: journals > 3 })
        : [],
  );
  assert.equal(rows.length, 8);
  for (const row of rows.filter(({ skipped }) => skipped === undefined)) {
    assert.equal(row.found + row.excused, row.acked, row.name);
    assert.ok(row.excused === 0 || row.durability === "buffered", row.name);
  }
});

test("folders are kept when asked for, and hold the log", async (t) => {
  const folder = newFolder(t);
  const { rows } = await runStorm({
    ...SLICE,
    processes: 2,
    periods: 2,
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
  const calm: StormOptions = { ...SLICE, kill: false, periods: 2, periodMs: 1500 };
  const options: StormOptions = { ...calm, strategies: ["dated"], directory: newFolder(t) };
  const { ok, rows } = await runStorm(options);
  const [storm, walk] = rows;
  assert.deepEqual([ok, storm?.outcome, walk?.outcome], [false, "broken", "clean"]);
  assert.equal(storm?.crashes, 4);
  assert.match(String(storm.examples?.[0]), /ended with code 0 before its part was done/);
});

test("with retention on, old periods go as a whole and nothing else is missing", async () => {
  const calm = { ...SLICE, kill: false, periods: 4, sideBySide: 2 };
  const options: StormOptions = { ...calm, backupCount: 1, strategies: ["dated", "claim"] };
  const rows = await cleanStorm(options, (_row, all) =>
    unless({ "nothing was removed, nor in another row": all.some(({ retired }) => retired > 0) }),
  );
  for (const row of rows) assert.equal(row.found + row.retired, row.acked);
});

test("size, compression and retention together cost no line, with any strategy", async (t) => {
  const rows = await cleanStorm(
    {
      ...SLICE,
      strategies: STRATEGIES,
      with: ["size", "gzip", "retention"],
      sideBySide: 2,
    },
    ({ name, walk, retired, removed, archives }) =>
      walk || name.endsWith("no lock")
        ? []
        : unless({
            "nothing was removed": retired > 0,
            // The outside job may come so late that nobody sees a file come and go.
            "nothing went": removed > 0 || name.startsWith("external"),
            "nothing packed": archives > 0 || name === "size+retention",
          }),
  );
  assert.equal(rows.length, 10);
  for (const row of rows.filter(({ skipped }) => skipped === undefined))
    assert.equal(row.found + row.retired, row.acked, row.name);
  for (const { name, skipped } of rows)
    if (skipped !== undefined) t.diagnostic(`${name}: ${skipped}`);
});

test("a lock file that is deleted all the time, or no lock at all, costs no line", async (t) => {
  const short: StormOptions = { ...SLICE, periods: 2, sideBySide: 2 };
  const deleted = { ...short, with: ["gzip", "retention"], lock: "deleted" } as const;
  const stricken = await runStorm({ ...deleted, strategies: ["dated", "rename"] });
  assert.ok(stricken.ok, JSON.stringify(stricken.rows, null, 2));
  const bare = await runStorm({ ...short, with: ["size"], lock: "none", strategies: STRATEGIES });
  assert.ok(bare.ok, JSON.stringify(bare.rows, null, 2));
  const storms = bare.rows.filter(({ walk }) => !walk).map(({ name }) => name);
  assert.deepEqual(storms, [
    "dated+size, no lock",
    "claim+size, no lock",
    "external+size, no lock",
  ]);
  assert.ok(bare.rows.every(({ archives, removed }) => archives + removed === 0));
  for (const { name, skipped } of stricken.rows)
    if (skipped !== undefined) t.diagnostic(`${name}: ${skipped}`);
});

test("many seeds take turns with the combinations, and each walks once", async () => {
  const seeds = { ...SLICE, processes: 2, periods: 2, seeds: 3, sideBySide: 2 };
  const { ok, rows } = await runStorm({
    ...seeds,
    strategies: ["dated", "claim"],
    with: "all",
    rows: 1,
    seed: 0,
  });
  assert.ok(ok, JSON.stringify(rows, null, 2));
  assert.deepEqual(
    rows.map(({ seed, name }) => `${seed} ${name}`),
    ["dated", "claim", "dated+size+gzip"].flatMap((name, seed) => [
      `${seed} ${name}`,
      `${seed} ${name} (idle walk)`,
    ]),
  );
});
