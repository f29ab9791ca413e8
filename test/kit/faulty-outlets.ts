// A log outlet over a real folder whose writes and syncs can be made to fail, and
// what it told its owner. For the tests of outlets; each world is one folder.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ERROR, INFO } from "../../src/core/level.ts";
import { makeLogRecord } from "../../src/core/record.ts";
import { LogOutlet } from "../../src/handlers/log-outlet.ts";
import type { OutletOwner } from "../../src/handlers/log-outlet.ts";
import type { OutletSettings } from "../../src/handlers/rotating-options.ts";
import { nodeFs } from "../../src/platform/node-fs.ts";
import type { FileSystem } from "../../src/platform/run-sync.ts";
import { makeWriter } from "../../src/rotation/append.ts";
import type { FsOp, Landed } from "../../src/rotation/fs-op.ts";
import { makeNaming } from "../../src/rotation/naming.ts";
import { parseSchedule, periodOf } from "../../src/rotation/period.ts";
import { dated } from "../../src/rotation/strategies/dated.ts";

/** 2024-03-01 12:00 UTC, in seconds. */
export const NOON = 1_709_294_400;
export const DAY = 86_400;

/** The disk is full. */
export const FULL: Error = Object.assign(new Error("ENOSPC: no space left on device"), {
  code: "ENOSPC",
});

/** Fails as a full disk does. */
export function full(): Landed {
  throw FULL;
}

type AppendStep = FsOp & { readonly op: "append" };

/** Stands in for a write: throws, or lands less. */
export type Fault = (step: AppendStep, write: (bytes: Uint8Array) => Landed) => Landed;

export class FaultyOutlets {
  readonly folder: string = mkdtempSync(join(tmpdir(), "daybook-outlet-"));
  /** The steps that were taken. */
  readonly steps: string[] = [];
  readonly failures: { what: string; error: unknown; dropped: number; msg: unknown }[] = [];
  recoveries = 0;
  /** Null: writes are real. */
  fault: Fault | null = null;
  syncFault: Error | null = null;
  notice: (text: string) => void = () => {};
  readonly #outlets: LogOutlet[] = [];

  /** A new outlet to the log of this folder, with the defaults of a handler. */
  make(settings: Partial<OutletSettings> = {}, maxBytes: number = 0): LogOutlet {
    const [schedule, zone] = [parseSchedule({ when: "midnight" }), { offsetAt: () => 0 }];
    const site = {
      directory: this.folder,
      base: "app.log",
      naming: makeNaming({ base: "app.log", kind: schedule.kind }),
      periodAt: (at: number) => periodOf(schedule, zone, at),
      maxBytes,
      keep: { count: 0, ageSeconds: 0, totalBytes: 0 },
      compression: "",
      rotator: false,
      locking: false,
      lockState: { lost: false },
      notice: (text: string) => this.notice(text),
    } as const;
    const writer = makeWriter(site, dated, settings.durability === "fsync");
    const owner: OutletOwner = {
      failed: (error, what, dropped, record) =>
        void this.failures.push({ what, error, dropped, msg: record?.msg }),
      recovered: () => void (this.recoveries += 1),
      settled: () => {},
    };
    const all: OutletSettings = {
      durability: "write",
      flushIntervalMs: null,
      flushLevel: ERROR,
      bufferBytes: 65_536,
      fsyncLevel: 0,
      fsyncIntervalMs: null,
      onFull: "drop",
      blockTimeoutMs: 1000,
      spillBytes: 1_048_576,
      ...settings,
    };
    const outlet = new LogOutlet(owner, writer, this.#fileSystem(), all);
    this.#outlets.push(outlet);
    return outlet;
  }

  /** What the file of a day holds; nothing if it is not there. */
  read(day: string = "2024-03-01"): string {
    try {
      return readFileSync(join(this.folder, `app.log.${day}`), "utf8");
    } catch {
      return "";
    }
  }

  count(op: string): number {
    return this.steps.filter((step) => step === op).length;
  }

  /** Closes all outlets and removes the folder. */
  remove(): void {
    this.fault = null;
    for (const outlet of this.#outlets) outlet.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #fileSystem(): FileSystem {
    const real = nodeFs({ lock: null, now: () => NOON * 1000 });
    return {
      perform: (step) => {
        this.steps.push(step.op);
        if (step.op === "sync" && this.syncFault !== null) throw this.syncFault;
        if (step.op !== "append" || this.fault === null) return real.perform(step);
        return this.fault(step, (bytes) => real.perform({ ...step, bytes }) as Landed);
      },
    };
  }
}

/** Gives an outlet one line. */
export function put(
  outlet: LogOutlet,
  msg: string,
  created: number = NOON,
  levelno: number = INFO,
): void {
  outlet.take(created, Buffer.from(`${msg}\n`), makeLogRecord({ msg, created, levelno }));
}
