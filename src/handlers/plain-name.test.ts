import assert from "node:assert/strict";
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

import {
  closedAfter,
  content,
  DURABILITIES,
  folder,
  log,
  path,
  usePlainLogs,
} from "../../test/kit/plain-logs.ts";
import { ValueError } from "../core/errors.ts";
import { FileHandler } from "./file.ts";
import type { FileHandlerOptions } from "./file.ts";

usePlainLogs();

function make(options: FileHandlerOptions, at: string = path): FileHandler {
  return closedAfter(new FileHandler(at, options));
}

describe("the name of a FileHandler's log, with durability", () => {
  it("may be a symbolic link: the file is where that leads, and the link stays", () => {
    mkdirSync(join(folder, "deep"));
    symlinkSync("deep/real.log", path);
    for (const durability of DURABILITIES) {
      const handler = make({ durability });
      log(handler, durability);
      handler.close();
    }
    assert.equal(content("deep/real.log"), `${DURABILITIES.join("\n")}\n`);
    assert.ok(lstatSync(path).isSymbolicLink());
    assert.equal(existsSync(join(folder, ".daybook")), false);
  });

  it("is followed anew by reopen", () => {
    writeFileSync(join(folder, "1"), "");
    symlinkSync("1", path);
    const handler = make({ durability: "buffered" });
    log(handler, "one");
    unlinkSync(path);
    symlinkSync("2", path);
    handler.reopen();
    log(handler, "two");
    handler.flush();
    assert.deepEqual([content("1"), content("2")], ["one\n", "two\n"]);
    assert.equal(handler.stats().reopened, 1);
  });

  it("may go over to another file: the one that is open is written until reopen", () => {
    const handler = make({ durability: "write" });
    log(handler, "1");
    renameSync(path, join(folder, "a.log.1"));
    log(handler, "2");
    assert.deepEqual(readdirSync(folder), ["a.log.1"]);
    handler.reopen();
    log(handler, "3");
    assert.deepEqual([content("a.log.1"), content()], ["1\n2\n", "3\n"]);
  });

  it("may vanish with the file: lines go into a new one", () => {
    const handler = make({ durability: "write" });
    unlinkSync(path);
    log(handler, "1", "2"); // the first write looks
    assert.equal(content(), "1\n2\n");
    assert.equal(handler.stats().reopened, 1);
  });

  it("must not lead to anything but a regular file", { skip: !existsSync("/dev/null") }, () => {
    symlinkSync("/dev/null", path);
    for (const given of [path, "/dev/null"]) {
      assert.throws(
        () => new FileHandler(given, { durability: "write" }),
        (error: unknown) =>
          error instanceof ValueError &&
          error.value === given &&
          /is no regular file, .* accepted: the path of a regular file/.test(error.message),
      );
    }
    const inside = join(folder, ".daybook", "a.log");
    assert.throws(() => new FileHandler(inside, { durability: "write" }), ValueError);
    assert.throws(() => new FileHandler(folder, { durability: "write" }), ValueError);
    assert.deepEqual(readdirSync(folder), ["a.log"]);
  });

  it("must not be a file that has none", { skip: !existsSync("/proc/self/fd") }, () => {
    const fd = openSync(path, "a");
    unlinkSync(path);
    assert.throws(() => new FileHandler(`/proc/self/fd/${fd}`, { durability: "write" }), {
      name: "ValueError",
      message: /leads to a file that has no name/,
    });
    closeSync(fd);
    assert.deepEqual(readdirSync(folder), []);
  });

  it("makes no folder, also for a journal", () => {
    for (const durability of DURABILITIES) {
      const at = join(folder, "no", "a.log");
      assert.throws(() => new FileHandler(at, { durability }), { code: "ENOENT" });
    }
    assert.deepEqual(readdirSync(folder), []);
  });
});
