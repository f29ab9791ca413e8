// The explorer itself: what it visits, what it leaves out, what it finds, and how it
// tells it. Small programs of a few steps; the strategies have test/model/.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { append, close, fstat, lstat, now, open, readdir, rename } from "../rotation/fs-op.ts";
import { sleep, tolerate, tryLock, unlink } from "../rotation/fs-op.ts";
import type { Fd, FileStat, Steps } from "../rotation/fs-op.ts";
import { explore } from "./explorer.ts";
import type { ModelStep, Program } from "./lives.ts";
import { MemoryFs } from "./memory-fs.ts";
import type { Moment, Scenario } from "./scenario.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);

/** Writes a line to a file that it opens or makes. */
function appending(path: string, line: string): Program {
  return function* () {
    const fd = yield* open(path, "lock");
    yield* append(fd, bytes(`${line}\n`));
    yield { op: "ack", line };
  };
}

function textOf(fs: MemoryFs, path: string): string {
  return [...fs.entries()].find(([other]) => other === path)?.[2].text ?? "";
}

function scenario(programs: readonly Program[], more: Partial<Scenario> = {}): Scenario {
  return { start: () => new MemoryFs(), programs, checks: {}, ...more };
}

/** The different ends of a scenario, as `tell` has them. */
function endsOf(told: Scenario, tell: (moment: Moment) => string): string[] {
  const ends = new Set<string>();
  const { fault, complete } = explore(told, (moment) => void ends.add(tell(moment)));
  assert.equal(fault, null);
  assert.ok(complete);
  return [...ends].toSorted();
}

describe("explorer: orders of steps", () => {
  it("visits every order of two processes' steps", () => {
    const two = scenario([appending("/log/a", "one"), appending("/log/a", "two")]);
    assert.deepEqual(
      endsOf(two, ({ fs }) => textOf(fs, "/log/a")),
      ["one\ntwo\n", "two\none\n"],
    );
  });

  it("visits each state once: three steps of two processes that don't meet are a grid", () => {
    const walking = (path: string): Program =>
      function* () {
        for (let step = 0; step < 3; step += 1) yield* tolerate(lstat(path), "ENOENT");
      };
    const { states, ends } = explore(scenario([walking("/log/a"), walking("/log/b")]));
    assert.deepEqual([states, ends], [16, 1]);
  });

  it("kills a process between two steps and in the middle of a write, and frees its locks", () => {
    const dying: Program = function* () {
      const fd = yield* open("/log/a", "create");
      yield* tryLock(fd, "exclusive");
      yield* append(fd, bytes("line\n"));
    };
    const ends = endsOf(scenario([dying], { crashes: 1 }), ({ fs }) => {
      const dead = [...fs.openFiles()].length === 0;
      return `${textOf(fs, "/log/a")}${dead ? " dead" : ""}`;
    });
    assert.deepEqual(ends, [" dead", "l dead", "line\n", "line dead"]);
  });

  it("lets events happen at any moment, in their order, and only where they can", () => {
    const looking: Program = function* () {
      const names = [...(yield* readdir("/log")), ...(yield* readdir("/log"))];
      yield { op: "ack", line: `saw ${names.join()}` };
    };
    const make = (path: string) => (fs: MemoryFs) =>
      void fs.perform(0, { op: "open", path, mode: "lock" });
    const events = [
      { name: "a comes", happen: make("/log/a") },
      { name: "never", happen: () => false },
      { name: "b comes", happen: make("/log/b") },
    ];
    const saw = endsOf(scenario([looking], { events, split: false }), ({ acked }) => acked.join());
    assert.deepEqual(saw, ["saw ", "saw a", "saw a,a"]);
  });

  it("lists a folder in two steps, so that a file that moves meanwhile is seen twice or not at all", () => {
    const listing: Program = function* () {
      yield { op: "ack", line: `saw ${(yield* readdir("/log")).join()}` };
    };
    const moving: Program = function* () {
      yield* rename("/log/a", "/log/c");
    };
    const start = (): MemoryFs => {
      const fs = new MemoryFs();
      for (const path of ["/log/a", "/log/b"]) fs.perform(0, { op: "open", path, mode: "lock" });
      return fs;
    };
    const two = scenario([listing, moving], { start });
    const saw = endsOf(two, ({ acked }) => acked.join());
    assert.deepEqual(saw, ["saw a,b", "saw a,b,c", "saw b", "saw b,c"]);
    assert.deepEqual(
      endsOf({ ...two, split: false }, ({ acked }) => acked.join()),
      ["saw a,b", "saw b,c"],
    );
  });

  it("compresses in two steps: others see a half, and a death leaves one", () => {
    const compressing: Program = function* () {
      const from = yield* open("/log/a", "append");
      const to = yield* open("/log/b", "create");
      yield { op: "compress", from, to, method: "gz" };
    };
    const start = (): MemoryFs => {
      const fs = new MemoryFs();
      const fd = fs.perform(0, { op: "open", path: "/log/a", mode: "lock" }) as Fd;
      fs.perform(0, { op: "append", fd, bytes: bytes("12") });
      return fs;
    };
    const ends = endsOf(scenario([compressing], { start, crashes: 1 }), ({ fs }) =>
      textOf(fs, "/log/b"),
    );
    assert.deepEqual(ends, ["", "gz:1", "gz:12\u0004"]);
  });
});

describe("explorer: waiting", () => {
  /** Takes a lock by asking again and again, and keeps it or gives it back. */
  function locking(path: string, keep: boolean): Program {
    return function* () {
      const fd = yield* open(path, "lock");
      while (!(yield* tryLock(fd, "exclusive"))) yield* sleep(1);
      yield { op: "ack", line: keep ? "kept" : "had" };
      if (!keep) yield* close(fd);
    };
  }

  it("wakes who was refused a lock when one is freed, so that waiting adds no states without end", () => {
    const { fault, complete, ends } = explore(
      scenario([locking("/log/l", false), locking("/log/l", false)]),
    );
    assert.equal(fault, null);
    assert.ok(complete && ends > 0);
  });

  it("finds the process that asks for ever for a lock that nobody gives back", () => {
    const { fault } = explore(scenario([locking("/log/l", true), locking("/log/l", true)]));
    assert.equal(fault?.what, "a process goes round in circles");
  });

  it("finds two that wait for each other", () => {
    const taking = (first: string, second: string): Program =>
      function* () {
        for (const path of [first, second]) {
          const fd = yield* open(path, "lock");
          while (!(yield* tryLock(fd, "exclusive"))) yield* sleep(1);
        }
        yield { op: "ack", line: first };
      };
    const crossed = explore(scenario([taking("/log/a", "/log/b"), taking("/log/b", "/log/a")]));
    assert.equal(crossed.fault?.what, "a process goes round in circles");
  });

  it("lets the restless wake at any moment", () => {
    const impatient: Program = function* () {
      const fd = yield* open("/log/l", "lock");
      for (let nap = 0; nap < 3; nap += 1) {
        if (yield* tryLock(fd, "exclusive")) return yield* close(fd);
        yield* sleep(1);
      }
      yield { op: "ack", line: "gave up" };
    };
    const holder: Program = function* () {
      const fd = yield* open("/log/l", "lock");
      if (yield* tryLock(fd, "exclusive")) yield { op: "ack", line: "had" };
      yield* close(fd);
    };
    const gaveUp = (restless: boolean): string[] =>
      endsOf(scenario([impatient, holder], { restless }), ({ acked }) => acked.join());
    assert.deepEqual(gaveUp(true), ["", "gave up,had", "had"]);
    assert.deepEqual(gaveUp(false), ["", "had"]);
  });
});

describe("explorer: faults", () => {
  it("tells the steps of a shortest way to a fault, with processes, steps and results", () => {
    const removing: Program = function* () {
      yield* tolerate(lstat("/log/a"), "ENOENT");
      yield* tolerate(unlink("/log/a"), "ENOENT");
    };
    const { fault, complete } = explore(
      scenario([appending("/log/a", "one"), removing], {
        checks: {
          always: ({ fs, acked }) =>
            acked.includes("one") && textOf(fs, "/log/a") === "" ? "one is lost" : null,
        },
      }),
    );
    assert.equal(complete, false);
    assert.equal(fault?.what, "one is lost");
    assert.deepEqual(
      fault?.trace.filter((step) => !step.includes("lstat")),
      [
        "1: open(/log/a, lock) = 1000",
        '1: append(1000, "one\\n") = {written 4, end 4}',
        "1: notes that one is written",
        "2: unlink(/log/a) = done",
      ],
    );
  });

  it("tells deaths, events, and what a fresh process did", () => {
    const { fault } = explore(
      scenario([appending("/log/a", "one")], {
        crashes: 1,
        events: [{ name: "midnight", happen: (fs) => void (fs.clock = 1) }],
        checks: {
          recovery: function* () {
            const there = yield* tolerate(lstat("/log/a"), "ENOENT");
            const late = (yield* now()) === 1;
            if (there !== "ENOENT" && there.size === 3 && late) throw new Error("a stump");
          },
        },
      }),
    );
    assert.equal(fault?.what, "after recovery: the fresh process threw Error: a stump");
    const trace = fault?.trace.join("\n") ?? "";
    assert.match(trace, /^outside: midnight$/m);
    assert.match(trace, /^1: killed 3 bytes into a write$/m);
    assert.match(trace, /^fresh: now\(\) = 1$/m);
  });

  it("finds what a program throws", () => {
    const throwing: Program = function* () {
      yield* lstat("/log/a");
    };
    const { fault } = explore(scenario([throwing]));
    assert.equal(fault?.what, "a process threw Error: ENOENT: in memory");
  });

  it("looks at each step that takes a name away", () => {
    const removing: Program = function* () {
      yield* open("/log/a", "create");
      yield* unlink("/log/a");
    };
    const names = (fs: MemoryFs): number => [...fs.entries()].length;
    const removal = (before: MemoryFs, after: MemoryFs): string | null =>
      names(after) < names(before) ? "a name is gone" : null;
    const { fault } = explore(scenario([removing], { checks: { removal } }));
    assert.equal(fault?.what, "a name is gone");
    assert.equal(fault?.trace.at(-1), "1: unlink(/log/a) = done");
  });

  it("says when it gave up for the number of states", () => {
    const { complete, fault } = explore(
      scenario([appending("/log/a", "one"), appending("/log/b", "two")], { mostStates: 5 }),
    );
    assert.deepEqual([complete, fault], [false, null]);
  });

  it("plants bugs: carries steps out otherwise than asked", () => {
    const { fault } = explore(
      scenario([appending("/log/a", "one")], {
        sabotage: (step, perform) =>
          step.op === "append" ? { written: step.bytes.length, end: 4 } : perform(step),
        checks: {
          atEnd: ({ fs, acked }) =>
            acked.length > 0 && textOf(fs, "/log/a") === "" ? "one was never written" : null,
        },
      }),
    );
    assert.equal(fault?.what, "at the end: one was never written");
  });
});

describe("explorer: what makes no difference", () => {
  it("takes results for one that differ only in what a program does not look at", () => {
    const looking = (field: "id" | "size"): Program =>
      function* () {
        const fd = yield* open("/log/a", "lock");
        const stat = yield* fstat(fd);
        if (stat[field] === "never") yield* lstat("/log/a");
        yield* lstat("/log");
      };
    const states = (field: "id" | "size"): number =>
      explore(scenario([looking(field), appending("/log/a", "one")])).states;
    assert.ok(states("id") < states("size"));
  });

  it("begins again, knowing better, when a program looks at a result later than at once", () => {
    const keeping: Program = function* (): Generator<ModelStep, void, unknown> {
      const fd = yield* open("/log/a", "lock");
      const stat: FileStat = yield* fstat(fd);
      yield* lstat("/log");
      yield { op: "ack", line: `size was ${stat.size}` };
    };
    const told = scenario([keeping, appending("/log/a", "one")]);
    const sizes = endsOf(told, ({ acked }) => acked.find((line) => line.startsWith("size")) ?? "");
    assert.deepEqual(sizes, ["size was 0", "size was 4"]);
  });

  it("leaves out orders of steps, and reaches the same ends", () => {
    const busy = (name: string): Program =>
      function* (): Steps<void> {
        const fd = yield* open("/log/a", "lock");
        const again = yield* open("/log/a", "overwrite");
        const { id } = yield* fstat(fd);
        yield* now();
        if ((yield* fstat(again)).id !== id) return;
        yield* close(again);
        yield* append(fd, bytes(`${name}\n`));
      } as Program;
    const told = scenario([busy("one"), busy("two")], { crashes: 1 });
    const tell = ({ fs }: Moment): string => fs.key();
    assert.deepEqual(
      endsOf({ ...told, reduce: true }, tell),
      endsOf({ ...told, reduce: false }, tell),
    );
    assert.ok(
      explore(told).states < explore({ ...told, reduce: false }).states / 2,
      "nothing was left out",
    );
  });
});
