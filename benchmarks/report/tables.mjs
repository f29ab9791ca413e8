// Tables for people: in columns for a terminal, as Markdown for the docs. Cells are
// numbers, which stand to the right, or texts.

/** Lines of columns under their heads. */
export function formatTable(heads, rows) {
  const cells = [heads, ...rows.map((row) => row.map(shown))];
  const widths = heads.map((_, i) => Math.max(...cells.map((row) => row[i].length)));
  const toRight = heads.map((_, i) => rows.some((row) => isNumber(row[i])));
  return cells
    .map((row) =>
      row
        .map((cell, i) => (toRight[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** The same as a Markdown table. */
export function markdownTable(heads, rows) {
  const lines = [
    heads,
    heads.map((_, i) => (rows.some((row) => isNumber(row[i])) ? "---:" : "---")),
    ...rows.map((row) => row.map((cell) => shown(cell).replaceAll("|", "\\|"))),
  ];
  return lines.map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function isNumber(cell) {
  return typeof cell === "number" || /^[\d.,]+\s?(?:x|%|ms|s|MB|KB)?$/.test(cell ?? "");
}

function shown(cell) {
  if (cell === null || cell === undefined) return "";
  return typeof cell === "number"
    ? cell.toLocaleString("en-US", { maximumFractionDigits: 3 })
    : cell;
}
