import assert from "node:assert/strict";
import { test } from "node:test";

import { isFrameLine, parseFrame } from "./stack-frame.ts";

test("a frame is taken apart in all the forms that V8 writes", () => {
  const frames: [string, string, string, number, number][] = [
    ["    at pay (/srv/a.js:1:2)", "pay", "/srv/a.js", 1, 2],
    ["    at file:///srv/a.js:10:20", "", "file:///srv/a.js", 10, 20],
    ["    at async run (C:\\a b\\c.js:3:4)", "async run", "C:\\a b\\c.js", 3, 4],
    ["    at async file:///srv/a.js:3:4", "async", "file:///srv/a.js", 3, 4],
    ["    at new Shop (/srv/a.js:3:4)", "new Shop", "/srv/a.js", 3, 4],
    [
      "    at Shop.sell [as buy] (/my (own)/a.js:3:4)",
      "Shop.sell [as buy]",
      "/my (own)/a.js",
      3,
      4,
    ],
    ["    at emit (node:events:519:28)", "emit", "node:events", 519, 28],
  ];
  for (const [line, name, file, number, column] of frames) {
    assert.deepEqual(parseFrame(line), { name, file, line: number, column }, line);
  }
});

test("what has no file is no place, though it may be a frame", () => {
  for (const line of [
    "    at Array.forEach (<anonymous>)",
    "    at async Promise.all (index 0)",
    "    at eval (eval at host (/srv/a.js:1:2), <anonymous>:1:5)",
  ]) {
    assert.equal(parseFrame(line), null, line);
    assert.equal(isFrameLine(line), true, line);
  }
  for (const line of ["Error: at x (/a.js:1:2)", "", "at x (/a.js:1:2)"]) {
    assert.equal(isFrameLine(line), false, line);
    assert.equal(parseFrame(line), null, line);
  }
});

test("a line that is made to be hard is no frame, and takes no time", () => {
  assert.equal(parseFrame(`    at ${" (".repeat(200_000)}`), null);
  assert.equal(parseFrame(`    at ${" (/a".repeat(900)}:1:x)`), null);
});
