// The types of documents for dictConfig, for those who write them in TypeScript. What
// handlers may be told is taken from the handlers' own options. The schema of the same
// documents (config-schema.ts) is checked against these types by the compiler.

import type { FilterLike } from "../../core/filter.ts";
import type { RecordFormatter } from "../../core/formatter.ts";
import type { Handler } from "../../core/handler.ts";
import type { Level } from "../../core/level.ts";
import type { FormatterOptions } from "../../formatters/formatter.ts";
import type { JsonFormatterOptions } from "../../formatters/json.ts";
import type { LogfmtFormatterOptions } from "../../formatters/logfmt.ts";
import type { PrettyFormatterOptions } from "../../formatters/pretty-options.ts";
import type { CollapseRepeatsHandlerOptions } from "../../handlers/collapse-repeats.ts";
import type { ConsoleHandlerOptions } from "../../handlers/console-options.ts";
import type { FingersCrossedHandlerOptions } from "../../handlers/fingers-crossed-options.ts";
import type { FileHandlerOptions } from "../../handlers/file.ts";
import type { ListenableQueue, RecordQueue } from "../../handlers/queue/log-queue.ts";
import type { DatagramHandlerOptions } from "../../handlers/network/datagram.ts";
import type { HTTPHandlerOptions } from "../../handlers/network/http.ts";
import type { SMTPHandlerOptions } from "../../handlers/network/smtp-options.ts";
import type { SocketHandlerOptions } from "../../handlers/network/socket.ts";
import type { SysLogHandlerOptions } from "../../handlers/network/syslog.ts";
import type { QueueListener } from "../../handlers/queue/queue-listener.ts";
import type { RotatingFileHandlerOptions } from "../../handlers/rotating-file.ts";
import type { TextStream } from "../../handlers/stream.ts";
import type { TimedRotatingFileHandlerOptions } from "../../handlers/timed-rotating-options.ts";
import type { WatchedFileHandlerOptions } from "../../handlers/watched-file.ts";
import type { ConfigurableClass } from "../registry/signature.ts";

/** Entries by their names. */
type Entries<T> = Readonly<Record<string, T>>;

/** Stands for something else: what is registered, or another place of the document. */
type Reference = `ext://${string}` | `cfg://${string}`;

/** A class by its registered name, or itself. */
type ClassLike = string | ConfigurableClass;

/** A function that is called with the other keys, whatever it expects them to be. */
type CustomFactory = (options: never) => unknown;

/** What is made by calling a registered name, a class or a function with the other keys. */
export interface CustomConfig {
  readonly "()": ClassLike | CustomFactory;
  /** An entry has `()` or `class`. */
  readonly class?: never;
  /** Attributes that are set on what was made. */
  readonly "."?: Entries<unknown> | null | undefined;
  readonly [argument: string]: unknown;
}

/** A formatter by its format, or by a class. */
export type FormatterConfig = FormatterKeys &
  (
    | (Spelled<FormatterOptions> & { readonly class?: ClassLike | null | undefined })
    | (Spelled<JsonFormatterOptions> & { readonly class: "JsonFormatter" })
    | (Spelled<LogfmtFormatterOptions> & { readonly class: "LogfmtFormatter" })
    | (Spelled<PrettyFormatterOptions> & { readonly class: "PrettyFormatter" })
  );

interface FormatterKeys {
  readonly format?: string | null | undefined;
  readonly "."?: Entries<unknown> | null | undefined;
}

/** A filter by the name of a logger. */
export interface FilterConfig {
  readonly name?: string | undefined;
}

/** What every handler may be told, whatever its class. */
export interface HandlerKeys {
  readonly level?: Level | null | undefined;
  /** The name of an entry of `formatters`, or a formatter. */
  readonly formatter?: string | RecordFormatter | null | undefined;
  /** Names of entries of `filters`, or filters. */
  readonly filters?: readonly (string | FilterLike)[] | Reference | null | undefined;
  readonly "."?: Entries<unknown> | Reference | null | undefined;
}

interface File {
  readonly filename: string;
}

/** Python's `errors` of a rotating handler, which has one way. */
interface Errors {
  readonly errors?: "backslashreplace" | undefined;
}

/** Python's `timeout`, in seconds, for `timeoutMs`. */
interface Timeout {
  readonly timeout?: number | undefined;
}

interface Memory {
  readonly capacity: number;
  readonly flushLevel?: Level | undefined;
  /** The name of a handler, or a handler. */
  readonly target?: string | Handler | undefined;
  readonly flushOnClose?: boolean | undefined;
}

interface Queue {
  /** A registered name, an entry with `()`, or a queue; a new LogQueue if not given. */
  readonly queue?: string | CustomConfig | RecordQueue | null | undefined;
  /** Of the kind of QueueListener, which it is if not given. */
  readonly listener?: string | CustomConfig | ListenerMaker | null | undefined;
  /** The handlers that the listener serves. */
  readonly handlers?: readonly (string | Handler)[] | undefined;
  readonly respectHandlerLevel?: boolean | undefined;
  readonly respect_handler_level?: boolean | undefined;
}

type ListenerMaker =
  | typeof QueueListener
  | ((queue: ListenableQueue, handlers: readonly Handler[]) => unknown);

/** A name of ours as Python would write it: `backup_count` for `backupCount`. */
type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : "";

/** What may be left out may be Python's None, too. */
type Absent<Options, Name extends keyof Options> =
  Partial<Pick<Options, Name>> extends Pick<Options, Name> ? null : never;

/** Options, each in its own spelling or in snake_case; all of them may be references. */
type Spelled<Options> = {
  readonly [Name in keyof Options]: Options[Name] | Reference | Absent<Options, Name>;
} & {
  readonly [Name in keyof Options as SnakeCase<Name & string>]?:
    | Options[Name]
    | Reference
    | Absent<Options, Name>
    | undefined;
};

/**
 * The handlers that the application has registered, by their names, with what a document
 * may tell them. It is empty, and there to be extended, so that the compiler knows them.
 *
 * @example
 * declare module "daybook/config" {
 *   interface RegisteredHandlers {
 *     "app.AuditHandler": { url: string; retries?: number };
 *   }
 * }
 */
// oxlint-disable-next-line typescript/no-empty-object-type typescript/no-empty-interface
export interface RegisteredHandlers {}

type Registered = {
  [Name in keyof RegisteredHandlers]: HandlerKeys &
    Spelled<RegisteredHandlers[Name]> & { readonly class: Name };
}[keyof RegisteredHandlers];

type Endpoint<Second extends string, Type> = Readonly<{ host: string } & Record<Second, Type>>;

/** A class of Python's module `logging`, one of `logging.handlers`, and what they may be told. */
type Basic<Name extends string, Options> = HandlerKeys &
  Spelled<Options> & { readonly class: Name | `logging.${Name}` };
type Known<Name extends string, Options> = HandlerKeys &
  Spelled<Options> & { readonly class: Name | `logging.handlers.${Name}` };

/** A class whose target is another entry. */
type Holding<Name extends string, Options> = HandlerKeys &
  Spelled<{ readonly target: string | Handler } & Options> & { readonly class: Name };

/** What a document says of a handler, by its class. */
export type HandlerConfig =
  | Basic<"StreamHandler", { readonly stream?: string | TextStream | null | undefined }>
  | (HandlerKeys & Spelled<ConsoleHandlerOptions> & { readonly class: "ConsoleHandler" })
  | Holding<"CollapseRepeatsHandler", CollapseRepeatsHandlerOptions>
  | Holding<"FingersCrossedHandler", FingersCrossedHandlerOptions>
  | Basic<"FileHandler", File & FileHandlerOptions>
  | Basic<"NullHandler", object>
  | Known<"WatchedFileHandler", File & WatchedFileHandlerOptions>
  | Known<"RotatingFileHandler", File & RotatingFileHandlerOptions & Errors>
  | Known<"TimedRotatingFileHandler", File & TimedRotatingFileHandlerOptions & Errors>
  | Known<"BufferingHandler", Pick<Memory, "capacity">>
  | Known<"MemoryHandler", Memory>
  | Known<"QueueHandler", Queue>
  | Known<"SocketHandler", Endpoint<"port", number | null> & SocketHandlerOptions>
  | Known<"DatagramHandler", Endpoint<"port", number> & DatagramHandlerOptions>
  | Known<"HTTPHandler", Endpoint<"url", string> & HTTPHandlerOptions>
  | Known<"SMTPHandler", SMTPHandlerOptions & Timeout>
  | Known<"SysLogHandler", SysLogHandlerOptions>
  | Registered
  | (HandlerKeys & { readonly class: ConfigurableClass; readonly [argument: string]: unknown })
  | (HandlerKeys & CustomConfig);

/** What a document says of the root logger. */
export interface RootConfig {
  readonly level?: Level | null | undefined;
  /** Names of entries of `handlers`, or handlers. */
  readonly handlers?: readonly (string | Handler)[] | Reference | null | undefined;
  /** Names of entries of `filters`, or filters. */
  readonly filters?: readonly (string | FilterLike)[] | Reference | null | undefined;
}

/** What a document says of any other logger. */
export interface LoggerConfig extends RootConfig {
  readonly propagate?: boolean | Reference | null | undefined;
}

/**
 * A document for dictConfig: CPython's format, version 1. Keys that it doesn't know are
 * for the program, and for `cfg://`.
 *
 * @example
 * const logging: DictConfig = {
 *   version: 1,
 *   formatters: { brief: { format: "{levelname} {message}", style: "{" } },
 *   handlers: {
 *     file: { class: "TimedRotatingFileHandler", filename: "app.log", when: "midnight",
 *             formatter: "brief" },
 *   },
 *   root: { level: "INFO", handlers: ["file"] },
 * };
 */
export interface DictConfig {
  readonly version: 1;
  /** True: only levels and `propagate` of what is there are changed. */
  readonly incremental?: boolean | undefined;
  /** Whether loggers that exist and are not named here are disabled; true if not given. */
  readonly disableExistingLoggers?: boolean | undefined;
  /** The same, in Python's spelling. */
  readonly disable_existing_loggers?: boolean | undefined;
  readonly formatters?:
    | Entries<FormatterConfig | CustomConfig | RecordFormatter | Reference>
    | undefined;
  readonly filters?: Entries<FilterConfig | CustomConfig | FilterLike | Reference> | undefined;
  readonly handlers?: Entries<HandlerConfig | Handler | Reference> | undefined;
  /** By name; "" is the root, too. */
  readonly loggers?: Entries<LoggerConfig | Reference> | undefined;
  readonly root?: RootConfig | Reference | null | undefined;
  readonly [key: string]: unknown;
}
