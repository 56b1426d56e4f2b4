import { describe, expect, test } from 'vitest';
import { buildLookup, defaultPrecedence } from '../../src/catalog/lookup.ts';
import type { LoadReport } from '../../src/server/catalog-thread-client.ts';
import { LiveCatalog } from '../../src/server/live-catalog.ts';
import { createMetrics } from '../../src/server/metrics/metrics.ts';
import { collectLog } from '../support/log.ts';
import { seriesIn } from '../support/webhook-server.ts';

const NAME = 'image_config_admission_catalog_';
const text = (value: string) => ({ kind: 'text', text: value }) as const;

/** A good catalog with one entry named as the text, unless the text begins with "bad" or "broken". */
async function reportOn(value: string): Promise<LoadReport> {
  const digest = `sha256:${value}`;
  if (value.startsWith('broken')) throw new Error('the thread crashed');
  if (value.startsWith('bad')) return { digest, errors: 2, warnings: 0, problems: ['1:1 empty-catalog: …'] };
  const entry = { name: value, state: 'stable', aliases: [], variants: [] };
  return { digest, catalog: { digest, entries: [entry] }, errors: 0, warnings: 1, problems: [] };
}

function setUp(load = reportOn) {
  const collected = collectLog();
  const metrics = createMetrics();
  const checked: string[] = [];
  const catalog = new LiveCatalog({
    load: (value) => {
      checked.push(value);
      return load(value);
    },
    index: (accepted) => buildLookup(accepted, defaultPrecedence),
    log: collected.log,
    metrics,
    now: () => new Date(5_000),
  });
  const series = async (name: string) => seriesIn(await metrics.text(), NAME + name);
  const names = () => [...(catalog.lookup?.shortNames.keys() ?? [])];
  return { ...collected, catalog, checked, series, names };
}

describe('LiveCatalog', () => {
  test('serves a good text, with a log line and metrics', async () => {
    const { catalog, names, logged, series } = setUp();
    expect(catalog.state).toEqual({ kind: 'unknown' });
    expect(catalog.lookup).toBeUndefined();
    await catalog.offer(text('one'));
    expect(names()).toEqual(['one']);
    expect(catalog.state).toEqual({ kind: 'valid', serving: 'sha256:one', entries: 1, warnings: 1 });
    expect(logged('catalog is served')).toMatchObject([
      { level: 'info', catalog: { serving: 'sha256:one', entries: 1, warnings: 1 } },
    ]);
    expect(await series('info{digest="sha256:one"}')).toBe(1);
    expect(await series('newest_served')).toBe(1);
    expect(await series('last_load_success_timestamp_seconds')).toBe(5);
  });

  test('serves the last good text when a new one is invalid, with a log line and metrics', async () => {
    const { catalog, names, logged, series } = setUp();
    await catalog.offer(text('one'));
    await catalog.offer(text('bad'));
    expect(names()).toEqual(['one']);
    expect(catalog.state).toEqual({ kind: 'invalid', errors: 2, serving: 'sha256:one' });
    expect(logged('catalog is invalid')).toMatchObject([
      {
        level: 'error',
        catalog: {
          serving: 'sha256:one',
          digest: 'sha256:bad',
          errors: 2,
          problems: ['1:1 empty-catalog: …'],
        },
      },
    ]);
    expect(await series('newest_served')).toBe(0);
    expect(await series('load_failures_total')).toBe(1);
    await catalog.offer(text('two'));
    expect(names()).toEqual(['two']);
    expect(await series('newest_served')).toBe(1);
  });

  test('keeps the text of the catalog that is served, not the newest one', async () => {
    const { catalog } = setUp();
    expect(catalog.text).toBeUndefined();
    await catalog.offer(text('bad'));
    expect(catalog.text).toBeUndefined();
    await catalog.offer(text('one'));
    await catalog.offer(text('bad'));
    expect(catalog.text).toBe('one');
    await catalog.offer(text('two'));
    expect(catalog.text).toBe('two');
  });

  test('serves the last good catalog when it is absent or unreadable', async () => {
    const { catalog, names, series } = setUp();
    await catalog.offer(text('one'));
    await catalog.offer({ kind: 'absent' });
    expect(catalog.state).toEqual({ kind: 'absent', serving: 'sha256:one' });
    expect(await series('load_failures_total')).toBe(0);
    await catalog.offer({ kind: 'unreadable', fault: 'permission denied', seen: false });
    expect(catalog.state).toEqual({
      kind: 'unreadable',
      fault: 'permission denied',
      seen: false,
      serving: 'sha256:one',
    });
    expect(await series('load_failures_total')).toBe(1);
    expect(names()).toEqual(['one']);
  });

  test('does not check the same text twice in a row, and checks an earlier text again', async () => {
    const { catalog, checked, logged } = setUp();
    await catalog.offer({ kind: 'absent' });
    await catalog.offer({ kind: 'absent' });
    expect(logged('catalog is absent')).toHaveLength(1);
    for (const each of ['one', 'one', 'bad', 'bad', 'one']) await catalog.offer(text(each));
    expect(checked).toEqual(['one', 'bad', 'one']);
  });

  test('logs once why the catalog cannot be read, and again when the reason changes', async () => {
    const { catalog, logged } = setUp();
    for (const fault of ['a', 'a', 'b']) await catalog.offer({ kind: 'unreadable', fault, seen: true });
    expect(logged('catalog cannot be read')).toMatchObject([
      { catalog: { fault: 'a' } },
      { catalog: { fault: 'b' } },
    ]);
  });

  test('checks only the last of the texts that arrive during a check', async () => {
    const { catalog, checked, names } = setUp();
    await Promise.all(['one', 'two', 'three'].map((each) => catalog.offer(text(each))));
    expect(checked).toEqual(['one', 'three']);
    expect(names()).toEqual(['three']);
  });

  test('a slow check of an old text never replaces a newer one', async () => {
    let finishOld = (): void => {};
    const oldMayFinish = new Promise<void>((resolve) => {
      finishOld = resolve;
    });
    const { catalog, names } = setUp(async (value) => {
      if (value === 'old') await oldMayFinish;
      return reportOn(value);
    });
    const first = catalog.offer(text('old'));
    const second = catalog.offer(text('new'));
    finishOld();
    await Promise.all([first, second]);
    expect(names()).toEqual(['new']);
  });

  test('ignores a check that the shutdown ends', async () => {
    const { catalog, logged } = setUp(() => reportOn('broken'));
    const offered = catalog.offer(text('one'));
    catalog.close();
    await offered;
    expect(catalog.state).toEqual({ kind: 'unknown' });
    expect(logged('catalog could not be checked')).toEqual([]);
  });

  test('checks the same text again after a check that failed', async () => {
    let broken = true;
    const { catalog, names, logged, checked } = setUp((value) =>
      broken ? reportOn('broken') : reportOn(value),
    );
    await catalog.offer(text('one'));
    expect(catalog.state).toEqual({ kind: 'unchecked', fault: 'the thread crashed', serving: undefined });
    expect(logged('catalog could not be checked')).toMatchObject([
      { err: { message: 'the thread crashed' } },
    ]);
    broken = false;
    await catalog.offer(text('one'));
    expect(checked).toEqual(['one', 'one']);
    expect(names()).toEqual(['one']);
  });
});
