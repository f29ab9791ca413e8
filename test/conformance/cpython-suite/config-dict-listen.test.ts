import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, it } from "node:test";

import { getLogger } from "../../../src/index.ts";
import { listen, stopListening } from "../../../src/config/listen.ts";
import type { Verify } from "../../../src/config/listen.ts";
import { documentWith, ovenIni, useConfig } from "./config-fixture.ts";
import { useSuiteLogging } from "./suite-logging.ts";

describe("ConfigDictTest", () => {
  const suite = useSuiteLogging();
  const fixture = useConfig();

  /** Sends a configuration to a listener of its own; how many were applied. */
  async function send(text: string, verify?: Verify): Promise<number> {
    let applied = 0;
    const errors: unknown[] = [];
    const listener = listen(0, {
      verify,
      onChange: () => (applied += 1),
      onError: (error) => errors.push(error),
    });
    try {
      await listener.ready;
      const socket = connect(listener.port, "127.0.0.1");
      const bytes = Buffer.from(text, "utf8");
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      socket.resume();
      // In two parts: a frame may come in any number of them.
      socket.write(Buffer.concat([length, bytes.subarray(0, 7)]));
      socket.write(bytes.subarray(7));
      // The listener closes when it is done with what came.
      await once(socket, "close");
    } finally {
      await stopListening();
    }
    assert.deepEqual(errors, []);
    return applied;
  }

  /** Logs at INFO and at ERROR by the logger that the ini file is about. */
  function logTwice(): void {
    getLogger("kitchen.oven").info(suite.now.next());
    getLogger("kitchen.oven").error(suite.now.next());
  }

  it("listen_config_10_ok", async () => {
    const document = documentWith(
      {
        filters: { oven: { name: "kitchen.oven" } },
        loggers: { "kitchen.oven": { level: "DEBUG", filters: ["oven"] } },
        root: { level: "WARNING", handlers: ["out"] },
      },
      { filters: ["oven"] },
    );
    assert.equal(await send(JSON.stringify(document)), 1);
    for (const name of ["kitchen.oven", "kitchen", "kitchen.sink", "kitchen.oven.door"]) {
      getLogger(name).warning(suite.now.next());
    }
    assert.deepEqual(fixture.output.lines, ["WARNING ++ 1", "WARNING ++ 4"]);
  });

  it("listen_config_1_ok", async () => {
    assert.equal(await send(ovenIni()), 1);
    logTwice();
    assert.deepEqual(fixture.output.lines, ["INFO ++ 1", "ERROR ++ 2"]);
    assert.equal(suite.now.stream.text, "");
  });

  it("listen_verify", async () => {
    const before = ["kitchen.oven -> INFO: 1", "kitchen.oven -> ERROR: 2"];
    assert.equal(await send(ovenIni(), () => null), 0);
    logTwice();
    assert.deepEqual(fixture.output.lines, []);
    assert.deepEqual(suite.now.stream.lines, before);

    assert.equal(await send(ovenIni()), 1);
    logTwice();
    assert.deepEqual(fixture.output.lines, ["INFO ++ 3", "ERROR ++ 4"]);

    const backwards = (bytes: Uint8Array): Uint8Array => bytes.toReversed();
    const text = Buffer.from(backwards(Buffer.from(ovenIni()))).toString();
    assert.equal(await send(text, backwards), 1);
    logTwice();
    assert.deepEqual(fixture.output.lines.slice(2), ["INFO ++ 5", "ERROR ++ 6"]);
    assert.deepEqual(suite.now.stream.lines, before);
  });
});
