// The text that a console method would have printed. Messages go through util.format;
// tables, counters and timers through a console of Node's own that writes into a string,
// so that they look and count as they always do. Nothing here logs.

import { Console } from "node:console";
import { format } from "node:util";

import { errorText, inspectLine, isError } from "../../core/value.ts";

/** Methods that Node's own console renders. */
export type RenderedMethod =
  | "assert"
  | "count"
  | "countReset"
  | "dir"
  | "dirxml"
  | "table"
  | "time"
  | "timeEnd"
  | "timeLog";

/** A console that prints into texts; counters and timers are its own. */
export class TextConsole {
  #text = "";
  readonly #console: Console;

  constructor() {
    const stream = {
      write: (text: string) => {
        this.#text += text;
        return true;
      },
      // What Node's console asks of a stream before it writes.
      on: () => stream,
      once: () => stream,
      removeListener: () => stream,
      listenerCount: () => 0,
    };
    this.#console = new Console({
      stdout: stream as unknown as NodeJS.WritableStream,
      // Without it Node goes by FORCE_COLOR, as if that stream were a terminal.
      colorMode: false,
    });
  }

  /** What the method prints, without the last newline; null if it prints nothing. */
  render(method: RenderedMethod, args: readonly unknown[]): string | null {
    this.#text = "";
    const print = this.#console[method] as (...args: unknown[]) => void;
    print.apply(this.#console, [...args]);
    return this.#text === "" ? null : this.#text.replace(/\n$/, "");
  }
}

/** What `console.log(...args)` says, and the error among the arguments. */
export interface ConsoleMessage {
  readonly text: string;
  readonly error: Error | null;
}

/**
 * The message of `args` by util.format's rules. The first Error among them is the
 * record's: in the text it is "Name: message", or, alone, its message. Its stack follows
 * as that of any error does.
 */
export function consoleMessage(args: readonly unknown[]): ConsoleMessage {
  const at = args.findIndex((arg) => isError(arg));
  const error = at < 0 ? null : (args[at] as Error);
  const shown = [...args];
  if (error !== null) shown[at] = errorText(error);
  try {
    // An error in front is no format, whatever its message says.
    const text = at === 0 ? format("%s", ...shown) : format(...shown);
    return { text, error };
  } catch {
    return { text: shown.map(inspectLine).join(" "), error };
  }
}
