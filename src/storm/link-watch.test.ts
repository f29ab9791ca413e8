import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { LinkWatch } from "./link-watch.ts";
import { StormClock } from "./storm-clock.ts";

test("a current name that runs ahead of the clock or goes back is noticed, a lagging one passes", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "daybook-link-watch-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "app.log");
  const watch = new LinkWatch(path, "UTC", StormClock.start(Date.UTC(2019, 8, 4, 12), 1));
  const pointTo = (day: string) => {
    rmSync(path, { force: true });
    symlinkSync(`app.log.${day}`, path);
    watch.look();
  };
  watch.look();
  assert.equal(watch.sightings, 0);
  pointTo("2019-09-03");
  pointTo("2019-09-04");
  assert.deepEqual([watch.ahead, watch.back, watch.sightings], [[], [], 2]);
  pointTo("2019-09-05");
  assert.deepEqual(watch.ahead, ["led to 2019-09-05 when it was 2019-09-04"]);
  pointTo("2019-09-04");
  assert.deepEqual(watch.back, ["led to 2019-09-04 after 2019-09-05"]);
  unlinkSync(path);
  watch.look();
  assert.equal(watch.sightings, 4);
});
