// For the tests of the examples: a stream that takes a log's lines of JSON, and waits
// for those that a test is about. A line may come a moment after the answer that a
// client got: the response is over first.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

/** Takes lines of JSON: `new StreamHandler(lines)`. */
export class Lines {
  #rest = "";
  /** All lines so far, parsed. */
  all = [];

  write(text) {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop();
    this.all.push(...lines.map((line) => JSON.parse(line)));
    return true;
  }

  /** The first line that `matches`, or `count` of them; waits for a minute at most. */
  async find(matches, count) {
    for (let tries = 0; tries < 6000; tries += 1) {
      const found = this.all.filter((line) => matches(line));
      if (found.length >= (count ?? 1)) return count === undefined ? found[0] : found;
      await sleep(10);
    }
    assert.fail(`no such line among ${this.all.map((line) => JSON.stringify(line)).join("\n")}`);
  }
}
