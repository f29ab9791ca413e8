// Where the lines on their way to a log's worker thread are, as the durability has it:
// in mapped journals, which a SIGKILL leaves to the kernel, or in memory that the
// threads share, which dies with the process.

import { openJournal } from "../platform/mapped-journal.ts";
import type { FileSystem } from "../platform/run-sync.ts";
import { journalSegment, openSegment, sharedSegment } from "../platform/worker-memory.ts";
import type { Segment, SegmentGift } from "../platform/worker-memory.ts";
import type { LogSite } from "../rotation/log-site.ts";
import type { Durability } from "./rotating-options.ts";
import { SEGMENTS } from "./worker-ring.ts";

/** Shorter lines than this, on average, fill a segment before its bytes are used up. */
const BYTES_PER_LINE = 32;

/**
 * The segments of a ring of so many bytes: for the thread that drains it, and for this one.
 *
 * @returns why they can't be had, as the end of a sentence, if they can't; nothing is left then
 */
export function makeSegments(
  durability: Durability,
  bytes: number,
  fs: FileSystem,
  site: LogSite,
): readonly [readonly SegmentGift[], readonly Segment[]] | string {
  const dataBytes = Math.floor(bytes / SEGMENTS);
  const shape = { dataBytes, lines: Math.ceil(dataBytes / BYTES_PER_LINE) };
  const gifts: SegmentGift[] = [];
  const segments: Segment[] = [];
  while (segments.length < SEGMENTS) {
    if (durability === "journal") {
      const journal = openJournal(fs, site, shape);
      if (typeof journal === "string") {
        for (const segment of segments) segment.release();
        return journal;
      }
      const [gift, segment] = journalSegment(shape, journal);
      gifts.push(gift);
      segments.push(segment);
    } else {
      const gift = sharedSegment(shape);
      gifts.push(gift);
      segments.push(openSegment(gift));
    }
  }
  return [gifts, segments];
}
