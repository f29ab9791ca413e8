// Faults of the log's folder: removed while it is in use, as a whole or in part;
// or closed to the process by its permissions. What was in removed files is gone,
// and so is what is written before the next look at the names, half a second later
// at most; from then on everything is kept.

import assert from "node:assert/strict";
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";

import { LogProcess, realFs } from "../kill/log-process.ts";
import type { Application } from "./application.ts";
import type { HandlerSpec } from "./commands.ts";
import { DAY, NOON, labelOf, timed } from "./fault-case.ts";
import type { FaultCase, FaultWorld, FolderMaker } from "./fault-case.ts";
import { becomePlainUser, whyNotPlainUser } from "./injectors.ts";

/** Longer than a handler goes without a look at its names. */
const LOOK_MS = 700;

const SPECS: readonly HandlerSpec[] = [
  timed(),
  timed({ strategy: "rename" }),
  timed({ strategy: "claim" }),
  timed({ strategy: "external" }),
  { kind: "size", options: { maxBytes: 100_000, backupCount: 5 } },
];

/** All cases of this file. */
export function folderCases(): FaultCase[] {
  return [
    ...SPECS.map(folderRemoved),
    ...SPECS.map(baseRemoved),
    ...SPECS.map(privateFolderRemoved),
    ...SPECS.map((spec) => forbidden("EACCES: the folder closed, and open again", 0o000, spec)),
    ...SPECS.map((spec) => forbidden("a read-only folder, and writable again", 0o555, spec)),
  ];
}

function folderRemoved(spec: HandlerSpec): FaultCase {
  return {
    fault: "the log's folder removed",
    by: "rm -r",
    everywhere: spec === SPECS[0] || spec === SPECS[1],
    spec,
    emptied: true,
    run: async (world) => {
      const both = await twoThatHaveLogged(world);
      rmSync(world.seenFrom, { recursive: true });
      await lookAgain(both, true);
      await assertAllWritten(both);
    },
  };
}

/** The base is a second name of the file, or a link; only a numbered log's is all it has. */
function baseRemoved(spec: HandlerSpec): FaultCase {
  const emptied = spec.kind === "size";
  return {
    fault: "the base removed",
    by: "rm",
    everywhere: spec === SPECS[0] || spec === SPECS[1],
    spec,
    emptied,
    run: async (world) => {
      const both = await twoThatHaveLogged(world);
      rmSync(world.path);
      await lookAgain(both, emptied);
      await assertAllWritten(both);
      assert.ok(existsSync(world.path), "the base was not made again");
    },
  };
}

/** Locks, hidden names and temporary ones go; every data file has another name, and no line is lost. */
function privateFolderRemoved(spec: HandlerSpec): FaultCase {
  return {
    fault: ".daybook removed, then a midnight",
    by: "rm -r",
    everywhere: spec === SPECS[0],
    spec,
    run: async (world) => {
      const both = await twoThatHaveLogged(world);
      rmSync(join(world.seenFrom, ".daybook"), { recursive: true });
      await lookAgain(both, false);
      // The base's time is the only thing left that says its day, and the clock is a test's.
      if (spec.kind === "timed") utimesSync(world.path, NOON, NOON);
      for (const each of both) await each.setClock(NOON + DAY);
      await assertAllWritten(both);
      if (labelOf(spec) === "external") await rotateAsCronDoes(world);
    },
  };
}

async function twoThatHaveLogged(world: FaultWorld): Promise<Application[]> {
  const both = [await world.launch(), await world.launch()];
  for (const each of both) await each.log("before", 3);
  return both;
}

/** The first log call after a while looks at the names. */
async function lookAgain(applications: readonly Application[], forgiven: boolean): Promise<void> {
  for (const each of applications) {
    await each.tell({ do: "wait", ms: LOOK_MS });
    if (forgiven) each.forgive();
    await each.log("looks again", 1);
  }
}

async function assertAllWritten(applications: readonly Application[]): Promise<void> {
  for (const each of applications) {
    assert.deepEqual(await each.log("afterwards", 3), ["written", "written", "written"]);
  }
}

async function rotateAsCronDoes({ seenFrom }: FaultWorld): Promise<void> {
  const [log, clock] = [{ strategy: "external" } as const, { now: NOON + DAY }];
  const job = new LogProcess(seenFrom, log, clock, realFs(log, clock));
  await job.perform({ act: "rotate" });
}

/** The open file goes on; a midnight needs the folder. */
function forbidden(fault: string, mode: number, spec: HandlerSpec): FaultCase {
  return {
    fault,
    by: "chmod, as a user that is not root",
    unavailable: whyNotPlainUser,
    everywhere: mode === 0o555 && (spec === SPECS[0] || spec === SPECS[1]),
    spec,
    report: needsFolder(spec, mode) ? /EACCES/ : "maybe",
    place: placeForAll,
    run: async (world) => {
      const application = world.start();
      const user = await becomePlainUser(application);
      if (process.getuid?.() === 0) chownSync(world.seenFrom, user, user);
      await application.make(world.path, spec, NOON);
      await application.log("before", 3);
      chmodSync(world.seenFrom, mode);
      const fates = await application.log("meanwhile", 3);
      assert.deepEqual(fates, ["written", "written", "written"]);
      await application.setClock(NOON + DAY);
      await application.tell({ do: "wait", ms: LOOK_MS });
      await application.log("the next day", 3);
      chmodSync(world.seenFrom, 0o755);
      await application.tell({ do: "wait", ms: LOOK_MS });
      await application.log("first afterwards", 1);
      assert.deepEqual(await application.log("afterwards", 2), ["written", "written"]);
    },
  };
}

/** A log without periods needs nothing of its folder, and `external` only what is in `.daybook`. */
function needsFolder(spec: HandlerSpec, mode: number): boolean {
  return spec.kind === "timed" && !(labelOf(spec) === "external" && mode === 0o555);
}

/** A folder that users other than the one who runs the tests can reach. */
function placeForAll({ directory, finally: atEnd }: FolderMaker) {
  chmodSync(directory, 0o755);
  const folder = join(directory, "for all");
  mkdirSync(folder);
  atEnd(() => chmodSync(folder, 0o755));
  return Promise.resolve({ path: join(folder, "app.log"), seenFrom: folder });
}
