// What all network handlers deliver through: frames wait here, in bounded memory, and
// go out in order through one transport, again and again until they are sent or have
// to be dropped. A log call only puts its frame here; it never waits for a network.
//
// An outbox is no durable class: what waits is in memory, and dies with a process that
// is killed, crashes, or calls process.exit(). What the kernel has taken may still be
// lost with the connection, since the protocols know no receipt (HTTP and mail do), and
// frames of a write that broke off half-way are sent again, so that some may arrive twice.

import { refusal } from "../../core/refusal.ts";
import { AsyncResource } from "node:async_hooks";
import { clearTimeout, setImmediate, setInterval, setTimeout } from "node:timers";

import { SendRefused } from "../../platform/net-transport.ts";
import type { Transport } from "../../platform/net-transport.ts";
import { BackOff } from "./back-off.ts";
import type { NetworkDrops, NetworkStats } from "./network-stats.ts";
import { awaitEnd, endAwaited, watchEnd } from "./outbox-end.ts";
import type { Ending } from "./outbox-end.ts";
import { LONGEST_MS } from "./outbox-options.ts";
import type { OutboxSettings } from "./outbox-options.ts";
import { TroubleLog } from "./trouble-log.ts";
import type { TroubleListener } from "./trouble-log.ts";
import { WaitingFrames } from "./waiting-frames.ts";
import type { WaitingFrame } from "./waiting-frames.ts";

/** After so long a run of sending, the event loop may come to its end. */
const RUN_MS = 50;

/** Sends frames through a transport. */
export class Outbox<Frame> implements Ending {
  readonly #transport: Transport<Frame>;
  readonly #settings: OutboxSettings;
  readonly #frames: WaitingFrames<Frame>;
  readonly #backOff: BackOff;
  readonly #troubles: TroubleLog;
  /** Connections live on: they must not hold the context of the request that logged first. */
  readonly #context: AsyncResource = new AsyncResource("daybook.Outbox");
  readonly #drops: { -readonly [reason in keyof NetworkDrops]: number } = {
    queueFull: 0,
    tooLong: 0,
    refused: 0,
    closed: 0,
    unmade: 0,
  };
  #taken = 0;
  #sent = 0;
  #bytes = 0;
  #resent = 0;
  #errors = 0;
  #running = false;
  /** Changes when all is given up: a sending of before is nobody's then. */
  #life = 0;
  #ends = false;
  #deadline: NodeJS.Timeout | null = null;
  /** Ends the pause between two tries; null if there is none. */
  #wake: (() => void) | null = null;
  #drained: (() => void)[] = [];

  /** @param listener whose troubles these are: they are told under its name. */
  constructor(transport: Transport<Frame>, settings: OutboxSettings, listener: TroubleListener) {
    this.#transport = transport;
    this.#settings = settings;
    this.#frames = new WaitingFrames(settings.maxQueueRecords, settings.maxQueueBytes);
    this.#backOff = new BackOff(settings);
    this.#troubles = new TroubleLog(listener);
    watchEnd();
  }

  /**
   * Takes a frame to be sent. The oldest that wait are dropped if there is no room.
   *
   * @param bytes what it takes of `maxQueueBytes`
   * @param mostBytes what the protocol allows
   * @throws ValueError if it is too long; it is counted as dropped then
   */
  put(frame: Frame, bytes: number, mostBytes: number = Infinity): void {
    this.#taken += 1;
    const limit = Math.min(mostBytes, this.#settings.maxQueueBytes);
    if (bytes > limit) {
      this.#drops.tooLong += 1;
      throw refusal("the length of a record to be sent", bytes, `at most ${limit} bytes`);
    }
    const dropped = this.#frames.add(frame, bytes);
    if (dropped > 0) {
      this.#drops.queueFull += dropped;
      this.#troubles.overflowed(dropped, this.#transport.target);
    }
    // What comes after a close() is sent as before it: the handler is open again.
    if (this.#ends) this.#keepOpen();
    if (this.#frames.records > 0) this.#start();
  }

  /** Counts a record of which no frame could be made. */
  lose(): void {
    this.#taken += 1;
    this.#drops.unmade += 1;
  }

  /** What has been done so far. */
  stats(): NetworkStats {
    const droppedBy = { ...this.#drops };
    const { queueFull, tooLong, refused, closed, unmade } = droppedBy;
    return {
      taken: this.#taken,
      sent: this.#sent,
      bytes: this.#bytes,
      waiting: this.#frames.records,
      waitingBytes: this.#frames.bytes,
      dropped: queueFull + tooLong + refused + closed + unmade,
      droppedBy,
      resent: this.#resent,
      errors: this.#errors,
    };
  }

  /**
   * Resolves with true as soon as nothing waits: all that was put here is sent, or
   * dropped and counted; with false if something still waits after `timeoutMs`, which
   * may be Infinity; `closeTimeoutMs` stands for what is no number from 0. Tries at
   * once, whatever the back-off; keeps the process alive meanwhile. Never rejects.
   */
  drain(timeoutMs: number = this.#settings.closeTimeoutMs): Promise<boolean> {
    if (this.#frames.records === 0) return Promise.resolve(true);
    this.#tryNow();
    return new Promise((resolve) => {
      const expired = (): void => {
        this.#drained = this.#drained.filter((each) => each !== drained);
        resolve(this.#frames.records === 0);
      };
      const limitMs = timeoutMs >= 0 ? timeoutMs : this.#settings.closeTimeoutMs;
      // Without a limit, a timer that does nothing still keeps the process alive.
      const timer =
        limitMs === Infinity
          ? setInterval(() => {}, LONGEST_MS)
          : setTimeout(expired, Math.min(limitMs, LONGEST_MS));
      const drained = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      this.#drained.push(drained);
    });
  }

  /** Gives up the connection; what waits is sent through a new one. */
  disconnect(): void {
    this.#transport.destroy();
  }

  /**
   * Sends what waits, within `closeTimeoutMs`, which keeps the process alive; then
   * drops the rest, and ends the connection.
   */
  close(): void {
    this.#ends = true;
    if (this.#frames.records === 0) this.#hangUp();
    else this.finish();
  }

  /** As `close`, for a process without anything else to do; the connection stays. */
  finish(): void {
    if (this.#deadline !== null) return;
    this.#deadline = setTimeout(() => this.abandon(), this.#settings.closeTimeoutMs);
    this.#tryNow();
  }

  /** Drops all that waits, and the connection. */
  abandon(): void {
    this.#life += 1;
    this.#running = false;
    const count = this.#frames.clear();
    if (count > 0) {
      this.#drops.closed += count;
      this.#troubles.expired(count, this.#transport.target);
    }
    this.#transport.destroy();
    this.#backOff.reset();
    this.#wake?.();
    this.#settle();
  }

  #start(): void {
    if (this.#running) return;
    this.#running = true;
    awaitEnd(this);
    // At the end of the turn: its records share a write, and a goodbye of the other
    // side that is already here is heard before.
    this.#context.runInAsyncScope(() => setImmediate(() => void this.#run(this.#life)));
  }

  // Never rejects: a transport's failures are caught one by one.
  async #run(life: number): Promise<void> {
    let since = performance.now();
    while (life === this.#life && this.#frames.records > 0) {
      const { batchFrames, batchBytes } = this.#transport;
      const batch = this.#frames.take(batchFrames, batchBytes);
      const failure = await this.#attempt(batch);
      if (life !== this.#life) return;
      const waitMs = failure === null ? this.#succeed(batch) : this.#fail(failure.error, batch);
      if (waitMs > 0) await this.#pause(waitMs);
      else if (performance.now() - since > RUN_MS) await this.#pause(1);
      else continue;
      since = performance.now();
    }
    if (life !== this.#life) return;
    this.#running = false;
    this.#settle();
  }

  async #attempt(batch: readonly WaitingFrame<Frame>[]): Promise<{ error: unknown } | null> {
    try {
      await this.#transport.send(batch.map(({ frame }) => frame));
      return null;
    } catch (error) {
      return { error };
    }
  }

  #succeed(batch: readonly WaitingFrame<Frame>[]): number {
    this.#bytes += this.#frames.done();
    this.#sent += batch.length;
    this.#backOff.reset();
    return 0;
  }

  /** Says how long to wait before the next try. */
  #fail(error: unknown, batch: readonly WaitingFrame<Frame>[]): number {
    this.#errors += 1;
    if (error instanceof SendRefused) {
      for (const each of batch) each.refusals += 1;
      const [{ refusals } = { refusals: 0 }] = batch;
      if (!error.temporary || refusals >= this.#settings.maxAttempts) {
        this.#frames.done();
        this.#backOff.reset();
        this.#drops.refused += batch.length;
        this.#troubles.refused(error, batch.length, this.#transport.target);
        return 0;
      }
    } else {
      // In whatever state it is: the next try begins with a new one.
      this.#transport.destroy();
    }
    this.#frames.giveBack();
    this.#resent += batch.length;
    this.#troubles.failed(error, this.#transport.target);
    return this.#backOff.next();
  }

  // A pause keeps no process alive. If nothing else does, the end of the process is
  // announced in it, and ends it.
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(), ms).unref();
      this.#wake = () => {
        this.#wake = null;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  // Whoever waits for an end has no time for a wait of half a minute.
  #tryNow(): void {
    this.#backOff.reset();
    this.#wake?.();
  }

  #keepOpen(): void {
    this.#ends = false;
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    this.#deadline = null;
  }

  // Nothing waits any more.
  #settle(): void {
    endAwaited(this);
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    this.#deadline = null;
    this.#troubles.over();
    if (this.#ends) this.#hangUp();
    const drained = this.#drained;
    this.#drained = [];
    for (const each of drained) each();
  }

  #hangUp(): void {
    this.#ends = false;
    this.#transport.end();
  }
}
