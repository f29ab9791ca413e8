// Faults of the disk: full and free again, over quota, broken, read-only. Lines
// are long and two applications write at once, so that a write often ends in the
// middle of a line while another process's line follows.

import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import type { Application } from "./application.ts";
import type { HandlerSpec } from "./commands.ts";
import { DAY, NOON, labelOf, timed } from "./fault-case.ts";
import type { FaultCase, FaultWorld } from "./fault-case.ts";
import { SmallDisk, inject, limitFileSize } from "./injectors.ts";
import { whyNoDisk, whyNoPrlimit, whyNoRemount, whyNoStrace } from "./injectors.ts";
import type { Injection } from "./injectors.ts";

/** What a retry of the `spill` policy needs at most, with room for a busy machine. */
const RETRY_MS = 1200;
const LONG_LINE = 1500;

const bySize = (options: (HandlerSpec & { kind: "size" })["options"]): HandlerSpec => ({
  kind: "size",
  options: { maxBytes: 1_000_000, backupCount: 5, ...options },
});

/** All cases of this file. */
export function diskCases(): FaultCase[] {
  const policies = [
    timed({ onFull: "drop" }),
    timed({ onFull: "block", blockTimeoutMs: 300 }),
    timed({ onFull: "spill" }),
    timed({ onFull: "drop", durability: "buffered" }),
    timed({ onFull: "spill", durability: "buffered" }),
    timed({ onFull: "drop", durability: "fsync" }),
    timed({ strategy: "rename", onFull: "drop" }),
    timed({ strategy: "rename", onFull: "spill" }),
    timed({ strategy: "claim", onFull: "spill" }),
    timed({ strategy: "external", onFull: "drop" }),
    bySize({ onFull: "drop" }),
    bySize({ onFull: "spill" }),
  ];
  return [
    ...policies.map(fullAndBack),
    freedInTime(),
    spilledOver(),
    ...[timed(), timed({ strategy: "rename", onFull: "spill" }), bySize({})].map(shortWrites),
    ...brokenWrites(),
    ...brokenNames(),
    brokenSync(),
    ...[timed({ delay: true }), timed({ strategy: "rename", delay: true })].map(readOnly),
  ];
}

function onSmallDisk(run: (world: FaultWorld, disk: SmallDisk) => Promise<void>) {
  let disk: SmallDisk | null = null;
  return {
    by: "tmpfs in a mount namespace",
    unavailable: whyNoDisk,
    place: async (maker: Parameters<NonNullable<FaultCase["place"]>>[0]) => {
      disk = await SmallDisk.make(maker, 128);
      return disk;
    },
    run: async (world: FaultWorld) => {
      assert.ok(disk !== null);
      await run(world, disk);
    },
  };
}

/** The disk fills up under two writers, a midnight passes meanwhile, and there is room again. */
function fullAndBack(spec: HandlerSpec): FaultCase {
  const { onFull } = spec.options;
  return {
    fault: "ENOSPC and back",
    spec,
    report: /ENOSPC/,
    ...onSmallDisk(async (world, disk) => {
      const both = [
        await world.launch({ wrapper: disk.wrapper }),
        await world.launch({ wrapper: disk.wrapper }),
      ];
      await Promise.all(both.map((each) => each.log("before", 5)));
      disk.fill();
      await Promise.all(both.map((each) => each.log("while it is full", 15, LONG_LINE)));
      for (const each of both) await each.setClock(NOON + DAY);
      await Promise.all(both.map((each) => each.log("full on the next day", 3, LONG_LINE)));
      if (onFull === "spill") assertSome(both, "kept");
      else assertSome(both, "dropped");
      disk.free();
      await Promise.all(both.map((each) => each.tell({ do: "wait", ms: RETRY_MS })));
      await assertWorks(both);
      if (onFull === "spill") assertNone(both, "dropped");
      for (const each of both)
        assert.ok(each.longest < 20_000, `a log call took ${each.longest} ms`);
    }),
  };
}

/** With `block`, a call that waits is rewarded when there is room in time. */
function freedInTime(): FaultCase {
  return {
    fault: "ENOSPC, room again while a call waits",
    spec: timed({ onFull: "block", blockTimeoutMs: 8000 }),
    ...onSmallDisk(async (world, disk) => {
      const application = await world.launch({ wrapper: disk.wrapper });
      await application.log("before", 2);
      disk.fill();
      const waiting = application.log("while it is full", 3, 6000);
      await pause(400);
      disk.free();
      assert.deepEqual(await waiting, ["written", "written", "written"]);
      assert.ok(application.longest > 200, "no call waited, so the disk was not full");
      await assertWorks([application]);
    }),
  };
}

/** More than `spillBytes`: the oldest go, and are counted. */
function spilledOver(): FaultCase {
  return {
    fault: "ENOSPC for longer than spillBytes last",
    spec: timed({ onFull: "spill", spillBytes: 20_000 }),
    report: /oldest records .* dropped/,
    ...onSmallDisk(async (world, disk) => {
      const application = await world.launch({ wrapper: disk.wrapper });
      await application.log("before", 2);
      disk.fill();
      await application.log("while it is full", 40, LONG_LINE);
      disk.free();
      await application.tell({ do: "wait", ms: RETRY_MS });
      await assertWorks([application]);
      assert.ok((application.stats["dropped"] ?? 0) > 10, "nothing had to go");
    }),
  };
}

/** A limit of one process alone: its writes are cut off in mid-line, the other's go on. */
function shortWrites(spec: HandlerSpec): FaultCase {
  return {
    fault: "EFBIG: writes cut off in mid-line, another process appending",
    by: "RLIMIT_FSIZE by prlimit",
    unavailable: whyNoPrlimit,
    everywhere: labelOf(spec) === "dated",
    spec,
    report: /EFBIG|ENOSPC/,
    run: async (world) => {
      const [limited, free] = [await world.launch(), await world.launch()];
      await limited.log("before", 2);
      for (let round = 0; round < 8; round += 1) {
        // The files are somewhere below this, so the next write is cut off or refused.
        limitFileSize(limited, 1000 + round * 777);
        await Promise.all([limited.log("under the limit", 2, 700), free.log("free", 1, 300)]);
        limitFileSize(limited, "unlimited");
        await Promise.all([limited.log("over it again", 1), free.log("free", 1, 300)]);
      }
      assertSome([limited], spec.options.onFull === "spill" ? "kept" : "dropped");
      await limited.tell({ do: "wait", ms: RETRY_MS });
      await assertWorks([limited, free]);
    },
  };
}

/** Files that a handler of ours may write to in these tests. */
function dataFiles({ path }: FaultWorld): string[] {
  const folder = join(path, "..");
  const days = ["2024-03-01", "2024-03-02"];
  return [
    path,
    `${path}.1`,
    ...days.map((day) => `${path}.${day}`),
    ...days.map((day) => join(folder, ".daybook", `app.log.${day}.0.active`)),
  ];
}

/** Some lines under an injected failure, a midnight included, and life afterwards. */
async function underInjection(world: FaultWorld, injection: Injection): Promise<Application> {
  const application = await world.launch();
  await application.log("before", 3);
  const end = await inject(application, injection);
  await application.log("meanwhile", 4);
  await application.setClock(NOON + DAY);
  await application.log("meanwhile, the next day", 4);
  await end();
  await application.tell({ do: "wait", ms: RETRY_MS });
  await assertWorks([application]);
  return application;
}

function brokenWrites(): FaultCase[] {
  const specs = [
    timed(),
    timed({ onFull: "spill" }),
    timed({ strategy: "rename" }),
    timed({ strategy: "claim" }),
    timed({ durability: "buffered", onFull: "spill" }),
    bySize({}),
  ];
  return ["EIO", "EDQUOT", "EROFS"].flatMap((error, index) =>
    specs
      .filter((_, at) => index === 0 || at < 2)
      .map((spec): FaultCase => ({
        fault: `${error} on write and back`,
        by: "strace, write",
        unavailable: whyNoStrace,
        spec,
        report: new RegExp(error),
        run: async (world) => {
          const paths = dataFiles(world);
          const application = await underInjection(world, {
            calls: ["write", "pwrite64", "writev", "pwritev"],
            error,
            paths,
          });
          assertSome([application], spec.options.onFull === "spill" ? "kept" : "dropped");
        },
      })),
  );
}

/** Calls that change names: no record may be lost by their failure, for there is always a dated file. */
function brokenNames(): FaultCase[] {
  const each: (readonly [HandlerSpec, string, string])[] = [
    [timed(), "symlink", "EIO"],
    [timed(), "rename", "EIO"],
    [timed({ strategy: "rename" }), "link", "EIO"],
    [timed({ strategy: "rename" }), "rename", "EIO"],
    [timed({ strategy: "rename" }), "unlink", "EIO"],
    [timed({ strategy: "claim" }), "link", "EIO"],
    [timed({ strategy: "claim" }), "link", "EPERM"],
    [timed({ strategy: "external" }), "link", "EIO"],
    [bySize({ maxBytes: 500 }), "renameat2", "EIO"],
    [bySize({ maxBytes: 500 }), "unlink", "EIO"],
    [timed(), "flock", "ENOLCK"],
    [timed({ strategy: "rename" }), "flock", "ENOLCK"],
    [timed({ strategy: "rename" }), "getdents64", "EIO"],
  ];
  return each.map(([spec, call, error]): FaultCase => ({
    fault: `${error} on ${call} and back`,
    by: `strace, ${call}`,
    unavailable: whyNoStrace,
    spec,
    report: "maybe",
    run: async (world) => {
      const application = await underInjection(world, { calls: [call], error });
      if (call !== "getdents64") assertNone([application], "dropped");
    },
  }));
}

/** What fsync refused is in the file all the same; the application is told. */
function brokenSync(): FaultCase {
  return {
    fault: "EIO on fsync and back",
    by: "strace, fsync",
    unavailable: whyNoStrace,
    spec: timed({ durability: "fsync" }),
    report: /EIO/,
    run: async (world) => {
      const application = await underInjection(world, { calls: ["fsync"], error: "EIO" });
      assert.ok((application.stats["errors"] ?? 0) > 0, "no failure was counted");
    },
  };
}

/** A disk that is read-only when the first record comes, and later is not. */
function readOnly(spec: HandlerSpec): FaultCase {
  return {
    fault: "EROFS and back",
    spec,
    report: /EROFS/,
    ...onSmallDisk(async (world, disk) => {
      const application = await world.launch({ wrapper: disk.wrapper });
      disk.remount("ro");
      await application.log("while read-only", 3);
      assertSome([application], "dropped");
      disk.remount("rw");
      await assertWorks([application]);
    }),
    by: "tmpfs, remounted",
    unavailable: whyNoRemount,
  };
}

/** From here on every line is written. */
async function assertWorks(applications: readonly Application[]): Promise<void> {
  for (const application of applications) {
    await application.log("first afterwards", 2);
    // A handler that keeps lines in memory has written them all by the end of the turn.
    await application.tell({ do: "wait", ms: 20 });
    const fates = await application.log("afterwards", 3);
    await application.tell({ do: "wait", ms: 20 });
    assert.ok(!fates.includes("dropped"), `afterwards: ${fates.join(", ")}`);
    const waiting = (application.stats["spilled"] ?? 0) + (application.stats["buffered"] ?? 0);
    assert.equal(waiting, 0, "records still wait though there is room");
  }
}

function assertSome(applications: readonly Application[], fate: "dropped" | "kept"): void {
  // What a buffer keeps is given up only later, so the counters know better than the calls.
  const count = applications.reduce(
    (sum, { lines, stats }) =>
      sum +
      (fate === "dropped" ? (stats["dropped"] ?? 0) : lines.filter((l) => l.fate === fate).length),
    0,
  );
  assert.ok(count > 0, `no line was ${fate}: the fault did not come about`);
}

function assertNone(applications: readonly Application[], fate: "dropped"): void {
  for (const { stats } of applications) assert.equal(stats[fate], 0, `lines were ${fate}`);
}
