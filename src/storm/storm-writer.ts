// What one worker does during a storm: it writes lines at its pace, harder
// around midnight, and plays its part: sleeps for days, hands over records of
// yesterday, logs records of the day after tomorrow. Where lines are written many at
// once, it bursts when it may be killed. Runs inside a worker process; the orchestrator
// kills and stops it from outside.

import { setClock } from "../core/clock.ts";
import { Bursts } from "./bursts.ts";
import { durabilityOf, makeHandler } from "./contestants.ts";
import { makeDeathTimer } from "./death-timer.ts";
import type { DeathTimer } from "./death-timer.ts";
import { DrainAim } from "./drain-aim.ts";
import { isBatched } from "./durabilities.ts";
import { MAX_PAD_LENGTH } from "./line.ts";
import type { StormOrders } from "./orders.ts";
import { Random } from "./random.ts";
import { StormClock } from "./storm-clock.ts";
import { StormLog, beginTurn, prepareHandler } from "./storm-log.ts";
import type { HeldRecord, PreparedHandler } from "./storm-log.ts";

/** Around a midnight lines come this much denser, within this many real milliseconds of it. */
const RUSH = { factor: 8, withinMs: 15 };
/** Lines that a worker may owe after a pause; the rest is never written. */
const MOST_OWED = 48;
const LATE_BEFORE_MS = 6;
/** Late records come one by one: a file of the past may be packed or removed between two of them. */
const LATE_SPREAD_MS = 30;

/** Carries out the orders; resolves when the worker's time is over and its log is closed. */
export async function weatherStorm(orders: StormOrders): Promise<void> {
  const clock = new StormClock(orders.clock);
  setClock(clock);
  if (orders.bornMs !== undefined) await waitUntil(clock, orders.bornMs);
  const handler = prepareHandler(
    makeHandler(orders.entry, {
      path: orders.path,
      zone: orders.zone,
      fileTime: (mtimeMs) => clock.fromWall(mtimeMs),
    }),
  );
  const endMs = Math.min(orders.endMs, orders.leaveMs ?? Infinity);
  const writer = new StormWriter(orders, clock, handler);
  while (clock.elapsed() < endMs) {
    const again = writer.turn();
    await (again ? nextTurn() : pause(1));
  }
  writer.finish();
  handler.handler.close();
}

class StormWriter {
  readonly #orders: StormOrders;
  readonly #clock: StormClock;
  readonly #random: Random;
  readonly #log: StormLog;
  readonly #lateLog: StormLog | null;
  /** Records held back, and when each is handed over, in their order. */
  readonly #bursts: Bursts;
  readonly #death: DeathTimer | null;
  readonly #aim = new DrainAim();
  readonly #late: { readonly atMs: number; readonly record: HeldRecord }[] = [];
  /** The midnight for which late records were made last. */
  #lateFor = -1;
  #owed = 1;
  #lastTurnMs: number;
  #wakeMs: number;

  constructor(orders: StormOrders, clock: StormClock, handler: PreparedHandler) {
    this.#orders = orders;
    this.#clock = clock;
    this.#random = new Random(orders.seed);
    const kills = isBatched(durabilityOf(orders.entry)) ? orders.kills : [];
    this.#bursts = new Bursts(kills, this.#random.fork());
    this.#death = kills.length > 0 ? makeDeathTimer() : null;
    const way = this.#random.next() < 0.5 ? "straight" : "record";
    this.#log = new StormLog(orders.worker, orders.acksFolder, handler, way);
    this.#lateLog =
      orders.part.late === true
        ? new StormLog(`${orders.worker}-late`, orders.acksFolder, handler)
        : null;
    this.#lastTurnMs = clock.elapsed();
    this.#wakeMs = this.#lastTurnMs;
  }

  /** Writes what is due at this moment; tells whether the next turn is due at once. */
  turn(): boolean {
    beginTurn();
    const nowMs = this.#clock.elapsed();
    if (this.#bursts.isUnderWay(nowMs)) this.#aim.beginTurn();
    else this.#aim.rest();
    if (this.#orders.part.idle === true) this.#sleepOrWrite(nowMs);
    else this.#writeDue(nowMs);
    this.#tendLate(nowMs);
    this.#burst(nowMs);
    return this.#bursts.isUnderWay(this.#clock.elapsed());
  }

  #burst(nowMs: number): void {
    const pads = this.#bursts.padsOf(nowMs);
    const death = this.#death === null ? null : this.#bursts.deathOf(pads, this.#aim);
    if (death?.from === "begin") this.#death?.arm(death.micros);
    for (const pad of pads) this.#log.write(pad);
    if (death?.from === "end") this.#death?.arm(death.micros);
    this.#aim.endTurn();
  }

  /** Hands over what is still held back. */
  finish(): void {
    beginTurn();
    this.#handLate(Infinity);
  }

  #sleepOrWrite(nowMs: number): void {
    if (nowMs < this.#wakeMs) return;
    for (let lines = this.#random.whole(1, 3); lines > 0; lines -= 1) this.#log.write(this.#pad());
    const day = this.#orders.endMs / this.#orders.midnights.length;
    const next = nowMs + day * this.#random.between(2, 4.5);
    // Half of the time it wakes as the first of a new day.
    const midnight = this.#orders.midnights.find((each) => each > next);
    this.#wakeMs = midnight !== undefined && this.#random.next() < 0.5 ? midnight : next;
  }

  #writeDue(nowMs: number): void {
    const rush = this.#orders.midnights.some((each) => Math.abs(each - nowMs) < RUSH.withinMs);
    const perMs = (this.#orders.linesPerSecond / 1000) * (rush ? RUSH.factor : 1);
    this.#owed = Math.min(MOST_OWED, this.#owed + (nowMs - this.#lastTurnMs) * perMs);
    this.#lastTurnMs = nowMs;
    for (; this.#owed >= 1; this.#owed -= 1) {
      if (this.#orders.part.future === true && this.#random.next() < 0.03) this.#writeAhead();
      else this.#log.write(this.#pad(rush));
    }
  }

  /** A record dated one to three days ahead, as a wrong clock or a scheduler makes it. */
  #writeAhead(): void {
    this.#log.hand(this.#log.make(this.#pad(), this.#random.whole(1, 3)));
  }

  #tendLate(nowMs: number): void {
    if (this.#lateLog === null) return;
    this.#handLate(nowMs);
    const { midnights } = this.#orders;
    const next = midnights.findIndex((each) => each > nowMs);
    const midnight = midnights[next];
    if (midnight === undefined || this.#late.length > 0 || this.#lateFor === next) return;
    if (midnight - nowMs > LATE_BEFORE_MS) return;
    const log = this.#lateLog;
    // Mostly just after midnight, sometimes a day later.
    const day = this.#orders.endMs / midnights.length;
    const delay = this.#random.next() < 0.75 ? this.#random.between(0, 8) : day * 1.2;
    const count = this.#random.whole(3, 20);
    this.#lateFor = next;
    for (let i = 0; i < count; i += 1) {
      const atMs = midnight + delay + (LATE_SPREAD_MS * i) / count;
      this.#late.push({ atMs, record: log.make(this.#pad()) });
    }
  }

  #handLate(nowMs: number): void {
    for (let next = this.#late[0]; next !== undefined && next.atMs <= nowMs; next = this.#late[0]) {
      this.#late.shift();
      this.#lateLog?.hand(next.record);
    }
  }

  /**
   * Mostly the length of a log line, now and then a page, rarely a hundred of them;
   * oftener when kills are due, for a kill tears a write only between two pages.
   */
  #pad(rush: boolean = false): number {
    const dice = this.#random.next();
    if (dice < (rush ? 0.02 : 0.002)) return this.#random.whole(4096, MAX_PAD_LENGTH);
    if (dice < (rush ? 0.1 : 0.03)) return this.#random.whole(500, 9000);
    return this.#random.whole(0, 120);
  }
}

/** Sleeps, then spins the last stretch: a timer is late by a millisecond or more. */
async function waitUntil(clock: StormClock, atMs: number): Promise<void> {
  while (atMs - clock.elapsed() > 3) await pause(1);
  while (clock.elapsed() < atMs);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
