// The means by which the fault tests bring faults about: a small disk in a mount
// namespace of its own, containers, system calls that fail because strace says so, limits of a
// process. Each can say why it is not to be had on this machine.

import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import type { Application } from "./application.ts";
import type { FolderMaker } from "./fault-case.ts";

const memory = new Map<string, string | null>();

/** Asks a question about this machine once. */
function once(name: string, ask: () => string | null): string | null {
  const known = memory.get(name);
  if (known !== undefined) return known;
  const answer = ask();
  memory.set(name, answer);
  return answer;
}

function works(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

/** Why there can be no small disk here; null if there can. */
export function whyNoDisk(): string | null {
  return once("disk", () => {
    if (!works("nsenter", "--version")) return "no nsenter";
    return works("unshare", ...NAMESPACE, "mount", "-t", "tmpfs", "none", "/mnt")
      ? null
      : "no mount namespace for this user";
  });
}

/** Why a small disk can't be made read-only here; null if it can. */
export function whyNoRemount(): string | null {
  const script = "mount -t tmpfs none /mnt && mount -o remount,ro /mnt";
  return (
    whyNoDisk() ??
    once("remount", () =>
      works("unshare", ...NAMESPACE, "sh", "-c", script) ? null : "this user may not remount",
    )
  );
}

const isRoot = process.getuid?.() === 0;
// Who is not root needs a user namespace for it, where the system grants one.
const NAMESPACE = isRoot ? ["-m"] : ["-U", "-r", "-m"];

/** What an application is started with to be the first process of a container. */
export const CONTAINER: readonly string[] = [
  "unshare",
  ...(isRoot ? [] : ["-U", "-r"]),
  "--pid",
  "--fork",
  "--kill-child",
];

/** Why there can be no containers here; null if there can. */
export function whyNoContainer(): string | null {
  const script = '[ "$$" = 1 ]';
  return once("container", () =>
    works(CONTAINER[0] ?? "", ...CONTAINER.slice(1), "sh", "-c", script)
      ? null
      : "no process namespace for this user",
  );
}

/** A disk of its own, seen by the applications that enter its namespace. */
export class SmallDisk {
  /** The log's path inside. */
  readonly path: string;
  /** The log's folder from outside. */
  readonly seenFrom: string;
  /** What an application is started with to be inside. */
  readonly wrapper: readonly string[];
  readonly #mount: string;

  private constructor(pid: number, directory: string) {
    this.#mount = directory;
    this.path = join(directory, "log", "app.log");
    this.seenFrom = join(`/proc/${pid}/root`, directory, "log");
    const user = isRoot ? [] : ["-U", "--preserve-credentials"];
    this.wrapper = ["nsenter", ...user, "-m", "-t", String(pid), "--"];
  }

  /** @param kilobytes its size. */
  static async make(maker: FolderMaker, kilobytes: number): Promise<SmallDisk> {
    const directory = join(maker.directory, "disk");
    mkdirSync(directory);
    const script = `mount -t tmpfs -o size=${kilobytes}k,mode=755 none "$0" && mkdir "$0/log" && echo ready && exec sleep 600`;
    const child = spawn("unshare", [...NAMESPACE, "sh", "-c", script, directory], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    maker.finally(() => void child.kill("SIGKILL"));
    await new Promise<void>((resolve, reject) => {
      child.stdout.once("data", () => resolve());
      child.once("close", (code) => reject(new Error(`no small disk: code ${code}`)));
    });
    return new SmallDisk(child.pid ?? 0, directory);
  }

  /** Leaves no byte free, but for what files have in their last page. */
  fill(): void {
    const filler = join(this.seenFrom, "..", "filler");
    try {
      for (let size = 4096; ; size += 4096) writeFileSync(filler, Buffer.alloc(size));
    } catch {
      // ENOSPC: that was the point.
    }
  }

  /** Gives all that back. */
  free(): void {
    rmSync(join(this.seenFrom, "..", "filler"));
  }

  /** Nothing can be changed on it from here on, or again. */
  remount(mode: "ro" | "rw"): void {
    const [command = "", ...rest] = this.wrapper;
    const done = spawnSync(command, [...rest, "mount", "-o", `remount,${mode}`, this.#mount]);
    if (done.status !== 0) throw new Error(`remount,${mode}: ${String(done.stderr)}`);
  }
}

/** Why strace can't make system calls fail here; null if it can. */
export function whyNoStrace(): string | null {
  return once("strace", () => {
    if (!works("strace", "-V")) return "no strace";
    return works("strace", "-o", "/dev/null", "-e", "inject=fsync:error=EIO", "true")
      ? null
      : "strace may not trace, or can't inject";
  });
}

export interface Injection {
  /** System calls, such as `write`. */
  readonly calls: readonly string[];
  /** What they fail with, such as `EIO`. */
  readonly error: string;
  /** Only calls that touch these paths; absent: all. */
  readonly paths?: readonly string[];
  /** Which of them, as strace has it: `3..5`, `2+`. Absent: all. */
  readonly when?: string;
}

/** Lets an application's system calls fail; the result puts an end to it. */
export async function inject(
  application: Application,
  { calls, error, paths = [], when }: Injection,
): Promise<() => Promise<void>> {
  const names = calls.join(",");
  const args = ["-f", "-p", String(application.pid), "-o", "/dev/null"];
  args.push(...paths.flatMap((path) => ["-P", path]), "-e", `trace=${names}`);
  args.push("-e", `inject=${names}:error=${error}${when === undefined ? "" : `:when=${when}`}`);
  const tracer = spawn("strace", args, { stdio: ["ignore", "ignore", "pipe"] });
  let told = "";
  const ended = new Promise<void>((resolve) => tracer.once("close", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    tracer.stderr.setEncoding("utf8").on("data", (text: string) => {
      told += text;
      if (/attached/.test(told)) resolve();
    });
    void ended.then(() => reject(new Error(`strace ended: ${told}`)));
  });
  // Attached to the last thread, too.
  await pause(50);
  return async () => {
    tracer.kill("SIGINT");
    await ended;
  };
}

/** Why a running process's limits can't be changed here; null if they can. */
export function whyNoPrlimit(): string | null {
  return once("prlimit", () => (works("prlimit", "--version") ? null : "no prlimit"));
}

/** Sets how long a file the application may write, in bytes; what goes beyond is cut off, then refused. */
export function limitFileSize(application: Application, bytes: number | "unlimited"): void {
  const done = spawnSync("prlimit", ["--pid", String(application.pid), `--fsize=${bytes}:`]);
  if (done.status !== 0) throw new Error(`prlimit: ${String(done.stderr)}`);
}

/** Why no process can be without root's powers here; null if one can. */
export function whyNotPlainUser(): string | null {
  return isRoot || process.getuid !== undefined ? null : "no users on this system";
}

/** The user that owns nothing. */
const NOBODY = 65_534;

/** Lets root's powers go, if there are any: permissions then hold for the application as well. */
export async function becomePlainUser(application: Application): Promise<number> {
  if (!isRoot) return process.getuid?.() ?? NOBODY;
  await application.tell({ do: "become", uid: NOBODY });
  return NOBODY;
}
