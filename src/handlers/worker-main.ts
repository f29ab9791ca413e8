// The worker thread of a log: it drains the ring that the callers fill, and does all
// else that a rotating handler does with files. Started by worker-engine.ts as a module
// of its own, never imported. It reports nothing itself: what happens here is told the
// handler, and counted in the ring.

import { setImmediate as nextTurn } from "node:timers/promises";

import { openSegment } from "../platform/worker-memory.ts";
import type { Segment } from "../platform/worker-memory.ts";
import { threadSide } from "../platform/worker-thread.ts";
import type { ThreadSide } from "../platform/worker-thread.ts";
import { LocalEngine } from "./local-engine.ts";
import type { EngineOwner } from "./log-engine.ts";
import { checkNumberedOptions } from "./rotating-file.ts";
import { RotationHooks } from "./rotation-hooks.ts";
import { checkOptions } from "./timed-rotating-options.ts";
import { DescribedClock } from "./worker-clock.ts";
import { drainOldest } from "./worker-drain.ts";
import { packError } from "./worker-messages.ts";
import type { FromThread, ToThread } from "./worker-messages.ts";
import type { ThreadGift } from "./worker-engine.ts";
import {
  CLOSE,
  ENDED,
  FLUSH,
  PREPARING,
  REOPEN,
  RUNNING,
  SEGMENTS,
  STARTING,
  THREAD,
} from "./worker-ring.ts";
import { WorkerRing } from "./worker-ring.ts";

class LogThread {
  readonly #side: ThreadSide;
  readonly #ring: WorkerRing;
  readonly #segments: readonly Segment[];
  readonly #engine: LocalEngine;
  readonly #clock: DescribedClock;
  /** Of what is told on the diagnostics channel. */
  #told = 0;

  /** @param ring whose state is PREPARING */
  constructor(side: ThreadSide, ring: WorkerRing, { ring: gift, location, recipe }: ThreadGift) {
    this.#side = side;
    this.#ring = ring;
    this.#segments = gift.segments.map(openSegment);
    this.#clock = new DescribedClock(this.#ring);
    this.#clock.follow();
    const setup =
      recipe.kind === "timed" ? checkOptions(recipe.options) : checkNumberedOptions(recipe.options);
    const hooks = new RotationHooks({ ...location, ...setup });
    this.#engine = new LocalEngine(this.#owner(), { location, setup, hooks });
  }

  /** @param opened whether the log is open as far as the application knows */
  async run(opened: boolean): Promise<void> {
    this.#ring.changeState(PREPARING, RUNNING);
    this.#side.listen((message) => void this.#hear(message as ToThread));
    this.#ring.progress();
    this.#begin(opened);
    for (;;) {
      const { woken } = this.#ring;
      this.#clock.follow();
      const excluded = !this.#drain();
      if (this.#ring.pending === 0 && this.#obey()) return;
      // With more to do, timers and whatever else the thread has must have their turn.
      if (this.#ring.pending > 0 && !excluded) await nextTurn();
      else await this.#ring.sleep(woken);
    }
  }

  #begin(opened: boolean): void {
    try {
      if (opened) this.#engine.openAhead();
    } catch (error) {
      this.#trouble(error, "opening the log failed");
    }
    // Nobody else may have done so since the last file began.
    this.#engine.lookAfter(true);
  }

  /** False if somebody else is at it, who then does it all. */
  #drain(): boolean {
    const drain = {
      ring: this.#ring,
      who: THREAD,
      segments: this.#segments,
      fs: this.#engine.fs,
      take: this.#engine.takeBatch.bind(this.#engine),
    };
    for (let round = 0; round < SEGMENTS && this.#ring.pending > 0; round += 1) {
      if (!drainOldest(drain)) return false;
    }
    return true;
  }

  /** Does what was asked for besides; true if that was to end. */
  #obey(): boolean {
    const { asked } = this.#ring;
    if (asked === null) return false;
    if (asked === FLUSH) this.#engine.flush();
    else if (asked === REOPEN) this.#engine.reopen();
    else if (asked === CLOSE) this.#close();
    this.#count();
    this.#ring.answer();
    return asked === CLOSE;
  }

  #close(): void {
    try {
      this.#engine.close();
    } catch (error) {
      this.#trouble(error, "closing the log failed");
    }
    for (const segment of this.#segments) segment.release();
    this.#ring.changeState(RUNNING, ENDED);
    // A run under way goes on, and is told, if the process lives on.
    this.#side.letGo();
  }

  async #hear({ id }: ToThread): Promise<void> {
    this.#clock.follow();
    await this.#engine.maintain();
    this.#count();
    this.#tell({ kind: "ran", id });
  }

  #owner(): EngineOwner {
    return {
      failed: (error, what, dropped) => {
        this.#count();
        this.#tell({ kind: "failed", error: packError(error), what, dropped });
      },
      recovered: () => this.#tell({ kind: "recovered" }),
      settled: () => this.#settled(),
      trouble: (error, what) => this.#trouble(error, what),
      notice: (text, error) => {
        const told = error === undefined ? {} : { error: packError(error) };
        this.#tell({ kind: "notice", text, ...told });
      },
      maintained: ({ removed, archived }) => {
        this.#count();
        if (removed + archived > 0) this.#tell({ kind: "maintained", removed, archived });
      },
    };
  }

  #settled(): void {
    const { rolled, reopened, mended, late } = this.#count();
    const told = rolled + reopened + mended + late;
    if (told === this.#told) return;
    this.#told = told;
    this.#tell({ kind: "settled" });
  }

  #trouble(error: unknown, what: string): void {
    this.#tell({ kind: "trouble", error: packError(error), what });
  }

  #count(): ReturnType<LocalEngine["stats"]> {
    const stats = this.#engine.stats();
    const { dropped: filesDropped, archived: filesArchived } = this.#engine.counts;
    this.#ring.counts = { ...stats, filesDropped, filesArchived };
    return stats;
  }

  #tell(message: FromThread): void {
    this.#side.send(message);
  }
}

const side = threadSide();
if (side !== null) {
  const gift = side.data as ThreadGift;
  const ring = new WorkerRing(gift.ring.cells);
  if (ring.changeState(STARTING, PREPARING)) {
    await new LogThread(side, ring, gift).run(gift.opened);
  }
}
