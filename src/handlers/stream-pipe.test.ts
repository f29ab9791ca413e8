import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const folder = mkdtempSync(join(tmpdir(), "daybook-pipe-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const ENDS: Readonly<Record<string, string>> = {
  "by process.exit()": "process.exit(0);",
  "by an exception that nobody catches": "throw new Error('dead');",
};

for (const [how, end] of Object.entries(ENDS)) {
  test(`no line is lost to a slow reader of stdout when the process ends ${how}`, () => {
    const program = join(folder, "program.mjs");
    const [stream, logger] = ["./stream.js", "../core/logger.js"].map((path) =>
      JSON.stringify(new URL(path, import.meta.url).href),
    );
    writeFileSync(
      program,
      `import { StreamHandler } from ${stream};
       import { Logger } from ${logger};
       const log = new Logger("a", "INFO");
       log.addHandler(new StreamHandler(process.stdout));
       for (let i = 0; i < 20_000; i += 1) log.info("line %d", i);
       ${end}`,
    );
    const command = `"${process.execPath}" "${program}" 2>/dev/null | (sleep 0.5; wc -l)`;
    const { stdout } = spawnSync("sh", ["-c", command], { encoding: "utf8" });
    assert.equal(Number(stdout), 20_000);
  });
}
