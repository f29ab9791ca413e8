// The numbers and names of syslog's priorities and facilities, and what CPython's
// SysLogHandler makes of them. SysLogHandler builds on the class here, so that its
// constants and tables are found where Python has them. No text and no socket here.

import { KeyError } from "../../core/errors.ts";
import { OutboxHandler } from "./outbox-handler.ts";

/** The port of syslog over UDP, and by custom over TCP. */
export const SYSLOG_UDP_PORT = 514;
/** As CPython has it: what most servers listen on, though RFC 6587 knows no such port. */
export const SYSLOG_TCP_PORT = 514;
/** The port of syslog over TLS (RFC 5425). */
export const SYSLOG_TLS_PORT = 6514;

/** Numbers by name. */
export type SysLogNames = Readonly<Record<string, number>>;

/**
 * A handler that knows syslog's codes: the constants of `<syslog.h>` as CPython's
 * SysLogHandler has them, the tables of their names, and the two methods that a
 * subclass may override.
 */
export abstract class SysLogCodes extends OutboxHandler<Uint8Array> {
  static readonly LOG_EMERG = 0;
  static readonly LOG_ALERT = 1;
  static readonly LOG_CRIT = 2;
  static readonly LOG_ERR = 3;
  static readonly LOG_WARNING = 4;
  static readonly LOG_NOTICE = 5;
  static readonly LOG_INFO = 6;
  static readonly LOG_DEBUG = 7;

  static readonly LOG_KERN = 0;
  static readonly LOG_USER = 1;
  static readonly LOG_MAIL = 2;
  static readonly LOG_DAEMON = 3;
  static readonly LOG_AUTH = 4;
  static readonly LOG_SYSLOG = 5;
  static readonly LOG_LPR = 6;
  static readonly LOG_NEWS = 7;
  static readonly LOG_UUCP = 8;
  static readonly LOG_CRON = 9;
  static readonly LOG_AUTHPRIV = 10;
  static readonly LOG_FTP = 11;
  static readonly LOG_NTP = 12;
  static readonly LOG_SECURITY = 13;
  static readonly LOG_CONSOLE = 14;
  static readonly LOG_SOLCRON = 15;
  static readonly LOG_LOCAL0 = 16;
  static readonly LOG_LOCAL1 = 17;
  static readonly LOG_LOCAL2 = 18;
  static readonly LOG_LOCAL3 = 19;
  static readonly LOG_LOCAL4 = 20;
  static readonly LOG_LOCAL5 = 21;
  static readonly LOG_LOCAL6 = 22;
  static readonly LOG_LOCAL7 = 23;

  /** CPython's priority_names. */
  priorityNames: SysLogNames = PRIORITY_NAMES;
  /** CPython's facility_names. */
  facilityNames: SysLogNames = FACILITY_NAMES;
  /** CPython's priority_map: level names to keys of `priorityNames`. */
  priorityMap: Readonly<Record<string, string>> = PRIORITY_MAP;

  /**
   * The number that opens a message: `facility * 8 + priority`. Names are looked up in
   * the tables; numbers are taken as they are.
   *
   * @throws KeyError, as CPython, for a name that no table has.
   */
  encodePriority(facility: number | string, priority: number | string): number {
    const high = codeOf(this.facilityNames, facility);
    const low = codeOf(this.priorityNames, priority);
    // 32 bits are what `<<` has; a facility is far below.
    return (high << 3) | low;
  }

  /**
   * The priority's name for a level's name; "warning" for levels that the map doesn't
   * have. Override it, or set `priorityMap`, for levels of your own.
   */
  mapPriority(levelName: string): string {
    const { priorityMap } = this;
    const name = Object.hasOwn(priorityMap, levelName) ? priorityMap[levelName] : undefined;
    return name ?? "warning";
  }
}

/** Priorities by name, those that are out of use included. */
export const PRIORITY_NAMES: SysLogNames = Object.freeze({
  alert: 1,
  crit: 2,
  critical: 2,
  debug: 7,
  emerg: 0,
  err: 3,
  error: 3,
  info: 6,
  notice: 5,
  panic: 0,
  warn: 4,
  warning: 4,
});

/** Facilities by name. */
export const FACILITY_NAMES: SysLogNames = Object.freeze({
  auth: 4,
  authpriv: 10,
  console: 14,
  cron: 9,
  daemon: 3,
  ftp: 11,
  kern: 0,
  lpr: 6,
  mail: 2,
  news: 7,
  ntp: 12,
  security: 13,
  "solaris-cron": 15,
  syslog: 5,
  user: 1,
  uucp: 8,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
});

const PRIORITY_MAP: Readonly<Record<string, string>> = Object.freeze({
  DEBUG: "debug",
  INFO: "info",
  WARNING: "warning",
  ERROR: "error",
  CRITICAL: "critical",
});

function codeOf(names: SysLogNames, code: number | string): number {
  if (typeof code === "number") return code;
  const known = Object.hasOwn(names, code) ? names[code] : undefined;
  if (known !== undefined) return known;
  throw new KeyError(code, { value: code, accepted: Object.keys(names).join(", ") });
}
