import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { ValueError } from "../core/errors.ts";
import { checkNamer, nameMaker } from "./namer-hook.ts";
import type { Namer } from "./namer-hook.ts";

const check = (namer: Namer): void =>
  checkNamer(namer, "/logs", "app.log", ["app.log.2000-02-29", "app.log.2024-03-01"]);

describe("a namer", () => {
  it("gets full paths, as in Python, and the rotation room gets names", () => {
    const asked: string[] = [];
    const make = nameMaker((path) => {
      asked.push(path);
      return `${path}.gz`;
    }, "/logs");
    assert.equal(make("app.log.2024-03-01"), "app.log.2024-03-01.gz");
    assert.deepEqual(asked, ["/logs/app.log.2024-03-01"]);
  });

  it("is taken if it gives each file a name of its own", () => {
    check((path) => path);
    check((path) => path.replace("app.log.", "app-"));
  });

  let turn = 0;
  const bad: [string, Namer, RegExp][] = [
    ["gives two files one name", () => "/logs/one", /'one' for two files/],
    ["gives the log's own name", (path) => path.replace(".2000-02-29", ""), /the log's own name/],
    [
      "leaves the folder",
      (path) => path.replace("/logs/", "/tmp/"),
      /'\/tmp\/app\.log\.2000-02-29'/,
    ],
    ["goes into a folder below", (path) => path.replace("/logs/", "/logs/old/"), /old/],
    ["gives no path", (path) => path.slice(6), /'app\.log\.2000-02-29'/],
    ["gives no text", () => 3 as unknown as string, /gave 3/],
    ["changes its mind", (path) => `${path}.${(turn += 1)}`, /and then .* for the same file/],
    [
      "throws",
      () => {
        throw new RangeError("oops");
      },
      /failed for .*oops/,
    ],
  ];
  for (const [what, namer, message] of bad) {
    it(`is refused if it ${what}`, () => {
      assert.throws(
        () => check(namer),
        (error: ValueError) =>
          message.test(error.message) && /in the same folder/.test(error.accepted ?? ""),
      );
    });
  }
});
