// Draws bar charts as SVG: horizontal bars in groups, an axis from zero, the value at
// the end of every bar. The colours follow the reader's light or dark setting.

const WIDTH = 760;
const LEFT = 190;
const RIGHT = 80;
const TOP = 46;
const BAR = 18;
const GAP = 3;
const BETWEEN_GROUPS = 12;
const BOTTOM = 48;
const TICKS = 5;

const STYLE = `
    .paper { fill: #ffffff }
    text { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
    .title { font-weight: 600; font-size: 15px }
    .quiet { fill: #59636e; font-size: 12px }
    .grid { stroke: #d1d9e0; stroke-width: 1 }
    .s0 { fill: #0969da } .s1 { fill: #9a6700 } .s2 { fill: #818b98 } .s3 { fill: #1a7f37 }
    @media (prefers-color-scheme: dark) {
      .paper { fill: #0d1117 }
      text { fill: #f0f6fc }
      .quiet { fill: #9198a1 }
      .grid { stroke: #3d444d }
      .s0 { fill: #4493f8 } .s1 { fill: #d29922 } .s2 { fill: #656c76 } .s3 { fill: #3fb950 }
    }`;

/**
 * @param chart `{ title, unit, groups: [{ label, bars: [{ series, value }] }] }`; series
 *   get their colours in the order in which they first come
 * @returns the text of an SVG file
 */
export function barChart({ title, unit, groups }) {
  const series = [...new Set(groups.flatMap(({ bars }) => bars.map((bar) => bar.series)))];
  const step = niceStep(Math.max(...groups.flatMap(({ bars }) => bars.map((bar) => bar.value))));
  const most = axisEnd(groups, step);
  const x = (value) => round(LEFT + (value / most) * (WIDTH - LEFT - RIGHT));
  const body = [];
  let y = TOP;
  for (const { label, bars } of groups) {
    const height = bars.length * (BAR + GAP) - GAP;
    body.push(text(LEFT - 10, y + height / 2 + 4.5, label, { anchor: "end" }));
    for (const { series: name, value } of bars) {
      const width = Math.max(1, round(x(value) - LEFT));
      body.push(
        `  <rect class="s${series.indexOf(name)}" x="${LEFT}" y="${y}" width="${width}" height="${BAR}" rx="2"/>`,
        text(LEFT + width + 6, y + BAR - 4.5, number(value), { kind: "quiet" }),
      );
      y += BAR + GAP;
    }
    y += BETWEEN_GROUPS - GAP;
  }
  const end = y - BETWEEN_GROUPS + 8;
  const height = end + BOTTOM;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}, ${escaped(unit)}">`,
    `  <style>${STYLE}\n  </style>`,
    `  <rect class="paper" width="${WIDTH}" height="${height}" rx="6"/>`,
    text(16, 26, title, { kind: "title" }),
    ...axis(most, step, x, end),
    ...body,
    text(x(most), end + 36, unit, { kind: "quiet", anchor: "end" }),
    ...(series.length > 1 ? legend(series, end + 36) : []),
    "</svg>",
  ].join("\n")}\n`;
}

function axis(most, step, x, end) {
  const lines = [];
  for (let value = 0; value <= most; value += step) {
    lines.push(
      `  <line class="grid" x1="${x(value)}" y1="${TOP - 8}" x2="${x(value)}" y2="${end}"/>`,
      text(x(value), end + 16, number(value), { kind: "quiet", anchor: "middle" }),
    );
  }
  return lines;
}

function legend(series, y) {
  let x = 16;
  return series.flatMap((name, i) => {
    const at = x;
    x += 30 + name.length * 7;
    return [
      `  <rect class="s${i}" x="${at}" y="${y - 11}" width="12" height="12" rx="2"/>`,
      text(at + 17, y, name, { kind: "quiet" }),
    ];
  });
}

function axisEnd(groups, step) {
  const largest = Math.max(...groups.flatMap(({ bars }) => bars.map((bar) => bar.value)));
  return Math.ceil(largest / step) * step;
}

/** 1, 2 or 5 times a power of ten, so that an axis has about five marks. */
function niceStep(most) {
  const rough = most / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((each) => each * power >= rough);
  return factor * power;
}

function text(x, y, content, { kind, anchor } = {}) {
  const attributes = [
    ...(kind === undefined ? [] : [`class="${kind}"`]),
    `x="${round(x)}" y="${round(y)}"`,
    ...(anchor === undefined ? [] : [`text-anchor="${anchor}"`]),
  ];
  return `  <text ${attributes.join(" ")}>${escaped(content)}</text>`;
}

function number(value) {
  return value.toLocaleString("en-US", { maximumFractionDigits: value < 10 ? 1 : 0 });
}

function round(value) {
  return Math.round(value * 10) / 10;
}

function escaped(content) {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
