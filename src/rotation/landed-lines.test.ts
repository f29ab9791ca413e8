import assert from "node:assert/strict";
import { describe, it } from "node:test";

import * as fc from "fast-check";

import { runSync } from "../platform/run-sync.ts";
import { MemoryFs } from "../testing/memory-fs.ts";
import { append, open } from "./fs-op.ts";
import type { Steps } from "./fs-op.ts";
import { findLanded } from "./landed-lines.ts";
import type { Found, Intended } from "./landed-lines.ts";

/** What is found of lines in a file. */
function find(content: string, lines: readonly string[], from: number, page: number): Found | null {
  const fs = new MemoryFs("/log");
  const steps = function* (): Steps<Found | null> {
    const fd = yield* open("/log/a", "create");
    yield* append(fd, Buffer.from(content, "latin1"));
    return yield* findLanded(fd, intended(lines), from, page);
  };
  return runSync(steps(), { perform: (step) => fs.perform(1, step) });
}

function intended(lines: readonly string[]): Intended {
  const ends = lines.map((_, at) => lines.slice(0, at + 1).join("").length);
  return { bytes: Buffer.from(lines.join(""), "latin1"), ends };
}

/** How many of the lines `one`, `two`, `three` are found behind the first 8 bytes, pages having 8. */
function countOf(rest: string): number {
  return find(`before\n\n${rest}`, ["one\n", "two\n", "three\n"], 8, 8)?.records ?? 0;
}

describe("a batch in its file", () => {
  it("is found wherever it stands behind the size before", () => {
    assert.equal(countOf("one\ntwo\nthree\n"), 3);
    assert.equal(countOf("other\none\ntwo\nthree\nmore\n"), 3);
    assert.equal(find("x\none\n", ["one\n"], 2, 4096)?.at, 2);
  });

  it("is not there if it stands before that, or in pieces", () => {
    assert.equal(find("one\nx\n", ["one\n"], 4, 4096), null);
    assert.equal(countOf("one\nother\ntwo\nthree\n"), 0);
  });

  it("is not there as the end of another line", () => {
    assert.equal(find("none\n", ["one\n"], 0, 4096), null);
  });

  it("is there behind a stump, which ends where a page does", () => {
    assert.equal(find("stumpoutone\n", ["one\n"], 0, 8)?.at, 8);
    assert.equal(find("stumpone\n", ["one\n"], 5, 4096)?.at, 5);
  });

  it("is there in part if the write was cut at the end of a page", () => {
    assert.equal(countOf("one\ntwo\n"), 2);
    assert.equal(countOf("other\n\n\none\ntwo\nthree\n"), 3);
    assert.equal(countOf("....\none\ntwo\nthr"), 2);
    assert.equal(countOf("....\none\ntwo\nthrother\n"), 2);
  });

  it("is there in part if the next writer ended the stump with its last byte", () => {
    assert.equal(countOf("....\none\ntwo\nth\nother\n"), 2);
  });

  it("is not there for a few bytes that are alike by chance", () => {
    assert.equal(countOf("one\ntwo"), 0);
    assert.equal(countOf("one\nother\n"), 0);
    assert.equal(countOf("th"), 0);
  });

  it("may end in a line that lacks its newline alone", () => {
    assert.deepEqual(find("12345one", ["one\n", "two\n"], 5, 8), {
      at: 5,
      records: 0,
      lacksNewline: true,
    });
    assert.equal(find("12345one.\n", ["one\n"], 5, 8), null);
  });

  it("counts a line whose newline an opener has written behind the page's end", () => {
    assert.deepEqual(find("12345one\nother\n", ["one\n", "two\n"], 5, 8), {
      at: 5,
      records: 1,
      lacksNewline: false,
    });
  });

  it("is found whatever others wrote, and however far behind", () => {
    // An empty line is like any other newline.
    const line = fc.stringMatching(/^[a-c]{1,6}\n$/);
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 5 }),
        fc.nat(600_000),
        (lines, much) => {
          const others = "another line\n".repeat(Math.ceil(much / 13));
          const found = find(`${others}${lines.join("")}more\n`, lines, 0, 4096);
          assert.equal(found?.at, others.length);
          assert.equal(found?.records, lines.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is found as far as it goes, wherever a page ends it", () => {
    const line = fc.stringMatching(/^[a-z]{1,30}\n$/);
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 8 }),
        fc.nat(63),
        fc.nat(4),
        (lines, at, pages) => {
          const others = `${"X".repeat(at)}\n`;
          const cut = Math.min(pages * 64, others.length + lines.join("").length);
          fc.pre(cut > others.length);
          const isWhole = cut === others.length + lines.join("").length;
          const content = (others + lines.join("")).slice(0, cut);
          const whole = lines.filter(
            (_, n) => others.length + lines.slice(0, n + 1).join("").length <= cut,
          );
          const found = find(content, lines, others.length, 64);
          assert.equal(found?.records ?? 0, isWhole ? lines.length : whole.length);
        },
      ),
    );
  });
});
