import { rulesFor } from '../../../scripts/render-monitoring.mjs';
import type { Json } from '../../support/reviews.ts';
import type { AttachedControlPlane } from '../control-plane.ts';
import { until } from './api.ts';
import type { Program } from './program.ts';
import { type PrometheusProcess, startPrometheusProcess } from './prometheus-process.ts';

/** A running Prometheus that scrapes replicas and the API server. */
export interface Prometheus extends AsyncDisposable {
  /** Which replicas are scraped from now on. */
  readonly scrape: (replicas: readonly Program[]) => void;
  readonly query: PrometheusProcess['query'];
  /** The series that an expression gave since the start, with a value for each five seconds. */
  readonly history: (expr: string) => Promise<readonly SeriesHistory[]>;
  /** The names of the alerts that fire now, sorted. */
  readonly firing: () => Promise<string[]>;
  /** Those that have fired at any time. */
  readonly fired: () => Promise<string[]>;
}

interface SeriesHistory {
  readonly metric: Readonly<Record<string, string>>;
  /** Unix time in seconds, and the value. */
  readonly values: readonly (readonly [number, number])[];
}

/** Scrapes and evaluates each second. With `hastened` all durations in the rules are divided by that number. */
export async function startPrometheus(
  controlPlane: AttachedControlPlane,
  replicas: readonly Program[],
  hastened: number,
): Promise<Prometheus> {
  const server = await startPrometheusProcess();
  const { fileOf, write, configure, get, query } = server;
  write('rules.json', rulesFor(undefined, hastened));
  const scrape = (programs: readonly Program[]): void =>
    write('targets.json', [{ targets: programs.map(({ opsPort }) => `127.0.0.1:${opsPort}`) }]);
  scrape(replicas);
  const configuration = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    scrape_configs: [
      { job_name: 'replicas', file_sd_configs: [{ files: [fileOf('targets.json')] }] },
      {
        job_name: 'apiserver',
        scheme: 'https',
        // Its metrics are megabytes.
        scrape_interval: '2s',
        scrape_timeout: '2s',
        authorization: { credentials: controlPlane.adminToken },
        tls_config: { insecure_skip_verify: true },
        static_configs: [{ targets: [new URL(controlPlane.url).host] }],
        metric_relabel_configs: [
          {
            source_labels: ['__name__'],
            regex: 'apiserver_admission_webhook_(fail_open|rejection)_count',
            action: 'keep',
          },
        ],
      },
    ],
  };
  const started = Math.floor(Date.now() / 1_000);
  const history: Prometheus['history'] = async (query) => {
    const range = { query, start: `${started}`, end: `${Math.floor(Date.now() / 1_000)}`, step: '5s' };
    const { status, data, error } = await get(`/api/v1/query_range?${new URLSearchParams(range)}`);
    if (status !== 'success') throw new Error(`${query}: ${error}`);
    return data.result.map(({ metric, values }: Json) => ({
      metric,
      values: values.map(([time, value]: [number, string]) => [time, Number(value)]),
    }));
  };
  const names = async (expr: string): Promise<string[]> => {
    const samples = await query(`group by (alertname) (${expr})`);
    return samples.map(({ metric }) => metric.alertname ?? '').sort();
  };
  const prometheus: Prometheus = {
    scrape,
    query,
    history,
    firing: () => names('ALERTS{alertstate="firing"}'),
    fired: () => names('max_over_time(ALERTS{alertstate="firing"}[10m])'),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  try {
    configure(configuration);
    // Prometheus finds its targets some seconds after its start. The rules come after that, or the first alert would be that no replica
    // is scraped.
    const scraped = async (): Promise<boolean> =>
      (await query('image_config_admission_ready == 1')).length === replicas.length;
    await until(scraped, 'Prometheus to scrape the replicas');
    configure({ ...configuration, rule_files: [fileOf('rules.json')] });
    const hasRules = async (): Promise<boolean> =>
      JSON.stringify(await get('/api/v1/rules')).includes('ImageConfigAdmissionDown');
    await until(hasRules, 'Prometheus to load the rules');
    return prometheus;
  } catch (error) {
    await prometheus[Symbol.asyncDispose]();
    throw error;
  }
}
