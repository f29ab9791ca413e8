// The storm's rows as text for people: an aligned table with a verdict for each
// row, the first offences of a broken one, and a closing line. Pure; the caller
// prints it.

import type { StormResult } from "./storm.ts";
import type { Outcome, StormRow } from "./storm-row.ts";

interface Column {
  readonly title: string;
  readonly cell: (row: StormRow) => string;
  readonly left?: boolean;
}

const VERDICTS: Record<Outcome, string> = {
  clean: "ok",
  broken: "BROKEN",
  convicted: "convicted",
  lucky: "got away",
  missed: "NOT CONVICTED",
  skipped: "not run",
};

const SEED: Column = { title: "seed", cell: (row) => String(row.seed) };

const COLUMNS: readonly Column[] = [
  { title: "handler", left: true, cell: (row) => row.name },
  { title: "kills", cell: (row) => count(row, row.kills) },
  { title: "acked", cell: (row) => count(row, row.acked) },
  { title: "lost", cell: (row) => count(row, row.lost) },
  { title: "twice", cell: (row) => count(row, row.twice) },
  { title: "torn", cell: (row) => count(row, row.torn) },
  { title: "misfiled", cell: (row) => count(row, row.misfiled) },
  { title: "fragments", cell: (row) => count(row, row.fragments) },
  { title: "verdict", left: true, cell: verdictText },
];

/**
 * The table of some rows, a title line first; lines without a newline at the end.
 * Rows of several seeds say theirs.
 */
export function formatTable(rows: readonly StormRow[]): string {
  const seeds = new Set(rows.map(({ seed }) => seed));
  const columns = seeds.size > 1 ? [SEED, ...COLUMNS] : COLUMNS;
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
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
  const acked = ours.reduce((sum, row) => sum + row.acked, 0);
  const kills = ours.reduce((sum, row) => sum + row.kills, 0);
  const faults = ours.reduce((sum, { lost, twice, torn, misfiled }) => {
    return sum + lost + twice + torn + misfiled;
  }, 0);
  const worst = result.rows
    .filter(({ kind, walk, acked }) => kind === "specimen" && !walk && acked > 0)
    .toSorted((a, b) => b.lost / b.acked - a.lost / a.acked)[0];
  const run = specimens.filter(({ outcome }) => outcome !== "skipped");
  const convicted = run.filter(({ outcome }) => outcome === "convicted");
  const lines = [];
  if (ours.length > 0) {
    lines.push(`daybook: ${acked} lines acknowledged, ${kills} kills, ${faults} lines at fault.`);
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

function verdictText(row: StormRow): string {
  const more = [];
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
