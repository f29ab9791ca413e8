// When the files of the past are looked after: removed, compressed, given to the
// user's rotator. A rotating handler owns one. What is done is decided in
// rotation/maintain.ts; this only sees to it that it is done off the caller's path,
// one run at a time, and never keeps the process alive.

import { clearTimeout, setTimeout } from "node:timers";

import { toRealMs } from "../core/clock.ts";
import { runAsync } from "../platform/run-async.ts";
import type { LaterFileSystem } from "../platform/run-async.ts";
import { runSync } from "../platform/run-sync.ts";
import type { LogSite } from "../rotation/log-site.ts";
import { maintain } from "../rotation/maintain.ts";
import type { Maintained } from "../rotation/maintain.ts";

/** What the runs tell. */
export interface MaintenanceOwner {
  maintained(result: Maintained): void;
  failedToMaintain(error: unknown): void;
}

/** The next try for files that were still in use comes later each time, up to this, in milliseconds. */
const LONGEST_WAIT_MS = 600_000;

/**
 * All processes come to the end of a period at one moment, and each has its next file
 * to open then: what can wait is done at some moment of so many milliseconds behind it.
 */
const SPREAD_MS = 200;

/** Runs `maintain` for one log in due time. */
export class Maintenance {
  readonly #owner: MaintenanceOwner;
  readonly #site: LogSite;
  readonly #fs: LaterFileSystem;
  readonly #graceMs: number;
  #soon: NodeJS.Timeout | null = null;
  #later: NodeJS.Timeout | null = null;
  #wait: number;
  /** A file began, so that an old one may be too many, and no run has followed. */
  #due = false;
  #running: Promise<void> | null = null;
  #finished = false;

  /** @param graceMs how long processes may hold the file of a past period, in clock milliseconds. */
  constructor(owner: MaintenanceOwner, site: LogSite, fs: LaterFileSystem, graceMs: number) {
    this.#owner = owner;
    this.#site = site;
    this.#fs = fs;
    this.#graceMs = graceMs;
    this.#wait = graceMs;
  }

  /**
   * Has a run follow, and another one when the other processes have let go of the
   * file before.
   * @param due whether a file began: old ones are then removed by this process, even if it ends first
   */
  schedule(due: boolean): void {
    if (!this.#site.locking || this.#site.naming.kind === null) return;
    this.#finished = false;
    const { count, ageSeconds, totalBytes } = this.#site.keep;
    this.#due ||= due && count + ageSeconds + totalBytes > 0;
    this.#wait = this.#graceMs;
    // A timer, for an immediate that doesn't keep the loop alive doesn't wake it up either.
    this.#soon ??= setTimeout(() => this.#begin(), SPREAD_MS * Math.random()).unref();
    this.#comeBack();
  }

  /** Does now what is due; done when the promise resolves. It never rejects. */
  async run(): Promise<void> {
    // The run under way may have looked before what is due now was.
    if (this.#running !== null) await this.#running;
    this.#running ??= this.#run();
    await this.#running;
  }

  /**
   * For the end: removes what is due, and leaves what takes long to the next
   * process. A run under way goes on, if the process does.
   */
  finish(): void {
    this.#finished = true;
    for (const timer of [this.#soon, this.#later]) if (timer !== null) clearTimeout(timer);
    this.#soon = null;
    this.#later = null;
    if (!this.#due || this.#running !== null) return;
    this.#due = false;
    try {
      const site = { ...this.#site, compression: "", rotator: false } as const;
      this.#owner.maintained(runSync(maintain(site), this.#fs));
    } catch (error) {
      this.#owner.failedToMaintain(error);
    }
  }

  #begin(): void {
    if (this.#soon !== null) clearTimeout(this.#soon);
    this.#soon = null;
    void this.run();
  }

  async #run(): Promise<void> {
    this.#due = false;
    try {
      const result = await runAsync(maintain(this.#site), this.#fs);
      this.#owner.maintained(result);
      if (result.waiting > 0) this.#comeBack();
    } catch (error) {
      this.#owner.failedToMaintain(error);
    } finally {
      this.#running = null;
    }
  }

  #comeBack(): void {
    if (this.#later !== null || this.#finished) return;
    // Not all processes at the same moment.
    const wait = this.#wait + 1000 * (1 + Math.random());
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT_MS);
    this.#later = setTimeout(
      () => {
        this.#later = null;
        void this.run();
      },
      Math.max(1, toRealMs(wait)),
    ).unref();
  }
}
