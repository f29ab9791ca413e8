// Two processes that share a log, in every order of their steps: opening it, one of
// them killed anywhere; and while the day changes. The first small scenarios of the
// explorer, with a bug that it must find.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { makeWriter, write } from "../../src/rotation/append.ts";
import type { LogSite, Strategy } from "../../src/rotation/log-site.ts";
import { parseDatedName, parsePrivateName } from "../../src/rotation/names.ts";
import { parseSchedule, periodOf } from "../../src/rotation/period.ts";
import { dated } from "../../src/rotation/strategies/dated.ts";
import { rename } from "../../src/rotation/strategies/rename.ts";
import { explore } from "./explorer.ts";
import type { Exploration, Program, Scenario, World } from "./explorer.ts";
import { MemoryFs } from "./memory-fs.ts";

const DAY = 86_400;

const SITE: LogSite = {
  directory: "/log",
  base: "a",
  schedule: parseSchedule({ when: "midnight" }),
  zone: { offsetAt: () => 0 },
  backupCount: 0,
  locking: true,
  lockState: { lost: false },
  notice: () => {},
};

/** Lines with the day of their record. */
type Lines = readonly (readonly [line: string, day: number])[];

function writing(strategy: Strategy, lines: Lines): Program {
  return function* () {
    const writer = makeWriter({ ...SITE, lockState: { lost: false } }, strategy);
    for (const [line, day] of lines) {
      yield* write(writer, day * DAY + 10, Buffer.from(`${line}\n`), false);
      yield { op: "ack", line };
    }
  };
}

/** Every acked line is whole, once, in a file of its period, whose day the line ends with. */
function faultOf({ fs, acked }: World): string | null {
  const homes = new Map<number, { suffix: string; text: string }>();
  for (const [path, entry] of fs.names) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const hidden = parsePrivateName(name);
    const named = parseDatedName("a", null, name) ?? (hidden?.use === "active" ? hidden : null);
    if (named === null || entry.kind !== "file") continue;
    homes.set(entry.ino, { suffix: named.suffix, text: fs.contents.get(entry.ino) ?? "" });
  }
  for (const line of acked) {
    const found = [...homes.values()].flatMap(({ suffix, text }) =>
      text
        .split("\n")
        .filter((other) => other === line)
        .map(() => suffix),
    );
    const right = periodOf(SITE.schedule, SITE.zone, Number(line.at(-1)) * DAY).suffix;
    if (found.length !== 1 || found[0] !== right) return `${line} is in [${found.join(", ")}]`;
  }
  return null;
}

type Plan = Pick<Scenario, "crashes" | "events" | "sabotage"> & {
  readonly lines: readonly Lines[];
};

function run(strategy: Strategy, { lines, ...plan }: Plan): Exploration {
  return explore({
    start: () => new MemoryFs(),
    programs: lines.map((each) => writing(strategy, each)),
    faultAlways: faultOf,
    faultAtEnd: faultOf,
    ...plan,
  });
}

const FIRST_RECORDS: Plan = { lines: [[["one 0", 0]], [["two 0", 0]]], crashes: 1 };
const MIDNIGHT: Plan = {
  lines: [
    [
      ["one 0", 0],
      ["one 1", 1],
    ],
    [["two 1", 1]],
  ],
  crashes: 0,
  events: [(fs) => void (fs.clock = DAY)],
};

for (const [name, strategy] of Object.entries({ dated, rename })) {
  describe(`two writers, in every order of their steps (${name})`, () => {
    for (const [what, plan] of [
      ["when they open a log and one of them is killed anywhere", FIRST_RECORDS],
      ["when the day changes at any moment", MIDNIGHT],
    ] as const) {
      it(`keep every acked line ${what}`, (context) => {
        const { fault, states, ends } = run(strategy, plan);
        context.diagnostic(`${states} states, ${ends} ends`);
        assert.equal(fault, null);
        assert.ok(ends > 100, "too few ends to prove anything");
      });
    }

    it("are seen to lose a line where stumps are never terminated", () => {
      const { fault } = run(strategy, {
        ...FIRST_RECORDS,
        sabotage: (step, perform) => (step.op === "writeAt" ? undefined : perform(step)),
      });
      assert.equal(fault?.what.endsWith(" is in []"), true);
      assert.match(fault?.trace.join("\n") ?? "", /killed after \d+ bytes of a write/);
    });
  });
}
