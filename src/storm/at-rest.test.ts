import assert from "node:assert/strict";
import { test } from "node:test";
import { restFaults } from "./at-rest.ts";
import { chooseVariations } from "./variations.ts";
import type { Feature, StrategyId, Variation } from "./variations.ts";

function variation(strategy: StrategyId, ...features: Feature[]): Variation {
  const choice = { strategies: [strategy], with: features, backupCount: 0, rows: 0 };
  const kept = { lock: "kept", durabilities: ["journal"] } as const;
  const [found] = chooseVariations({ ...choice, ...kept }, 0);
  assert.ok(found);
  return found;
}

const TODAY = "2019-09-05";
const HIDDEN = `app.log.${TODAY}.0.active`;

function faults(
  of: Variation,
  names: readonly string[],
  privateNames: readonly string[] = ["app.log.lock"],
  ownName: string | null = TODAY,
): string[] {
  const base = "app.log";
  return restFaults({ variation: of, base, names, privateNames, ownName, lastSuffix: TODAY });
}

test("a folder of each strategy that is at rest has no fault", () => {
  const dates = ["2019-09-03", "2019-09-04"].map((date) => `app.log.${date}`);
  const plain = ["app.log", ...dates];
  assert.deepEqual(faults(variation("dated"), [...plain, `app.log.${TODAY}`, ".daybook"]), []);
  assert.deepEqual(faults(variation("rename"), plain, ["app.log.lock", HIDDEN]), []);
  const packed = ["app.log", ...dates.map((name) => `${name}.gz`)];
  const limited = variation("rename", "size", "gzip", "retention");
  assert.deepEqual(faults(limited, [...packed, `app.log.${TODAY}`], [HIDDEN]), []);
  assert.deepEqual(faults(variation("size"), ["app.log", "app.log.1", "app.log.2"]), []);
});

test("what is half done or left over is named", () => {
  const dated = variation("dated", "gzip");
  for (const [names, hidden, expected] of [
    [["app.log.2019-09-03~", "app.log.2019-09-03.gz"], [], /2019-09-03~ is left over from a comp/],
    [["app.log.2019-09-03.gz"], ["app.log.2019-09-03-0-66-1.tmp"], /\.tmp is left over/],
    [["app.log.2019-09-03.gz"], ["app.log.66-0-1a2b.journal"], /\.journal is left over/],
    [["app.log.2019-09-03.gz"], ["app.log.2019-09-03.0.active"], /still hides a file of the past/],
    [["app.log.2019-09-03"], [], /app\.log\.2019-09-03 is not packed/],
    [["app.log.2019-09-06.gz"], [], /2019-09-06\.gz is packed before its time/],
    [["app.log.2019-09-03.gz", "app.log.new"], [], /app\.log\.new is no name of a log's file/],
  ] as const) {
    const found = faults(dated, names, hidden);
    assert.equal(found.length, 1, found.join("; "));
    assert.match(found[0] ?? "", expected);
  }
  const rename = variation("rename");
  assert.match(faults(rename, [], ["app.log.2019-09-04.0.active"])[0] ?? "", /hides a file/);
  assert.deepEqual(faults(rename, [], [HIDDEN]), []);
  assert.match(faults(variation("dated"), ["app.log.2019-09-03.gz"])[0] ?? "", /packed, unasked/);
});

test("the log's own name must lead to the current file, but for a log that nobody rotates", () => {
  for (const [ownName, expected] of [
    ["2019-09-04", ["app.log leads to 2019-09-04"]],
    [null, ["app.log leads to nothing"]],
  ] as const) {
    assert.deepEqual(faults(variation("claim"), [], [], ownName), expected);
    assert.deepEqual(faults(variation("size"), [], [], ownName), []);
    const forgotten = { ...variation("external"), lock: "none" } as const;
    assert.deepEqual(faults(forgotten, [], [], ownName), []);
  }
});

test("what retention gives up is gone, by periods or by numbers", () => {
  const names = ["2019-09-01", "2019-09-03", "2019-09-04", TODAY].map((date) => `app.log.${date}`);
  const found = faults(variation("dated", "retention"), names);
  assert.deepEqual(found, ["app.log.2019-09-01 is beyond the 2 periods to keep"]);
  const numbers = [1, 3, 4].map((index) => `app.log.${index}`);
  const tooMany = faults(variation("size", "retention"), numbers);
  assert.deepEqual(tooMany, ["app.log.4 is beyond the 3 files to keep"]);
});
