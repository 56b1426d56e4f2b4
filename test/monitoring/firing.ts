import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { pathOf } from '../manifests/manifests.ts';
import { promtool } from './promtool.ts';

/** Values of series by name and labels, one for each minute, in the notation of promtool: `1+0x60` is 1 for an hour. */
export type Minutes = Readonly<Record<string, string>>;

/** For longer than any test lasts. */
const ALWAYS = 'x2000';
const always = (value: number): string => `${value}+0${ALWAYS}`;

const DAY = 86_400;

/** The alerts' series of a healthy replica. The clock of promtool begins in 1970. */
export function healthy(replica: string, leads: boolean): Minutes {
  const labels = `pod="${replica}"`;
  const own = (name: string, more = ''): string => `image_config_admission_${name}{${labels}${more}}`;
  const path = ',path="/mutate-pods",operation="CREATE",verdict="patched"';
  return {
    [own('ready')]: always(1),
    [own('enforcing')]: always(1),
    [own('catalog_newest_served')]: always(1),
    [own('catalog_outdated_since_timestamp_seconds')]: always(0),
    [own('watch_silence_seconds', ',watch="pods"')]: always(20),
    [own('usage_known')]: always(1),
    [own('certificate_expiry_timestamp_seconds')]: always(60 * DAY),
    [own('certificate_renewal_failing')]: always(0),
    [own('events_leader')]: always(leads ? 1 : 0),
    [own('events_waiting_since_timestamp_seconds')]: always(0),
    [own('review_duration_seconds_bucket', `${path},le="0.1"`)]: `0+1000${ALWAYS}`,
    [own('review_duration_seconds_count', path)]: `0+1000${ALWAYS}`,
    [own('entry_workloads', ',name="python3.7"')]: always(5),
    [own('entry_workloads', ',name="node12"')]: always(0),
    [own('entry_removal_timestamp_seconds', ',name="python3.7"')]: always(90 * DAY),
    // No one uses it any more.
    [own('entry_removal_timestamp_seconds', ',name="node12"')]: always(1 * DAY),
    [own('memory_limit_bytes')]: always(536_870_912),
    [`process_resident_memory_bytes{${labels}}`]: always(250_000_000),
  };
}

/** The alerts' series of an API server, whose calls of the webhooks all succeed after a few that failed once. */
const apiServer: Minutes = {
  'apiserver_admission_webhook_rejection_count{name="catalog.image-config.toolforge.org",error_type="calling_webhook_error"}':
    always(3),
  'apiserver_admission_webhook_fail_open_count{name="images.image-config.toolforge.org",type="admit"}':
    always(3),
};

export const bothHealthy: Minutes = { ...healthy('a', true), ...healthy('b', false), ...apiServer };

/** Sets series of replica a, by name without our prefix, with or without further labels. */
export const ofReplica = (changes: Minutes, replica = 'a'): Minutes =>
  Object.fromEntries(
    Object.entries(changes).map(([name, values]) => {
      const [, base = '', labels = ''] = /^([a-z_]+)(?:\{(.*)\})?$/.exec(name) ?? [];
      const prefix = base.startsWith('process_') ? '' : 'image_config_admission_';
      return [`${prefix}${base}{pod="${replica}"${labels === '' ? '' : `,${labels}`}}`, values];
    }),
  );

/** The same values, except that nothing is scraped in these minutes. Counters go on meanwhile. */
export const withGap = (series: Minutes, from: number, to: number): Minutes =>
  changed(series, (start, step) => {
    const before = from === 0 ? '' : `${start}+${step}x${from - 1} `;
    return `${before}stale _x${to - from} ${start + step * (to + 1)}+${step}${ALWAYS}`;
  });

/** The same values, except for one scrape in which these series have the last values of `bad`. */
export const withOneScrapeOf = (bad: Minutes, series: Minutes, minute: number): Minutes => ({
  ...series,
  ...changed(
    Object.fromEntries(Object.keys(bad).map((name) => [name, series[name] ?? always(0)])),
    (start, step, name) => {
      const [value] = /\d+(?=\+\d+x\d+$)/.exec(bad[name] ?? '') ?? ['stale'];
      return `${start}+${step}x${minute - 1} ${value} ${start + step * (minute + 1)}+${step}${ALWAYS}`;
    },
  ),
});

/** The same values after two minutes without a scrape and two in which all values are 0. */
export const starting = (series: Minutes): Minutes =>
  changed(series, (start, step) => `_x2 0+0x1 ${start}+${step}${ALWAYS}`);

/** The same values until this minute, when the replica ends. */
export const until = (series: Minutes, minute: number): Minutes =>
  changed(series, (start, step) => `${start}+${step}x${minute - 1} stale`);

function changed(series: Minutes, values: (start: number, step: number, name: string) => string): Minutes {
  return Object.fromEntries(
    Object.entries(series).map(([name, text]) => {
      const [, start, step] = /^(\d+)\+(\d+)x\d+$/.exec(text) ?? [];
      if (step === undefined) throw new Error(`${name} has other values than START+STEPxN: ${text}`);
      return [name, values(Number(start), Number(step), name)];
    }),
  );
}

/** Expects exactly these alerts to fire at a time such as `12m`, by the rules that ship. */
export function expectFiring(
  directory: string,
  series: Minutes,
  at: Readonly<Record<string, readonly string[]>>,
  step = '1m',
): void {
  const file = join(directory, 'test.yaml');
  const test = {
    rule_files: [pathOf('manifests/monitoring/prometheus-rules.yaml')],
    evaluation_interval: step,
    tests: [
      {
        interval: step,
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: Object.entries(at).map(([time, alerts]) => ({
          expr: 'group by (alertname) (ALERTS{alertstate="firing"})',
          eval_time: time,
          exp_samples: alerts.map((alertname) => ({ labels: `{alertname="${alertname}"}`, value: 1 })),
        })),
      },
    ],
  };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(test));
  const { status, output } = promtool('test', 'rules', file);
  expect(status, output).toBe(0);
}
