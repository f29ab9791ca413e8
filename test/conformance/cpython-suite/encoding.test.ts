import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { FileHandler, getLogger, StreamHandler } from "../../../src/index.ts";
import type { TextStream } from "../../../src/index.ts";
import { useLogFolder } from "./log-folder.ts";
import { useSuiteLogging } from "./suite-logging.ts";

/** Writes bytes of windows-1251, an encoding that the library itself doesn't know. */
class CyrillicStream implements TextStream {
  readonly bytes: number[] = [];
  readonly #codes: ReadonlyMap<string, number>;

  constructor() {
    const all = Uint8Array.from({ length: 256 }, (_, code) => code);
    const characters = [...new TextDecoder("windows-1251").decode(all)];
    this.#codes = new Map(characters.map((character, code) => [character, code]));
  }

  write(text: string): void {
    for (const character of text) {
      const code = this.#codes.get(character);
      assert.ok(code !== undefined, `windows-1251 has no ${character}`);
      this.bytes.push(code);
    }
  }
}

describe("EncodingTest", () => {
  useSuiteLogging();
  const folder = useLogFolder();

  it("encoding_plain_file", () => {
    const handler = new FileHandler(folder.path, { encoding: "utf-8" });
    const logger = getLogger("encoded");
    logger.addHandler(handler);
    logger.warning("caf\u00e9 \u0080");
    logger.removeHandler(handler);
    handler.close();
    assert.deepEqual(readFileSync(folder.path), Buffer.from("caf\u00e9 \u0080\n", "utf8"));
  });

  // Files are written in utf-8, ascii, latin-1 or utf-16-le; for what else there is, a
  // stream that encodes does it, as in Python.
  it("encoding_cyrillic_unicode", () => {
    const stream = new CyrillicStream();
    const logger = getLogger("encoded");
    logger.addHandler(new StreamHandler(stream));
    logger.warning("\u0414\u043e\u0431\u0440\u044b\u0439 \u0434\u0435\u043d\u044c");
    const expected = [0xc4, 0xee, 0xe1, 0xf0, 0xfb, 0xe9, 0x20, 0xe4, 0xe5, 0xed, 0xfc, 0x0a];
    assert.deepEqual(stream.bytes, expected);
  });
});
