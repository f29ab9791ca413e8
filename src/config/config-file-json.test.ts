import assert from "node:assert/strict";
import { test } from "node:test";

import { jsonErrorAt, parseJson } from "./config-file-json.ts";

test("the first character that can't be where it is, is found", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["{x}", 1],
    ['{"a" 1}', 5],
    ['{"a": 1,}', 8],
    ['{"a": 1]', 7],
    ["[1 2]", 3],
    ["[1,]", 3],
    ["01", 0],
    ["nul", 0],
    ["[.5]", 1],
    ['["a\nb"]', 1],
    ['["\\x"]', 1],
    ["1 2", 2],
    ["]", 0],
    ["// no", 0],
    ['{"a": tru}', 6],
    ['{"a"', 4],
    ["", 0],
    ["[[[", 3],
  ];
  for (const [text, at] of cases) {
    assert.throws(() => JSON.parse(text) as unknown, SyntaxError, text);
    assert.equal(jsonErrorAt(text), at, text);
  }
});

test("the error says where a text stops being JSON", () => {
  assert.deepEqual(parseJson('{"a": 1}'), { a: 1 });
  const message = 'invalid JSON: unexpected "x" at line 2, column 1';
  assert.throws(() => parseJson("{\nx}"), { name: "SyntaxError", message });
});

test("it agrees with JSON.parse on what is JSON, whatever is changed in a text", () => {
  const good =
    '{"a": [1, -2.5e+3, {"b\\u00e9": null}], "c": {}, "d": [], "e": "\\n/ \u2028", "f": true}';
  let state = 4711;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % limit;
  };
  const signs = ['"', "{", "}", "[", "]", ",", ":", " ", "0", "1", "-", "e", "\\", "x", "\n", ""];
  let valid = 0;
  for (let round = 0; round < 5000; round++) {
    const at = below(good.length);
    const text = good.slice(0, at) + (signs[below(signs.length)] ?? "") + good.slice(at + below(2));
    const parses = isJson(text);
    if (parses) valid++;
    const found = jsonErrorAt(text);
    if (found < text.length) assert.equal(parses, false, text);
    // What is only cut short can be brought to an end.
    else if (!parses)
      assert.ok(
        ["]", "}", '"x": 1}', ": 1}", "1}"].some((closer) => isJson(text + closer)),
        text,
      );
  }
  assert.ok(valid > 100 && valid < 4900, String(valid));
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
