import assert from "node:assert/strict";
import { test } from "node:test";

import { fitRequestId, newRequestId } from "./request-id.ts";

test("ids as they are in use are taken as they are", () => {
  const ids = [
    "7f",
    "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    newRequestId(),
    "Root=1-67891233-abcdef012345678912345678;Parent=463ac35c9f6413ad",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "dGVhPQ==+/~@:_.",
    "x".repeat(128),
  ];
  for (const id of ids) assert.equal(fitRequestId(id), id);
});

test("whatever could pass for something else in a log is not", () => {
  const others = [
    "",
    "x".repeat(129),
    "a b",
    'a"b',
    "a\nb",
    "a\r\nlevel=ERROR",
    "a\u0000",
    "\u001B[31m",
    "a,b",
    "{}",
    "ä",
    "\uD800",
    "a\n",
    undefined,
    null,
    7,
    ["a", "b"],
    { toString: () => "a" },
  ];
  for (const other of others) assert.equal(fitRequestId(other), null);
});

test("new ids are UUIDs, fit, and different", () => {
  const ids = Array.from({ length: 100 }, newRequestId);
  assert.equal(new Set(ids).size, 100);
  for (const id of ids) assert.equal(fitRequestId(id), id);
});
