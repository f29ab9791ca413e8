import assert from "node:assert/strict";
import { test } from "node:test";

import { absoluteLogPath } from "./log-location.ts";

const ACCEPTED = "accepted: a path or file: URL that names a file, not a directory";

test("a log's path is a path or a file: URL", () => {
  assert.equal(absoluteLogPath("/var/log/a.log"), "/var/log/a.log");
  assert.equal(absoluteLogPath(new URL("file:///var/log/a%20b.log")), "/var/log/a b.log");
});

test("what names no file is refused by its value, with what is accepted", () => {
  const refused: [unknown, string][] = [
    [42, "a log's path can't be 42; "],
    [new URL("https://example.com/a.log"), `a log's path can't be "https://example.com/a.log"; `],
    ["", '"" names no file; '],
    ["a\0b", '"a\\u0000b" names no file; '],
    ["/var/log/", '"/var/log/" names no file; '],
    ["/", '"/" names no file; '],
    [".", '"." is a directory; '],
  ];
  for (const [path, message] of refused) {
    assert.throws(() => absoluteLogPath(path as string), { message: message + ACCEPTED });
  }
  assert.throws(() => absoluteLogPath(new URL("file:///a%2Fb.log")), {
    message: /^"file:\/\/\/a%2Fb\.log" names no file: TypeError.*; accepted: a path or file: URL/,
  });
});
