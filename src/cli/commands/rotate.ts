// `daybook rotate`: carries out one rotation from outside, for cron and timers, and
// then what is due with past files. The procedures are in ../../rotation; here is who
// is asked before a past file is touched, and who is told afterwards. It prints
// nothing when all is well: cron mails whatever a job prints.

import { existsSync, lstatSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { identityAt } from "../../platform/file-identity.ts";
import { kernelLock } from "../../platform/locks.ts";
import { locateLog } from "../../platform/log-location.ts";
import { nodeFs } from "../../platform/node-fs.ts";
import { isOpenForWriting } from "../../platform/open-for-writing.ts";
import { runSync } from "../../platform/run-sync.ts";
import type { FileSystem } from "../../platform/run-sync.ts";
import type { LogSite } from "../../rotation/log-site.ts";
import { maintain } from "../../rotation/maintain.ts";
import { PRIVATE_FOLDER, parsePrivateName } from "../../rotation/names.ts";
import { makeNaming } from "../../rotation/naming.ts";
import type { Naming } from "../../rotation/naming.ts";
import { periodOf } from "../../rotation/period.ts";
import { rotateNow } from "../../rotation/rotate.ts";
import { ArgumentError } from "../argument-error.ts";
import { readRotateOptions } from "../rotate-options.ts";
import type { RotateOptions, SignalTarget } from "../rotate-options.ts";

/** What ends the command with exit code 1; the message is all that is told. */
class Trouble extends Error {}

/** Runs `daybook rotate`; resolves to the exit code. Throws ArgumentError for wrong arguments. */
export async function rotateCommand(args: readonly string[]): Promise<number> {
  const options = readRotateOptions(args);
  const say = (text: string): void => {
    if (options.verbose) process.stdout.write(`${text}\n`);
  };
  try {
    const location = locate(options);
    if (location === null) {
      say(`no log at ${options.path}`);
      return 0;
    }
    rotate(options, location, say);
    return 0;
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    complain(describe(error));
    return 1;
  }
}

function rotate(options: RotateOptions, location: Location, say: (text: string) => void): void {
  const { schedule, zone } = options;
  const lock = kernelLock();
  if (lock === null) {
    throw new Trouble(
      "rotating needs a kernel lock, and this machine offers none; install the optional dependency koffi, or the flock command of util-linux",
    );
  }
  const fs = nodeFs({ lock, now: Date.now });
  const naming = makeNaming({ base: location.base, kind: schedule.kind });
  const site: LogSite = {
    ...location,
    naming,
    periodAt: (instant) => periodOf(schedule, zone, instant),
    maxBytes: 0,
    keep: { count: 0, ageSeconds: 0, totalBytes: 0 },
    compression: "",
    rotator: false,
    locking: true,
    lockState: { lost: false },
    notice: complain,
  };
  const path = join(location.directory, location.base);
  const before = identityAt(path);
  const { current, retired } = runSync(rotateNow(site), fs);
  const passedOn = before !== null && identityAt(path) !== before;
  for (const suffix of retired) say(`${path}: ${naming.dated(suffix, 0)} is finished`);
  say(`${path}: the current period is ${current}`);

  const inUse = filesInUse(site, say);
  let failed: unknown = null;
  // Also for a program that a rotation before this one failed to tell.
  if (options.signal !== null && (passedOn || inUse.writing.size > 0)) {
    try {
      notify(options.signal, say);
    } catch (error) {
      failed = error;
    }
  }
  tidy(options, site, fs, inUse, say);
  if (failed !== null) throw failed;
}

interface Location {
  readonly directory: string;
  readonly base: string;
}

/** Where the log is; null if it isn't there and that is no mistake. */
function locate({ path, missingOk }: RotateOptions): Location | null {
  const folder = dirname(resolve(path));
  // A misspelt path must not make folders and logs, night after night.
  if (!existsSync(folder)) {
    if (missingOk) return null;
    throw new Trouble(`there is no folder ${folder}`);
  }
  let location: Location;
  try {
    location = locateLog(path, true);
  } catch (error) {
    if ((error as Error).name !== "ValueError") throw error;
    throw new ArgumentError((error as Error).message);
  }
  const { directory, base } = location;
  const there = lstatSync(join(directory, base), { throwIfNoEntry: false });
  if (there?.isSymbolicLink()) {
    throw new Trouble(
      `${path} is a link. With strategy 'dated' the application writes dated files by itself, and nothing is to be rotated from outside; of any other log, name the file itself`,
    );
  }
  if (there !== undefined || hasActive(location)) return location;
  if (missingOk) return null;
  throw new Trouble(`there is no log at ${path}`);
}

/** Whether a process of strategy `external` has written to the log, though its own name is gone. */
function hasActive({ directory, base }: Location): boolean {
  const folder = join(directory, PRIVATE_FOLDER);
  if (!existsSync(folder)) return false;
  return readdirSync(folder).some((entry) => {
    const name = parsePrivateName(entry);
    return name?.use === "active" && name.base === base;
  });
}

/** Finished files that are not compressed yet, by what the kernel says of them. */
interface FilesInUse {
  /** Some process has these open for writing. */
  readonly writing: ReadonlySet<string>;
  /** Of these the kernel would not tell. */
  readonly unknown: ReadonlySet<string>;
}

/**
 * A program that takes no locks, such as nginx, goes on writing to the renamed file until
 * it opens its log again. The exclusive lock by which `maintain` makes sure of daybook's
 * own handlers says nothing about it; the kernel's lease does. Nobody but daybook's
 * handlers can open a finished file anew, so the answer holds.
 */
function filesInUse({ directory, naming }: LogSite, say: (text: string) => void): FilesInUse {
  const writing = new Set<string>();
  const unknown = new Set<string>();
  for (const entry of readdirSync(directory)) {
    const name = naming.parse(entry);
    // One that is marked was asked about before; who works on it has it open, too.
    if (name === null || name.compressing || name.compression !== "") continue;
    const path = join(directory, entry);
    try {
      const answer = isOpenForWriting(path);
      if (answer === null) unknown.add(entry);
      else if (answer) {
        writing.add(entry);
        say(`${path} is still open for writing, and stays as it is this time`);
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") unknown.add(entry);
    }
  }
  return { writing, unknown };
}

/** Removes and compresses what is due, of the files that nobody writes to. */
function tidy(
  { keep, compression }: RotateOptions,
  site: LogSite,
  fs: FileSystem,
  { writing, unknown }: FilesInUse,
  say: (text: string) => void,
): void {
  const { count, ageSeconds, totalBytes } = keep;
  if (unknown.size > 0 && (compression !== "" || count + ageSeconds + totalBytes > 0)) {
    complain(
      `files in ${site.directory} are neither compressed nor removed: the kernel does not tell whether ${[...unknown][0]} is open for writing; accepted: Linux with the optional dependency koffi, files of the user who runs this, or root`,
    );
  }
  const naming = withoutThose(site.naming, new Set([...writing, ...unknown]));
  const done = runSync(maintain({ ...site, keep, compression, naming }), fs);
  if (done.removed > 0) say(`old files removed: ${done.removed}`);
  if (done.archived > 0) say(`files compressed: ${done.archived}`);
}

/** A naming that takes some files for foreign ones: nothing will be done to them. */
function withoutThose(naming: Naming, entries: ReadonlySet<string>): Naming {
  return { ...naming, parse: (entry) => (entries.has(entry) ? null : naming.parse(entry)) };
}

function notify(target: SignalTarget, say: (text: string) => void): void {
  const pid = target.pid ?? pidIn(target.pidFile ?? "");
  try {
    process.kill(pid, target.name);
  } catch (error) {
    throw new Trouble(`process ${pid} could not be sent ${target.name}: ${describe(error)}`);
  }
  say(`process ${pid} was sent ${target.name}`);
}

function pidIn(path: string): number {
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new Trouble(`the file of --pid-file can't be read: ${describe(error)}`);
  }
  const pid = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (pid > 0) return pid;
  throw new Trouble(`${path} holds ${JSON.stringify(text.slice(0, 40))}, which is no process id`);
}

function complain(text: string): void {
  process.stderr.write(`daybook: ${text}\n`);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
