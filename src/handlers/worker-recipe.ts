// How a worker thread makes of plain data what its handler was made of: functions, and
// so a checked setup, can't go from one thread to another, but the options can, and are
// checked again there. Used by the options of each handler.

import type { RotatingFileHandlerOptions } from "./rotating-file.ts";
import type { OutletSettings, RotatingHandlerOptions } from "./rotating-options.ts";
import type { TimedRotatingFileHandlerOptions } from "./timed-rotating-options.ts";

/** Options of one of the handlers, without functions. */
export type LogRecipe =
  | { readonly kind: "timed"; readonly options: TimedRotatingFileHandlerOptions }
  | { readonly kind: "numbered"; readonly options: RotatingFileHandlerOptions };

/**
 * The options as the thread needs them: there each line that comes over is written at
 * once. What becomes of those that can't be written is as the handler has it.
 */
export function threadOptions<Options extends RotatingHandlerOptions>(
  options: Options,
  { onFull }: OutletSettings,
): Options {
  return {
    ...options,
    worker: undefined,
    workerBytes: undefined,
    durability: "write",
    flushIntervalMs: undefined,
    flushLevel: undefined,
    onFull,
    namer: undefined,
    rotator: undefined,
  };
}
