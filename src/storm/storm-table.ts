// The storm's rows as text for people: an aligned table with a verdict for each
// row, the first offences of a broken one, and a closing line. Pure; the caller
// prints it.

import type { StormResult } from "./storm.ts";
import { isAsItShouldBe } from "./storm-row.ts";
import type { Outcome, StormRow } from "./storm-row.ts";

interface Column {
  readonly title: string;
  readonly cell: (line: TableLine) => string;
  readonly left?: boolean;
  /** Whether the column is worth its place; absent: always. */
  readonly wanted?: (lines: readonly TableLine[]) => boolean;
}

/** A line of the table: a row, or all rows of one name. */
interface TableLine extends StormRow {
  readonly seeds: number;
  readonly broken: number;
}

const VERDICTS: Record<Outcome, string> = {
  clean: "ok",
  broken: "BROKEN",
  convicted: "convicted",
  lucky: "got away",
  missed: "NOT CONVICTED",
  skipped: "not run",
};

/** More seeds than this make a table by handler, not by seed. */
const MOST_SEEDS_IN_ROWS = 3;

const COLUMNS: readonly Column[] = [
  {
    title: "seed",
    cell: (row) => String(row.seed),
    wanted: (lines) => isBySeed(lines) && new Set(lines.map(({ seed }) => seed)).size > 1,
  },
  // The walk stands below the storm of its handler.
  { title: "handler", left: true, cell: (row) => (row.walk ? "  idle walk" : row.name) },
  {
    title: "durability",
    left: true,
    cell: (row) => row.durability,
    wanted: (lines) => lines.some(({ durability }) => durability !== "write"),
  },
  { title: "seeds", cell: (row) => String(row.seeds), wanted: (lines) => !isBySeed(lines) },
  { title: "kills", cell: (row) => count(row, row.kills) },
  { title: "acked", cell: (row) => count(row, row.acked) },
  { title: "lost", cell: (row) => count(row, row.lost) },
  { title: "twice", cell: (row) => count(row, row.twice) },
  { title: "torn", cell: (row) => count(row, row.torn) },
  { title: "misfiled", cell: (row) => count(row, row.misfiled) },
  { title: "fragments", cell: (row) => count(row, row.fragments) },
  { title: "excused", cell: (row) => count(row, row.excused), wanted: any("excused") },
  { title: "orphans", cell: (row) => count(row, row.orphans), wanted: any("orphans") },
  { title: "mid-drain", cell: (row) => count(row, row.midDrain), wanted: any("orphans") },
  { title: "archives", cell: (row) => count(row, row.archives), wanted: any("archives") },
  { title: "removed", cell: (row) => count(row, row.removed), wanted: any("removed") },
  { title: "overshoot", cell: (row) => count(row, row.overshoot), wanted: any("overshoot") },
  { title: "verdict", left: true, cell: verdictText },
];

/**
 * The table of some rows, a title line first; lines without a newline at the end.
 * Rows of a few seeds say theirs; those of many are added up, handler by handler.
 */
export function formatTable(rows: readonly StormRow[]): string {
  const seeds = new Set(rows.map(({ seed }) => seed));
  const rowLines = seeds.size > MOST_SEEDS_IN_ROWS ? addUp(rows) : rows.map((row) => asLine(row));
  const columns = COLUMNS.filter(({ wanted }) => wanted?.(rowLines) ?? true);
  const cells = rowLines.map((row) => columns.map(({ cell }) => cell(row)));
  const widths = columns.map(({ title }, column) =>
    Math.max(title.length, ...cells.map((line) => line[column]?.length ?? 0)),
  );
  const line = (texts: readonly string[]) =>
    columns
      .map(({ left }, column) => {
        const text = texts[column] ?? "";
        const width = widths[column] ?? 0;
        return left === true ? text.padEnd(width) : text.padStart(width);
      })
      .join("  ")
      .trimEnd();
  const titles = line(columns.map(({ title }) => title));
  return [titles, "-".repeat(titles.length), ...cells.map(line)].join("\n");
}

/** The rows of ours that broke, each with its folder and first offences; empty when none did. */
export function formatOffences(rows: readonly StormRow[]): string {
  const blocks = rows
    .filter(({ outcome }) => outcome === "broken" || outcome === "missed")
    .map((row) =>
      [
        `${row.name}, seed ${row.seed}, zone ${row.zone}: files kept in ${row.folder ?? "-"}`,
        ...(row.examples ?? []).map((example) =>
          typeof example === "string"
            ? `  ${example}`
            : `  ${example.fault}: ${example.file ?? "-"} at ${example.offset ?? "-"}: ${example.text}`,
        ),
      ].join("\n"),
    );
  return blocks.join("\n");
}

/** One or two sentences on what a result means. */
export function formatConclusion(result: StormResult): string {
  const ours = result.rows.filter(({ kind }) => kind === "ours");
  const specimens = result.rows.filter(({ kind, walk }) => kind === "specimen" && walk);
  const total = (key: CountKey) => ours.reduce((sum, row) => sum + row[key], 0);
  const faults = total("lost") + total("twice") + total("torn") + total("misfiled");
  const worst = result.rows
    .filter(({ kind, walk, acked }) => kind === "specimen" && !walk && acked > 0)
    .toSorted((a, b) => b.lost / b.acked - a.lost / a.acked)[0];
  const run = specimens.filter(({ outcome }) => outcome !== "skipped");
  const convicted = run.filter(({ outcome }) => outcome === "convicted");
  const lines = [];
  if (ours.length > 0) {
    const seeds = new Set(ours.map(({ seed }) => seed)).size;
    const overSeeds = seeds > 1 ? ` over ${seeds} seeds` : "";
    lines.push(
      `daybook: ${total("acked")} lines acknowledged${overSeeds}, ${total("kills")} kills, ${faults} lines at fault.`,
    );
    const [archives, removed] = [total("archives"), total("removed")];
    if (archives + removed > 0) {
      lines.push(
        `${archives} archives made, ${removed} files and ${total("retired")} lines removed as told.`,
      );
    }
    const [orphans, excused] = [total("orphans"), total("excused")];
    if (orphans > 0) {
      const midDrain = total("midDrain");
      lines.push(
        `${orphans} journals of killed processes had lines in them, ` +
          `${midDrain} ${midDrain === 1 ? "was" : "were"} cut off in the middle of a drain.`,
      );
    }
    if (excused > 0)
      lines.push(`${excused} lines died in the memory of killed processes, as told.`);
    const overshoot = Math.max(...ours.map((row) => row.overshoot));
    if (overshoot > 0) lines.push(`worst overshoot of a size limit: ${overshoot} bytes.`);
  }
  if (run.length > 0) {
    lines.push(`specimens: ${convicted.length} of ${run.length} convicted by the idle walk.`);
  }
  if (worst !== undefined && worst.lost > 0) {
    const share = ((100 * worst.lost) / worst.acked).toFixed(1);
    lines.push(`The ${worst.name} lost ${share} % of the lines it had acknowledged.`);
  }
  const skipped = result.rows.filter(({ outcome, walk }) => outcome === "skipped" && !walk);
  for (const { name, skipped: reason } of skipped) lines.push(`${name} was not run: ${reason}.`);
  lines.push(result.ok ? "ok" : "FAILED");
  return lines.join("\n");
}

type CountKey = {
  [K in keyof StormRow]-?: StormRow[K] extends number ? K : never;
}[keyof StormRow];

function any(key: CountKey): (lines: readonly TableLine[]) => boolean {
  return (lines) => lines.some((line) => line[key] > 0);
}

function isBySeed(lines: readonly TableLine[]): boolean {
  return lines.every(({ seeds }) => seeds === 1);
}

function asLine(row: StormRow): TableLine {
  return { ...row, seeds: 1, broken: isAsItShouldBe(row) ? 0 : 1 };
}

const ADDED = [
  ..."kills acked found lost twice torn misfiled fragments extra retired excused oversize".split(
    " ",
  ),
  ..."archives removed journals orphans midDrain linkFaults removalFaults restFaults crashes complaints".split(
    " ",
  ),
] as readonly CountKey[];

/** One line for all rows of a name, the worst outcome for all of them. */
function addUp(rows: readonly StormRow[]): TableLine[] {
  const byName = new Map<string, TableLine>();
  for (const row of rows) {
    const sum = byName.get(row.name);
    if (sum === undefined) {
      byName.set(row.name, asLine(row));
      continue;
    }
    const added = Object.fromEntries(ADDED.map((key) => [key, sum[key] + row[key]]));
    byName.set(row.name, {
      ...sum,
      ...added,
      overshoot: Math.max(sum.overshoot, row.overshoot),
      outcome: worse(sum.outcome, row.outcome),
      seeds: sum.seeds + 1,
      broken: sum.broken + (isAsItShouldBe(row) ? 0 : 1),
    });
  }
  return [...byName.values()];
}

const FROM_WORST: readonly Outcome[] = [
  "broken",
  "missed",
  "lucky",
  "skipped",
  "convicted",
  "clean",
];

function worse(one: Outcome, other: Outcome): Outcome {
  return FROM_WORST.indexOf(one) < FROM_WORST.indexOf(other) ? one : other;
}

function verdictText(row: TableLine): string {
  const more = [];
  if (row.seeds > 1 && row.broken > 0) more.push(`with ${row.broken} of ${row.seeds} seeds`);
  if (row.oversize > 0) more.push(`oversize: ${row.oversize}`);
  if (row.removalFaults > 0) more.push(`removed too early: ${row.removalFaults}`);
  if (row.restFaults > 0) more.push(`not at rest: ${row.restFaults}`);
  if (row.linkFaults > 0) more.push(`link faults: ${row.linkFaults}`);
  if (row.crashes > 0) more.push(`crashes: ${row.crashes}`);
  if (row.retired > 0) more.push(`retired: ${row.retired}`);
  if (row.kind === "ours" && row.complaints > 0) more.push(`stderr: ${row.complaints} lines`);
  const verdict = VERDICTS[row.outcome];
  return more.length > 0 ? `${verdict} (${more.join(", ")})` : verdict;
}

function count(row: StormRow, value: number): string {
  return row.outcome === "skipped" ? "-" : String(value);
}
