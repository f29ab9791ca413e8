import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";

import { makeLogRecord, warning } from "../../../src/index.ts";
import { RecordingHandler, useSuiteLogging } from "./suite-logging.ts";

const INDEX = JSON.stringify(new URL("../../../src/index.js", import.meta.url).href);

describe("LogRecordTest", () => {
  const suite = useSuiteLogging();

  it("str_rep", () => {
    const record = makeLogRecord({ name: "a", levelno: 20, lineno: 7, msg: "hi" });
    assert.equal(String(record), '<LogRecord: a, 20, , 7, "hi">');
    assert.match(String(makeLogRecord({})), /^<LogRecord: .*>$/);
  });

  it("dict_arg", () => {
    const recording = new RecordingHandler();
    suite.now.root.addHandler(recording);
    const given = { how: "well" };
    warning("all is %(how)s", given);
    assert.equal(recording.only.args, given);
    assert.equal(recording.only.message, "all is well");
  });

  // Of Node's two kinds of further processes, the workers of node:cluster have names;
  // other children are programs of their own, each the main process of itself.
  it("multiprocessing", () => {
    assert.equal(makeLogRecord({}).processName, "MainProcess");
    const program = `
      import cluster from "node:cluster";
      import { makeLogRecord } from ${INDEX};
      const names = () => [makeLogRecord({}).processName, process.pid === makeLogRecord({}).process];
      if (cluster.isPrimary) {
        console.log(JSON.stringify(names()));
        cluster.fork();
        cluster.on("message", (_worker, told) => console.log(JSON.stringify(told)));
      } else {
        process.send(names(), () => process.disconnect());
      }
    `;
    const folder = mkdtempSync(join(tmpdir(), "suite-cluster-"));
    writeFileSync(join(folder, "main.mjs"), program);
    const { stdout, stderr } = spawnSync(process.execPath, [join(folder, "main.mjs")], {
      encoding: "utf8",
    });
    rmSync(folder, { recursive: true });
    assert.equal(stderr, "");
    assert.equal(stdout, '["MainProcess",true]\n["Worker-1",true]\n');
  });

  // CPython has four switches that leave these attributes empty and save their cost.
  // Here they cost nothing until somebody reads them, so there is nothing to switch off.
  it("optional", () => {
    const record = makeLogRecord({});
    assert.equal(record.thread, 0);
    assert.equal(record.threadName, "MainThread");
    assert.equal(record.process, process.pid);
    assert.equal(record.processName, "MainProcess");
    assert.equal(record.taskName, null);
    assert.equal(makeLogRecord({ processName: null }).processName, null);
  });

  // JavaScript's asynchronous calls have no names: `taskName` is there, so that Python's
  // formats work, and always null. A record that brings one keeps it.
  it("taskName_with_asyncio_imported", async () => {
    const inTask = async (): Promise<string | null> => {
      await setImmediate();
      return makeLogRecord({}).taskName;
    };
    assert.equal(await inTask(), null);
    assert.equal(makeLogRecord({ taskName: "Task-1" }).taskName, "Task-1");
  });

  it("taskName_without_asyncio_imported", () => {
    assert.equal(makeLogRecord({}).taskName, null);
  });
});
