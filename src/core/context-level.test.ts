import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { recordedTree } from "../../test/kit/recorded-tree.ts";
import { LoggerAdapter } from "./adapter.ts";
import { withContext } from "./context.ts";
import { Logger } from "./logger.ts";

let { manager, log, recorder } = recordedTree();

beforeEach(() => {
  ({ manager, log, recorder } = recordedTree());
});

describe("A context's level", () => {
  it("counts in place of the loggers' own, lower and higher", () => {
    manager.getLogger("shop.db").setLevel("ERROR");
    const all = (): void => {
      for (const name of ["shop", "shop.db"]) {
        const logger = manager.getLogger(name);
        logger.debug(`${name} debug`);
        logger.with({ b: 1 }).info(`${name} info`);
        new LoggerAdapter(logger).error(`${name} error`);
        logger.log("DEBUG", `${name} log`);
      }
    };
    const names = (): string[] => recorder.take().map((line) => line.replace(/ \{.*/, ""));
    const usual = ["shop info", "shop error", "shop.db error"];
    all();
    assert.deepEqual(names(), usual);
    withContext({}, all, { level: "DEBUG" });
    assert.deepEqual(
      names(),
      ["shop", "shop.db"].flatMap((name) =>
        ["debug", "info", "error", "log"].map((what) => `${name} ${what}`),
      ),
    );
    withContext({}, all, { level: 50 });
    assert.deepEqual(names(), []);
    all();
    assert.deepEqual(names(), usual);
  });

  it("is that of the innermost context that has one, and follows it", async () => {
    await withContext(
      {},
      async () => {
        log.debug("outer");
        withContext({ a: 1 }, () => log.debug("inherited"));
        withContext({}, () => log.info("off"), { level: "WARNING" });
        await sleep(1);
        log.debug("awaited");
      },
      { level: "DEBUG" },
    );
    assert.deepEqual(recorder.take(), ["outer {}", 'inherited {"a":1}', "awaited {}"]);
  });

  it("is what loggers say of themselves", () => {
    const bound = log.with({ a: 1 });
    withContext(
      {},
      () => {
        assert.equal(log.isEnabledFor("DEBUG"), true);
        assert.equal(bound.isEnabledFor("DEBUG"), true);
        assert.equal(log.getEffectiveLevel(), 10);
        assert.equal(log.level, 0);
      },
      { level: "DEBUG" },
    );
    assert.equal(log.isEnabledFor("DEBUG"), false);
    assert.equal(log.getEffectiveLevel(), 20);
  });

  it("does nothing against disabled loggers, disable(), and handlers' levels", () => {
    const inDebug = (fn: () => void): void => withContext({}, fn, { level: "DEBUG" });
    log.disabled = true;
    inDebug(() => log.critical("disabled"));
    log.disabled = false;
    manager.disable = "INFO";
    inDebug(() => log.info("switched off"));
    inDebug(() => log.warning("on"));
    manager.disable = 0;
    recorder.setLevel("INFO");
    inDebug(() => log.debug("below the handler's"));
    inDebug(() => log.info("within the handler's"));
    assert.deepEqual(recorder.take(), ["on {}", "within the handler's {}"]);
  });

  it("leaves a change of levels to the loggers outside", () => {
    withContext({}, () => log.setLevel("ERROR"), { level: "DEBUG" });
    log.warning("off");
    withContext({}, () => log.setLevel("DEBUG"), { level: "ERROR" });
    log.debug("on");
    assert.deepEqual(recorder.take(), ["on {}"]);
  });

  it("leaves a subclass's own idea of what is on alone", () => {
    class Own extends Logger {
      override isEnabledFor(level: number): boolean {
        return level === 20;
      }
    }
    manager.setLoggerClass(Own);
    const own = manager.getLogger("own");
    withContext(
      {},
      () => {
        own.debug("off");
        own.info("on");
        own.error("off");
      },
      { level: "DEBUG" },
    );
    assert.deepEqual(recorder.take(), ["on {}"]);
  });
});
