// The base of the handlers that deliver over a network: each record is made a frame
// while the log call runs, and the frame put into an outbox. Subclasses say what a
// frame is and through what it goes. What fails for one record goes to handleError,
// what fails for all of them (a server that is away) to handleTrouble.

import { Handler } from "../../core/handler.ts";
import { reportError } from "../../core/self-report.ts";
import type { Transport } from "../../platform/net-transport.ts";
import type { NetworkStats } from "./network-stats.ts";
import type { OutboxSettings } from "./outbox-options.ts";
import { Outbox } from "./outbox.ts";
import type { TroubleListener } from "./trouble-log.ts";

/**
 * Delivers records over a network.
 *
 * Guarantees: a log call never waits for the network, and never throws; memory is
 * bounded; records go out in order; every record is sent, waits, or is counted as
 * dropped, with the reason. It is no durable class: what waits dies with the process if
 * that is killed or calls process.exit() without `await handler.drain()`. A program
 * that ends by itself is kept alive for what waits, `closeTimeoutMs` long, and at most
 * by one `timeoutMs` more.
 */
export abstract class OutboxHandler<Frame> extends Handler implements TroubleListener {
  readonly #outbox: Outbox<Frame>;

  constructor(transport: Transport<Frame>, settings: OutboxSettings) {
    super();
    this.#outbox = new Outbox(transport, settings, this);
  }

  /** What has been sent, waits, and was dropped, and why. */
  stats(): NetworkStats {
    return this.#outbox.stats();
  }

  /**
   * Waits until nothing waits to be sent. Resolves with true when all is sent, or
   * dropped and counted; with false if something still waits after `timeoutMs`
   * (`closeTimeoutMs` if not given). A try is made at once, whatever the back-off.
   * Never rejects. Applications call it before process.exit().
   */
  drain(timeoutMs?: number): Promise<boolean> {
    return this.#outbox.drain(timeoutMs);
  }

  /**
   * Does nothing, as CPython's: sending begins by itself at the end of the turn of the
   * event loop, and can't be waited for without leaving it. `drain` waits.
   */
  override flush(): void {}

  /**
   * Begins to close: what waits is sent within `closeTimeoutMs`, the rest dropped and
   * counted; then the connection ends. `await handler.drain()` waits for it. A record
   * that comes later opens the handler again (CPython's rule).
   */
  override close(): void {
    try {
      this.#outbox.close();
    } finally {
      super.close();
    }
  }

  /**
   * Reports what is not about one record: a server that can't be reached, a queue that
   * is full. Called once when the trouble begins; `stats()` has the numbers.
   */
  handleTrouble(error: unknown, what: string): void {
    reportError(this, error, what);
  }

  /**
   * Has a frame sent: for `emit`.
   *
   * @param bytes what it takes of `maxQueueBytes`
   * @param mostBytes what the protocol allows
   * @throws ValueError if it is longer than that; it is counted as dropped
   */
  protected post(frame: Frame, bytes: number, mostBytes?: number): void {
    this.#outbox.put(frame, bytes, mostBytes);
  }

  /** Makes a record's frame for `emit`; a record that none can be made of is counted. @throws what `make` throws */
  protected making<T>(make: () => T): T {
    try {
      return make();
    } catch (error) {
      this.#outbox.lose();
      throw error;
    }
  }

  /** Gives up the connection; what waits goes through a new one. */
  protected disconnect(): void {
    this.#outbox.disconnect();
  }
}
