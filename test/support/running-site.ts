import { Command } from 'commander';
import { expect, vi } from 'vitest';
import { type SiteOptions, siteOptions } from '../../src/cli/site/options.ts';
import { type SiteSurroundings, site } from '../../src/cli/site/site.ts';
import type { Signal } from '../../src/server/drain.ts';
import { type CollectedLog, collectLog } from './log.ts';

export interface RunningSite extends AsyncDisposable, Pick<CollectedLog, 'logged'> {
  readonly port: number;
  readonly get: (path: string) => Promise<Response>;
}

export const siteOptionsFrom = (argv: readonly string[]): SiteOptions => {
  const command = new Command('site').exitOverride();
  for (const option of siteOptions) command.addOption(option);
  return command.parse([...argv], { from: 'user' }).opts<SiteOptions>();
};

/** Starts `site` on a free port. Disposing ends it with a signal. */
export async function startSite(
  argv: readonly string[],
  surroundings: Partial<SiteSurroundings>,
  today = () => '2026-11-30',
): Promise<RunningSite> {
  const { destination, logged } = collectLog();
  const listeners = new Map<Signal, () => void>();
  const onSignal = (signal: Signal, listener: () => void) => void listeners.set(signal, listener);
  const io = { today, onSignal, env: {}, docs: new URL('../../docs/', import.meta.url) };
  const ended = site(siteOptionsFrom(['--port', '0', ...argv]), io, {
    logTo: destination,
    watch: { poll: 50, settle: 5 },
    ...surroundings,
  });
  await Promise.race([
    ended,
    vi.waitFor(() => expect(logged('listening')).toHaveLength(1), { timeout: 20_000 }),
  ]);
  const [{ port } = { port: 0 }] = logged('listening') as { port: number }[];
  return {
    logged,
    port,
    get: (path) => fetch(`http://127.0.0.1:${port}${path}`),
    [Symbol.asyncDispose]: async () => {
      listeners.get('SIGINT')?.();
      await ended;
    },
  };
}
