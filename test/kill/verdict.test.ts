// The judge of the kill and fault tests, on folders made by hand: it must see each
// kind of fault, and nothing where there is none.

import assert from "node:assert/strict";
import { closeSync, linkSync, mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import type { TestContext } from "node:test";
import { gzipSync } from "node:zlib";

import { kernelLock } from "../../src/platform/locks.ts";
import { faultsOfLines, leftoversOf, lockedFiles } from "./verdict.ts";
import type { KnownLine } from "./verdict.ts";

const BASE = "app.log";
/** 2024-03-01 12:00 UTC. */
const NOON = 1_709_294_400;
const A: KnownLine = { line: "line a", created: NOON, fate: "acked" };
const B: KnownLine = { line: "line b", created: NOON, fate: "acked" };
const CUT: KnownLine = { line: "line that was cut", created: NOON, fate: "cut" };

/** A folder with these files, by names relative to it. */
function folderOf(t: TestContext, files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), "daybook-verdict-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

describe("the judge of lines", () => {
  const day1 = `${BASE}.2024-03-01`;
  const day2 = `${BASE}.2024-03-02`;
  const both = "line a\nline b\n";
  const cases: (readonly [string, Record<string, string | Buffer>, RegExp | null])[] = [
    ["is content with lines in their file", { [day1]: both }, null],
    ["is content with lines in an archive", { [`${day1}.gz`]: gzipSync(both) }, null],
    ["is content with a stump of its own line", { [day1]: `${both}line th\n` }, null],
    ["is content with the whole of a cut line", { [day1]: `${both}${CUT.line}\n` }, null],
    [
      "does not count an archive while the file it is made of is there",
      { [`${day1}~`]: both, [`${day1}.gz`]: gzipSync(both) },
      null,
    ],
    ["sees a lost line", { [day1]: "line a\n" }, /'line b' is lost/],
    ["sees a doubled line", { [day1]: both, [`${day1}.1`]: "line a\n" }, /'line a' is there 2/],
    ["sees a line of another day", { [day1]: "line a\n", [day2]: "line b\n" }, /is in .*-02/],
    ["sees a line that a stump is glued to", { [day1]: "line thline a\nline b\n" }, /is lost/],
    ["sees what nobody wrote", { [day1]: `${both}line x\n` }, /"line x", which nobody wrote/],
    [
      "sees an archive that was cut off",
      { [`${day1}.gz`]: gzipSync(both).subarray(0, 20) },
      /can't be unpacked/,
    ],
    ["sees a cut line that is there twice", { [day1]: `${both}${`${CUT.line}\n`.repeat(2)}` }, /2/],
  ];
  for (const [what, files, sign] of cases) {
    it(what, (t) => {
      const faults = faultsOfLines(folderOf(t, files), BASE, [A, B, CUT]);
      if (sign === null) assert.deepEqual(faults, []);
      else assert.match(faults.join("\n"), sign);
    });
  }

  it("sees a line that counts as dropped and is there", (t) => {
    const folder = folderOf(t, { [day1]: both });
    const faults = faultsOfLines(folder, BASE, [A, { ...B, fate: "dropped" }]);
    assert.deepEqual(faults, ["'line b' is there, and was counted as dropped"]);
  });

  it("sees that retention left what it had to remove", (t) => {
    const folder = folderOf(t, { [day1]: both });
    const faults = faultsOfLines(folder, BASE, [A, B], { must: ({ line }) => line === "line a" });
    assert.deepEqual(faults, ["'line a' is still there, in a file to remove"]);
  });

  it("lets the oldest lines go where files are dropped, and no other", (t) => {
    const last: KnownLine = { ...A, line: "line c" };
    const folder = folderOf(t, { [day1]: "line b\n" });
    const faults = faultsOfLines(folder, BASE, [A, B, last], { mayOldest: true });
    assert.deepEqual(faults, ["'line c' is lost"]);
  });

  it("sees one file under the names of two days", (t) => {
    const folder = folderOf(t, { [day1]: both });
    linkSync(join(folder, day1), join(folder, day2));
    const faults = faultsOfLines(folder, BASE, [A, B]);
    assert.match(faults.join("\n"), /one file is called/);
  });
});

describe("the judge of leftovers", () => {
  const today = "2024-03-01";
  const day = `${BASE}.${today}`;

  it("is content with a log at rest", (t) => {
    const folder = folderOf(t, { [day]: "line a\n", [`.daybook/${BASE}.lock`]: "" });
    symlinkSync(day, join(folder, BASE));
    assert.deepEqual(leftoversOf(folder, BASE, { strategy: "dated" }, today), []);
  });

  it("sees temporary names, marks, unfinished lines, strangers and a base that leads astray", (t) => {
    const folder = folderOf(t, {
      [day]: "line a\nunfinis",
      [`${BASE}.2024-02-28~`]: "line\n",
      [`${BASE}.aside`]: "",
      [`.daybook/${BASE}.base.tmp`]: "",
    });
    symlinkSync(`${BASE}.2024-02-28`, join(folder, BASE));
    assert.deepEqual(
      leftoversOf(folder, BASE, { strategy: "dated" }, today).toSorted(),
      [
        `.daybook/${BASE}.base.tmp is left`,
        `${BASE} leads to ${BASE}.2024-02-28`,
        `${BASE}.2024-02-28~ is half way to its archive`,
        `${day} ends in mid-line`,
        `${BASE}.aside is no file of ours`,
      ].toSorted(),
    );
  });

  it("sees a hidden name of a past file, and a base that is none of the active one", (t) => {
    const folder = folderOf(t, {
      [`.daybook/${BASE}.2024-02-29.0.active`]: "old\n",
      [`.daybook/${day}.0.active`]: "new\n",
    });
    linkSync(join(folder, ".daybook", `${BASE}.2024-02-29.0.active`), join(folder, BASE));
    assert.deepEqual(leftoversOf(folder, BASE, { strategy: "rename" }, today), [
      `.daybook/${BASE}.2024-02-29.0.active of a past file is left`,
      `${BASE} is not the newest file of ${today}`,
    ]);
  });

  it("sees a lock that is held", (t) => {
    const lock = kernelLock();
    if (lock === null) {
      t.diagnostic("not here: no kernel lock");
      return;
    }
    const folder = folderOf(t, { [day]: "line a\n" });
    const fd = openSync(join(folder, day), "r");
    assert.equal(lock.tryLock(fd, "shared"), true);
    assert.deepEqual(lockedFiles(folder, BASE), [`${day} is locked by nobody alive`]);
    closeSync(fd);
    assert.deepEqual(lockedFiles(folder, BASE), []);
  });
});
