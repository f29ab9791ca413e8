// The options of `daybook rotate`: what there is, what it may be, what it means for
// the log. commands/rotate.ts runs with what comes out of here. Nothing is opened,
// made or changed while options are read.

import { isSignal } from "../platform/reopen-signals.ts";
import { zstdAvailable } from "../platform/compress-file.ts";
import { zoneRules } from "../core/zone.ts";
import type { Method } from "../rotation/fs-op.ts";
import type { Keep } from "../rotation/log-site.ts";
import { ScheduleError, parseSchedule } from "../rotation/period.ts";
import type { Schedule, ZoneRules } from "../rotation/period.ts";
import { ArgumentError } from "./argument-error.ts";
import { oneOf, readArguments, refuse, wholeNumber } from "./read-arguments.ts";

/** What a rotation is asked to do. */
export interface RotateOptions {
  readonly path: string;
  readonly schedule: Schedule;
  readonly zone: ZoneRules;
  readonly compression: "" | Method;
  readonly keep: Keep;
  /** Who is to be told to open the log again; null: nobody. */
  readonly signal: SignalTarget | null;
  /** A log that isn't there is no mistake. */
  readonly missingOk: boolean;
  readonly verbose: boolean;
}

/** A process, or the file that names one, and what it is sent. */
export interface SignalTarget {
  readonly pid: number | null;
  readonly pidFile: string | null;
  readonly name: NodeJS.Signals;
}

export const ROTATE_HELP = `daybook rotate: give a log's past files their dated names, from cron or a timer

Usage: daybook rotate <log> [options]

For logs that the application doesn't rotate itself: those of strategy "external", those
of a WatchedFileHandler, and those of any program that opens its log again when it has
been renamed or when it is told to. A second run in the same period rotates nothing.
Run it as the user that the application runs as.

When:
  --when W             S, M, H, D, midnight, or W0 (weeks that end with Monday) to W6
                       (default midnight); as the application's, if it has one
  --interval N         units of --when in a period (default 1)
  --at HH:MM           when a day ends, for midnight and W0 to W6
  --utc                periods and names by UTC
  --time-zone Z        or by an IANA time zone, such as Europe/Berlin (default: local time)

Past files:
  --compress M         gzip or zstd, those that no process has open for writing
  --backup-count N     keep those of N periods, remove older ones (default 0: keep all)
  --max-age-days N     remove those whose period ended N days ago (default 0: none)
  --max-total-bytes N  remove the oldest until all have N bytes together (default 0: none)

The application:
  --signal PID         send this process a signal once its log is another file
  --pid-file FILE      or the process whose number is in this file
  --signal-name S      which signal (default SIGHUP)

  --missing-ok         a log that isn't there is no error
  --verbose            say what was done; otherwise only troubles are told, on stderr
  --help               this text

Exit code: 0 if the log's name leads to the file of the current period; 1 if not, or if the
signal could not be sent; 2 for wrong arguments.

How to run it from cron, systemd and beside logrotate: docs/guides/external-rotation.md
`;

const OPTIONS = {
  when: { type: "string", default: "midnight" },
  interval: { type: "string", default: "1" },
  at: { type: "string" },
  utc: { type: "boolean", default: false },
  "time-zone": { type: "string" },
  compress: { type: "string" },
  "backup-count": { type: "string", default: "0" },
  "max-age-days": { type: "string", default: "0" },
  "max-total-bytes": { type: "string", default: "0" },
  signal: { type: "string" },
  "pid-file": { type: "string" },
  "signal-name": { type: "string" },
  "missing-ok": { type: "boolean", default: false },
  verbose: { type: "boolean", default: false },
} as const;

type Values = ReturnType<typeof readArguments<typeof OPTIONS>>["values"];

const SECONDS_OF_DAY = 86_400;
/** More than all the years that periods can lie in. */
const MOST_DAYS = 4_000_000;
/** The largest process id of Linux (64 bit); other systems have smaller ones. */
const LARGEST_PID = 4_194_304;

/** @throws {ArgumentError} naming the option's value and what is accepted */
export function readRotateOptions(args: readonly string[]): RotateOptions {
  const { values, positionals } = readArguments(args, OPTIONS);
  const [path, ...more] = positionals;
  if (path === undefined || path === "" || more.length > 0) {
    const what = path ? `unexpected argument ${JSON.stringify(more[0])}` : "no log is named";
    throw new ArgumentError(`${what}; accepted: the path of one log, such as /var/log/app/app.log`);
  }
  return {
    path,
    schedule: scheduleOf(values),
    zone: zoneOf(values),
    compression: compressionOf(values.compress),
    keep: {
      count: wholeNumber("backup-count", values["backup-count"], 0, 1_000_000),
      ageSeconds:
        wholeNumber("max-age-days", values["max-age-days"], 0, MOST_DAYS) * SECONDS_OF_DAY,
      totalBytes: wholeNumber(
        "max-total-bytes",
        values["max-total-bytes"],
        0,
        Number.MAX_SAFE_INTEGER,
      ),
    },
    signal: signalOf(values),
    missingOk: values["missing-ok"],
    verbose: values.verbose,
  };
}

/** The names by which the errors of the schedule know its parts, and ours. */
function scheduleOf(values: Values): Schedule {
  const interval = wholeNumber("interval", values.interval, 1, Number.MAX_SAFE_INTEGER);
  try {
    return parseSchedule({ when: values.when, interval, atTime: values.at ?? null });
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    const name = error.value === values.when ? "when" : "at";
    throw refuse(name, String(error.value), error.accepted.replace("atTime", "--at"));
  }
}

function zoneOf(values: Values): ZoneRules {
  const zone = values["time-zone"];
  if (zone !== undefined && values.utc) throw refuse("time-zone", zone, "one of it and --utc");
  try {
    return zoneRules(values.utc ? "UTC" : (zone ?? "local"));
  } catch (error) {
    if (zone === undefined) throw error;
    throw refuse(
      "time-zone",
      zone,
      "an IANA name such as Europe/Berlin, UTC, or an offset such as +02:00",
    );
  }
}

function compressionOf(text: string | undefined): "" | Method {
  if (text === undefined) return "";
  const method = oneOf("compress", text, ["gzip", "zstd"]);
  if (method === "gzip") return "gz";
  if (zstdAvailable()) return "zst";
  throw refuse("compress", text, `gzip (Node ${process.versions.node} has no zstd)`);
}

function signalOf(values: Values): SignalTarget | null {
  const { signal, "pid-file": pidFile, "signal-name": name } = values;
  if (signal !== undefined && pidFile !== undefined) {
    throw refuse("pid-file", pidFile, "one of it and --signal");
  }
  if (name !== undefined && !isSignal(name)) {
    throw refuse("signal-name", name, "a signal of this system, such as SIGHUP or SIGUSR2");
  }
  if (signal === undefined && pidFile === undefined) {
    if (name === undefined) return null;
    throw refuse("signal-name", name, "it together with --signal or --pid-file");
  }
  const pid = signal === undefined ? null : wholeNumber("signal", signal, 1, LARGEST_PID);
  return { pid, pidFile: pidFile ?? null, name: name ?? "SIGHUP" };
}
