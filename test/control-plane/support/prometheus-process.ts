import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../support/reviews.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { freePorts } from '../control-plane/ports.ts';
import { until } from './api.ts';

/** A running Prometheus of Debian on a loopback port. */
export interface PrometheusProcess extends AsyncDisposable {
  /** The path of a file of this name in a directory that is removed in the end. */
  readonly fileOf: (name: string) => string;
  /** Writes such a file as JSON, which is YAML. */
  readonly write: (name: string, content: unknown) => void;
  /** Takes effect soon after. */
  readonly configure: (configuration: Json) => void;
  /** The body of a GET of its own API. */
  readonly get: (path: string) => Promise<Json>;
  /** The labels and the value of each series that an expression gives now. */
  readonly query: (expr: string) => Promise<readonly Sample[]>;
}

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Starts it without targets and rules: `configure` brings them. */
export async function startPrometheusProcess(): Promise<PrometheusProcess> {
  const directory = await temporaryDirectory();
  const [port = 0] = await freePorts(1);
  const fileOf = (name: string): string => join(directory.path, name);
  const write = (name: string, content: unknown): void => {
    // By a rename, so that Prometheus never reads half of it.
    writeFileSync(fileOf(`${name}.new`), JSON.stringify(content));
    renameSync(fileOf(`${name}.new`), fileOf(name));
  };
  write('prometheus.json', {});
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
  const call = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`);
  const get = async (path: string): Promise<Json> => (await call(path)).json();
  const prometheus: PrometheusProcess = {
    fileOf,
    write,
    configure: (configuration) => {
      write('prometheus.json', configuration);
      child.kill('SIGHUP');
    },
    get,
    query: async (expr) => {
      const { status, data, error } = await get(`/api/v1/query?query=${encodeURIComponent(expr)}`);
      if (status !== 'success') throw new Error(`${expr}: ${error}`);
      return data.result.map(({ metric, value }: Json) => ({ metric, value: Number(value[1]) }));
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
      await directory[Symbol.asyncDispose]();
    },
  };
  const isReady = (): Promise<boolean> =>
    call('/-/ready').then(
      ({ ok }) => ok,
      () => false,
    );
  try {
    await until(isReady, 'Prometheus to be ready');
    return prometheus;
  } catch (error) {
    await prometheus[Symbol.asyncDispose]();
    throw error;
  }
}
