import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { until } from "../../test/kit/until.ts";
import type { LaterFileSystem } from "../platform/run-async.ts";
import type { LogSite } from "../rotation/log-site.ts";
import type { Maintained } from "../rotation/maintain.ts";
import { makeNaming } from "../rotation/naming.ts";
import type { Period, SuffixKind } from "../rotation/period.ts";
import { Maintenance } from "./maintenance.ts";

let results: Maintained[];
let errors: unknown[];
let listings: number;
/** What happens when the folder is listed: a run is under way. */
let whenListed: () => void;
let maintenances: Maintenance[];

beforeEach(() => {
  [results, errors, listings, maintenances] = [[], [], 0, []];
  whenListed = () => {};
});
afterEach(() => {
  for (const maintenance of maintenances) maintenance.finish();
});

const DAY: Period = { start: 0, end: 86_400, suffix: "1970-01-01" };

const NO_LIMITS = { locking: true, count: 0, kind: "D" as SuffixKind | null, graceMs: 10 };

function make(special: Partial<typeof NO_LIMITS> = {}): Maintenance {
  const { locking, count, kind, graceMs } = { ...NO_LIMITS, ...special };
  // An empty folder, of which each listing is counted, and a lock that is always free.
  const perform: LaterFileSystem["perform"] = ({ op }) => {
    if (op === "readdir") {
      listings += 1;
      whenListed();
      return [];
    }
    if (op === "open") return 3;
    if (op === "tryLock") return true;
    if (op === "now") return 100;
    if (op.endsWith("stat")) return { id: "1:1", kind: "file", size: 0, nlink: 1, mtime: 0 };
    return undefined;
  };
  const site: LogSite = {
    directory: "/logs",
    base: "app.log",
    naming: makeNaming({ base: "app.log", kind }),
    periodAt: () => DAY,
    maxBytes: 0,
    keep: { count, ageSeconds: 0, totalBytes: 0 },
    compression: "",
    rotator: false,
    locking,
    lockState: { lost: false },
    notice: () => {},
  };
  const owner = {
    maintained: (result: Maintained) => void results.push(result),
    failedToMaintain: (error: unknown) => void errors.push(error),
  };
  const fs = { perform, performLater: async (): Promise<undefined> => {} };
  const maintenance = new Maintenance(owner, site, fs, graceMs);
  maintenances.push(maintenance);
  return maintenance;
}

describe("Maintenance", () => {
  it("runs after the caller's turn, and again after the grace time", async () => {
    const maintenance = make();
    maintenance.schedule(true);
    assert.equal(results.length, 0, "nothing in the caller's turn");
    await until(() => results.length > 0);
    await until(() => results.length === 2);
  });

  it("makes one run of many calls, and none of none", async () => {
    const maintenance = make({ graceMs: 60_000 });
    for (let call = 0; call < 10; call += 1) maintenance.schedule(true);
    await until(() => results.length > 0);
    await pause(50);
    assert.equal(results.length, 1);
    make();
    await pause(20);
    assert.equal(results.length, 1);
  });

  it("tells a failure and never rejects; the next run is not kept from it", async () => {
    const maintenance = make();
    whenListed = () => {
      throw Object.assign(new Error("EIO"), { code: "EIO" });
    };
    await maintenance.run();
    whenListed = () => {};
    await maintenance.run();
    assert.deepEqual([errors.length, results.length], [1, 1]);
  });

  it("at the end does what is due at once, if a file began and there are limits", () => {
    const due = make({ count: 3 });
    due.schedule(true);
    due.finish();
    assert.equal(results.length, 1);
    const started = make({ count: 3 });
    started.schedule(false);
    started.finish();
    const unlimited = make();
    unlimited.schedule(true);
    unlimited.finish();
    assert.equal(results.length, 1);
  });

  it("has nothing to do without a lock, or for a log without periods", async () => {
    for (const maintenance of [make({ locking: false }), make({ kind: null })]) {
      maintenance.schedule(true);
      maintenance.finish();
    }
    await pause(20);
    assert.deepEqual([results.length, listings], [0, 0]);
  });
});
