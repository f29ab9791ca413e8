import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";

import {
  Handler,
  IndexError,
  setRaiseExceptions,
  shutdown,
  ValueError,
} from "../../../src/index.ts";
import { useSuiteLogging } from "./suite-logging.ts";

type Step = "flush" | "close";

describe("ShutdownTest", () => {
  const suite = useSuiteLogging();
  let called: string[];
  beforeEach(() => {
    called = [];
  });

  class Traced extends Handler {
    readonly ident: number;
    /** Of this test: shutdown reaches the handlers of tests before, too. */
    readonly trace: string[] = called;
    readonly failing: Step | null;
    error: Error | null;

    constructor(ident: number, failing: Step | null = null, error: Error | null = null) {
      super();
      this.ident = ident;
      this.failing = failing;
      this.error = error;
    }

    override flush(): void {
      this.#step("flush");
    }

    override close(): void {
      super.close();
      this.#step("close");
    }

    #step(step: Step): void {
      this.trace.push(`${this.ident} ${step}`);
      if (step === this.failing && this.error !== null) throw this.error;
    }
  }

  /** Shuts down an older handler and one that fails; both must have had their turn. */
  function fail(step: Step, error: Error): string {
    const older = new Traced(0);
    const failing = new Traced(1, step, error);
    shutdown();
    failing.error = null; // it must not fail the tests that follow
    // CPython goes on with the next handler; here the failing one is closed, too.
    assert.deepEqual(called, ["1 flush", "1 close", "0 flush", "0 close"]);
    assert.equal(older.ident, 0); // it is alive until here
    return suite.stderr.text;
  }

  // There are no locks in Node: a handler has no `acquire` that shutdown could call, and
  // one of a subclass's own is none of its business.
  function failInAcquire(error: Error): string {
    class Locked extends Traced {
      acquire(): void {
        this.trace.push("acquire");
        throw error;
      }
    }
    const handler = new Locked(0);
    shutdown();
    assert.ok(!("acquire" in Handler.prototype) && !("release" in Handler.prototype));
    assert.deepEqual(called, ["0 flush", "0 close"]);
    assert.equal(handler.ident, 0);
    return suite.stderr.text;
  }

  const ioError = (): Error => Object.assign(new Error("disk"), { code: "EIO", errno: -5 });
  const valueError = (): Error => new ValueError("closed file");
  const otherError = (): Error => new IndexError("out of it");

  it("no_failure", () => {
    const handlers = [0, 1, 2].map((ident) => new Traced(ident));
    shutdown();
    assert.deepEqual(called, ["2 flush", "2 close", "1 flush", "1 close", "0 flush", "0 close"]);
    assert.equal(handlers.length, 3);
    assert.equal(suite.stderr.text, "");
  });

  it("with_ioerror_in_acquire", () => {
    assert.equal(failInAcquire(ioError()), "");
  });

  // CPython says nothing of an OSError or a ValueError here. Such an error may mean
  // that lines are lost, so it is reported, once.
  it("with_ioerror_in_flush", () => {
    assert.match(fail("flush", ioError()), /Error: disk[^]*closing at shutdown failed/);
  });

  it("with_ioerror_in_close", () => {
    assert.match(fail("close", ioError()), /Error: disk[^]*closing at shutdown failed/);
  });

  it("with_valueerror_in_acquire", () => {
    assert.equal(failInAcquire(valueError()), "");
  });

  it("with_valueerror_in_flush", () => {
    assert.match(fail("flush", valueError()), /ValueError: closed file/);
  });

  it("with_valueerror_in_close", () => {
    assert.match(fail("close", valueError()), /ValueError: closed file/);
  });

  it("with_other_error_in_acquire_without_raise", () => {
    setRaiseExceptions(false);
    assert.equal(failInAcquire(otherError()), "");
  });

  it("with_other_error_in_flush_without_raise", () => {
    setRaiseExceptions(false);
    assert.equal(fail("flush", otherError()), "");
  });

  it("with_other_error_in_close_without_raise", () => {
    setRaiseExceptions(false);
    assert.equal(fail("close", otherError()), "");
  });

  it("with_other_error_in_acquire_with_raise", () => {
    setRaiseExceptions(true);
    assert.equal(failInAcquire(otherError()), "");
  });

  // CPython lets it out of shutdown(), and the older handlers stay open. Here it is
  // reported, and they are closed.
  it("with_other_error_in_flush_with_raise", () => {
    setRaiseExceptions(true);
    assert.match(fail("flush", otherError()), /IndexError: out of it/);
  });

  it("with_other_error_in_close_with_raise", () => {
    setRaiseExceptions(true);
    assert.match(fail("close", otherError()), /IndexError: out of it/);
  });
});
