import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rulesFor } from '../../../scripts/render-monitoring.mjs';
import { temporaryDirectory } from '../../support/temporary.ts';
import { freePorts } from '../control-plane/ports.ts';
import type { AttachedControlPlane } from '../control-plane.ts';
import { until } from './api.ts';
import type { Program } from './program.ts';

/** A running Prometheus that scrapes replicas and the API server. */
export interface Prometheus extends AsyncDisposable {
  /** Which replicas are scraped from now on. */
  readonly scrape: (replicas: readonly Program[]) => void;
  /** The labels and the value of each series that an expression gives now. */
  readonly query: (expr: string) => Promise<readonly Sample[]>;
  /** The names of the alerts that fire now, sorted. */
  readonly firing: () => Promise<string[]>;
  /** Those that have fired at any time. */
  readonly fired: () => Promise<string[]>;
}

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Scrapes and evaluates each second. With `hastened` all durations in the rules are divided by that number. */
export async function startPrometheus(
  controlPlane: AttachedControlPlane,
  replicas: readonly Program[],
  hastened: number,
): Promise<Prometheus> {
  const directory = await temporaryDirectory();
  const [port = 0] = await freePorts(1);
  const fileOf = (name: string): string => join(directory.path, name);
  // JSON is YAML.
  const write = (name: string, content: unknown): void => {
    // By a rename, so that Prometheus never reads half of it.
    writeFileSync(fileOf(`${name}.new`), JSON.stringify(content));
    renameSync(fileOf(`${name}.new`), fileOf(name));
  };
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
  write('prometheus.json', configuration);
  const options = {
    'config.file': fileOf('prometheus.json'),
    'storage.tsdb.path': fileOf('data'),
    'web.listen-address': `127.0.0.1:${port}`,
    'log.level': 'warn',
  };
  const child = spawn(
    'prometheus',
    Object.entries(options).map(([name, value]) => `--${name}=${value}`),
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const exited = once(child, 'exit');
  const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`);
  const query: Prometheus['query'] = async (expr) => {
    const { status, data, error } = (await (
      await get(`/api/v1/query?query=${encodeURIComponent(expr)}`)
    ).json()) as {
      status: string;
      error?: string;
      data: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    if (status !== 'success') throw new Error(`${expr}: ${error}`);
    return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  };
  const names = async (expr: string): Promise<string[]> => {
    const samples = await query(`group by (alertname) (${expr})`);
    return samples.map(({ metric }) => metric.alertname ?? '').sort();
  };
  const prometheus: Prometheus = {
    scrape,
    query,
    firing: () => names('ALERTS{alertstate="firing"}'),
    fired: () => names('max_over_time(ALERTS{alertstate="firing"}[10m])'),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
      await directory[Symbol.asyncDispose]();
    },
  };
  try {
    await until(
      () =>
        get('/-/ready').then(
          ({ ok }) => ok,
          () => false,
        ),
      'Prometheus to be ready',
    );
    // Prometheus finds its targets some seconds after its start. The rules come after that, or the first alert would be that no replica
    // is scraped.
    const scraped = async (): Promise<boolean> =>
      (await query('image_config_admission_ready == 1')).length === replicas.length;
    await until(scraped, 'Prometheus to scrape the replicas');
    write('prometheus.json', { ...configuration, rule_files: [fileOf('rules.json')] });
    child.kill('SIGHUP');
    const hasRules = async (): Promise<boolean> =>
      (await (await get('/api/v1/rules')).text()).includes('ImageConfigAdmissionDown');
    await until(hasRules, 'Prometheus to load the rules');
    return prometheus;
  } catch (error) {
    await prometheus[Symbol.asyncDispose]();
    throw error;
  }
}
