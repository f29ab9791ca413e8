// One writer's way to the log: a logger with the contestant's handler behind it,
// and a side file that counts the calls that returned. Lines go through the
// public calls of a logger, as an application's would. Used inside worker processes
// only.

import { join } from "node:path";
import { getLogger } from "../core/hierarchy.ts";
import type { Handler } from "../core/handler.ts";
import { INFO } from "../core/level.ts";
import type { Logger } from "../core/logger.ts";
import type { LogRecord } from "../core/record.ts";
import { AckWriter } from "./acks.ts";
import { StormFormatter, messageOf, timeOf } from "./storm-formatter.ts";

/** A record made, to be handed over some time later. */
export interface HeldRecord {
  readonly record: LogRecord;
  readonly padLength: number;
}

/** How calls get to the handler: by a record that passes a filter, or straight to its bytes. */
export type Way = "record" | "straight";

let turn = 0;

/** To be told before the first line of each turn of the event loop: a side file notes the turn. */
export function beginTurn(): void {
  turn += 1;
}

/** The lines of one worker id, numbered in the order of their calls. */
export class StormLog {
  readonly #worker: string;
  readonly #acks: AckWriter;
  readonly #logger: Logger;
  readonly #formatter: StormFormatter;
  readonly #way: Way;
  #filteredMs = 0;
  #made = 0;

  /**
   * @param worker - the id in the lines; no other process or log may use it.
   * @param acksFolder - where its side file goes.
   * @param handler - the contestant's; several logs of a process may share it.
   */
  constructor(worker: string, acksFolder: string, handler: PreparedHandler, way: Way = "record") {
    this.#worker = worker;
    this.#way = way;
    this.#formatter = handler.formatter;
    this.#acks = new AckWriter(join(acksFolder, `${worker}.acks`));
    this.#logger = getLogger(`storm.${worker.replaceAll(".", "-")}`);
    this.#logger.setLevel(INFO);
    this.#logger.propagate = false;
    this.#logger.addHandler(handler.handler);
    if (way === "straight") return;
    // A call tells nobody which time its record got; the ack has to know it, as early as
    // can be. (The straight way passes no filter: there, the encoder is told the time.)
    this.#logger.addFilter((record: LogRecord) => {
      this.#filteredMs = timeOf(record);
      return true;
    });
  }

  /** Logs a line now. */
  write(padLength: number): void {
    this.#logger.info(messageOf(this.#worker, this.#made, padLength));
    this.#made += 1;
    const ms = this.#way === "record" ? this.#filteredMs : this.#formatter.lastMs;
    this.#acks.ack(ms, padLength, turn);
  }

  /** Makes a record of this moment, or of so many days ahead, without handing it over. */
  make(padLength: number, daysAhead: number = 0): HeldRecord {
    const message = messageOf(this.#worker, this.#made, padLength);
    this.#made += 1;
    const record = this.#logger.makeRecord(this.#logger.name, INFO, "storm", 0, message, [], null);
    record.created += daysAhead * DAY_SECONDS;
    return { record, padLength };
  }

  /** Hands over a record made before; in the order in which they were made. */
  hand({ record, padLength }: HeldRecord): void {
    // Noted before anybody on the way can change the record.
    const ms = timeOf(record);
    this.#logger.handle(record);
    this.#acks.ack(ms, padLength, turn);
  }
}

const DAY_SECONDS = 86_400;

/** A contestant's handler that formats storm lines. */
export interface PreparedHandler {
  readonly handler: Handler;
  readonly formatter: StormFormatter;
}

/** Prepares a contestant's handler for storm lines. */
export function prepareHandler(handler: Handler): PreparedHandler {
  const formatter = new StormFormatter();
  handler.setFormatter(formatter);
  return { handler, formatter };
}
