import perfHooks from 'node:perf_hooks';
import { expect, test, vi } from 'vitest';
import { createMetrics } from '../../../src/server/metrics/metrics.ts';
import { metricTable } from '../../support/metric-table.ts';
import { seriesIn } from '../../support/webhook-server.ts';

const PREFIX = 'image_config_admission_';

async function seriesOf(metrics: ReturnType<typeof createMetrics>): Promise<string[]> {
  return (await metrics.text()).split('\n').filter((line) => line.startsWith(PREFIX));
}

const entry = (name: string, state: string) => ({ name, state, aliases: [], variants: [] });

/** Dashboards and alerts name them: a renamed or removed metric breaks them. */
test('the metrics have these names, types and labels', () => {
  const rows = metricTable().map(({ name, type, labels }) => [name.slice(PREFIX.length), type, ...labels]);
  expect(rows).toEqual([
    ['reviews_total', 'counter', 'path', 'operation', 'verdict'],
    ['review_duration_seconds', 'histogram', 'path', 'operation', 'verdict'],
    ['would_deny_total', 'counter', 'code'],
    ['body_bytes_in_flight', 'gauge'],
    ['connections_dropped_total', 'counter'],
    ['catalog_entries', 'gauge', 'state'],
    ['catalog_info', 'gauge', 'digest'],
    ['catalog_newest_served', 'gauge'],
    ['catalog_outdated_since_timestamp_seconds', 'gauge'],
    ['catalog_last_load_success_timestamp_seconds', 'gauge'],
    ['catalog_load_failures_total', 'counter'],
    ['entry_info', 'gauge', 'name', 'state', 'replacement'],
    ['entry_removal_timestamp_seconds', 'gauge', 'name'],
    ['certificate_expiry_timestamp_seconds', 'gauge'],
    ['certificate_reload_failures_total', 'counter'],
    ['certificate_renewal_failing', 'gauge'],
    ['certificate_steps_total', 'counter', 'step'],
    ['ca_bundles_written_total', 'counter'],
    ['watch_silence_seconds', 'gauge', 'watch'],
    ['event_writes_total', 'counter', 'reason'],
    ['event_failures_total', 'counter'],
    ['events_waiting', 'gauge'],
    ['events_waiting_since_timestamp_seconds', 'gauge'],
    ['events_leader', 'gauge'],
    ['usage_known', 'gauge'],
    ['entry_workloads', 'gauge', 'name'],
    ['entry_tools', 'gauge', 'name'],
    ['outside_workloads', 'gauge', 'standing'],
    ['usage_objects', 'gauge', 'kind'],
    ['ready', 'gauge'],
    ['enforcing', 'gauge'],
    ['memory_limit_bytes', 'gauge'],
  ]);
});

test('each metric has a sentence for its help', () => {
  for (const { name, help } of metricTable()) expect(help, name).toMatch(/^\S+ .+[^.]\.?$/);
});

test.each<[string, (metrics: ReturnType<typeof createMetrics>) => void, number]>([
  ['connections_dropped_total', (metrics) => metrics.connectionDropped(), 1],
  ['body_bytes_in_flight', (metrics) => metrics.watchBytesInFlight(() => 7), 7],
  ['catalog_load_failures_total', (metrics) => metrics.catalogLoadFailed(), 1],
  ['certificate_reload_failures_total', (metrics) => metrics.certificateReloadFailed(), 1],
  ['certificate_renewal_failing', (metrics) => metrics.certificateRenewalFailing(true), 1],
  ['certificate_steps_total{step="promote"}', (metrics) => metrics.certificateStep('promote'), 1],
  ['ca_bundles_written_total', (metrics) => metrics.caBundlesWritten(2), 2],
  ['watch_silence_seconds{watch="pods"}', (metrics) => metrics.watchSilence('pods', () => 3), 3],
  ['event_writes_total{reason="UnknownImage"}', (metrics) => metrics.eventWritten('UnknownImage', 4), 4],
  ['event_failures_total', (metrics) => metrics.eventFailed(), 1],
  ['events_waiting', (metrics) => metrics.eventsWaiting(5, 6_000), 5],
  ['events_waiting_since_timestamp_seconds', (metrics) => metrics.eventsWaiting(5, 6_000), 6],
  ['events_leader', (metrics) => metrics.eventsLeading(true), 1],
])('%s has the value that is recorded', async (name, record, value) => {
  const metrics = createMetrics();
  const read = async () => seriesIn(await metrics.text(), `${PREFIX}${name}`);
  expect(await read()).toBeOneOf([0, undefined]);
  record(metrics);
  expect(await read()).toBe(value);
});

test('flags and times return to zero', async () => {
  const metrics = createMetrics();
  metrics.certificateRenewalFailing(true);
  metrics.certificateRenewalFailing(false);
  metrics.eventsLeading(true);
  metrics.eventsLeading(false);
  metrics.eventsWaiting(5, 6_000);
  metrics.eventsWaiting(0);
  const text = await metrics.text();
  for (const name of [
    ...['certificate_renewal_failing', 'events_leader', 'events_waiting'],
    'events_waiting_since_timestamp_seconds',
  ])
    expect(seriesIn(text, `${PREFIX}${name}`), name).toBe(0);
});

test('gauges and counters without labels start at zero', async () => {
  expect(await seriesOf(createMetrics())).toEqual(
    expect.arrayContaining([
      `${PREFIX}body_bytes_in_flight 0`,
      `${PREFIX}connections_dropped_total 0`,
      `${PREFIX}catalog_newest_served 0`,
      `${PREFIX}catalog_outdated_since_timestamp_seconds 0`,
      `${PREFIX}catalog_last_load_success_timestamp_seconds 0`,
      `${PREFIX}catalog_load_failures_total 0`,
      `${PREFIX}certificate_expiry_timestamp_seconds 0`,
      `${PREFIX}certificate_reload_failures_total 0`,
      `${PREFIX}certificate_renewal_failing 0`,
      `${PREFIX}ready 0`,
    ]),
  );
});

test('a scrape counts no review of an earlier one again', async () => {
  const metrics = createMetrics();
  const review = (): void => metrics.review('/mutate-pods', { verdict: 'patched', operation: 'CREATE' }, 1);
  const count = `${PREFIX}reviews_total{path="/mutate-pods",operation="CREATE",verdict="patched"}`;
  review();
  expect(await seriesOf(metrics)).toContain(`${count} 1`);
  review();
  expect(await seriesOf(metrics)).toContain(`${count} 2`);
  expect(await seriesOf(metrics)).toContain(`${count} 2`);
});

test('durations are in seconds, with buckets from 0.1 ms to 5 s', async () => {
  const metrics = createMetrics();
  metrics.review('/mutate-pods', { verdict: 'patched', operation: 'CREATE' }, 0.3);
  metrics.review('/mutate-pods', { verdict: 'patched', operation: 'CREATE' }, 4_000);
  const text = await metrics.text();
  const bounds = [...text.matchAll(/_seconds_bucket\{le="([^"]+)",path/g)].map(([, bound]) => bound);
  expect(bounds.join(' ')).toBe(
    '0.0001 0.0002 0.0005 0.001 0.002 0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 +Inf',
  );
  const bucket = (le: string) =>
    seriesIn(
      text,
      `${PREFIX}review_duration_seconds_bucket{le="${le}",path="/mutate-pods",operation="CREATE",verdict="patched"}`,
    );
  expect(['0.0001', '0.0002', '0.0005', '2.5', '5', '+Inf'].map(bucket)).toEqual([0, 0, 1, 1, 2, 2]);
});

test('in observe mode a review counts under each code of the denial that it did not get', async () => {
  const metrics = createMetrics();
  const codes = ['duplicate-alias', 'image-tag'];
  metrics.review('/validate-image-config', { verdict: 'allowed', codes }, 1);
  metrics.review('/validate-image-config', { verdict: 'allowed', codes: ['image-tag'] }, 1);
  metrics.review('/validate-image-config', { verdict: 'denied', codes }, 1);
  expect((await seriesOf(metrics)).filter((line) => line.includes('would_deny'))).toEqual([
    `${PREFIX}would_deny_total{code="duplicate-alias"} 1`,
    `${PREFIX}would_deny_total{code="image-tag"} 2`,
  ]);
});

test('only the catalog that is served has series', async () => {
  const metrics = createMetrics();
  const removed = { ...entry('python2', 'beta'), deprecation: { removal: '2026-01-01' } };
  metrics.catalogServed({ digest: 'sha256:old', entries: [removed] }, new Date(1_000));
  const deprecation = { replacement: 'node20', removal: '2027-03-01' };
  const entries = [
    // A date of an entry that is not deprecated has no effect.
    { ...entry('node20', 'stable'), deprecation: { removal: '2027-01-01' } },
    { ...entry('node12', 'deprecated'), deprecation },
    entry('node16', 'deprecated'),
  ];
  metrics.catalogServed({ digest: 'sha256:new', entries }, new Date(2_000));
  metrics.catalogNewest(true, new Date(2_000));
  expect(await seriesOf(metrics)).toEqual(
    expect.arrayContaining([
      `${PREFIX}catalog_entries{state="stable"} 1`,
      `${PREFIX}catalog_entries{state="deprecated"} 2`,
      `${PREFIX}catalog_info{digest="sha256:new"} 1`,
      `${PREFIX}catalog_newest_served 1`,
      `${PREFIX}catalog_last_load_success_timestamp_seconds 2`,
      `${PREFIX}entry_info{name="node20",state="stable",replacement=""} 1`,
      `${PREFIX}entry_info{name="node12",state="deprecated",replacement="node20"} 1`,
      `${PREFIX}entry_info{name="node16",state="deprecated",replacement=""} 1`,
      `${PREFIX}entry_removal_timestamp_seconds{name="node12"} ${Date.UTC(2027, 2, 1) / 1000}`,
    ]),
  );
  expect(await metrics.text()).not.toMatch(
    /sha256:old|state="beta"|python2|removal_timestamp_seconds\{name="node20"/,
  );
});

test('the time since which the catalog is outdated is that of the first refused text', async () => {
  const metrics = createMetrics();
  const since = async () =>
    seriesIn(await metrics.text(), `${PREFIX}catalog_outdated_since_timestamp_seconds`);
  metrics.catalogNewest(true, new Date(1_000));
  metrics.catalogNewest(false, new Date(2_000));
  metrics.catalogNewest(false, new Date(3_000));
  expect(await since()).toBe(2);
  metrics.catalogNewest(true, new Date(4_000));
  expect(await since()).toBe(0);
});

test('a scrape asks whether the replica is ready', async () => {
  const metrics = createMetrics();
  let ready = true;
  metrics.watchReadiness(() => ready);
  expect(seriesIn(await metrics.text(), `${PREFIX}ready`)).toBe(1);
  ready = false;
  expect(seriesIn(await metrics.text(), `${PREFIX}ready`)).toBe(0);
});

test('the expiry of the certificate is in Unix seconds', async () => {
  const metrics = createMetrics();
  metrics.certificateServed(new Date('2026-12-22T12:00:00Z'));
  expect(seriesIn(await metrics.text(), `${PREFIX}certificate_expiry_timestamp_seconds`)).toBe(1797940800);
});

test('a scrape has the usage of that moment, computed once', async () => {
  const metrics = createMetrics();
  const usageSeries = async () =>
    (await seriesOf(metrics)).filter((line) => /_(?:usage_|entry_|outside_)/.test(line));
  const before = [`${PREFIX}usage_known 0`];
  expect(await usageSeries()).toEqual(before);

  let scrapes = 0;
  let entries = [
    { name: 'python3.7', workloads: 12, tools: 5 },
    { name: 'node20', workloads: 0, tools: 0 },
  ];
  metrics.watchUsage(() => {
    scrapes += 1;
    return {
      known: true,
      entries,
      unlisted: new Map([['built', 7]]),
      objects: new Map([
        ['Pod', 31],
        ['Namespace', 6],
      ]),
    };
  });
  const objects = [`${PREFIX}usage_objects{kind="Pod"} 31`, `${PREFIX}usage_objects{kind="Namespace"} 6`];
  expect(await usageSeries()).toEqual([
    `${PREFIX}usage_known 1`,
    `${PREFIX}entry_workloads{name="python3.7"} 12`,
    `${PREFIX}entry_workloads{name="node20"} 0`,
    `${PREFIX}entry_tools{name="python3.7"} 5`,
    `${PREFIX}entry_tools{name="node20"} 0`,
    `${PREFIX}outside_workloads{standing="built"} 7`,
    ...objects,
  ]);

  // An entry that is gone from the catalog has no series any more.
  entries = [{ name: 'node20', workloads: 1, tools: 1 }];
  expect(await usageSeries()).toEqual([
    `${PREFIX}usage_known 1`,
    `${PREFIX}entry_workloads{name="node20"} 1`,
    `${PREFIX}entry_tools{name="node20"} 1`,
    `${PREFIX}outside_workloads{standing="built"} 7`,
    ...objects,
  ]);
  expect(scrapes).toBe(2);
});

test('the lag of the event loop is measured every 100 ms, which an idle replica can afford', () => {
  using monitor = vi.spyOn(perfHooks, 'monitorEventLoopDelay');
  createMetrics();
  expect(monitor.mock.calls).toEqual([[{ resolution: 100 }]]);
});
