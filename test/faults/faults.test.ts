// The faults that can be brought about on every machine and by every user. The
// whole table, with failing disks, is part of `npm run test:deep`.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { describe, it } from "node:test";

import { allFaultCases } from "./all-cases.ts";
import { NOON, labelOf, timed } from "./fault-case.ts";
import type { FaultCase } from "./fault-case.ts";
import { formatFaultTable, runFault, runFaultTable } from "./fault-table.ts";

describe("a log call under a fault", () => {
  it("never throws, and what counts as written is there once the fault is over", async (t) => {
    const cases = allFaultCases().filter(({ everywhere }) => everywhere === true);
    assert.ok(cases.length > 10, `only ${cases.length} cases`);
    const rows = await runFaultTable(cases, { lanes: 3 });
    for (const line of formatFaultTable(rows).split("\n")) t.diagnostic(line);
    assert.deepEqual(
      rows.flatMap(({ fault, handler, faults }) =>
        faults.map((text) => `${fault} (${handler}): ${text}`),
      ),
      [],
    );
  });
});

describe("the judge of the fault tests", () => {
  const quiet: Omit<FaultCase, "run"> = { fault: "planted", by: "this test", spec: timed() };

  it("sees that lines which count as written are gone", async () => {
    const run: FaultCase["run"] = async (world) => {
      const application = await world.launch();
      await application.log("lost", 3);
      rmSync(`${world.path}.2024-03-01`);
    };
    const { faults } = await runFault({ ...quiet, run });
    assert.match(faults.join("\n"), /is lost/);
    assert.match(faults.join("\n"), /3 count as written, 0 are there/);
  });

  it("sees a line in the file of another day", async () => {
    const run: FaultCase["run"] = async (world) => {
      const application = await world.launch();
      await application.log("misfiled", 1);
      const [line] = application.lines;
      assert.ok(line !== undefined);
      application.lines[0] = { ...line, created: NOON + 86_400 };
    };
    const { faults } = await runFault({ ...quiet, run });
    assert.match(faults.join("\n"), /of 2024-03-02 is in app.log.2024-03-01/);
  });

  it("sees that stderr says nothing where it should", async () => {
    const run: FaultCase["run"] = async (world) => void (await world.launch());
    const { faults } = await runFault({ ...quiet, report: /ENOSPC/, run });
    assert.match(faults.join("\n"), /stderr: \(empty\)/);
  });

  it("sees that an application dies", async () => {
    const run: FaultCase["run"] = async (world) => {
      const application = await world.launch();
      application.signal("SIGKILL");
    };
    const { faults } = await runFault({ ...quiet, run });
    assert.match(faults.join("\n"), /ended with SIGKILL/);
  });

  it("says why a fault can't be brought about here, and claims nothing", async () => {
    const run: FaultCase["run"] = () => Promise.reject(new Error("must not run"));
    const row = await runFault({ ...quiet, unavailable: () => "no such tool", run });
    assert.deepEqual(row.faults, []);
    assert.match(formatFaultTable([row]), /not here: no such tool .* not run/);
    assert.equal(labelOf(quiet.spec), "dated");
  });
});
