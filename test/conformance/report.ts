// Makes the text that a run of the conformance cases ends with: the table, the
// first few failures, what waits and for what. Pure; run.ts prints it.

import type { Deviation } from "./deviations.ts";
import type { Failure, PartResult } from "./run-cases.ts";
import { firstDifference } from "./same-data.ts";

/** Failures shown per part; the table counts all. */
const MOST_SHOWN = 5;

/** Characters shown of an input or an answer. */
const MOST_CHARACTERS = 2000;

/** The whole report. */
export function reportText(
  results: readonly PartResult[],
  deviations: readonly Deviation[],
  stale: readonly string[],
  notes: readonly string[] = [],
): string {
  const sections = [
    table(results),
    ...results.filter(({ failures }) => failures.length > 0).map(failuresText),
    waitingText(results),
    deviationsText(results, deviations),
    notes.map((note) => `note: ${note}`).join("\n"),
    ...stale.map((name) => `stale deviation: no case shows '${name}' any more; remove it`),
    verdictText(results, stale),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function table(results: readonly PartResult[]): string {
  const rows = [
    ["part", "cases", "pass", "deviations", "fail", "not yet"],
    ...results.map((result) => [
      result.part,
      String(result.cases),
      String(result.pass),
      [...result.deviations].map(([name, count]) => `${name} ${count}`).join(", ") || "0",
      String(result.failures.length),
      String(sum(result.notYet)),
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const textColumns = new Set([0, 3]);
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        textColumns.has(column)
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => "-".repeat(width)).join("  "));
  return lines.join("\n");
}

function failuresText({ part, failures }: PartResult): string {
  const shown = failures.slice(0, MOST_SHOWN).map(failureText);
  const more = failures.length - shown.length;
  if (more > 0) shown.push(`... and ${more} more failures in part ${part}`);
  return shown.join("\n\n");
}

function failureText({ expected, ours }: Failure): string {
  const wanted = expected.error === undefined ? expected.output : { error: expected.error };
  const got = ours.error === undefined ? ours.output : { error: ours.error };
  const lines = [
    `FAIL ${expected.id}${expected.tags === undefined ? "" : ` [${expected.tags.join(", ")}]`}`,
    `  input     ${data(expected.input)}`,
    `  expected  ${data(wanted)}`,
    `  ours      ${data(got)}`,
  ];
  if (isLong(wanted)) lines.push(`  differs   ${cut(firstDifference(wanted, got))}`);
  if (ours.error !== undefined && expected.error === undefined && ours.thrown instanceof Error) {
    lines.push(`  thrown    ${ours.thrown.stack ?? String(ours.thrown)}`);
  }
  return lines.join("\n");
}

function waitingText(results: readonly PartResult[]): string {
  return results
    .flatMap(({ part, notYet }) =>
      [...notYet].map(([why, count]) => `not yet: ${part}, ${count} cases: ${why}`),
    )
    .join("\n");
}

function deviationsText(results: readonly PartResult[], deviations: readonly Deviation[]): string {
  const seen = new Set(results.flatMap((result) => [...result.deviations.keys()]));
  return deviations
    .filter(({ name }) => seen.has(name))
    .map(({ name, reason }) => `deviation ${name}: ${reason}`)
    .join("\n");
}

function verdictText(results: readonly PartResult[], stale: readonly string[]): string {
  const failed = results.reduce((total, { failures }) => total + failures.length, 0);
  const passed = results.reduce((total, { pass }) => total + pass, 0);
  if (failed === 0 && stale.length === 0) return `ok: ${passed} cases pass, none fails`;
  return `NOT ok: ${failed} cases fail, ${stale.length} stale deviations`;
}

/** Data on one line as JSON, cut where it would fill the screen. */
function data(value: unknown): string {
  return cut(JSON.stringify(value) ?? String(value));
}

function isLong(value: unknown): boolean {
  return typeof value === "object" && data(value).length > 100;
}

function cut(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)} ...` : text;
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
