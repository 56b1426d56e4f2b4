// Draws the figures that `npm run bench` and `npm run bench:pods` stored: node bench/plot.mjs figures.json docs/bench.svg
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * @typedef {object} Figures
 * @property {readonly {name: string, cpu: number}[]} sideBySide
 * @property {readonly {containers: number, ours: number, bare: number}[]} containers
 * @property {readonly {entries: number, known: number, misspelt: number}[]} catalogs
 * @property {readonly {p50: number}[]} podCreation
 */

const [from = '', to = ''] = process.argv.slice(2);
/** @type {Figures} */
const { sideBySide, containers, catalogs, podCreation } = JSON.parse(readFileSync(from, 'utf8'));

/** Pixels of one panel, and the margins for its title, numbers and axis. */
const WIDTH = 400;
const HEIGHT = 200;
const MARGIN = { top: 44, right: 28, bottom: 44, left: 52 };

const panels = [
  bars({
    title: 'CPU time of the server per review',
    unit: 'µs',
    bars: sideBySide.map(({ name, cpu }, index) => ({
      label: ['bare node:https', 'this server', 'Express'][index] ?? name,
      value: cpu,
      colour: ['bare', 'ours', 'other'][index],
    })),
  }),
  bars({
    title: 'Creating a Pod through the API server, median',
    unit: 'ms',
    bars: podCreation.map(({ p50 }, index) => ({
      label: ['no webhook', 'this one', 'a bare one'][index],
      value: p50,
      colour: ['other', 'ours', 'bare'][index],
    })),
  }),
  lines({
    title: 'CPU time per review, by containers of the Pod',
    unit: 'µs',
    axis: 'containers, each with a short name',
    ticks: containers.map((row) => row.containers),
    lines: [
      { label: 'this server', colour: 'ours', values: containers.map(({ ours }) => ours) },
      { label: 'bare node:https', colour: 'bare', values: containers.map(({ bare }) => bare) },
    ],
  }),
  lines({
    title: 'CPU time per review, by entries of the catalog',
    unit: 'µs',
    axis: 'entries of the catalog (a log scale)',
    ticks: catalogs.map(({ entries }) => entries),
    scale: Math.log,
    lines: [
      { label: 'a misspelt name', colour: 'other', values: catalogs.map(({ misspelt }) => misspelt) },
      { label: 'a known name', colour: 'ours', values: catalogs.map(({ known }) => known) },
    ],
  }),
];

const cell = { width: WIDTH + MARGIN.left + MARGIN.right, height: HEIGHT + MARGIN.top + MARGIN.bottom };
const size = { width: 2 * cell.width, height: 2 * cell.height };
writeFileSync(
  to,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" role="img" aria-label="What this server costs beside others; the tables of the README have the numbers">
<style>
  /* Greys and colours that are legible on white and on black, since an SVG image does not know its background. */
  text { font: 13px system-ui, sans-serif; fill: #7d8590 }
  .title { font-weight: 600; font-size: 14px }
  .axis { stroke: #7d8590; stroke-width: 1 }
  .grid { stroke: #7d8590; stroke-width: 1; opacity: 0.25 }
  .bare { fill: #8b949e; stroke: #8b949e } .ours { fill: #2f81f7; stroke: #2f81f7 } .other { fill: #c08a2b; stroke: #c08a2b }
  polyline { fill: none !important; stroke-width: 2 }
  text.bare, text.ours, text.other { stroke: none }
</style>
${panels.map((panel, index) => `<g transform="translate(${(index % 2) * cell.width + MARGIN.left} ${Math.floor(index / 2) * cell.height + MARGIN.top})">\n${panel}\n</g>`).join('\n')}
</svg>
`,
);

/**
 * @typedef {object} Bars
 * @property {string} title
 * @property {string} unit
 * @property {readonly {label: string | undefined, value: number, colour: string | undefined}[]} bars colours are names of styles
 *
 * @param {Bars} panel
 */
function bars({ title, unit, bars: all }) {
  const { y, grid } = scaleFor(
    all.map(({ value }) => value),
    title,
    unit,
  );
  const step = WIDTH / all.length;
  const drawn = all.map(({ label, value, colour }, index) => {
    const left = step * (index + 0.2);
    const middle = step * (index + 0.5);
    return [
      `<rect class="${colour}" x="${round(left)}" y="${y(value)}" width="${round(step * 0.6)}" height="${round(HEIGHT - y(value))}"/>`,
      text(middle, y(value) - 6, rounded(value), 'middle'),
      text(middle, HEIGHT + 18, label ?? '', 'middle'),
    ].join('\n');
  });
  return [grid, ...drawn].join('\n');
}

/**
 * @typedef {object} Lines
 * @property {string} title
 * @property {string} unit
 * @property {string} axis
 * @property {readonly number[]} ticks
 * @property {(tick: number) => number} [scale]
 * @property {readonly {label: string, colour: string, values: readonly number[]}[]} lines
 *
 * @param {Lines} panel
 */
function lines({ title, unit, axis, ticks, scale = Number, lines: all }) {
  const { y, grid } = scaleFor(
    all.flatMap(({ values }) => values),
    title,
    unit,
  );
  const [first, last] = [scale(ticks[0] ?? 0), scale(ticks.at(-1) ?? 0)];
  /** @param {number} tick */
  const x = (tick) => round(((scale(tick) - first) / (last - first)) * WIDTH);
  const drawn = all.map(({ label, colour, values }) => {
    const points = values.map((value, index) => [x(ticks[index] ?? 0), y(value)]);
    const [endX = 0, endY = 0] = points.at(-1) ?? [];
    return [
      `<polyline class="${colour}" points="${points.map((point) => point.join(',')).join(' ')}"/>`,
      ...points.map(([left, top]) => `<circle class="${colour}" cx="${left}" cy="${top}" r="3"/>`),
      text(endX, endY - 10, `${label}: ${rounded(values.at(-1) ?? 0)}`, 'end', colour),
    ].join('\n');
  });
  return [
    grid,
    ...ticks.map((tick) => text(x(tick), HEIGHT + 18, tick.toLocaleString('en'), 'middle')),
    text(WIDTH / 2, HEIGHT + 36, axis, 'middle'),
    ...drawn,
  ].join('\n');
}

/**
 * A scale from zero to a round number above all values, so that lengths are proportional to values.
 *
 * @param {readonly number[]} values
 * @param {string} title
 * @param {string} unit
 */
function scaleFor(values, title, unit) {
  const most = Math.max(...values) * 1.1;
  const magnitude = 10 ** Math.floor(Math.log10(most));
  const step =
    [0.2, 0.5, 1, 2, 5].map((factor) => factor * magnitude).find((size) => most / size <= 5) ?? most;
  const top = Math.ceil(most / step) * step;
  /** @param {number} value */
  const y = (value) => round(HEIGHT - (value / top) * HEIGHT);
  const marks = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  const grid = [
    text(-MARGIN.left + 8, -20, `${title}, ${unit}`, 'start', 'title'),
    ...marks.map(
      (mark) =>
        `<line class="${mark === 0 ? 'axis' : 'grid'}" x1="0" x2="${WIDTH}" y1="${y(mark)}" y2="${y(mark)}"/>`,
    ),
    ...marks.map((mark) => text(-8, y(mark) + 4, rounded(mark), 'end')),
  ].join('\n');
  return { y, grid };
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} words
 * @param {'start' | 'middle' | 'end'} anchor
 * @param {string} [style]
 */
function text(x, y, words, anchor, style) {
  const named = style ? ` class="${style}"` : '';
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"${named}>${words}</text>`;
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}

/** @param {number} value */
function rounded(value) {
  return (value < 10 ? round(value) : Math.round(value)).toLocaleString('en');
}
