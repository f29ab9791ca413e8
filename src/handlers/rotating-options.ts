// The options that all rotating handlers share: their types, and the one place that
// checks them. Called before a handler exists, so that a bad option leaves nothing
// behind; every error names the value and what is accepted.

import { encoderFor, isUtf8 } from "../core/encoding.ts";
import type { Encoder } from "../core/encoding.ts";
import { ValueError } from "../core/errors.ts";
import { ERROR, NOTSET, checkLevel } from "../core/level.ts";
import type { Level } from "../core/level.ts";
import { oneOf, refusal } from "../core/refusal.ts";
import { shortRepr } from "../core/value.ts";
import { DIRECTORY_MODE } from "../platform/make-folder.ts";
import { FILE_MODE } from "../platform/node-fs.ts";
import type { Rotator } from "../platform/node-fs.ts";
import type { Namer } from "./namer-hook.ts";

/** How soon a record is safe from what: docs/guides/durability.md has the table. */
export type Durability = "buffered" | "journal" | "write" | "fsync";

/** What becomes of a record that can't be written. */
export type OnFull = "drop" | "block" | "spill";

/** What every rotating handler may be told. */
export interface RotatingHandlerOptions {
  /**
   * Bytes at which a file is left for the next one: a file that isn't empty, and
   * would have this many bytes or more with the next record. 0, the default: no limit.
   */
  readonly maxBytes?: number | undefined;
  /** `utf-8` (default), `latin1` or `ascii`; what it can't hold is written as `\u20ac`. */
  readonly encoding?: string | null | undefined;
  /** Opens the file with the first record instead of at construction. */
  readonly delay?: boolean | undefined;
  /**
   * Python's hook: gets the default path of a finished file and gives the path it
   * shall have, in the same folder. It is tried at construction.
   */
  readonly namer?: Namer | null | undefined;
  /**
   * Python's hook: makes the file `dest` out of the file `source`, and may remove that.
   * Both are full paths, of temporary names: `dest` gets the name of the finished file
   * when it is whole, so that a crash half-way costs nothing. A RotatingFileHandler's
   * must be done when it returns; the timed one's may return a promise, and has effect
   * only with a `namer`.
   */
  readonly rotator?: Rotator | null | undefined;
  /** Permissions of new files; default 0o660. The process's umask takes from them. */
  readonly fileMode?: number | undefined;
  /** Permissions of new folders; default 0o770. The process's umask takes from them. */
  readonly directoryMode?: number | undefined;
  /**
   * `write` (default): when the log call returns, the kernel has the record; a SIGKILL
   * changes nothing about it. `journal`: the same, by a mapped file beside the log, from
   * which records go into it together; those of a killed process follow when the log is
   * opened again. Where there is no mapping to be had, it is `write`, and says so.
   * `buffered`: records are joined in memory until the end of
   * the turn of the event loop; a SIGKILL loses those. `fsync`: when the call returns,
   * the disk has the record, as far as it keeps its word; a power failure is survived.
   */
  readonly durability?: Durability | undefined;
  /**
   * So many milliseconds records may wait for their write. If it is not given, with
   * `buffered` until the end of the turn of the event loop, with `journal`, where they are
   * safe meanwhile, 5.
   */
  readonly flushIntervalMs?: number | undefined;
  /** With `buffered`: a record of this level or above takes all that wait with it. Default ERROR. */
  readonly flushLevel?: Level | undefined;
  /** With `buffered` and `journal`: so many bytes don't wait any longer. Default 65536, at most 1048576. */
  readonly bufferBytes?: number | undefined;
  /** With `fsync`: records below this level are only written. Default NOTSET: none are. */
  readonly fsyncLevel?: Level | undefined;
  /** With `fsync`: what was only written is synced after so many milliseconds at latest. */
  readonly fsyncIntervalMs?: number | undefined;
  /**
   * What becomes of a record that can't be written, because the disk is full or for any
   * other reason. `drop` (default): it is counted and reported. `block`: the call tries
   * again, and waits for that. `spill`: it is kept in memory until it can be written.
   */
  readonly onFull?: OnFull | undefined;
  /**
   * With `block`: how many milliseconds a call waits at most; then the record is
   * dropped, and until one can be written again the calls don't wait. Default 1000.
   */
  readonly blockTimeoutMs?: number | undefined;
  /** With `spill`: bytes kept in memory; beyond, the oldest records are dropped. Default 1048576. */
  readonly spillBytes?: number | undefined;
  /**
   * Has a thread of the log's own do all work on files; log calls only leave their lines
   * to it. `durability` is `journal` (default) or `buffered` then: a SIGKILL loses
   * nothing, or what the thread has not written. Where the thread, or the journal, is not
   * to be had, there is none, `durability` is `write`, and that is told once.
   */
  readonly worker?: boolean | undefined;
  /**
   * With `worker`: bytes of lines that may wait for the thread. Where there is no room
   * for more, `onFull` decides, which is `block` by default then. Default 1048576.
   */
  readonly workerBytes?: number | undefined;
}

/** The names of these options, for those who check them together with their own. */
export const SHARED_OPTIONS: readonly (keyof RotatingHandlerOptions)[] = [
  "maxBytes",
  "encoding",
  "delay",
  "namer",
  "rotator",
  "fileMode",
  "directoryMode",
  "durability",
  "flushIntervalMs",
  "flushLevel",
  "bufferBytes",
  "fsyncLevel",
  "fsyncIntervalMs",
  "onFull",
  "blockTimeoutMs",
  "spillBytes",
  "worker",
  "workerBytes",
];

/** When records go to the kernel and to the disk, and what if they can't; checked, with defaults. */
export interface OutletSettings {
  readonly durability: Durability;
  /** Null: at the end of the turn. */
  readonly flushIntervalMs: number | null;
  readonly flushLevel: number;
  readonly bufferBytes: number;
  readonly fsyncLevel: number;
  /** Null: with the next record that is synced, or at close. */
  readonly fsyncIntervalMs: number | null;
  readonly onFull: OnFull;
  readonly blockTimeoutMs: number;
  readonly spillBytes: number;
}

/** The shared options, checked and with their defaults. */
export interface RotatingSettings {
  /** 0: no limit. */
  readonly maxBytes: number;
  readonly encoding: string;
  readonly encode: Encoder;
  readonly isUtf8: boolean;
  readonly delay: boolean;
  readonly namer: Namer | null;
  readonly rotator: Rotator | null;
  readonly fileMode: number;
  readonly directoryMode: number;
  readonly outlet: OutletSettings;
  readonly worker: boolean;
  readonly workerBytes: number;
}

/** How a machine without a kernel lock gets one. */
export const LOCK_REMEDY =
  "install the optional dependency koffi, or the flock command of util-linux";

/** setTimeout takes no more. */
const LONGEST_MS = 2_147_483_647;
const MOST_BUFFER = 1_048_576;
const MOST_RING = 67_108_864;
const MOST = Number.MAX_SAFE_INTEGER;

/** @throws {ValueError} naming the option's value and what is accepted. */
export function checkShared(options: RotatingHandlerOptions): RotatingSettings {
  const encoding = options.encoding ?? "utf-8";
  const worker = booleanOf("worker", options.worker ?? false);
  if (worker) refuseBesideWorker(options);
  else if (options.workerBytes !== undefined) {
    throw refusal("workerBytes", options.workerBytes, "worker: true with it");
  }
  return {
    maxBytes: Math.max(
      0,
      wholeOf(
        "maxBytes",
        options.maxBytes ?? 0,
        -MOST,
        MOST,
        "a whole number of bytes, 0 or less for no limit",
      ),
    ),
    encoding,
    encode: encoderOf(encoding),
    isUtf8: isUtf8(encoding),
    delay: booleanOf("delay", options.delay ?? false),
    namer: hookOf("namer", options.namer ?? null, "(path) => path"),
    rotator: hookOf("rotator", options.rotator ?? null, "(source, dest) => void"),
    fileMode: modeOf("fileMode", options.fileMode ?? FILE_MODE, 0o600, "read and write it"),
    directoryMode: modeOf(
      "directoryMode",
      options.directoryMode ?? DIRECTORY_MODE,
      0o700,
      "read, write and enter it",
    ),
    outlet: outletOf(options, worker),
    worker,
    workerBytes: wholeOf("workerBytes", options.workerBytes ?? 1_048_576, 16_384, MOST_RING),
  };
}

/** Checks those about durability and full disks. @throws {ValueError} naming the option and what is accepted. */
export function outletOf(options: RotatingHandlerOptions, worker: boolean = false): OutletSettings {
  const usual = worker ? "journal" : "write";
  const durability = oneOf("durability", options.durability ?? usual, DURABILITIES);
  // A burst of calls may outrun a thread that has to share the processor with them.
  const onFull = oneOf("onFull", options.onFull ?? (worker ? "block" : "drop"), POLICIES);
  for (const [needed, given, names] of [
    [["buffered", "journal"], durability, ["flushIntervalMs", "bufferBytes"]],
    [["buffered"], durability, ["flushLevel"]],
    [["fsync"], durability, ["fsyncLevel", "fsyncIntervalMs"]],
    [["block"], onFull, ["blockTimeoutMs"]],
    [["spill"], onFull, ["spillBytes"]],
  ] as const) {
    if (!needed.some((each) => each === given)) refuseBeside(options, names, given, needed);
  }
  const { flushIntervalMs, fsyncIntervalMs } = options;
  return {
    durability,
    flushIntervalMs:
      intervalOf("flushIntervalMs", flushIntervalMs) ??
      (durability === "journal" && !worker ? JOURNAL_MS : null),
    // What is in a journal is safe; nothing has to hurry.
    flushLevel:
      durability === "journal" ? Infinity : levelOf("flushLevel", options.flushLevel ?? ERROR),
    bufferBytes: wholeOf("bufferBytes", options.bufferBytes ?? 65_536, 1, MOST_BUFFER),
    fsyncLevel: levelOf("fsyncLevel", options.fsyncLevel ?? NOTSET),
    fsyncIntervalMs: intervalOf("fsyncIntervalMs", fsyncIntervalMs),
    onFull,
    blockTimeoutMs: wholeOf("blockTimeoutMs", options.blockTimeoutMs ?? 1000, 0, LONGEST_MS),
    spillBytes: wholeOf(
      "spillBytes",
      options.spillBytes ?? 1_048_576,
      1,
      MOST,
      "a whole number of bytes, at least 1",
    ),
  };
}

/** An interval costs a busy program a tenth of what a write at the end of each turn does. */
const JOURNAL_MS = 5;

const DURABILITIES = ["buffered", "journal", "write", "fsync"] as const satisfies Durability[];
const POLICIES = ["drop", "block", "spill"] as const satisfies OnFull[];

/** @throws {ValueError} for an option that a worker thread can't, or need not, heed. */
function refuseBesideWorker(options: RotatingHandlerOptions): void {
  const { durability = "journal", bufferBytes } = options;
  if (durability === "write" || durability === "fsync") {
    throw refusal("durability beside worker: true", durability, "'journal', 'buffered'");
  }
  if (bufferBytes !== undefined) {
    throw refusal("bufferBytes beside worker: true", bufferBytes, "workerBytes in place of it");
  }
  for (const name of ["namer", "rotator"] as const) {
    const hook = options[name] ?? null;
    if (hook !== null) refuseInWorker(name, hook, true);
  }
}

/** @throws {ValueError} if a function is to be called by a worker thread, which can't be given any */
export function refuseInWorker(name: string, hook: unknown, worker: boolean): void {
  if (worker) throw refusal(`${name} beside worker: true`, hook, "none, or worker: false");
}

/** An option that would have no effect is a mistake. */
function refuseBeside(
  options: RotatingHandlerOptions,
  names: readonly (keyof RotatingHandlerOptions)[],
  given: string,
  needed: readonly string[],
): void {
  const name = names.find((each) => options[each] !== undefined);
  if (name === undefined) return;
  const owner = POLICIES.some((policy) => needed.includes(policy)) ? "onFull" : "durability";
  const wanted = needed.map((each) => `'${each}'`).join(" or ");
  throw refusal(`${name} beside ${owner} '${given}'`, options[name], `${owner} ${wanted} with it`);
}

/** @throws {ValueError} for what is neither true nor false. */
export function booleanOf(name: string, value: boolean): boolean {
  if (typeof value === "boolean") return value;
  throw refusal(name, value, "true or false");
}

/**
 * @param accepted in words, if the limits alone don't say it.
 * @throws {ValueError} for what is no whole number from `least` to `most`.
 */
export function wholeOf(
  name: string,
  value: number,
  least: number,
  most: number,
  accepted: string = `a whole number from ${least} to ${most}`,
): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw refusal(name, value, accepted);
}

/** Checks a hook given as an option, or set later. @throws {ValueError} for what is no function. */
export function hookOf<T>(name: string, value: T | null, shape: string): T | null {
  if (value === null || typeof value === "function") return value;
  throw refusal(name, value, `a function ${shape}, or null`);
}

function intervalOf(name: string, value: number | undefined): number | null {
  return value === undefined ? null : wholeOf(name, value, 1, LONGEST_MS);
}

function levelOf(name: string, value: Level): number {
  try {
    return checkLevel(value);
  } catch (error) {
    const { accepted = "a level" } = error as ValueError;
    throw refusal(name, value, accepted);
  }
}

/** Without these permissions the next opening, our own, would fail. */
function modeOf(name: string, value: number, needed: number, verbs: string): number {
  const fits = Number.isInteger(value) && value >= 0 && value <= 0o777;
  if (fits && (value & needed) === needed) return value;
  const accepted = `permissions from 0 to 0o777 that let the owner ${verbs}, such as 0o${(needed | (needed >> 3)).toString(8)}`;
  const shown = fits ? `0o${value.toString(8)}` : shortRepr(value);
  throw new ValueError(`${name} can't be ${shown}; accepted: ${accepted}`, { value, accepted });
}

/**
 * Lines of several processes are told apart by the byte 0x0a. In UTF-16 that
 * byte is half a character, and a torn line would shift all that follow.
 */
function encoderOf(encoding: string): Encoder {
  const refused = refusal("encoding", encoding, "'utf-8', 'latin1', 'ascii'");
  try {
    const encode = encoderFor(encoding);
    if (encode("\n").length === 1) return encode;
  } catch {
    throw refused;
  }
  throw refused;
}
