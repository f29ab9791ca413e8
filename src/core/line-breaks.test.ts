import assert from "node:assert/strict";
import { test } from "node:test";

import {
  checkLineBreaks,
  escapeControls,
  guardLiteral,
  guardText,
  guardTrace,
  indentLines,
} from "./line-breaks.ts";

test("clean text comes back as it is, tabs and all of Unicode's letters with it", () => {
  for (const text of ["", "paid", "a\tb", "C:\\new\\table", "ünïcödé \u{1f600}", "אבג", "\ud800"]) {
    assert.equal(escapeControls(text), text);
    assert.equal(indentLines(text), text);
  }
});

test("escaped, every control character, line end and change of direction can be seen", () => {
  assert.equal(escapeControls("a\nb\r\nc"), "a\\nb\\r\\nc");
  assert.equal(escapeControls("\0\b\x1b[31m\x7f"), "\\x00\\x08\\x1b[31m\\x7f");
  assert.equal(escapeControls("\x85\x9b2J\u2028\u2029"), "\\x85\\x9b2J\\u2028\\u2029");
  assert.equal(escapeControls("\u202egnp\u2066x\u2069"), "\\u202egnp\\u2066x\\u2069");
  assert.equal(escapeControls("\v\f"), "\\x0b\\x0c");
});

test("not one character of Unicode's controls but the tab is left", () => {
  for (let code = 0; code <= 0xffff; code++) {
    const char = String.fromCharCode(code);
    const isControl =
      /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u.test(char) && char !== "\t";
    assert.equal(escapeControls(char) !== char, isControl, code.toString(16));
    assert.equal(indentLines(char) !== char, isControl, code.toString(16));
  }
});

test("set in, further lines begin with blanks, and other controls can be seen", () => {
  assert.equal(indentLines("a\nb\r\nc"), "a\n    b\n    c");
  assert.equal(indentLines("a\rb\n\n\x1b[A"), "a\\rb\n    \n    \\x1b[A");
  assert.equal(indentLines("a\u2028b\x85c\n"), "a\\u2028b\\x85c\n    ");
  assert.equal(indentLines("a\nb", "> "), "a\n> b");
});

test("a text is guarded by the word for it", () => {
  const text = "a\n\x1b[0mb";
  assert.equal(guardText(text, "keep"), text);
  assert.equal(guardText(text, "indent"), "a\n    \\x1b[0mb");
  assert.equal(guardText(text, "escape"), "a\\n\\x1b[0mb");
});

test("what a format itself has keeps its colours, but data behind its line breaks is set in", () => {
  const colour = "\x1b[31m";
  assert.equal(guardLiteral(`${colour}\n`, "keep"), `${colour}\n`);
  assert.equal(guardLiteral(`${colour}\n`, "indent"), `${colour}\n    `);
  assert.equal(guardLiteral(`${colour}\n`, "escape"), `${colour}\n    `);
});

test("a trace is set in from its first line on, or joined to the line", () => {
  assert.equal(guardTrace("E: x\n    at f", "keep", false), "\nE: x\n    at f");
  assert.equal(guardTrace("E: x", "keep", true), "E: x");
  assert.equal(guardTrace("E: x\nCRITICAL root", "indent", false), "\n    E: x\n    CRITICAL root");
  assert.equal(guardTrace("E: x\r\ny", "escape", false), "\\nE: x\\r\\ny");
});

test("another word is refused with what is accepted", () => {
  const accepted = '"keep", "indent" or "escape"';
  for (const [value, shown] of [
    ["no", "'no'"],
    [null, "null"],
    [true, "true"],
  ] as const) {
    assert.throws(() => checkLineBreaks(value), {
      name: "ValueError",
      message: `lineBreaks can't be ${shown}; accepted: ${accepted}`,
    });
  }
});

test("marks of direction are visible escapes", () => {
  const text = "a\u061cb\u200ec\u200f";
  assert.equal(guardText(text, "escape"), "a\\u061cb\\u200ec\\u200f");
  assert.equal(guardText(text, "indent"), "a\\u061cb\\u200ec\\u200f");
});
