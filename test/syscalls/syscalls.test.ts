// The hot path has not grown: with the file of its period open, a record is one
// write and the question where it landed, and nothing else. Counted twice: the
// protocol's own steps, on every machine, and the kernel's calls, where strace is.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";

import { kernelLock } from "../../src/platform/locks.ts";
import type { FsOp } from "../../src/rotation/fs-op.ts";
import { LogProcess, realFs } from "../kill/log-process.ts";
import type { LogSpec } from "../kill/orders.ts";
import { NOON, record } from "../kill/procedures.ts";
import { callCases, countCalls, formatCallTable, whyNoCounting } from "./count-calls.ts";

/** The steps of 1000 records, once the file is open. */
async function stepsOf(log: LogSpec): Promise<Record<string, number>> {
  const directory = mkdtempSync(join(tmpdir(), "daybook-steps-"));
  try {
    const steps: Record<string, number> = {};
    const real = realFs(log, { now: NOON });
    const perform = (step: FsOp): unknown => {
      steps[step.op] = (steps[step.op] ?? 0) + 1;
      return real.perform(step);
    };
    const process = new LogProcess(directory, log, { now: NOON }, { ...real, perform });
    await process.perform(record("opens the file", NOON));
    for (const op of Object.keys(steps)) delete steps[op];
    for (let count = 0; count < 1000; count += 1) {
      await process.perform(record(`number ${count}`, NOON + count));
    }
    const counted = { ...steps };
    await process.perform({ act: "closeAll" });
    return counted;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

describe("the steps of a record whose file is open", () => {
  for (const strategy of ["dated", "rename", "claim", "external"] as const) {
    it(`are one append with ${strategy}`, async () => {
      assert.deepEqual(await stepsOf({ strategy }), { append: 1000 });
      assert.deepEqual(await stepsOf({ strategy, maxBytes: 10_000_000 }), { append: 1000 });
    });
  }

  it("are an append and a look at the file's names with numbered", async () => {
    const log = { strategy: "numbered", maxBytes: 10_000_000, backupCount: 3 } as const;
    assert.deepEqual(await stepsOf(log), { append: 1000, lstat: 1000 });
  });

  it("are an append and such a look, too, where there is no lock", async () => {
    const log = { strategy: "dated", lockless: true } as const;
    assert.deepEqual(await stepsOf(log), { append: 1000, lstat: 1000 });
  });
});

describe("the system calls of a record whose file is open", () => {
  it("are no more than it needs, by strace", (t) => {
    const reason = whyNoCounting() ?? (kernelLock()?.name === "koffi" ? null : "no koffi");
    if (reason !== null) {
      t.diagnostic(`not here: ${reason}; the steps above were counted instead`);
      return;
    }
    const wanted = ["dated", "numbered", "dated, buffered"];
    const rows = callCases()
      .filter(({ name }) => wanted.includes(name))
      .map(countCalls);
    for (const line of formatCallTable(rows).split("\n")) t.diagnostic(line);
    assert.deepEqual(
      rows.flatMap(({ faults }) => faults),
      [],
    );
  });

  it("are seen to be too many where every record is looked at twice", (t) => {
    if (whyNoCounting() !== null) {
      t.diagnostic("not here: no strace");
      return;
    }
    const [plain] = callCases();
    assert.ok(plain !== undefined);
    // A numbered log looks at its names after each record; counted as if it need not.
    const numbered = { maxBytes: 10_000_000, backupCount: 3 };
    const row = countCalls({ ...plain, kind: "size", options: numbered });
    assert.match(row.faults.join("\n"), /calls more than needed/);
  });
});
