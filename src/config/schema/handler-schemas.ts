// The schemas of handlers' entries, class by class. config-schema.ts joins them. Which
// options a class has, and of which types, is told by the types of its options: the
// compiler refuses a table that lacks one, or has one of another type. How they may be
// spelled is told by the class's signature.

import * as v from "valibot";

import type { CollapseRepeatsHandlerOptions } from "../../handlers/collapse-repeats.ts";
import type { ConsoleHandlerOptions } from "../../handlers/console-options.ts";
import type { FingersCrossedHandlerOptions } from "../../handlers/fingers-crossed-options.ts";
import type { FileHandlerOptions } from "../../handlers/file.ts";
import type { DatagramHandlerOptions } from "../../handlers/network/datagram.ts";
import type { HTTPHandlerOptions } from "../../handlers/network/http.ts";
import type { OutboxOptions } from "../../handlers/network/outbox-options.ts";
import type { SMTPHandlerOptions } from "../../handlers/network/smtp-options.ts";
import type { SocketHandlerOptions } from "../../handlers/network/socket.ts";
import type { SysLogHandlerOptions } from "../../handlers/network/syslog.ts";
import type { RotatingFileHandlerOptions } from "../../handlers/rotating-file.ts";
import type { RotatingHandlerOptions } from "../../handlers/rotating-options.ts";
import type { PlainDurabilityOptions } from "../../handlers/plain-options.ts";
import type { TimedRotatingFileHandlerOptions } from "../../handlers/timed-rotating-options.ts";
import type { WatchedFileHandlerOptions } from "../../handlers/watched-file.ts";
import { CLASSES } from "../registry/known-names.ts";
import {
  FLAG,
  FUNCTION,
  LEVEL,
  listOf,
  maybe,
  NUMBER,
  OBJECT,
  TEXT,
  TLS,
} from "./schema-values.ts";
import { valueOf, WHOLE, wordOf } from "./schema-values.ts";
import type { ValueSchema, ValueSchemas } from "./schema-values.ts";
import { spellingsOf } from "../registry/signature.ts";
import type { Renamed, Signature } from "../registry/signature.ts";

type Anything = v.GenericSchema<unknown>;

const NAMES = "names of entries";

/** What every handler's entry may have. */
export const HANDLER_KEYS: Readonly<Record<"level" | "formatter" | "filters" | ".", Anything>> = {
  level: maybe(LEVEL),
  formatter: maybe(TEXT),
  filters: maybe(listOf(`an array of ${NAMES} of filters`, TEXT)),
  ".": maybe(OBJECT),
};

const DURABILITY: ValueSchemas<PlainDurabilityOptions> = {
  durability: wordOf("write", "journal", "buffered", "fsync"),
  flushIntervalMs: WHOLE,
  flushLevel: LEVEL,
  bufferBytes: WHOLE,
  fsyncLevel: LEVEL,
  fsyncIntervalMs: WHOLE,
  onFull: wordOf("drop", "block", "spill"),
  blockTimeoutMs: WHOLE,
  spillBytes: WHOLE,
};

const FILE: ValueSchemas<FileHandlerOptions> = {
  ...DURABILITY,
  mode: wordOf("a", "w"),
  encoding: TEXT,
  delay: FLAG,
  errors: wordOf("backslashreplace", "replace", "ignore"),
};

const ROTATING: ValueSchemas<RotatingHandlerOptions> = {
  ...DURABILITY,
  maxBytes: WHOLE,
  encoding: TEXT,
  delay: FLAG,
  namer: FUNCTION,
  rotator: FUNCTION,
  fileMode: WHOLE,
  directoryMode: WHOLE,
  worker: FLAG,
  workerBytes: WHOLE,
};

const NUMBERED: ValueSchemas<RotatingFileHandlerOptions> = {
  ...ROTATING,
  mode: wordOf("a", "w"),
  backupCount: WHOLE,
};

const TIMED: ValueSchemas<TimedRotatingFileHandlerOptions> = {
  ...ROTATING,
  when: valueOf(
    "S, M, H, D, midnight, or W0 (Monday) to W6",
    v.pipe(v.string(), v.regex(/^(?:[SMHDsmhd]|[Mm][Ii][Dd][Nn][Ii][Gg][Hh][Tt]|[Ww][0-6])$/)),
  ),
  interval: WHOLE,
  backupCount: WHOLE,
  maxAgeDays: NUMBER,
  maxTotalBytes: WHOLE,
  compress: valueOf("'gzip', 'zstd' or false", v.picklist(["gzip", "zstd"]), v.literal(false)),
  utc: FLAG,
  timeZone: TEXT,
  atTime: valueOf("a time of day such as '02:30' or '02:30:00'", v.string()),
  strategy: wordOf("dated", "rename", "claim", "external"),
};

const WATCHED: ValueSchemas<WatchedFileHandlerOptions> = { ...FILE, checkIntervalMs: NUMBER };

const OUTBOX: ValueSchemas<OutboxOptions> = {
  maxQueueBytes: WHOLE,
  maxQueueRecords: WHOLE,
  retryStartMs: WHOLE,
  retryMaxMs: WHOLE,
  retryFactor: NUMBER,
  retryJitter: NUMBER,
  maxAttempts: WHOLE,
  timeoutMs: WHOLE,
  closeTimeoutMs: WHOLE,
};

const pair = (accepted: string, second: Anything): Anything =>
  v.tuple([TEXT, second], accepted) as Anything;

const CREDENTIALS: ValueSchema<readonly [user: string, password: string]> = valueOf(
  "[user, password]",
  pair("[user, password]", TEXT),
);

const SWITCH_OR_TLS: ValueSchema<boolean> = valueOf(
  "true, false, or an object with options of tls.connect",
  v.boolean(),
  TLS,
);

const SOCKET: ValueSchemas<SocketHandlerOptions> = {
  ...OUTBOX,
  payload: wordOf("json", "pickle"),
  tls: SWITCH_OR_TLS,
};

const DATAGRAM: ValueSchemas<DatagramHandlerOptions> = {
  ...OUTBOX,
  payload: wordOf("json", "pickle"),
  type: wordOf("udp4", "udp6"),
};

const HTTP: ValueSchemas<HTTPHandlerOptions> = {
  ...OUTBOX,
  method: wordOf("GET", "POST", "get", "post"),
  secure: FLAG,
  credentials: CREDENTIALS,
  context: TLS,
};

const SMTP: ValueSchemas<SMTPHandlerOptions> = {
  ...OUTBOX,
  mailhost: valueOf("a host, or [host, port]", v.string(), pair("[host, port]", v.nullable(WHOLE))),
  fromaddr: TEXT,
  toaddrs: valueOf("an address, or an array of addresses", v.string(), v.array(TEXT)),
  subject: TEXT,
  credentials: CREDENTIALS,
  secure: valueOf(
    "true, [], [keyFile], [keyFile, certFile], or options of tls.connect",
    v.boolean(),
    v.array(TEXT),
    TLS,
  ),
  implicitTls: FLAG,
  intervalMs: WHOLE,
};

const SYSLOG: ValueSchemas<SysLogHandlerOptions> = {
  ...OUTBOX,
  address: valueOf(
    "[host, port], or the path of a Unix socket",
    v.string(),
    pair("[host, port]", WHOLE),
  ),
  facility: valueOf("a facility's name or number", v.string(), v.pipe(v.number(), v.integer())),
  socktype: WHOLE,
  rfc: valueOf("3164 or 5424", v.picklist([3164, 5424])),
  ident: TEXT,
  appendNul: FLAG,
  framing: wordOf("octet-counting", "newline", "none"),
  hostname: TEXT,
  appName: TEXT,
  msgIdKey: TEXT,
  sdId: TEXT,
  bom: FLAG,
  multiline: wordOf("keep", "escape", "space", "split"),
  maxMessageBytes: WHOLE,
  tooLong: wordOf("truncate", "drop"),
  tls: SWITCH_OR_TLS,
};

const CONSOLE: ValueSchemas<ConsoleHandlerOptions> = {
  stream: TEXT as ValueSchema<ConsoleHandlerOptions["stream"]>,
  format: wordOf("pretty", "json", "auto"),
  colors: FLAG,
  journald: valueOf("true, false or 'auto'", v.boolean(), v.literal("auto")),
  pretty: OBJECT,
  json: OBJECT,
};

/** The name of a field; only a program can give a function. */
const KEY = TEXT as ValueSchema<NonNullable<FingersCrossedHandlerOptions["key"]>>;

const COLLAPSE: ValueSchemas<CollapseRepeatsHandlerOptions> = { windowMs: NUMBER, key: KEY };

const FINGERS_CROSSED: ValueSchemas<FingersCrossedHandlerOptions> = {
  activationLevel: LEVEL,
  activate: FUNCTION,
  capacity: WHOLE,
  passThroughLevel: LEVEL,
  key: KEY,
  stopBuffering: FLAG,
  resetAfterMs: NUMBER,
  maxKeys: WHOLE,
  idleMs: NUMBER,
  findCaller: FLAG,
};

const QUEUE: Readonly<Record<string, Anything>> = {
  queue: valueOf("a registered name, an entry with '()', or a queue", v.string(), OBJECT),
  listener: valueOf("a registered name, an entry with '()', or a class", v.string(), OBJECT),
  handlers: listOf(`an array of ${NAMES} of handlers`, TEXT),
  respectHandlerLevel: FLAG,
  respect_handler_level: FLAG,
};

/** Every option of every class, by the class's name; those of the queue handler are the builder's. */
const TABLES: Readonly<Record<string, Readonly<Record<string, Anything>>>> = {
  StreamHandler: { stream: TEXT },
  ConsoleHandler: CONSOLE,
  NullHandler: {},
  FileHandler: { filename: TEXT, ...FILE },
  WatchedFileHandler: { filename: TEXT, ...WATCHED },
  RotatingFileHandler: { filename: TEXT, ...NUMBERED },
  TimedRotatingFileHandler: { filename: TEXT, ...TIMED },
  BufferingHandler: { capacity: NUMBER },
  MemoryHandler: { capacity: NUMBER, flushLevel: LEVEL, target: TEXT, flushOnClose: FLAG },
  CollapseRepeatsHandler: { target: TEXT, ...COLLAPSE },
  FingersCrossedHandler: { target: TEXT, ...FINGERS_CROSSED },
  QueueHandler: QUEUE,
  SocketHandler: { host: TEXT, port: v.nullable(WHOLE), ...SOCKET },
  DatagramHandler: { host: TEXT, port: WHOLE, ...DATAGRAM },
  HTTPHandler: { host: TEXT, url: TEXT, ...HTTP },
  SMTPHandler: { ...SMTP },
  SysLogHandler: { ...SYSLOG },
};

/** The schemas of handlers' entries, each with all names of its class. */
export const HANDLER_SCHEMAS: readonly { names: readonly string[]; schema: Anything }[] =
  CLASSES.flatMap(([module, { name }, signature]) => {
    const table = TABLES[name];
    if (table === undefined) return [];
    const names: [string, ...string[]] = module === "" ? [name] : [name, `${module}.${name}`];
    const keys = { class: v.picklist(names), ...HANDLER_KEYS, ...optionsOf(table, signature) };
    return [{ names, schema: v.object(keys, "an object") }];
  });

/** The options in all their spellings. */
function optionsOf(
  table: Readonly<Record<string, Anything>>,
  signature: Signature,
): Record<string, Anything> {
  const { positional = [], required = 0, needed = [] } = signature;
  // A queue is made where the document has none.
  const wanted = table === QUEUE ? [] : [...positional.slice(0, required), ...needed];
  const spellings = new Map<string, Renamed>(Object.keys(table).map((key) => [key, { to: key }]));
  for (const [key, renamed] of spellingsOf(signature)) spellings.set(key, renamed);
  const options = [...spellings].map(([key, { to, convert }]): [string, Anything] => {
    const known = table[to] ?? TEXT;
    // Of another unit, such as seconds for milliseconds, it need not be whole.
    const schema = convert !== undefined && known === WHOLE ? NUMBER : known;
    return [key, wanted.includes(key) ? schema : maybe(schema)];
  });
  return Object.fromEntries(options);
}
