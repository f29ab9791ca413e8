// What stands between a syslog message's `<priority>` and its text, by RFC 3164 and by
// RFC 5424. SysLogMessages calls it with every record. Filters and applications may have
// put anything onto the record: what comes out is always a header of the right grammar.

import { hostname } from "node:os";

import { now } from "../../core/clock.ts";
import { LogRecord, MISSING, extraNames, recordValue } from "../../core/record.ts";
import { isPlainObject, toText } from "../../core/value.ts";
import { wallTime } from "../../formatters/wall-time.ts";

/** Who a header says the message comes from, and what of the record it shows. */
export interface SysLogHeaderSettings {
  /** Printable ASCII, at most 255 characters. */
  readonly hostname: string;
  /** Printable ASCII, at most 48 characters. */
  readonly appName: string;
  /** The attribute, extra or field that gives RFC 5424's MSGID; null: there is none. */
  readonly msgIdKey: string | null;
  /** The SD-ID under which extras and fields go as structured data; null: they don't. */
  readonly sdId: string | null;
}

/** RFC 5424's word for nothing. */
const NIL = "-";

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/**
 * `Nov  2 15:07:06 host tag[pid]: ` (RFC 3164, 4.1.2 and 4.1.3): local time, the host
 * without its domain, a tag of at most 32 characters.
 */
export function rfc3164Header(record: LogRecord, settings: SysLogHeaderSettings): string {
  const seconds = Number.isFinite(record.created) ? record.created : now() / 1000;
  const time = wallTime(Math.floor(seconds), "local");
  const day = String(time.day).padStart(2, " ");
  const clock = [time.hour, time.minute, time.second].map((n) => String(n).padStart(2, "0"));
  const host = withoutDomain(settings.hostname);
  const tag = settings.appName.replace(/[^\w./-]/g, "_").slice(0, 32);
  const pid = printable(record.process, 20);
  return `${MONTHS[time.month - 1]} ${day} ${clock.join(":")} ${host} ${tag}[${pid}]: `;
}

/**
 * `1 2026-11-22T15:07:06.123Z host app 42 - [id key="value"] ` (RFC 5424, 6.2 and 6.3).
 * Parts that are too long, or hold what they may not, are cut and mended.
 *
 * @param withData false leaves the structured data out
 */
export function rfc5424Header(
  record: LogRecord,
  settings: SysLogHeaderSettings,
  withData: boolean,
): string {
  const msgId =
    settings.msgIdKey === null ? NIL : printable(recordValue(record, settings.msgIdKey), 32);
  const procId = printable(record.process, 128);
  const data = withData && settings.sdId !== null ? structuredData(record, settings.sdId) : NIL;
  const { hostname: host, appName } = settings;
  return `1 ${timestamp(record.created)} ${host} ${appName} ${procId} ${msgId} ${data} `;
}

/** The system's name for itself, as a header may show it. */
export function defaultHostname(): string {
  return printable(hostname(), 255);
}

/** The name of the program that Node runs, without folder and extension, as a header may show it. */
export function defaultAppName(): string {
  const path = process.argv[1] ?? "";
  const name = path.replace(/^.*[/\\]/, "").replace(/(.)\.[cm]?[jt]sx?$/, "$1");
  return printable(name === "" ? "node" : name, 48);
}

// RFC 5424 has four digits for the year and no leap seconds; ours are UTC.
function timestamp(created: number): string {
  const ms = Math.round(created * 1000);
  if (!(Math.abs(ms) <= 8.64e15)) return NIL;
  const text = new Date(ms).toISOString();
  return text.length === 24 ? text : NIL;
}

function structuredData(record: LogRecord, sdId: string): string {
  const parameters: string[] = [];
  for (const key of extraNames(record)) {
    parameters.push(parameter(key, Reflect.get(record, key)));
  }
  const fields = LogRecord.fieldsOf(record);
  for (const key of Object.keys(fields ?? {})) parameters.push(parameter(key, fields?.[key]));
  return parameters.length === 0 ? NIL : `[${sdId} ${parameters.join(" ")}]`;
}

// A PARAM-NAME may not hold what ends it; of values three characters are escaped.
function parameter(key: string, value: unknown): string {
  const name = key.replace(/[^!-~]|[="\]]/gu, "_").slice(0, 32);
  const text = valueText(value).replace(/["\\\]]/g, "\\$&");
  return `${name === "" ? "_" : name}="${text}"`;
}

// Lists and plain objects as JSON, which a receiver can read; all else as `%s` shows it.
function valueText(value: unknown): string {
  if (!Array.isArray(value) && !isPlainObject(value)) return toText(value);
  try {
    const json: unknown = JSON.stringify(value);
    if (typeof json === "string") return json;
  } catch {
    // cycles, bigints, getters that throw
  }
  return toText(value);
}

// `-` where there is nothing, `_` for each character that is no printable ASCII.
function printable(value: unknown, most: number): string {
  if (value === MISSING || value === null || value === undefined) return NIL;
  const text = toText(value)
    .slice(0, most)
    .replace(/[^!-~]/g, "_");
  return text === "" ? NIL : text;
}

function withoutDomain(host: string): string {
  const isAddress = host.includes(":") || /^[\d.]+$/.test(host);
  return isAddress ? host : host.replace(/(.)\..*$/, "$1");
}
