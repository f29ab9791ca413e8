import assert from "node:assert/strict";
import { test } from "node:test";

import { encoderFor } from "./encoding.ts";
import { ValueError } from "./errors.ts";

function bytes(encoding: string, text: string): Buffer {
  return Buffer.from(encoderFor(encoding)(text));
}

test("UTF-8 is written as it is, with lone surrogates escaped", () => {
  assert.deepEqual(bytes("utf-8", "é😀"), Buffer.from("é😀"));
  assert.deepEqual(bytes("UTF8", "a\ud800b\udc00\u{1f600}"), Buffer.from("a\\ud800b\\udc00😀"));
});

test("what ASCII and Latin-1 can't hold is escaped as Python does", () => {
  assert.equal(bytes("ascii", "aé€😀\udc00").toString("latin1"), "a\\xe9\\u20ac\\U0001f600\\udc00");
  assert.deepEqual(bytes("latin-1", "é€"), Buffer.from("\xe9\\u20ac", "latin1"));
});

test("UTF-16 keeps pairs and escapes what is alone", () => {
  assert.deepEqual(bytes("utf-16-le", "a😀\ud800"), Buffer.from("a😀\\ud800", "utf16le"));
});

test("encodings are known under Python's names", () => {
  for (const name of ["utf8", "UTF-8", "utf_8", "latin1", "iso-8859-1", "us-ascii", "UTF-16LE"]) {
    assert.equal(typeof encoderFor(name), "function");
  }
});

test("other ways to handle errors replace or leave out", () => {
  assert.equal(Buffer.from(encoderFor("ascii", "replace")("aé😀")).toString(), "a??");
  assert.equal(Buffer.from(encoderFor("ascii", "ignore")("aé😀")).toString(), "a");
});

test("an unknown encoding or handling names itself and what is accepted", () => {
  assert.throws(
    () => encoderFor("ebcdic"),
    (error: unknown) =>
      error instanceof ValueError &&
      error.message === "unknown encoding: ebcdic" &&
      error.value === "ebcdic" &&
      /utf-8/.test(error.accepted ?? ""),
  );
  assert.throws(() => encoderFor("utf-8", "strict" as "ignore"), ValueError);
});
