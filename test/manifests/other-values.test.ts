import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, describe, expect, it } from 'vitest';
import type { Json } from '../support/reviews.ts';
import { findHelm, pathOf, renderChart } from './manifests.ts';

/*
 * Values that do not come from the chart's own values.yaml: `helm upgrade --reuse-values` takes all of them from the chart of the
 * release, and a parent chart adds its own.
 */

const helm = findHelm();
const directory = mkdtempSync(join(tmpdir(), 'charts-'));
afterAll(() => rmSync(directory, { recursive: true }));

const valuesIn = (path: string): Json => load(readFileSync(pathOf(path), 'utf8'));
const today = valuesIn('manifests/chart/values.yaml');
const render = (values?: Json, chart?: string) =>
  renderChart(helm ?? '', values, chart === undefined ? {} : { chart });

/** Renders the templates of today with these values alone. */
function renderOnly(values: Json) {
  const chart = mkdtempSync(join(directory, 'chart-'));
  cpSync(pathOf('manifests/chart'), chart, { recursive: true });
  writeFileSync(join(chart, 'values.yaml'), JSON.stringify(values));
  return render({}, chart);
}

describe.skipIf(helm === undefined)('with helm upgrade --reuse-values', () => {
  const recorded = readdirSync(pathOf('test/fixtures/chart-values'));

  it.each(recorded)(
    'the values of an earlier chart render, with the defaults of today for those that it lacks: %s',
    (file) => {
      const values = valuesIn(`test/fixtures/chart-values/${file}`);
      const { objects, refusal } = renderOnly(values);
      expect(refusal).toBe('');
      expect(objects).toEqual(render(values).objects);
    },
  );

  /** The paths of all values at this depth. */
  const pathsAt = (depth: number, values: Json = today): string[][] =>
    Object.keys(values).flatMap((key) => {
      if (depth === 1) return [[key]];
      const isMap = typeof values[key] === 'object' && values[key] !== null && !Array.isArray(values[key]);
      return isMap ? pathsAt(depth - 1, values[key]).map((rest) => [key, ...rest]) : [];
    });
  const without = (paths: readonly string[][]): Json => {
    const values = structuredClone(today);
    for (const path of paths) {
      const parent = path.slice(0, -1).reduce((value, key) => value[key], values);
      delete parent[path.at(-1) ?? ''];
    }
    return values;
  };
  /** Whether helm's refusal names the value as missing, or its map as empty. */
  const isNamed = (refusal: string, path: readonly string[]): boolean => {
    const at = `at '${path
      .slice(0, -1)
      .map((key) => `/${key}`)
      .join('')}': `;
    return refusal
      .split('\n')
      .filter((line) => line.includes(at))
      .some((line) => line.includes(`'${path.at(-1)}'`) || line.includes('minProperties: got 0'));
  };

  it.each([1, 2, 3, 4])(
    'a missing value is named by the refusal, or the manifests render without it; values at depth %i',
    (depth) => {
      const paths = pathsAt(depth);
      const { refusal } = renderOnly(without(paths));
      const optional = paths.filter((path) => !isNamed(refusal, path));
      const rendered = renderOnly(without(optional));
      expect(rendered.refusal).toBe('');
      expect(rendered.objects.map(({ kind, metadata }) => [kind, metadata.name])).toEqual(
        render().objects.map(({ kind, metadata }) => [kind, metadata.name]),
      );
    },
  );
});

describe.skipIf(helm === undefined)('as a part of a parent chart', () => {
  const parent = mkdtempSync(join(directory, 'parent-'));
  writeFileSync(
    join(parent, 'Chart.yaml'),
    JSON.stringify({
      apiVersion: 'v2',
      name: 'parent',
      version: '1.0.0',
      dependencies: [
        {
          name: 'image-config-admission',
          version: '0.0.0',
          condition: 'image-config-admission.enabled',
        },
      ],
    }),
  );
  cpSync(pathOf('manifests/chart'), join(parent, 'charts/image-config-admission'), { recursive: true });
  const global = { imageRegistry: 'registry.example', labels: { team: 'a' } };

  it('with its condition and global values, the chart renders the same objects as alone', () => {
    const { objects, refusal } = render(
      { global, 'image-config-admission': { enabled: true, replicas: 3 } },
      parent,
    );
    expect(refusal).toBe('');
    expect(objects).toEqual(render({ replicas: 3 }).objects);
    expect(objects.length).toBeGreaterThan(10);
  });

  it('the chart renders nothing when its condition is false', () => {
    const { objects, refusal } = render({ global, 'image-config-admission': { enabled: false } }, parent);
    expect(refusal).toBe('');
    expect(objects).toEqual([]);
  });
});
