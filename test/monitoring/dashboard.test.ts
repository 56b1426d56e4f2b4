import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dashboard, readPanels } from '../../scripts/monitoring/dashboard.mjs';
import { metricTable } from '../support/metric-table.ts';
import { grafanaFaults, hasGo } from './grafana-types.ts';
import { unknownMetrics } from './metric-names.ts';

const queries = readPanels().flatMap(({ queries: own }) => own);

describe('the dashboard', () => {
  it.each(readPanels())('$title: has only metrics that exist, over all replicas', ({ queries: own }) => {
    expect(own.length).toBeGreaterThan(0);
    for (const { expr } of own) {
      expect(unknownMetrics(expr)).toEqual([]);
      expect(expr).toMatch(/\b(?:max|min|sum)\b/);
      expect(expr).not.toMatch(/\b(?:instance|job|pod)\b/);
    }
  });

  it('shows reviews, the time to answer, catalog, certificates, leadership, deprecated images with their dates, and Events', () => {
    const shown = queries.map(({ expr }) => expr).join('\n');
    for (const metric of [
      'reviews_total',
      'review_duration_seconds_bucket',
      'catalog_entries',
      'certificate_expiry',
      'events_leader',
      'entry_workloads',
      'entry_removal_timestamp_seconds',
      'event_writes_total',
      'would_deny_total',
    ])
      expect(shown).toContain(`image_config_admission_${metric}`);
    const known = metricTable().length;
    const used = metricTable().filter(({ name }) => shown.includes(name)).length;
    expect(used / known).toBeGreaterThan(0.6);
  });

  it.each(readPanels())('$title: is in the picture of the docs', ({ title }) => {
    expect(readFileSync('docs/dashboard.svg', 'utf8')).toContain(`class="title">${title.slice(0, 15)}`);
  });

  it('fills each row of 24 columns, without panels on top of each other', () => {
    const { panels } = dashboard();
    const taken = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`),
    );
    expect(new Set(taken).size).toBe(taken.length);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });
});

describe.runIf(hasGo())('by the types of Grafana', () => {
  it('the dashboard has all fields that they require, and no other', () => {
    expect(grafanaFaults(dashboard())).toBe('');
  });

  it.each([
    ['a misspelt field', { tittle: 'Reviews' }, "unexpected field 'tittle'"],
    ['a number in the place of a text', { title: 7 }, 'panels[0].title'],
    [
      'a misspelt field of a query',
      { targets: [{ refId: 'A', datasource: { type: 'prometheus' }, exprr: 'up' }] },
      "unexpected field 'exprr'",
    ],
    [
      'an unknown option of a panel',
      { options: { ...dashboard().panels[0]?.options, graph: 'area' } },
      "unexpected field 'graph'",
    ],
  ])('%s is a fault', (_, fault, place) => {
    const { panels, ...rest } = dashboard();
    const [first, ...others] = panels;
    expect(grafanaFaults({ ...rest, panels: [{ ...first, ...fault }, ...others] })).toContain(place);
  });
});
