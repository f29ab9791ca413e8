import assert from "node:assert/strict";
import { openSync } from "node:fs";
import { describe, it } from "node:test";

import { packError, passOn, unpackError } from "./worker-messages.ts";

/** As it comes over from another thread. */
const across = (error: unknown): unknown => unpackError(structuredClone(packError(error)));

describe("an error from another thread", () => {
  it("has all that reports and applications look at", () => {
    let thrown: unknown;
    try {
      openSync("/nowhere/at/all", "r");
    } catch (error) {
      thrown = error;
    }
    const got = across(thrown) as NodeJS.ErrnoException;
    const { name, message, code, errno, syscall, path, stack } = thrown as NodeJS.ErrnoException;
    assert.ok(got instanceof Error);
    assert.deepEqual(
      [got.name, got.message, got.code, got.errno, got.syscall, got.path, got.stack],
      [name, message, code, errno, syscall, path, stack],
    );
    assert.equal(got.code, "ENOENT");
  });

  it("is its text, if it is no error, and nothing where there was none", () => {
    assert.equal(across("thrown as text"), "thrown as text");
    assert.equal(across(Symbol("odd")), "Symbol(odd)");
    assert.equal(unpackError(undefined), undefined);
  });

  it("is told the handler as what the message says", () => {
    const told: unknown[] = [];
    const owner = {
      failed: (error: unknown, what: string, dropped: number) =>
        void told.push("failed", String(error), what, dropped),
      trouble: (error: unknown, what: string) => void told.push("trouble", String(error), what),
      notice: (text: string, error?: unknown) => void told.push("notice", text, error),
      maintained: (result: object) => void told.push("maintained", { ...result }),
      recovered: () => void told.push("recovered"),
      settled: () => void told.push("settled"),
    };
    const error = packError(new Error("full"));
    passOn({ kind: "failed", error, what: "writing failed", dropped: 2 }, owner);
    passOn({ kind: "trouble", error, what: "closing failed" }, owner);
    passOn({ kind: "notice", text: "odd" }, owner);
    passOn({ kind: "recovered" }, owner);
    passOn({ kind: "settled" }, owner);
    const expected = [
      ["failed", "Error: full", "writing failed", 2],
      ["trouble", "Error: full", "closing failed"],
      ["notice", "odd", undefined],
      ["recovered", "settled"],
    ];
    assert.deepEqual(told, expected.flat());
  });
});
