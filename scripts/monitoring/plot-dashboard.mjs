// npm run monitoring:plot draws docs/dashboard.svg: the panels of the dashboard with what Prometheus had of them in
// test/control-plane/alerts.test.ts. `RECORD_DASHBOARD=1` of that test renews the data.
import { readFileSync, writeFileSync } from 'node:fs';
import { scaleLinear, scaleUtc } from 'd3-scale';
import { line } from 'd3-shape';
import { dashboard, readPanels } from './dashboard.mjs';

/**
 * @typedef {{ metric: Readonly<Record<string, string>>, values: readonly (readonly [number, number | null])[] }} Series
 * @typedef {{ label: string, points: readonly (readonly [number, number])[] }} Line
 * @typedef {{ width: number, height: number, unit: string | undefined, lines: readonly Line[] }} Plot
 */

const RECORDED = new URL('../../test/fixtures/monitoring/dashboard.json', import.meta.url);
const PICTURE = new URL('../../docs/dashboard.svg', import.meta.url);

/** Pixels of a column and a row of the dashboard's grid, between panels, and around what a panel draws. */
const COLUMN = 42;
const ROW = 26;
const GAP = 8;
const INSIDE = { top: 30, right: 14, bottom: 40, left: 52 };

const COLOURS = ['#2f81f7', '#c08a2b', '#2da44e', '#cf5a8f', '#8b6fd8', '#d1603d', '#1b9aaa', '#8b949e'];

/** @type {readonly { title: string, queries: readonly (readonly Series[])[] }[]} */
const recorded = JSON.parse(readFileSync(RECORDED, 'utf8'));
const sources = readPanels();
const { panels } = dashboard();
const height = Math.max(...panels.map(({ gridPos }) => (gridPos.y + gridPos.h) * ROW));

const drawn = panels.map((panel, index) => {
  const { x, y, w, h } = panel.gridPos;
  const legends = sources[index]?.queries.map(({ legend }) => legend) ?? [];
  const lines = (recorded.find(({ title }) => title === panel.title)?.queries ?? []).flatMap(
    (series, query) =>
      series.map(({ metric, values }) => ({
        label: (legends[query] ?? '').replace(/\{\{(\w+)\}\}/g, (_, name) => metric[name] ?? ''),
        points: values.flatMap(([time, value]) =>
          value === null ? [] : [/** @type {const} */ ([time, value])],
        ),
      })),
  );
  const plot = { width: w * COLUMN - GAP, height: h * ROW - GAP, unit: sources[index]?.unit, lines };
  const draw = { stat, table, heatmap, timeseries }[panel.type];
  return `<g transform="translate(${x * COLUMN} ${y * ROW})">
<rect class="panel" width="${plot.width}" height="${plot.height}" rx="3"/>
${text(10, 19, fitting(panel.title, plot.width), 'title')}
${draw(plot)}
</g>`;
});

writeFileSync(
  PICTURE,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${24 * COLUMN - GAP} ${height}" width="${24 * COLUMN - GAP}" height="${height}" role="img" aria-label="The panels of the Grafana dashboard">
<style>
  /* Greys that are legible on white and on black, since an SVG image does not know its background. */
  text { font: 11px system-ui, sans-serif; fill: #7d8590 }
  .title { font-weight: 600; font-size: 12px } .number { font-size: 26px; font-weight: 600; fill: #2f81f7 }
  .panel { fill: none; stroke: #7d8590; opacity: 0.4 }
  .grid { stroke: #7d8590; opacity: 0.25 } path { fill: none; stroke-width: 1.5 }
</style>
${drawn.join('\n')}
</svg>
`,
);

/**
 * @param {string} title
 * @param {number} width
 */
function fitting(title, width) {
  const most = Math.floor((width - 16) / 6.6);
  return title.length > most ? `${title.slice(0, most - 1)}…` : title;
}

/** @param {Plot} plot */
function stat({ width, height, unit, lines }) {
  return lines
    .map(({ label, points }, index) => {
      const x = (width * (index + 0.5)) / lines.length;
      const value = shown(points.at(-1)?.[1] ?? Number.NaN, unit);
      return text(x, height / 2 + 16, value, 'number', 'middle') + text(x, height - 10, label, '', 'middle');
    })
    .join('\n');
}

/** @param {Plot} plot */
function table({ width, unit, lines }) {
  return lines
    .slice(0, 8)
    .map(({ label, points }, index) => {
      const y = 44 + index * 18;
      const value = shown(points.at(-1)?.[1] ?? Number.NaN, unit);
      return text(12, y, label) + text(width - 12, y, value, '', 'end');
    })
    .join('\n');
}

/** @param {Plot} plot */
function timeseries({ width, height, unit, lines }) {
  const values = lines.flatMap(({ points }) => points.map(([, value]) => value));
  const most = Math.max(0, ...values);
  const { x, y, axes } = scales(width, height, lines, [Math.min(0, ...values), most === 0 ? 1 : most], unit);
  const path = line(
    /** @param {readonly [number, number]} point */ ([time]) => x(time * 1_000),
    ([, value]) => y(value),
  );
  const paths = lines.map(
    ({ points }, index) => `<path stroke="${colour(index)}" d="${rounded(path([...points]) ?? '')}"/>`,
  );
  return [axes, ...paths, legend(lines, width, height)].join('\n');
}

/**
 * The buckets of a histogram are cumulative: a cell is what its bucket adds to the one below.
 *
 * @param {Plot} plot
 */
function heatmap({ width, height, lines }) {
  const bounds = lines.map(({ label }) => label).sort((one, other) => bound(one) - bound(other));
  const { x, axes } = scales(width, height, lines, [0, bounds.length], undefined, bounds);
  const cellHeight = (height - INSIDE.top - INSIDE.bottom) / bounds.length;
  const at = new Map(lines.map(({ label, points }) => [label, new Map(points)]));
  const times = [...new Set(lines.flatMap(({ points }) => points.map(([time]) => time)))].sort(
    (a, b) => a - b,
  );
  const cells = times.flatMap((time) =>
    bounds.map((label, index) => {
      const below = at.get(bounds[index - 1] ?? '')?.get(time) ?? 0;
      return { time, index, added: (at.get(label)?.get(time) ?? 0) - below };
    }),
  );
  const most = Math.max(...cells.map(({ added }) => added));
  const cellWidth = (width - INSIDE.left - INSIDE.right) / times.length;
  return [
    axes,
    ...cells
      .filter(({ added }) => added > most / 1_000)
      .map(
        ({ time, index, added }) =>
          `<rect fill="#c08a2b" opacity="${round(0.15 + 0.85 * Math.sqrt(added / most))}" x="${round(x(time * 1_000) - cellWidth / 2)}" y="${round(height - INSIDE.bottom - (index + 1) * cellHeight)}" width="${round(cellWidth)}" height="${round(cellHeight)}"/>`,
      ),
  ].join('\n');
}

/** @param {string} label */
function bound(label) {
  return label === '+Inf' ? Number.POSITIVE_INFINITY : Number(label);
}

/**
 * @param {number} width
 * @param {number} height
 * @param {readonly Line[]} lines
 * @param {readonly [number, number]} domain
 * @param {string | undefined} unit
 * @param {readonly string[]} [names] of the steps, instead of numbers
 */
function scales(width, height, lines, domain, unit, names) {
  const times = lines.flatMap(({ points }) => points.map(([time]) => time * 1_000));
  const ends = [Math.min(...times), Math.max(...times)];
  const x = scaleUtc(ends, [INSIDE.left, width - INSIDE.right]);
  const y = scaleLinear(domain, [height - INSIDE.bottom, INSIDE.top]);
  if (!names) y.nice(4);
  const marks = names
    ? names.map((_, index) => index + 0.5).filter((_, index) => index % 3 === 0)
    : y.ticks(4);
  const axes = [
    ...marks.map((mark) => {
      const at = round(y(mark));
      const label = names ? `${names[Math.floor(mark)]} s` : shown(mark, unit);
      return `<line class="grid" x1="${INSIDE.left}" x2="${width - INSIDE.right}" y1="${at}" y2="${at}"/>${text(INSIDE.left - 6, at + 4, label, '', 'end')}`;
    }),
    ...x
      .ticks(width > 400 ? 4 : 2)
      .map((time) =>
        text(x(time), height - INSIDE.bottom + 14, time.toISOString().slice(11, 19), '', 'middle'),
      ),
  ].join('\n');
  return { x, y, axes };
}

/**
 * @param {readonly Line[]} lines
 * @param {number} width
 * @param {number} height
 */
function legend(lines, width, height) {
  let left = 12;
  return lines
    .map(({ label }, index) => {
      const at = left;
      left += 22 + label.length * 6.2;
      if (left > width) return '';
      return `<rect fill="${colour(index)}" x="${round(at)}" y="${height - 16}" width="8" height="8"/>${text(at + 12, height - 8, label)}`;
    })
    .join('');
}

/** @param {number} index */
function colour(index) {
  return COLOURS[index % COLOURS.length];
}

/**
 * @param {number} value
 * @param {string | undefined} unit as Grafana names it
 */
function shown(value, unit) {
  if (unit === 's' && Math.abs(value) >= 7_200)
    return value >= 172_800 ? `${Math.round(value / 86_400)} days` : `${Math.round(value / 3_600)} h`;
  if (unit === 'bytes') return `${Math.round(value / 1_048_576)} MiB`;
  const number = Number(value.toPrecision(2)).toLocaleString('en');
  return (
    { s: `${number} s`, reqps: `${number}/s`, wps: `${number}/s`, d: `${number} d` }[unit ?? ''] ?? number
  );
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} words
 * @param {string} [style]
 * @param {'start' | 'middle' | 'end'} [anchor]
 */
function text(x, y, words, style = '', anchor = 'start') {
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${round(x)}" y="${round(y)}"${style && ` class="${style}"`}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>${escaped}</text>`;
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}

/** @param {string} path */
function rounded(path) {
  return path.replaceAll(/\d+\.\d+/g, (number) => String(round(Number(number))));
}
