// Specimen: CPython 3.11's TimedRotatingFileHandler(when='midnight'), ported
// line by line as far as one log of daily files goes; the handler that a service
// with several processes loses its log to. It breaks because every process rolls
// over for itself: a later one finds the dated file of an earlier one, removes
// it, the whole past day, and renames the new day's file onto its name. A rename
// that loses the race throws, and the line of that call is gone.
//
// Kinder than the original in one point: a line is one write(2), where CPython's
// text layer may cut a long one. For the storm and the demo only.

import {
  closeSync,
  existsSync,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { now } from "../../core/clock.ts";
import { Handler } from "../../core/handler.ts";
import type { LogRecord } from "../../core/record.ts";

const DAY = 86_400;
const HOUR = 3600;

/** What a specimen needs to know. */
export interface SpecimenOptions {
  /** The log's path. */
  readonly path: string;
  /**
   * What the clock in use showed when a file got this time stamp (`mtimeMs`), in
   * epoch milliseconds: a fast clock does not rule the file system.
   */
  readonly fileTime: (mtimeMs: number) => number;
}

/** Rolls over at the process's local midnight (`TZ`), like the handler it ports. */
export class StockHandler extends Handler {
  protected readonly baseFilename: string;
  /** The open log; null after a rollover that has not opened the new one. */
  protected stream: number | null;
  /** Epoch seconds of the next rollover, as this process believes. */
  protected rolloverAt: number;

  constructor(options: SpecimenOptions) {
    super();
    this.baseFilename = options.path;
    this.stream = this.openBase();
    const modified = options.fileTime(statSync(this.baseFilename).mtimeMs);
    this.rolloverAt = computeRollover(Math.floor(modified / 1000));
  }

  /** BaseRotatingHandler.emit over FileHandler.emit over StreamHandler.emit. */
  override emit(record: LogRecord): void {
    try {
      if (this.shouldRollover()) this.doRollover();
      this.stream ??= this.openBase();
      writeSync(this.stream, `${this.format(record)}\n`);
    } catch (error) {
      this.handleError(record, error);
    }
  }

  override close(): void {
    this.closeStream();
    super.close();
  }

  protected shouldRollover(): boolean {
    return currentSecond() >= this.rolloverAt;
  }

  protected doRollover(): void {
    this.closeStream();
    const dated = this.datedFilename();
    if (existsSync(dated)) unlinkSync(dated);
    this.rotate(dated);
    this.stream = this.openBase();
    this.planNextRollover();
  }

  /** BaseRotatingHandler.rotate. */
  protected rotate(dated: string): void {
    if (existsSync(this.baseFilename)) renameSync(this.baseFilename, dated);
  }

  /** The name for the day that ends at `rolloverAt`. */
  protected datedFilename(): string {
    const start = this.rolloverAt - DAY;
    const [dstNow, dstThen] = [isDst(currentSecond()), isDst(start)];
    const addend = dstNow === dstThen ? 0 : dstNow ? HOUR : -HOUR;
    return `${this.baseFilename}.${localDate(start + addend)}`;
  }

  protected planNextRollover(): void {
    const current = currentSecond();
    let next = computeRollover(current);
    while (next <= current) next += DAY;
    const [dstNow, dstThen] = [isDst(current), isDst(next)];
    if (dstNow !== dstThen) next += dstNow ? HOUR : -HOUR;
    this.rolloverAt = next;
  }

  protected openBase(): number {
    return openSync(this.baseFilename, "a");
  }

  protected closeStream(): void {
    if (this.stream === null) return;
    closeSync(this.stream);
    this.stream = null;
  }
}

/** `int(time.time())`. */
function currentSecond(): number {
  return Math.floor(now() / 1000);
}

/** Midnight by counting on from the local time of day, as CPython does. */
function computeRollover(second: number): number {
  const local = new Date(second * 1000);
  const sinceMidnight = (local.getHours() * 60 + local.getMinutes()) * 60 + local.getSeconds();
  return second + DAY - sinceMidnight;
}

/** `time.localtime(t).tm_isdst`: whether the offset is not the year's standard one. */
function isDst(second: number): boolean {
  const local = new Date(second * 1000);
  const year = local.getFullYear();
  const standard = Math.max(
    new Date(year, 0, 1).getTimezoneOffset(),
    new Date(year, 6, 1).getTimezoneOffset(),
  );
  return local.getTimezoneOffset() < standard;
}

/** `time.strftime('%Y-%m-%d', time.localtime(t))`. */
function localDate(second: number): string {
  const local = new Date(second * 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${local.getFullYear()}-${two(local.getMonth() + 1)}-${two(local.getDate())}`;
}
