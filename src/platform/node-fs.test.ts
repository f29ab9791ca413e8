import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import type { FsOp } from "../rotation/fs-op.ts";
import { nativeCalls } from "./native.ts";
import { nodeFs } from "./node-fs.ts";
import type { Rotator, Surroundings } from "./node-fs.ts";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), "daybook-node-fs-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function at(name: string): string {
  return join(folder, name);
}

function perform(step: FsOp, surroundings: Partial<Surroundings> = {}): unknown {
  return nodeFs({ lock: null, now: () => 0, ...surroundings }).perform(step);
}

function code(action: () => unknown): string {
  try {
    action();
    return "nothing thrown";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

const modeOf = (path: string): number => fs.statSync(path).mode & 0o777;

describe("the step move", () => {
  const cases = (): void => {
    fs.writeFileSync(at("a"), "a");
    fs.writeFileSync(at("b"), "b");
    assert.equal(
      code(() => perform({ op: "move", from: at("a"), to: at("b") })),
      "EEXIST",
    );
    assert.equal(fs.readFileSync(at("b"), "utf8"), "b");
    assert.equal(
      code(() => perform({ op: "move", from: at("none"), to: at("c") })),
      "ENOENT",
    );
    perform({ op: "move", from: at("a"), to: at("c") });
    assert.deepEqual(fs.readdirSync(folder).toSorted(), ["b", "c"]);
    assert.equal(fs.readFileSync(at("c"), "utf8"), "a");
    fs.linkSync(at("c"), at("d"));
    assert.equal(
      code(() => perform({ op: "move", from: at("c"), to: at("d") })),
      "EEXIST",
    );
  };

  it("gives a file another name and never replaces one", cases);

  it("moves a symbolic link itself", () => {
    fs.symlinkSync("nowhere", at("link"));
    perform({ op: "move", from: at("link"), to: at("moved") });
    assert.equal(fs.readlinkSync(at("moved")), "nowhere");
  });

  it("does the same without koffi, by link and unlink", () => {
    const script = `
      const { nodeFs } = await import(${JSON.stringify(new URL("node-fs.js", import.meta.url).href)});
      const { writeFileSync } = await import("node:fs");
      process.chdir(process.argv[1]);
      const fs = nodeFs({ lock: null, now: () => 0 });
      const move = (from, to) => { try { fs.perform({ op: "move", from, to }); return "moved"; } catch (error) { return error.code; } };
      writeFileSync("a", "a"); writeFileSync("b", "b");
      console.log(move("a", "b"), move("none", "c"), move("a", "c"));
    `;
    const options = ["--no-addons", "--input-type=module", "-e", script, folder];
    const { stdout, stderr } = spawnSync(process.execPath, options, { encoding: "utf8" });
    assert.equal(stderr, "");
    assert.equal(stdout, "EEXIST ENOENT moved\n");
    assert.deepEqual(fs.readdirSync(folder).toSorted(), ["b", "c"]);
  });

  it("is one system call where the C library has it", () => {
    const native = nativeCalls();
    if (native === null || process.platform !== "linux") {
      assert.equal(native?.renameNoReplace ?? null, null);
      return;
    }
    assert.notEqual(native.renameNoReplace, null);
    fs.writeFileSync(at("a"), "");
    assert.equal(native.renameNoReplace?.(at("a"), at("b")), 0);
    assert.equal(native.renameNoReplace?.(at("a"), at("b")), -1);
    assert.equal(native.errno(), "ENOENT");
  });
});

describe("permissions", () => {
  it("are the owner's and the group's, or as asked for, less the umask", () => {
    const umask = process.umask(0o022);
    try {
      perform({ op: "open", path: at("plain"), mode: "create" });
      perform({ op: "mkdir", path: at("folder/below") });
      const asked = { fileMode: 0o666, directoryMode: 0o777 };
      perform({ op: "open", path: at("asked"), mode: "create" }, asked);
      perform({ op: "mkdir", path: at("wide/below") }, asked);
    } finally {
      process.umask(umask);
    }
    assert.deepEqual(
      ["plain", "folder", "folder/below", "asked", "wide", "wide/below"].map((name) =>
        modeOf(at(name)).toString(8),
      ),
      ["640", "750", "750", "644", "755", "755"],
    );
  });

  it("are taken over from another file by imitate", () => {
    fs.writeFileSync(at("source"), "");
    fs.chmodSync(at("source"), 0o604);
    fs.writeFileSync(at("copy"), "");
    perform({ op: "imitate", path: at("copy"), as: at("source") });
    assert.equal(modeOf(at("copy")), 0o604);
    assert.equal(fs.statSync(at("copy")).uid, fs.statSync(at("source")).uid);
    assert.equal(
      code(() => perform({ op: "imitate", path: at("none"), as: at("source") })),
      "ENOENT",
    );
  });
});

describe("the step open", () => {
  it("waits for a lease of another process to be taken back, which EAGAIN tells of", async () => {
    fs.writeFileSync(at("leased"), "x");
    // Whoever holds a lease is told by a signal that it is wanted back; it ends this process.
    const script = `
      const { nativeCalls } = await import(${JSON.stringify(new URL("native.js", import.meta.url).href)});
      const fs = await import("node:fs");
      const fd = fs.openSync(process.argv[1], "r");
      const [F_SETLEASE, F_RDLCK] = [1024, 0];
      const answer = process.platform === "linux" ? nativeCalls()?.fcntl?.(fd, F_SETLEASE, F_RDLCK) : -1;
      console.log(answer === 0 ? "leased" : "no leases here");
      setTimeout(() => {}, 10_000);
    `;
    const options = ["--input-type=module", "-e", script, at("leased")];
    const child = spawn(process.execPath, options, { stdio: ["ignore", "pipe", "inherit"] });
    const exit = once(child, "exit");
    const [said] = (await once(child.stdout, "data")) as [Buffer];
    const leased = said.toString() === "leased\n";
    const { O_RDWR, O_NONBLOCK } = fs.constants;
    if (leased) {
      assert.equal(
        code(() => fs.closeSync(fs.openSync(at("leased"), O_RDWR | O_NONBLOCK))),
        "EAGAIN",
        "the kernel does what this is about",
      );
    }
    fs.closeSync(perform({ op: "open", path: at("leased"), mode: "append" }) as number);
    if (!leased) child.kill("SIGKILL");
    await exit;
  });
});

describe("the steps sync and syncFolder", () => {
  it("reach the disk, and say when they can't", async () => {
    fs.mkdirSync(at("sub"));
    const fd = fs.openSync(at("file"), "a");
    perform({ op: "sync", fd });
    perform({ op: "syncFolder", path: at("sub") });
    const later = nodeFs({ lock: null, now: () => 0 });
    await later.performLater({ op: "sync", fd });
    await later.performLater({ op: "syncFolder", path: at("sub") });
    fs.closeSync(fd);
    assert.equal(
      code(() => perform({ op: "syncFolder", path: at("none") })),
      "ENOENT",
    );
    await assert.rejects(later.performLater({ op: "syncFolder", path: at("none") }), /ENOENT/);
  });
});

describe("the step handOver", () => {
  const step = (): FsOp & { op: "handOver" } => ({ op: "handOver", from: at("a"), to: at("b") });
  const using = (rotator: Rotator | null): Partial<Surroundings> => ({ rotator: () => rotator });

  it("asks the rotator of that moment, and waits for its promise where it may", async () => {
    const asked: string[][] = [];
    perform(
      step(),
      using((source, dest) => void asked.push([source, dest])),
    );
    const slow: Rotator = async (source, dest) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      asked.push([source, dest]);
    };
    await nodeFs({ lock: null, now: () => 0, ...using(slow) }).performLater(step());
    assert.deepEqual(asked, [
      [at("a"), at("b")],
      [at("a"), at("b")],
    ]);
  });

  it("refuses a promise where a log call waits, and says that there is no rotator", () => {
    assert.throws(
      () =>
        perform(
          step(),
          using(async () => {}),
        ),
      /returned a promise/,
    );
    assert.throws(
      () =>
        perform(
          step(),
          using(() => Promise.reject(new Error("late"))),
        ),
      /promise/,
    );
    assert.throws(() => perform(step(), using(null)), /there is no rotator/);
  });
});
