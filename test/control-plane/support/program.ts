import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, vi } from 'vitest';
import type { Readiness } from '../../../src/server/health.ts';
import { seriesIn } from '../../support/webhook-server.ts';

type Line = Record<string, unknown> & { readonly msg: string };

/** The built program as a process that serves a cluster. */
export interface Program extends AsyncDisposable {
  readonly pid: number;
  readonly tlsPort: number;
  readonly opsPort: number;
  readonly lines: readonly Line[];
  /** The lines of the log with this message. */
  readonly logged: (message: string) => Line[];
  readonly readyz: () => Promise<Readiness>;
  /** The finding of one check of /readyz. */
  readonly check: (name: 'catalog' | 'certificate') => Promise<string>;
  /** The value of a series, `name{labels}`, without our prefix. */
  readonly series: (name: string) => Promise<number | undefined>;
  /** Standard error: Node's warnings, since the program's own messages are in the log. */
  readonly stderr: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly exited: Promise<number | null>;
}

/** `TEST_PROGRAM` may name a build that no later one overwrites. `TEST_NODE_OPTIONS` become the NODE_OPTIONS of its processes. */
export const BUILT_MAIN =
  process.env.TEST_PROGRAM ?? fileURLToPath(new URL('../../../dist/main.js', import.meta.url));

/** Resolves when the program listens, which may be before it is ready. */
export const startProgram = (...options: readonly string[]): Promise<Program> =>
  startBuild(BUILT_MAIN, ...options);

/** The same with the `main.js` of another version. */
export async function startBuild(main: string, ...options: readonly string[]): Promise<Program> {
  const ports = ['--host', '127.0.0.1', '--tls-port', '0', '--ops-port', '0', '--drain-seconds', '0'];
  // An empty environment otherwise: it must not find the clusters of this machine's user.
  const env = { PATH: process.env.PATH ?? '', NODE_OPTIONS: process.env.TEST_NODE_OPTIONS ?? '' };
  const child = spawn(process.execPath, [main, 'serve', ...ports, ...options], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: Line[] = [];
  let stderr = '';
  createInterface(child.stdout).on('line', (line) => void lines.push(JSON.parse(line)));
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const logged = (message: string): Line[] => lines.filter(({ msg }) => msg === message);
  try {
    await vi.waitFor(() => expect(logged('listening').length + stderr.length, stderr).toBeGreaterThan(0), {
      timeout: 20_000,
    });
    if (stderr !== '') throw new Error(stderr);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  const { tlsPort, opsPort } = logged('listening')[0] as unknown as { tlsPort: number; opsPort: number };
  const ops = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${opsPort}${path}`);
  const readyz = async (): Promise<Readiness> => (await ops('/readyz')).json() as Promise<Readiness>;
  return {
    pid: child.pid ?? 0,
    tlsPort,
    opsPort,
    lines,
    logged,
    readyz,
    check: async (name) => (await readyz()).checks.find((check) => check.name === name)?.reason ?? '',
    series: async (name) => seriesIn(await (await ops('/metrics')).text(), `image_config_admission_${name}`),
    stderr: () => stderr,
    kill: (signal) => void child.kill(signal),
    exited,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
