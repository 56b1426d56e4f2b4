import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';

/**
 * @typedef {{ title: string, description?: string, type?: 'timeseries' | 'stat' | 'heatmap' | 'table', unit?: string,
 *   width: number, queries: { expr: string, legend: string }[] }} Panel
 */

export const readPanels = () =>
  /** @type {Panel[]} */ (
    load(readFileSync(new URL('../../manifests/monitoring/dashboard.yaml', import.meta.url), 'utf8'))
  );

const COLUMNS = 24;
const HEIGHTS = { stat: 4, timeseries: 8, heatmap: 8, table: 8 };

/** What Grafana writes for new panels; its types require each. test/monitoring/grafana-types reads the dashboard with them. */
const OPTIONS = {
  stat: {
    reduceOptions: { calcs: ['lastNotNull'] },
    graphMode: 'area',
    colorMode: 'value',
    justifyMode: 'auto',
    textMode: 'auto',
    orientation: 'auto',
    wideLayout: true,
    showPercentChange: false,
    percentChangeColorMode: 'standard',
  },
  timeseries: {
    legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
  heatmap: {
    calculate: false,
    color: {
      mode: 'scheme',
      scheme: 'Oranges',
      fill: 'dark-orange',
      scale: 'exponential',
      exponent: 0.5,
      steps: 64,
      reverse: false,
    },
    filterValues: { le: 1e-9 },
    showValue: 'never',
    legend: { show: true },
    tooltip: { mode: 'single' },
    exemplars: { color: 'rgba(255,0,255,0.7)' },
  },
  table: { frameIndex: 0, showHeader: true },
};

/** The datasource is a variable of the dashboard, since each Grafana has another name for it. */
const datasource = { type: 'prometheus', uid: '$datasource' };

/** The dashboard in Grafana's JSON, as its import and its provisioning read it. */
export function dashboard() {
  let [x, y] = [0, 0];
  const panels = readPanels().map(
    ({ title, description, type = 'timeseries', unit, width, queries }, index) => {
      if (x + width > COLUMNS)
        throw new Error(`dashboard.yaml: ${title} does not fit its row of ${COLUMNS} columns`);
      const gridPos = { x, y, w: width, h: HEIGHTS[type] };
      x += width;
      if (x === COLUMNS) [x, y] = [0, y + HEIGHTS[type]];
      return {
        id: index + 1,
        type,
        title,
        ...(description !== undefined && { description }),
        datasource,
        gridPos,
        fieldConfig: { defaults: { ...(unit !== undefined && { unit }) }, overrides: [] },
        options: type === 'heatmap' ? { ...OPTIONS.heatmap, yAxis: { unit } } : OPTIONS[type],
        targets: queries.map(({ expr, legend }, query) => ({
          refId: String.fromCharCode('A'.charCodeAt(0) + query),
          datasource,
          expr,
          legendFormat: legend,
          ...(type === 'heatmap' && { format: 'heatmap' }),
          ...(type === 'table' && { format: 'table', instant: true }),
        })),
      };
    },
  );
  return {
    uid: 'image-config-admission',
    title: 'image-config-admission',
    tags: ['toolforge'],
    timezone: 'utc',
    schemaVersion: 39,
    editable: false,
    refresh: '1m',
    time: { from: 'now-24h', to: 'now' },
    templating: {
      list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' }],
    },
    annotations: { list: [] },
    panels,
  };
}
