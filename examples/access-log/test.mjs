// The access log of server.mjs, under real requests: whoever got an answer is on record.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { openAccessLog, serve } from "./server.mjs";

const folder = mkdtempSync(join(tmpdir(), "daybook-access-log-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("each answered request has its line, which is in the file when the answer is there", async () => {
  const path = join(folder, "access.log");
  const server = await serve(openAccessLog(path), 0);
  const { port } = server.address();
  for (const name of ["hello", "tea?milk=yes"]) {
    const answer = await fetch(`http://127.0.0.1:${port}/${name}`);
    assert.equal(await answer.text(), "hello\n");
    const last = readFileSync(path, "utf8").trimEnd().split("\n").at(-1);
    assert.match(last, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ GET \/\S+ 200$/);
    assert.ok(last.includes(` GET /${name} 200`), last);
  }
  server.closeAllConnections();
  server.close();
});
