// The storm's own idea of days: the calendar date that a zone's wall calendar
// shows. It asks Intl directly and shares nothing with the rotation room, so
// that a mistake there cannot hide itself from the checker. Right wherever no
// clock goes back across midnight once the date has changed, which holds for
// every zone and date that a storm's plan picks.

const HOUR_MS = 3_600_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * The suffix that a daily file of this instant must bear, such as `2019-09-03`.
 *
 * @param ms - epoch milliseconds.
 * @param zone - an IANA zone name. Throws RangeError when Intl does not know it.
 */
export function dateInZone(ms: number, zone: string): string {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of formatFor(zone).formatToParts(ms)) parts[type] = value;
  return `${(parts.year ?? "").padStart(4, "0")}-${parts.month}-${parts.day}`;
}

/** The first whole millisecond after `ms` on which the zone's date is another. */
export function nextMidnight(ms: number, zone: string): number {
  const today = dateInZone(ms, zone);
  let low = ms;
  let high = ms + HOUR_MS;
  while (dateInZone(high, zone) === today) high += HOUR_MS;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (dateInZone(middle, zone) === today) low = middle;
    else high = middle;
  }
  return high;
}

/** Whether Intl knows the zone. */
export function isZone(zone: string): boolean {
  try {
    formatFor(zone);
    return true;
  } catch {
    return false;
  }
}

function formatFor(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
      timeZone: zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
    });
    formats.set(zone, format);
  }
  return format;
}
