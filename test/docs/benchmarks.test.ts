// The benchmarks: their page and charts are what the results in the repository give, and
// a contest finds out who loses a line. What they measure is not judged here.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { topFolder } from "../kit/doc-examples.ts";

interface Docs {
  staleDocs(): string[];
  makeDocs(results: readonly unknown[]): Map<string, string>;
}

interface Contest {
  runContest(
    entries: readonly Readonly<Record<string, unknown>>[],
    plan: { readonly rounds: number },
  ): Promise<Map<string, { readonly ns: readonly number[] }>>;
}

interface Results {
  readonly answers: {
    readonly classes: {
      readonly rows: readonly {
        readonly class: string;
        readonly scenario: string;
        readonly ratio: number;
      }[];
    };
  };
}

interface Statistics {
  median(values: readonly number[]): number;
  pairedRatio(over: readonly number[], under: readonly number[]): { readonly ratio: number };
}

const root = topFolder(fileURLToPath(import.meta.url));
const load = <T>(name: string): Promise<T> =>
  import(pathToFileURL(join(root, "benchmarks", name)).href) as Promise<T>;

test("the page of benchmarks and its charts are what the results give", async () => {
  const { staleDocs } = await load<Docs>("docs.mjs");
  assert.deepEqual(staleDocs(), [], "run npm run bench -- --docs");
});

test("the README claims no more than the results give, on every Node", () => {
  const classes = new Map([
    ['durability: "write"', "write"],
    ['durability: "journal"', "journal"],
    ['durability: "buffered"', "buffered"],
    ["worker: true", "worker"],
  ]);
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const claims = [...readme.matchAll(/^\| `([^`]+)`[^|]*\| ([\d.]+) \| `[^`]+` \|$/gm)];
  assert.deepEqual(
    claims.map(([, option]) => option),
    [...classes.keys()],
  );
  for (const node of ["20", "26"]) {
    const file = join(root, "benchmarks", "results", `${node}.json`);
    const { rows } = (JSON.parse(readFileSync(file, "utf8")) as Results).answers.classes;
    for (const [, option = "", least = ""] of claims) {
      const row = rows.find(
        (one) => one.class === classes.get(option) && one.scenario === "3 fields",
      );
      assert.ok(row !== undefined && row.ratio >= Number(least), `${option}, Node ${node}`);
    }
  }
});

test("results become tables and well-formed charts", async () => {
  const { makeDocs } = await load<Docs>("docs.mjs");
  const row = { contestant: "a<b", ms: 12.5, modules: 1234 };
  const files = makeDocs([
    {
      node: "v20.1.2",
      machine: { cpu: "one", cores: 2, memoryGb: 4, system: "Linux", fileSystem: "ext4" },
      versions: { daybook: "1.2.3" },
      answers: { start: { date: "2026-01-02", load: 0.1, rows: [row] } },
    },
  ]);
  const page = files.get("benchmarks.md") ?? "";
  assert.match(page, /^\| a<b \| 12\.5 \| 1,234 \|$/m);
  assert.match(page, /^\| daybook \| 1\.2\.3 \|$/m);
  assert.ok(!page.includes("## Lines of text"), "a question without an answer has no section");
  assert.match(page, /!\[Importing \(Node 20\)\]\(benchmarks\/start\.svg\)/);
  const chart = files.get("benchmarks/start.svg") ?? "";
  assert.match(chart, /^<svg [^]*>a&lt;b<\/text>[^]*<\/svg>\n$/);
  assert.equal(chart.match(/<rect class="s0"/g)?.length, 1);
});

test("a contest measures who writes every line, and ends with an error where one is lost or doubled", async () => {
  const { runContest } = await load<Contest>("contest/contest.mjs");
  const raw = { name: "raw", logger: "raw", line: "x", durability: "buffered", count: 2000 };
  const results = await runContest([raw], { rounds: 3 });
  assert.equal(results.get("raw")?.ns.length, 3);
  for (const [fault, lines] of [
    ["loses", 1998],
    ["doubles", 2002],
  ] as const) {
    await assert.rejects(
      runContest([{ name: fault, logger: "lossy", fault, count: 2000 }], { rounds: 1 }),
      new RegExp(`${fault}: .*${lines} lines are written, 2000 should be`),
    );
  }
});

test("medians and ratios are those of the rounds", async () => {
  const { median, pairedRatio } = await load<Statistics>("contest/statistics.mjs");
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([4, 1, 2, 3]), 2.5);
  // A round in which the machine was busy counts no more than another.
  assert.equal(pairedRatio([20, 2000, 40], [10, 1000, 10]).ratio, 2);
});
