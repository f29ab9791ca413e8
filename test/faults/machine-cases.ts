// Faults of the machine: no koffi, addons forbidden, the permission model of Node,
// no kernel lock at all, processes of one id in containers, and a process that is
// stopped while it holds the log's lock. These don't go away; what works must work, and what doesn't must say so.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";

import type { LaunchOptions } from "./application.ts";
import type { HandlerSpec } from "./commands.ts";
import { DAY, NOON, labelOf, timed } from "./fault-case.ts";
import type { FaultCase, FaultWorld } from "./fault-case.ts";
import { CONTAINER, whyNoContainer } from "./injectors.ts";

/** Every strategy by time works without a lock, but for `rename`, which is refused. */
const TIMED: readonly HandlerSpec[] = [
  timed(),
  timed({ strategy: "claim" }),
  timed({ strategy: "external" }),
];
const NUMBERED: HandlerSpec = { kind: "size", options: { maxBytes: 100_000, backupCount: 5 } };

const NO_KOFFI = `
import Module from "node:module";
const resolve = Module._resolveFilename;
Module._resolveFilename = function (name, ...rest) {
  if (name === "koffi") throw Object.assign(new Error("no koffi"), { code: "MODULE_NOT_FOUND" });
  return resolve.call(this, name, ...rest);
};
`;

/** All cases of this file. */
export function machineCases(): FaultCase[] {
  const noKoffi = {
    nodeArguments: [`--import=data:text/javascript,${encodeURIComponent(NO_KOFFI)}`],
  };
  const noAddons = { nodeArguments: ["--no-addons"] };
  const noLock = { environment: { DAYBOOK_LOCK: "none" } };
  return [
    ...[...TIMED, NUMBERED].map((spec) =>
      lacking("no koffi", "a hook that hides it", noKoffi, spec),
    ),
    ...[...TIMED, NUMBERED].map((spec) => lacking("no addons", "--no-addons", noAddons, spec)),
    ...TIMED.map((spec) => lacking("no kernel lock", "DAYBOOK_LOCK=none", noLock, spec)),
    ...[...TIMED, timed({ durability: "journal" }), NUMBERED].map(containers),
    ...[timed(), timed({ strategy: "external" })].map(permission),
    forbiddenByPermission(),
    ...[timed(), timed({ strategy: "rename" }), NUMBERED].map(stoppedHolder),
  ];
}

/** Two applications over a midnight, on a machine that lacks something. */
async function overMidnight(world: FaultWorld, options: LaunchOptions): Promise<void> {
  const both = [await world.launch(options), await world.launch(options)];
  for (const each of both) await each.log("before", 3);
  for (const each of both) {
    await each.setClock(NOON + DAY);
    await each.log("the next day", 3);
  }
  await Promise.all(both.map((each) => each.log("together", 20)));
  for (const { stats } of both) assert.equal(stats["dropped"], 0);
}

function lacking(fault: string, by: string, options: LaunchOptions, spec: HandlerSpec): FaultCase {
  return {
    fault,
    by,
    everywhere: spec === TIMED[0],
    spec,
    report: "maybe",
    run: (world) => overMidnight(world, options),
  };
}

/** As in containers that share a folder: each process believes to have the id 1. */
function containers(spec: HandlerSpec): FaultCase {
  return {
    fault: "two processes of the same id, each in its own container",
    by: "unshare --pid",
    everywhere: labelOf(spec) === "dated, journal",
    spec,
    unavailable: whyNoContainer,
    report: "maybe",
    run: (world) => overMidnight(world, { wrapper: CONTAINER }),
  };
}

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const hasStablePermission =
  major > 23 || (major === 23 && minor >= 5) || (major === 22 && minor >= 13);

function permissionArguments(folder: string): string[] {
  const flag = hasStablePermission ? "--permission" : "--experimental-permission";
  return ["--no-warnings", flag, "--allow-fs-read=*", `--allow-fs-write=${join(folder, "*")}`];
}

function permission(spec: HandlerSpec): FaultCase {
  return {
    fault: "the permission model, writing to the log's folder allowed",
    by: hasStablePermission ? "--permission" : "--experimental-permission",
    everywhere: labelOf(spec) === "dated",
    spec,
    // Node forbids symbolic links there: the log works without its link.
    report: "maybe",
    run: (world) =>
      overMidnight(world, { nodeArguments: permissionArguments(dirname(world.path)) }),
  };
}

/** Without the permission, the constructor says so; with `delay`, each record is counted. */
function forbiddenByPermission(): FaultCase {
  return {
    fault: "the permission model, writing forbidden",
    by: hasStablePermission ? "--permission" : "--experimental-permission",
    everywhere: true,
    spec: timed({ delay: true }),
    report: /ERR_ACCESS_DENIED|Access to this API has been restricted/,
    run: async (world) => {
      const elsewhere = join(dirname(world.path), "elsewhere");
      mkdirSync(elsewhere);
      const nodeArguments = permissionArguments(elsewhere);
      const application = world.start({ nodeArguments });
      await assert.rejects(
        () => application.make(world.path, timed(), NOON),
        /Access to this API has been restricted/,
      );
      await application.make(world.path, timed({ delay: true }), NOON);
      const fates = await application.log("into the void", 3);
      assert.deepEqual(fates, ["dropped", "dropped", "dropped"]);
    },
  };
}

/** One who holds the log's lock and is stopped costs each application a second, once, and no record. */
function stoppedHolder(spec: HandlerSpec): FaultCase {
  return {
    fault: "a stopped process holds the log's lock over a midnight",
    by: "SIGSTOP",
    everywhere: labelOf(spec) === "dated",
    spec: spec.kind === "size" ? { ...spec, options: { ...spec.options, maxBytes: 600 } } : spec,
    report: "maybe",
    run: async (world) => {
      const [application, holder] = [await world.launch(), world.start()];
      await application.log("before", 3);
      await holder.tell({
        do: "hold",
        path: join(dirname(world.path), ".daybook", "app.log.lock"),
      });
      holder.signal("SIGSTOP");
      await application.setClock(NOON + DAY);
      await application.log("the next day", 3);
      await application.setClock(NOON + 2 * DAY);
      await application.log("the day after", 3);
      holder.signal("SIGCONT");
      await holder.tell({ do: "let go" });
      await application.setClock(NOON + 3 * DAY);
      await application.log("afterwards", 3);
      assert.equal(application.stats["dropped"], 0);
      assert.ok(application.longest < 20_000, `a log call took ${application.longest} ms`);
    },
  };
}
