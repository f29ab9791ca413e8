// Durations as they go into fields. The doors that measure come here.

/** Milliseconds to the microsecond: what clocks tell beyond that is noise. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
