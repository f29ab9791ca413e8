// The engine of a rotating handler with `worker: true`: callers only encode lines into a
// ring (worker-intake.ts), a thread of the log's own does all work on files
// (worker-main.ts). This starts it, waits for it where the handler promises that
// something is done, passes on what it tells, and goes on in the calling thread when
// there is no thread: before it runs, after it has ended, where none can be had. Lines
// that are in the ring are then written here, each once.

import { changePlans } from "../core/staleness.ts";
import type { LineSink } from "../core/line-sink.ts";
import type { LogRecord } from "../core/record.ts";
import type { LogLocation } from "../platform/log-location.ts";
import type { Segment } from "../platform/worker-memory.ts";
import { isOwnThread, startThread } from "../platform/worker-thread.ts";
import type { Thread } from "../platform/worker-thread.ts";
import { single } from "../rotation/append.ts";
import type { WriterCounts } from "../rotation/append.ts";
import type { FileHandlerStats } from "./file-handler-stats.ts";
import { LocalEngine } from "./local-engine.ts";
import type { EngineParts } from "./local-engine.ts";
import type { EngineOwner, LogEngine } from "./log-engine.ts";
import { describeClock } from "./worker-clock.ts";
import { drainOldest, settleOldest } from "./worker-drain.ts";
import type { Drain } from "./worker-drain.ts";
import { WorkerIntake } from "./worker-intake.ts";
import { passOn } from "./worker-messages.ts";
import type { FromThread, ToThread } from "./worker-messages.ts";
import type { LogRecipe } from "./worker-recipe.ts";
import {
  CALLER,
  CANCELLED,
  CLOSE,
  FLUSH,
  REOPEN,
  RUNNING,
  SEGMENTS,
  STARTING,
} from "./worker-ring.ts";
import { WorkerRing } from "./worker-ring.ts";
import type { Command, RingGift } from "./worker-ring.ts";
import { makeSegments } from "./worker-segments.ts";
import { countsTogether, statsTogether } from "./worker-stats.ts";

/** What the thread is given. */
export interface ThreadGift {
  readonly ring: RingGift;
  readonly location: LogLocation;
  readonly recipe: LogRecipe;
  /** Whether the log is to be opened at once, ahead of its first line. */
  readonly opened: boolean;
}

/** A thread that does nothing for so long is not waited for any longer, in milliseconds. */
const PATIENCE_MS = 20_000;
/** From then on, until it does something. */
const IMPATIENCE_MS = 100;

const ENTRY = new URL("./worker-main.js", import.meta.url);

/** What there is while lines go through the ring. */
interface Works {
  readonly ring: WorkerRing;
  readonly segments: readonly Segment[];
  readonly intake: WorkerIntake;
  readonly thread: Thread;
}

export class WorkerEngine implements LogEngine {
  readonly #owner: EngineOwner;
  readonly #parts: EngineParts;
  readonly #local: LocalEngine;
  readonly #patienceMs: number;
  #works: Works | null = null;
  /** Whether lines go through the ring. */
  #isOn = false;
  /** Lines that are in the log and that the thread did not come to count. */
  #landed = 0;
  #isStuck = false;
  /** The handler is closed, and the thread has not said that it is done. */
  #isLeft = false;
  /** This thread is at a segment; and was then told to close. */
  #isDraining = false;
  #closeAsked = false;
  #lastRun = 0;
  readonly #runs = new Map<number, () => void>();

  /** @param patienceMs how long a thread that does nothing is waited for */
  constructor(owner: EngineOwner, parts: EngineParts, patienceMs: number = PATIENCE_MS) {
    this.#owner = owner;
    this.#parts = parts;
    const { setup } = parts;
    const { onFull, blockTimeoutMs } = setup.settings.outlet;
    // It may itself wait for a full disk.
    this.#patienceMs = onFull === "block" ? patienceMs + blockTimeoutMs : patienceMs;
    const outlet = { ...setup.settings.outlet, durability: "write" } as const;
    const settings = { ...setup.settings, outlet };
    this.#local = new LocalEngine(owner, { ...parts, setup: { ...setup, settings } }, false);
  }

  get sink(): LineSink | null {
    return this.#isOn ? (this.#works?.intake ?? null) : this.#local.sink;
  }

  get counts(): WriterCounts {
    const local = this.#local.counts;
    return this.#works === null ? local : countsTogether(local, this.#works.ring.counts);
  }

  stats(): FileHandlerStats {
    const local = this.#local.stats();
    if (this.#works === null) return local;
    const { ring, intake } = this.#works;
    const { spilled, dropped } = intake;
    const buffered = this.#isOn || this.#isLeft ? intake.buffered : 0;
    return statsTogether(local, ring.counts, { buffered, spilled, dropped, landed: this.#landed });
  }

  check(): void {
    this.#local.check();
  }

  open(): void {
    // Here, so that the application hears of what is wrong with the path.
    this.#local.openAhead();
    this.#start(true);
  }

  begin(): void {
    this.#local.beginAhead();
    this.#start(false);
  }

  take(created: number, bytes: Uint8Array, record: LogRecord): void {
    if (this.#isOn) this.#works?.intake.take(created, bytes, record);
    else this.#local.take(created, bytes, record);
  }

  flush(): void {
    this.#flushRing();
    if (this.#isOn && (this.#works?.ring.counts.spilled ?? 0) > 0) this.#order(FLUSH);
    this.#local.flush();
    this.#hearAll();
  }

  reopen(): void {
    this.#flushRing();
    if (!this.#isOn) this.#local.reopen();
    // A thread that is only starting has nothing open.
    else if (this.#works?.ring.state === RUNNING) this.#order(REOPEN);
    this.#hearAll();
  }

  maintain(): Promise<void> {
    const works = this.#works;
    if (!this.#isOn || works === null) return this.#local.maintain();
    const id = (this.#lastRun += 1);
    describeClock(works.ring);
    return new Promise((resolve) => {
      this.#runs.set(id, resolve);
      works.thread.hold(true);
      works.thread.send({ kind: "maintain", id } satisfies ToThread);
    });
  }

  close(): void {
    const works = this.#works;
    this.#closeAsked = this.#isDraining;
    if (this.#closeAsked) return;
    if (this.#isOn && works !== null) {
      this.flush();
      works.intake.close();
      const isCancelled = works.ring.changeState(STARTING, CANCELLED);
      const isOver = isCancelled || this.#order(CLOSE);
      this.#isOn = false;
      this.#hearAll();
      if (isOver) this.#letGo(works);
      else this.#leave(works);
      if (isCancelled) this.#local.lookAfter();
    }
    this.#local.close();
  }

  /** Starts the thread, or goes on without. */
  #start(opened: boolean): void {
    const reason = this.#tryToStart(opened);
    if (reason === null) {
      this.#local.release();
      return;
    }
    const { base } = this.#parts.location;
    this.#owner.notice(
      `${base} has no worker thread, and is written with durability 'write': ${reason}`,
    );
    this.#local.lookAfter();
  }

  /** @returns why there is no thread, as the end of a sentence; null if there is one */
  #tryToStart(opened: boolean): string | null {
    if (isOwnThread()) return "this is the worker thread of another log";
    const { location, setup } = this.#parts;
    const { outlet, workerBytes } = setup.settings;
    const { fs, site } = this.#local;
    const made = makeSegments(outlet.durability, workerBytes, fs, site);
    if (typeof made === "string") return made;
    const [gifts, segments] = made;
    const ring = new WorkerRing();
    describeClock(ring);
    const gift: ThreadGift = {
      ring: { cells: ring.cells, segments: gifts },
      location,
      recipe: setup.recipe,
      opened,
    };
    let thread: Thread;
    try {
      thread = startThread(ENTRY, gift, {
        message: (message) => this.#hear(message as FromThread),
        ended: (error) => this.#ended(error),
      });
    } catch (error) {
      for (const segment of segments) segment.release();
      return String(error);
    }
    const intake = new WorkerIntake(
      {
        failed: (error, what, dropped, record) => this.#owner.failed(error, what, dropped, record),
        recovered: () => this.#owner.recovered(),
        makeRoom: (ms) => this.#wait(() => ring.pending < SEGMENTS, ms),
        writeLong: (created, bytes) => this.#writeLong(created, bytes),
      },
      ring,
      segments,
      outlet,
      site.periodAt,
    );
    this.#works = { ring, segments, intake, thread };
    this.#isOn = true;
    return null;
  }

  /**
   * Waits until something is so, as long as the thread does anything at all, or for `ms`
   * milliseconds. Before it runs, and after it has ended, the caller does its work.
   */
  #wait(isSo: () => boolean, ms: number = Infinity): boolean {
    const works = this.#works;
    if (works === null) return true;
    const { ring } = works;
    const deadline = performance.now() + ms;
    for (;;) {
      // What is told of a segment that is being drained may have led here.
      if (this.#isDraining) return isSo();
      if (ring.state !== RUNNING) this.#drainHere(works);
      const seen = ring.progressed;
      if (isSo()) return true;
      const left = deadline - performance.now();
      if (left <= 0) return false;
      const patience = this.#isStuck ? IMPATIENCE_MS : this.#patienceMs;
      if (ring.waitForProgress(seen, Math.min(left, patience))) {
        this.#isStuck = false;
      } else if (left > patience) {
        this.#giveUpWaiting();
        return isSo();
      }
    }
  }

  #giveUpWaiting(): void {
    if (this.#isStuck) return;
    this.#isStuck = true;
    const { buffered } = this.stats();
    const error = new Error(
      `the log's worker thread has done nothing for ${this.#patienceMs / 1000} seconds; ${buffered} records wait for it`,
    );
    this.#owner.trouble(error, "waiting for the worker thread failed");
  }

  #flushRing(): void {
    const works = this.#works;
    if (!this.#isOn || works === null) return;
    const { ring, intake } = works;
    while (intake.handOverAll()) {
      if (!this.#wait(() => ring.pending === 0) || intake.spilled === 0) return;
    }
  }

  /** Has the thread do something; false if it did not answer. */
  #order(command: Command): boolean {
    const ring = this.#works?.ring;
    if (ring === undefined) return true;
    describeClock(ring);
    ring.command(command);
    return this.#wait(() => ring.isAnswered);
  }

  /** Writes what waits in the ring, in this thread. */
  #drainHere(works: Works): void {
    if (this.#isDraining) return;
    const drain = this.#drainOf(works);
    let drained = false;
    this.#isDraining = true;
    while (drainOldest(drain)) drained = true;
    this.#isDraining = false;
    // The thread, which may come, can't remove or compress what is open here.
    if (drained && this.#isOn) this.#local.release();
    if (this.#closeAsked) this.close();
  }

  #drainOf({ ring, segments }: Works): Drain {
    const local = this.#local;
    const { fs } = local;
    return { ring, who: CALLER, segments, fs, take: (timed) => local.takeBatch(timed) };
  }

  #writeLong(created: number, bytes: Uint8Array): void {
    const ring = this.#works?.ring;
    this.#wait(() => ring?.pending === 0);
    this.#local.takeBatch({ created, batch: single(bytes) });
    this.#local.release();
  }

  /** What has come while this thread was waiting. */
  #hearAll(): void {
    const thread = this.#works?.thread;
    for (let next = thread?.receive(); next; next = thread?.receive()) {
      this.#hear(next.message as FromThread);
    }
  }

  #hear(message: FromThread): void {
    if (message.kind === "ran") this.#ran(message.id);
    else passOn(message, this.#owner);
  }

  #ran(id: number): void {
    this.#runs.get(id)?.();
    this.#runs.delete(id);
    if (this.#runs.size === 0) this.#works?.thread.hold(false);
  }

  /** The thread is over. */
  #ended(error: unknown): void {
    const works = this.#works;
    for (const id of this.#runs.keys()) this.#ran(id);
    if (works === null || !(this.#isOn || this.#isLeft)) return;
    this.#takeOver(works);
    if (this.#isLeft) return;
    this.#local.lookAfter();
    const what = "the worker thread of the log has ended, and is done without from now on";
    this.#owner.trouble(error ?? new Error("it has ended by itself"), what);
  }

  /** From now on this thread does the thread's work; first of all what it has left undone. */
  #takeOver(works: Works): void {
    this.#isOn = false;
    changePlans();
    works.intake.close();
    const drain = this.#drainOf(works);
    if (works.ring.drainedByThread) {
      this.#landed += settleOldest(drain, (...found) => this.#local.settle(...found));
    }
    this.#drainHere(works);
    for (const { created, bytes } of works.intake.leftovers()) {
      this.#local.takeBatch({ created, batch: single(bytes) });
    }
    this.#letGo(works);
    if (this.#isLeft) this.#local.release();
  }

  /** The thread does not answer, and the handler is closed. What it leaves is written if it ends first. */
  #leave({ intake }: Works): void {
    this.#isLeft = true;
    const { buffered } = intake;
    if (buffered === 0) return;
    const error = new Error("the log's worker thread does not answer");
    if (this.#parts.setup.settings.outlet.durability === "journal") {
      const what = `${buffered} records stay in its journals, until it ends or the log is opened again`;
      this.#owner.trouble(error, what);
    } else {
      this.#owner.failed(
        error,
        `${buffered} records are lost, unless it ends before the process`,
        0,
        null,
      );
    }
  }

  #letGo({ segments }: Works): void {
    for (const segment of segments) this.#release(segment);
  }

  #release(segment: Segment): void {
    try {
      segment.release();
    } catch (error) {
      this.#owner.trouble(error, "letting go of a journal failed");
    }
  }
}
