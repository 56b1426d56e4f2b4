import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../../test/control-plane/support/api.ts';
import type { Program } from '../../../test/control-plane/support/program.ts';
import type { Json } from '../../../test/support/reviews.ts';
import { machineLoad, mib, spread, table } from '../../figures.mjs';
import type { Client } from '../api.ts';
import { cpuSeconds, longestStall, type Scrape, scrape } from '../replica.ts';
import { DEPRECATED_IMAGE } from './catalog.ts';
import { churn } from './churn.ts';

/** Milliseconds between two scrapes, as is usual for Prometheus. */
const SCRAPE_INTERVAL = 15_000;
const SCRAPES_PER_MINUTE = 4;

/**
 * Measures the writes of Events while 500 Pods a minute with a deprecated image come and go, each for half a minute. Resolves
 * to Markdown.
 */
export async function eventsWritten(
  api: Client,
  replica: Program,
  { minutes, tools }: { readonly minutes: number; readonly tools: number },
): Promise<string> {
  await until(async () => (await replica.series('events_leader')) === 1, 'the replica to lead');
  const stored = await storedEvents(api);
  const scrapes = [await scrape(replica)];
  const writes = [await eventWrites(api)];
  const stop = churn(api, { perMinute: 500, lifetime: 30_000, tools, image: DEPRECATED_IMAGE });
  for (let minute = 0; minute < minutes; minute += 1) {
    for (let quarter = 0; quarter < SCRAPES_PER_MINUTE; quarter += 1) {
      await pause(SCRAPE_INTERVAL);
      scrapes.push(await scrape(replica));
    }
    writes.push(await eventWrites(api));
  }
  const pods = await stop();
  const ends = scrapes.filter((_, at) => at % SCRAPES_PER_MINUTE === 0);
  const [first, ...rest] = scrapes as [Scrape, ...Scrape[]];
  const last = rest.at(-1) ?? first;
  const share = (cpuSeconds(last) - cpuSeconds(first)) / (minutes * 60);
  return [
    `${pods} Pods with a deprecated image came and went in ${minutes} min, in addition to those that stay; Events in etcd: ${stored} before, ${await storedEvents(api)} after; load ${machineLoad()}`,
    table([
      ['minute', 'writes by the replica', 'writes by the API server', 'Events that wait'],
      ...ends
        .slice(1)
        .map((end, at) => [
          String(at + 1),
          String(written(end) - written(ends[at] ?? first)),
          String((writes[at + 1] ?? 0) - (writes[at] ?? 0)),
          String(end.of('image_config_admission_events_waiting')),
        ]),
    ]),
    table([
      ['meanwhile, p50 / p99 / longest', ''],
      ['longest stall between two scrapes', spread(rest.map(longestStall))],
      ['a scrape of /metrics', spread(rest.map(({ milliseconds }) => milliseconds))],
      ['CPU', `${(share * 100).toFixed(1)} % of a core`],
      ['memory (RSS)', mib(last.of('process_resident_memory_bytes'))],
    ]),
  ].join('\n\n');
}

const written = ({ of }: Scrape): number =>
  of('image_config_admission_event_writes_total{reason="DeprecatedImage"}') +
  of('image_config_admission_event_writes_total{reason="ImageResolved"}');

/** Writes of Events that the API server has counted, by all clients. */
async function eventWrites(api: Client): Promise<number> {
  const { body } = await api.send('GET', '/metrics');
  const counts = body.matchAll(
    /^apiserver_request_total\{[^}]*resource="events"[^}]*verb="(?:POST|PATCH|PUT)"[^}]*\} (.*)$/gm,
  );
  return Array.from(counts, ([, count]) => Number(count)).reduce((sum, count) => sum + count, 0);
}

async function storedEvents(api: Client): Promise<number> {
  const { body } = await api.send('GET', '/api/v1/events?limit=1');
  const { items, metadata }: Json = JSON.parse(body);
  return items.length + (metadata.remainingItemCount ?? 0);
}
