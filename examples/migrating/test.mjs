import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Runs a program in a folder of its own; what it printed, and the files it wrote. */
function run(file, log) {
  const cwd = mkdtempSync(join(tmpdir(), "daybook-migrating-"));
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(here, file)], {
      cwd,
      encoding: "utf8",
    });
    assert.equal(stderr, "", file);
    assert.equal(status, 0, file);
    return { stdout, lines: readFileSync(join(cwd, log), "utf8").trimEnd().split("\n") };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

test("winston's program and daybook's print the same, and log the same errors", () => {
  const [before, after] = ["before", "after"].map((name) =>
    run(`winston/${name}.mjs`, "errors.log"),
  );
  assert.equal(before.stdout, "INFO: order 7 paid\nWARN: stock is low\nERROR: could not ship\n");
  assert.equal(after.stdout, before.stdout.replace("WARN:", "WARNING:"));
  const [theirs, ours] = [before, after].map(({ lines }) => lines.map((line) => JSON.parse(line)));
  assert.equal(theirs.length, 1);
  assert.deepEqual(
    ours.map(({ level, msg: message, service, order, error }) => {
      return { level: level.toLowerCase(), message, service, order, error };
    }),
    theirs.map(({ timestamp: _timestamp, ...line }) => line),
  );
});

for (const name of ["door", "after"]) {
  test(`pino's program and daybook's write the same lines (${name})`, () => {
    const [theirs, ours] = ["before", name].map((file) =>
      run(`pino/${file}.mjs`, "shop.log").lines.map((line) => {
        const { time, pid, err, ...rest } = JSON.parse(line);
        assert.equal(typeof time, "number");
        assert.equal(typeof pid, "number");
        return { ...rest, err: err && { type: err.type, message: err.message } };
      }),
    );
    assert.equal(theirs.length, 3);
    assert.deepEqual(ours, theirs);
  });
}

test("log4js's program and daybook's print and write the same", () => {
  const [before, after] = ["before", "after"].map((name) => run(`log4js/${name}.mjs`, "shop.log"));
  assert.deepEqual(before.stdout.trimEnd().split("\n"), [
    "INFO shop - order 7 paid by ada",
    "DEBUG shop.db - asked for 3 rows",
    "ERROR shop - could not ship 7",
  ]);
  assert.deepEqual(after, before);
});

for (const [library, programs] of Object.entries({
  winston: ["before", "after"],
  pino: ["before", "door", "after"],
  log4js: ["before", "after"],
})) {
  test(`the guide for those who come from ${library} shows these programs as they are`, () => {
    const guide = readFileSync(
      join(here, `../../docs/guides/migrating-from-${library}.md`),
      "utf8",
    );
    for (const name of programs) {
      const program = readFileSync(join(here, library, `${name}.mjs`), "utf8");
      assert.ok(guide.includes(`\n${program}\`\`\`\n`), `${library}/${name}.mjs`);
    }
  });
}
