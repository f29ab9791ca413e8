// One writer's way to the log: a logger with the contestant's handler behind it,
// and a side file that counts the calls that returned. Lines go through the
// public calls of a logger, filters and formatter included, as an application's
// would. Used inside worker processes only.

import { join } from "node:path";
import { getLogger } from "../core/hierarchy.ts";
import type { RecordFormatter } from "../core/formatter.ts";
import type { Handler } from "../core/handler.ts";
import { INFO } from "../core/level.ts";
import type { Logger } from "../core/logger.ts";
import type { LogRecord } from "../core/record.ts";
import { AckWriter } from "./acks.ts";
import { formatLine } from "./line.ts";

/** A record made, to be handed over some time later. */
export type HeldRecord = LogRecord;

/** Writes the line that the checker reads back. */
class StormFormatter implements RecordFormatter {
  format(record: LogRecord): string {
    const [worker, seq, padLength] = argsOf(record);
    return formatLine({ worker, seq, ms: timeOf(record), padLength });
  }
}

/** The lines of one worker id, numbered in the order of their calls. */
export class StormLog {
  readonly #worker: string;
  readonly #acks: AckWriter;
  readonly #logger: Logger;
  #lastMs = 0;
  #made = 0;

  /**
   * @param worker - the id in the lines; no other process or log may use it.
   * @param acksFolder - where its side file goes.
   * @param handler - the contestant's; several logs of a process may share it.
   */
  constructor(worker: string, acksFolder: string, handler: Handler) {
    this.#worker = worker;
    this.#acks = new AckWriter(join(acksFolder, `${worker}.acks`));
    this.#logger = getLogger(`storm.${worker.replaceAll(".", "-")}`);
    this.#logger.setLevel(INFO);
    this.#logger.propagate = false;
    this.#logger.addHandler(handler);
    // A call tells nobody which time its record got; the ack has to know it.
    this.#logger.addFilter((record: LogRecord) => {
      this.#lastMs = timeOf(record);
      return true;
    });
  }

  /** Logs a line now. */
  write(padLength: number): void {
    this.#logger.info(MESSAGE, this.#worker, this.#made, padLength);
    this.#made += 1;
    this.#acks.ack(this.#lastMs, padLength);
  }

  /** Makes a record of this moment without handing it over. */
  make(padLength: number): HeldRecord {
    const args = [this.#worker, this.#made, padLength];
    this.#made += 1;
    return this.#logger.makeRecord(this.#logger.name, INFO, "storm", 0, MESSAGE, args, null);
  }

  /** Hands over a record made before; in the order in which they were made. */
  hand(record: HeldRecord): void {
    // Noted before anybody on the way can change the record.
    const [ms, padLength] = [timeOf(record), argsOf(record)[2]];
    this.#logger.handle(record);
    this.#acks.ack(ms, padLength);
  }
}

const MESSAGE = "line of %s, number %d, padded by %d";

/** Prepares a contestant's handler for storm lines. */
export function prepareHandler(handler: Handler): Handler {
  handler.setFormatter(new StormFormatter());
  return handler;
}

function argsOf(record: LogRecord): readonly [worker: string, seq: number, padLength: number] {
  return record.args as unknown as readonly [string, number, number];
}

/** A record's time in whole milliseconds; storm clocks show no finer ones. */
function timeOf(record: LogRecord): number {
  return Math.round(record.created * 1000);
}
