import assert from "node:assert/strict";
import { test } from "node:test";
import {
  STRATEGIES,
  chooseVariations,
  hasRetention,
  variationName,
  withoutLock,
} from "./variations.ts";
import type { Choice } from "./variations.ts";

const CHOICE: Choice = {
  strategies: STRATEGIES,
  with: [],
  backupCount: 0,
  lock: "kept",
  durabilities: ["write"],
  rows: 0,
};

function names(choice: Partial<Choice>, seed = 0): string[] {
  return chooseVariations({ ...CHOICE, ...choice }, seed).map(variationName);
}

test("each strategy alone, or with what is asked for, where it has that", () => {
  assert.deepEqual(names({}), ["dated", "rename", "claim", "external", "size"]);
  assert.deepEqual(names({ strategies: ["dated", "size"], with: ["size", "gzip"] }), [
    "dated+size+gzip",
    "size",
  ]);
  assert.deepEqual(names({ strategies: ["claim"], with: ["retention"] }), ["claim+retention"]);
  assert.deepEqual(names({ strategies: ["rename"], backupCount: 3 }), ["rename+retention"]);
});

test("a seed picks one combination for each strategy, and consecutive seeds pick them all", () => {
  const seen = new Set<string>();
  for (let seed = 100; seed < 110; seed += 1) {
    const picked = names({ with: "seed" }, seed);
    assert.equal(picked.length, 5);
    assert.deepEqual(picked, names({ with: "seed" }, seed), "the same each time");
    for (const name of picked) seen.add(name);
  }
  assert.deepEqual([...seen].toSorted(), names({ with: "all" }).toSorted());
});

test("a few rows a seed go through all of them in turn", () => {
  const all = names({ with: "all" });
  const seen = [];
  for (let seed = 0; seed * 3 < all.length; seed += 1)
    seen.push(...names({ with: "all", rows: 3 }, seed));
  assert.deepEqual(seen.slice(0, all.length), all);
  assert.equal(names({ rows: 99 }).length, 5);
  assert.deepEqual(names({ with: "seed", rows: 2 }, 7), names({ with: "all", rows: 2 }, 7));
  const everything = Array.from({ length: 50 }, (_, seed) =>
    names({ with: "seed", rows: 2 }, seed),
  );
  assert.equal(new Set(everything.flat()).size, all.length);
});

test("each combination comes with each durability asked for, also when only some rows run", () => {
  const durabilities = ["journal", "write"] as const;
  assert.deepEqual(names({ strategies: ["dated", "claim"], durabilities }), [
    "dated, journal",
    "dated",
    "claim, journal",
    "claim",
  ]);
  const bare = { strategies: ["dated"], lock: "none", durabilities: ["fsync"] } as const;
  assert.deepEqual(names(bare), ["dated, fsync, no lock"]);
  const all = new Set(names({ with: "all", durabilities }));
  const seen = Array.from({ length: all.size }, (_, seed) =>
    names({ with: "seed", rows: 2, durabilities }, seed),
  );
  assert.deepEqual(new Set(seen.flat()), all);
});

test("every strategy is among all combinations alone, packed, and with its limits", () => {
  const all = names({ with: "all" });
  assert.equal(new Set(all).size, all.length);
  for (const strategy of STRATEGIES) {
    const own = all.filter((name) => new RegExp(`^${strategy}\\b`).test(name));
    assert.ok(own.includes(strategy), strategy);
    const packed = own.some((name) => name.includes("gzip"));
    assert.equal(packed, strategy !== "size", `${strategy} packed`);
    assert.ok(
      own.some((name) => name.includes("retention")),
      `${strategy} with retention`,
    );
    assert.ok(
      own.some((name) => name.includes("deleted")),
      `${strategy} without its lock file`,
    );
  }
});

test("without a lock, only what needs none enters, and nothing is packed or removed", () => {
  const bare = chooseVariations(
    { ...CHOICE, with: ["size", "gzip", "retention"], lock: "none" },
    0,
  );
  assert.deepEqual(bare.map(variationName), [
    "dated+size, no lock",
    "claim+size, no lock",
    "external+size, no lock",
  ]);
  assert.ok(bare.every((each) => each.compress === "" && !hasRetention(each)));
  const kept = chooseVariations({ ...CHOICE, with: ["size", "gzip", "retention"] }, 0);
  assert.deepEqual(kept.map(withoutLock), [bare[0], kept[1], bare[1], bare[2], kept[4]]);
  assert.ok(names({ lock: "deleted" }).every((name) => name.endsWith(", lock deleted")));
});

test("a worker thread goes with the journal, and needs a lock", () => {
  const asked: Partial<Choice> = { strategies: ["dated"], with: ["worker", "gzip"] };
  const durabilities = ["buffered", "journal", "write", "fsync"] as const;
  assert.deepEqual(names({ ...asked, durabilities }), [
    "dated+gzip, buffered",
    "dated+gzip+worker, journal",
    "dated+gzip",
    "dated+gzip, fsync",
  ]);
  const bare = names({ ...asked, durabilities: ["journal"], lock: "none" });
  assert.deepEqual(bare, ["dated, journal, no lock"]);
});
