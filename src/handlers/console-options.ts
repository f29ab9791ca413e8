// What a ConsoleHandler may be told, the check of it, and what follows from the stream that
// it writes to: colours, form, and whether the journal reads. Nothing is written here.

import { checkOptionNames } from "../core/options.ts";
import { refusal, typeRefusal } from "../core/refusal.ts";
import { readProperty } from "../core/value.ts";
import type { RecordFormatter } from "../core/formatter.ts";
import { JsonFormatter } from "../formatters/json.ts";
import type { JsonFormatterOptions } from "../formatters/json.ts";
import { PrettyFormatter } from "../formatters/pretty.ts";
import { PRETTY_OPTIONS } from "../formatters/pretty-options.ts";
import type { PrettyFormatterOptions } from "../formatters/pretty-options.ts";
import { isJournalStream } from "../platform/journal-stream.ts";
import type { TextStream } from "./stream.ts";

/** What a ConsoleHandler writes: for people, for programs, or as the stream suggests. */
export type ConsoleFormat = "pretty" | "json" | "auto";

/** Where a ConsoleHandler writes, and what. */
export interface ConsoleHandlerOptions {
  /** "stderr" (the default), "stdout", or any stream. */
  readonly stream?: "stderr" | "stdout" | TextStream | undefined;
  /** "pretty" (the default), "json", or "auto": pretty on a terminal, else JSON. */
  readonly format?: ConsoleFormat | undefined;
  /**
   * Whether pretty lines have colours. If not given, Node says so: on terminals that can,
   * and wherever FORCE_COLOR is set, but not with NO_COLOR, NODE_DISABLE_COLORS or TERM=dumb.
   */
  readonly colors?: boolean | undefined;
  /**
   * Whether each line begins with `<N>`, its priority for systemd's journal; pretty lines
   * have no time then, which the journal knows, and no colours. "auto" (the default): where
   * the journal reads the stream.
   */
  readonly journald?: boolean | "auto" | undefined;
  /** More options of the PrettyFormatter. */
  readonly pretty?: Omit<PrettyFormatterOptions, "colors"> | undefined;
  /** Options of the JsonFormatter. */
  readonly json?: JsonFormatterOptions | undefined;
}

/** The options with their defaults. */
export interface ReadConsoleOptions {
  readonly stream: TextStream;
  readonly format: ConsoleFormat;
  readonly colors: boolean | null;
  readonly journald: boolean | "auto";
  readonly pretty: Omit<PrettyFormatterOptions, "colors">;
  readonly json: JsonFormatterOptions;
}

const OPTIONS: readonly string[] = ["stream", "format", "colors", "journald", "pretty", "json"];

const OF_PRETTY = PRETTY_OPTIONS.filter((name) => name !== "colors");

/** @throws TypeError or ValueError that names the value and what is accepted. */
export function readConsoleOptions(options: ConsoleHandlerOptions): ReadConsoleOptions {
  checkOptionNames(options, OPTIONS);
  const { stream = "stderr", format = "pretty", colors, journald = "auto" } = options;
  const { pretty = {}, json = {} } = options;
  if (format !== "pretty" && format !== "json" && format !== "auto") {
    const accepted = '"pretty", "json" or "auto"';
    throw refusal("format", format, accepted);
  }
  if (colors !== undefined && typeof colors !== "boolean") {
    throw typeRefusal("colors", colors, "true or false; left out, the stream decides");
  }
  if (journald !== "auto" && typeof journald !== "boolean") {
    throw typeRefusal("journald", journald, '"auto", true or false');
  }
  checkOptionNames(pretty, OF_PRETTY);
  return {
    stream: namedStream(stream),
    format,
    colors: colors ?? null,
    journald,
    pretty,
    json,
  };
}

function namedStream(stream: "stderr" | "stdout" | TextStream): TextStream {
  if (stream === "stderr") return process.stderr;
  if (stream === "stdout") return process.stdout;
  if (typeof stream !== "string") return stream; // StreamHandler looks at it
  throw typeRefusal(
    "a stream",
    stream,
    '"stderr", "stdout", or an object with a write(text) method',
  );
}

/** How a handler writes to one stream. */
export interface ConsoleManner {
  readonly formatter: RecordFormatter;
  /** Whether lines begin with their priority. */
  readonly journald: boolean;
}

/** What the options mean for a stream. @throws what the formatters' constructors throw. */
export function consoleManner(options: ReadConsoleOptions, stream: TextStream): ConsoleManner {
  const { format, colors, journald, pretty, json } = options;
  const isJournal = journald === "auto" ? leadsToJournal(stream) : journald;
  const isJson = format === "json" || (format === "auto" && !isTerminal(stream));
  // Made even where the other is in use: a mistake in the options shows at once, not
  // on the machine where the stream is another.
  const asJson = new JsonFormatter(json);
  const asPretty = new PrettyFormatter({
    ...pretty,
    ...(isJournal ? { timeFormat: null } : {}),
    colors: !isJournal && (colors ?? takesColors(stream)),
  });
  return { formatter: isJson ? asJson : asPretty, journald: isJournal };
}

function leadsToJournal(stream: TextStream): boolean {
  const fd = readProperty(stream, "fd") ?? standardDescriptor(stream);
  return typeof fd === "number" && isJournalStream(fd);
}

// In a worker thread these streams have none: what they take, the main thread writes.
function standardDescriptor(stream: TextStream): number | null {
  if (stream === process.stderr) return 2;
  return stream === process.stdout ? 1 : null;
}

function isTerminal(stream: TextStream): boolean {
  return readProperty(stream, "isTTY") === true;
}

// Node's own rules, which look at the environment: FORCE_COLOR, NO_COLOR, TERM, CI and
// some more. As util.styleText does, FORCE_COLOR is asked for every stream, the rest
// for terminals.
function takesColors(stream: TextStream): boolean {
  if (!isTerminal(stream) && process.env["FORCE_COLOR"] === undefined) return false;
  try {
    // Its answer depends on the environment alone.
    const { getColorDepth } = process.getBuiltinModule("node:tty").WriteStream.prototype;
    return getColorDepth.call(stream) > 2;
  } catch {
    return false;
  }
}
