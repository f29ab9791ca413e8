// What is lost when a process ends, by durability: real processes in every situation, and
// the table of the guide, which must say what they showed. How a process ends with the
// hooks, and what Node says about it, must be as without.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

import { topFolder } from "../kit/doc-examples.ts";
import { CLASSES, LINES } from "./classes.ts";
import { endProcesses } from "./end-processes.ts";
import type { Outcome } from "./end-processes.ts";
import { SITUATIONS } from "./situations.ts";
import { lossTable } from "./table.ts";

const guide = join(topFolder(fileURLToPath(import.meta.url)), "docs/guides/end-of-the-process.md");
/** Those in which nothing waits in memory alone. */
const DURABLE: readonly string[] = ["write", "fsync", "journal", "journal, worker"];

let folder: string;
let outcomes: Outcome[][];
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "daybook-end-"));
  outcomes = await endProcesses(SITUATIONS, folder);
});
after(() => rmSync(folder, { recursive: true, force: true }));

describe("the end of a process", () => {
  for (const [row, situation] of SITUATIONS.entries()) {
    it(`${situation.name}: loses nothing but what waits in memory, and ends as it should`, () => {
      for (const [at, { lost, strange, end, stderr }] of (outcomes[row] ?? []).entries()) {
        const due = Array.isArray(situation.ends) ? situation.ends[at] : situation.ends;
        assert.equal(end, due, stderr);
        assert.deepEqual(strange, [], "lines that are there twice, or that nobody logged");
        for (const name of Object.keys(CLASSES)) {
          if (situation.unsure?.includes(name) === true) continue;
          const expected = situation.lose.includes(name) ? LINES : 0;
          assert.equal(lost[name], expected, `lines of ${name} lost, run ${at}\n${stderr}`);
        }
      }
      assert.equal(outcomes[row]?.length, situation.runs.length);
    });
  }

  it("takes nothing from the durable classes, in any situation", (context) => {
    for (const outcome of outcomes.flat()) {
      for (const name of DURABLE) assert.equal(outcome.lost[name], 0);
    }
    assert.equal(outcomes.flat().length, SITUATIONS.flatMap(({ runs }) => runs).length);
    const table = lossTable(SITUATIONS, outcomes);
    context.diagnostic(`lines lost of ${LINES} that waited:\n${table}`);
  });

  it("is in the guide as it was measured", () => {
    assert.ok(readFileSync(guide, "utf8").includes(lossTable(SITUATIONS, outcomes)));
  });

  it("comes with Node's own words for what nobody catches, hooks or not", () => {
    for (const [row, { runs }] of SITUATIONS.entries()) {
      const [first, ...others] = outcomes[row] ?? [];
      if (!/exception|rejection/.test(runs[0]?.end ?? "")) continue;
      assert.match(first?.stderr ?? "", /Error: nobody (?:catches|handles) this/);
      for (const other of others) assert.equal(told(other), told(first));
    }
  });
});

/** Without what names the process. */
function told(outcome: Outcome | undefined): string {
  return (outcome?.stderr ?? "").replaceAll(/127\.0\.0\.1:\d+/g, "");
}
