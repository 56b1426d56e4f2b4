import { fileURLToPath } from 'node:url';
import { expect, vi } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { type Surroundings, serve } from '../../src/cli/serve/serve.ts';
import type { Signal } from '../../src/server/drain.ts';
import type { Readiness } from '../../src/server/health.ts';
import type { ServeSettings } from '../../src/settings.ts';
import { type CollectedLog, collectLog } from './log.ts';
import { settingsFrom } from './serve-settings.ts';

export interface RunningServe extends CollectedLog, AsyncDisposable {
  readonly tlsPort: number;
  readonly opsPort: number;
  readonly stderr: () => string;
  readonly signal: (signal: Signal) => void;
  /** The exit code. */
  readonly ended: Promise<number>;
  readonly readyz: () => Promise<Readiness & { readonly status: number }>;
  readonly metrics: () => Promise<string>;
}

/** Starts `serve` on free ports. Disposing ends it with signals and waits. */
export async function startServe(
  settings: Partial<ServeSettings>,
  surroundings: Partial<Surroundings>,
  called: Partial<Pick<Io, 'docs' | 'script'>> = {},
): Promise<RunningServe> {
  const collected = collectLog();
  const listeners = new Map<Signal, () => void>();
  let stderr = '';
  const io = {
    stderr: { write: (text: string) => (stderr += text) },
    onSignal: (signal: Signal, listener: () => void) => void listeners.set(signal, listener),
    env: {},
    docs: new URL('../../docs/', import.meta.url),
    script: fileURLToPath(new URL('../../dist/main.js', import.meta.url)),
    ...called,
  };
  const quick = { host: '127.0.0.1', tlsPort: 0, opsPort: 0, logLevel: 'debug', drainSeconds: 0 };
  const ended = serve({ ...settingsFrom([]), ...quick, ...settings }, io, {
    logTo: collected.destination,
    watch: { poll: 50, settle: 5 },
    ...surroundings,
  });
  const listening = () =>
    collected.logged('listening')[0] as { tlsPort: number; opsPort: number } | undefined;
  await Promise.race([ended, vi.waitFor(() => expect(listening()).toBeDefined(), { timeout: 20_000 })]);
  const { tlsPort, opsPort } = listening() ?? { tlsPort: 0, opsPort: 0 };
  const signal = (name: Signal): void => listeners.get(name)?.();
  const ops = (path: string) => fetch(`http://127.0.0.1:${opsPort}${path}`);
  return {
    ...collected,
    tlsPort,
    opsPort,
    stderr: () => stderr,
    signal,
    ended,
    readyz: async () => {
      const response = await ops('/readyz');
      return { status: response.status, ...((await response.json()) as Readiness) };
    },
    metrics: async () => (await ops('/metrics')).text(),
    [Symbol.asyncDispose]: async () => {
      signal('SIGINT');
      signal('SIGINT');
      await ended;
    },
  };
}
