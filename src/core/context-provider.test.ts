import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { recordedTree } from "../../test/kit/recorded-tree.ts";
import { Recorder } from "../../test/kit/recorder.ts";
import { getContext, setContextProvider, withContext } from "./context.ts";
import type { LineSink } from "./line-sink.ts";

let { manager, log, recorder } = recordedTree();

beforeEach(() => {
  ({ manager, log, recorder } = recordedTree());
});

afterEach(() => setContextProvider("auto"));

describe("setContextProvider", () => {
  const stderr = new CapturedStderr();
  beforeEach(() => stderr.start());
  afterEach(() => stderr.stop());

  it("asks at each call that is on, in front of the contexts", () => {
    let asked = 0;
    setContextProvider(() => ({ asked: (asked += 1), a: 0 }));
    log.debug("off");
    log.info("m");
    withContext({ a: 1 }, () => log.with({ b: 2 }).info("n"));
    log.logRecord("INFO", "o");
    setContextProvider(null);
    log.info("p");
    assert.deepEqual(recorder.take(), [
      'm {"asked":1,"a":0}',
      'n {"asked":2,"a":1,"b":2}',
      'o {"asked":3,"a":0}',
      "p {}",
    ]);
  });

  it("is asked once for a call that is refused on the straight way", () => {
    class Refusing extends Recorder {
      offered: unknown[] = [];

      override lineSink(): LineSink {
        return { put: (...[, , , , fields]) => this.offered.push({ ...fields }) === 0 };
      }
    }
    const handler = new Refusing();
    manager.root.removeHandler(recorder);
    manager.root.addHandler(handler);
    let asked = 0;
    setContextProvider(() => ({ asked: (asked += 1) }));
    log.info("m", { id: 1 });
    assert.deepEqual(handler.offered, [{ asked: 1, id: 1 }]);
    assert.deepEqual(handler.take(), ['m {"asked":1,"id":1}']);
  });

  it("gives nothing to getContext", () => {
    setContextProvider(() => ({ a: 1 }));
    assert.deepEqual(Object.keys(getContext()), []);
  });

  it("costs no record, whatever a provider does", () => {
    const failures: (() => unknown)[] = [
      () => {
        throw new Error("broken provider");
      },
      () => "text",
      () => Promise.resolve({}),
      () => new Proxy({}, { ownKeys: () => assert.fail("no keys") }),
      () => Proxy.revocable({}, {}).proxy,
      () => null,
      () => undefined,
    ];
    for (const failure of failures) {
      setContextProvider(failure as never);
      withContext({ a: 1 }, () => log.info("m"));
    }
    assert.deepEqual(
      recorder.take(),
      failures.map(() => 'm {"a":1}'),
    );
    const text = stderr.text;
    assert.match(text, /the context provider failed/);
    assert.match(text, /broken provider/);
    assert.match(text, /a context provider can't give 'text'; accepted: a plain object, or null/);
    assert.match(text, /can't give Promise/);
  });

  it("reads a getter once, and says what it threw", () => {
    setContextProvider(() => ({
      get bad(): never {
        throw new RangeError("no");
      },
    }));
    log.info("m");
    assert.deepEqual(recorder.take(), ['m {"bad":"[bad threw RangeError: no]"}']);
  });

  it("may log, and isn't asked for those calls", () => {
    setContextProvider(() => {
      log.info("asked");
      return { a: 1 };
    });
    log.info("m");
    assert.deepEqual(recorder.take(), ["asked {}", 'm {"a":1}']);
  });

  it("refuses what is none, by name", () => {
    assert.throws(() => setContextProvider({} as never), {
      name: "TypeError",
      message: `a context provider can't be {}; accepted: a function that gives fields, "auto", or null`,
    });
  });
});
