// Faults of descriptors: the process's own limit is reached (EMFILE), or the
// machine's (ENFILE), and a midnight comes just then.

import assert from "node:assert/strict";

import type { HandlerSpec } from "./commands.ts";
import { DAY, NOON, labelOf, timed } from "./fault-case.ts";
import type { FaultCase } from "./fault-case.ts";
import { inject, whyNoStrace } from "./injectors.ts";

/** All cases of this file. */
export function descriptorCases(): FaultCase[] {
  const specs: HandlerSpec[] = [
    timed(),
    timed({ strategy: "rename" }),
    timed({ strategy: "claim" }),
    timed({ strategy: "external" }),
    timed({ onFull: "spill" }),
    { kind: "size", options: { maxBytes: 500, backupCount: 30 } },
  ];
  return [...specs.map(ownLimit), ...specs.slice(0, 2).map(machineLimit)];
}

function ownLimit(spec: HandlerSpec): FaultCase {
  return {
    fault: "EMFILE over several midnights and back",
    by: "ulimit -n, and every descriptor used",
    everywhere: labelOf(spec) === "dated" || labelOf(spec) === "rename",
    spec,
    // What it reports depends on how far its reserve of descriptors goes.
    report: "maybe",
    run: async (world) => {
      const application = await world.launch({
        wrapper: ["sh", "-c", 'ulimit -n 120 && exec "$0" "$@"'],
      });
      await application.log("before", 3);
      await application.tell({ do: "eat" });
      for (let day = 0; day < 4; day += 1) {
        await application.setClock(NOON + day * DAY);
        const fates = await application.log("meanwhile", 3);
        // The reserve is for this: the first midnight costs no record.
        if (day === 1) assert.ok(!fates.includes("dropped"), `meanwhile: ${fates.join(", ")}`);
      }
      await application.tell({ do: "spit" });
      await application.tell({ do: "wait", ms: 700 });
      const fates = await application.log("afterwards", 3);
      assert.deepEqual(fates, ["written", "written", "written"]);
    },
  };
}

function machineLimit(spec: HandlerSpec): FaultCase {
  return {
    fault: "ENFILE over a midnight and back",
    by: "strace, openat",
    unavailable: whyNoStrace,
    spec,
    report: /ENFILE/,
    run: async (world) => {
      const application = await world.launch();
      await application.log("before", 3);
      const end = await inject(application, { calls: ["openat"], error: "ENFILE" });
      await application.log("meanwhile", 3);
      await application.setClock(NOON + DAY);
      await application.log("meanwhile, the next day", 3);
      await end();
      assert.ok((application.stats["dropped"] ?? 0) > 0, "the fault did not come about");
      const fates = await application.log("afterwards", 3);
      assert.deepEqual(fates, ["written", "written", "written"]);
    },
  };
}
