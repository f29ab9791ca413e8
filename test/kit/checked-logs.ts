// Logs and acks made up in memory for the tests of the storm's checker, and its verdict
// on them.

import { gzipSync } from "node:zlib";

import { check } from "../../src/storm/checker.ts";
import type { WorkerAcks } from "../../src/storm/acks.ts";
import type { CheckInput, LogFile, Verdict } from "../../src/storm/checker.ts";
import { formatLine } from "../../src/storm/line.ts";
import { unpack } from "../../src/storm/unpack.ts";
import { dateInZone } from "../../src/storm/zone-days.ts";

export const DAY_MS = 86_400_000;
export const NOON: number = Date.UTC(2019, 8, 3, 12);
export const PAD = 20;
export const DAYS = ["2019-09-03", "2019-09-04", "2019-09-05"] as const;

/** A line of a worker, on a day after the first. */
export function line(worker: string, seq: number, day = 0, padLength: number = PAD): string {
  return formatLine({ worker, seq, ms: NOON + day * DAY_MS + seq, padLength });
}

export function file(suffix: string | null, ...lines: (string | Buffer)[]): LogFile {
  const content = Buffer.concat(
    lines.map((text) => (typeof text === "string" ? Buffer.from(`${text}\n`) : text)),
  );
  const label = suffix === null ? "app.log" : `app.log.${suffix}`;
  return { label, suffix, read: () => ({ bytes: content, damage: null }) };
}

/** A file that was packed, whole or up to some byte. */
export function packed(
  file: LogFile,
  cut: (archive: Buffer) => Buffer = (archive) => archive,
): LogFile {
  const archive = cut(gzipSync(file.read().bytes));
  return { ...file, label: `${file.label}.gz`, read: () => unpack(archive) };
}

/** Acks of calls 0 to `count` - 1, all made on the days given, the last day repeated. */
export function acks(count: number, killed = false, day = 0): WorkerAcks {
  const times = Float64Array.from({ length: count }, (_, seq) => NOON + day * DAY_MS + seq);
  return { times, pads: new Float64Array(count).fill(PAD), turns: new Float64Array(count), killed };
}

export function judge(
  files: LogFile[],
  workers: Record<string, WorkerAcks>,
  backupCount = 0,
  lastSuffix: string = DAYS[1],
  more: Partial<CheckInput> = {},
): Verdict {
  return check({
    files,
    workers: new Map(Object.entries(workers)),
    suffixOf: (ms) => dateInZone(ms, "UTC"),
    lastSuffix,
    backupCount,
    ...more,
  });
}

export function faults({ lost, twice, torn, misfiled, fragments, extra }: Verdict): object {
  return { lost, twice, torn, misfiled, fragments, extra };
}

export const NONE = { lost: 0, twice: 0, torn: 0, misfiled: 0, fragments: 0, extra: 0 };

export const BUFFERED: Partial<CheckInput> = { durability: "buffered" };
export const JOURNAL: Partial<CheckInput> = { durability: "journal" };
