import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, vi } from 'vitest';
import type { Json } from '../../support/reviews.ts';
import { BUILT_MAIN } from './program.ts';

/** The built program as a process that serves the site. */
export interface SiteProgram extends AsyncDisposable {
  readonly json: (path: string) => Promise<Json>;
  readonly html: (path: string) => Promise<string>;
}

export async function startSiteProgram(...options: readonly string[]): Promise<SiteProgram> {
  const child = spawn(process.execPath, [BUILT_MAIN, 'site', '--port', '0', ...options], {
    // An empty environment otherwise: it must not find the clusters of this machine's user.
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines: Json[] = [];
  createInterface(child.stdout).on('line', (line) => void lines.push(JSON.parse(line)));
  const listening = (): Json => lines.find(({ msg }) => msg === 'listening');
  await vi
    .waitFor(() => expect(listening()).toBeDefined(), { timeout: 20_000 })
    .catch((error) => {
      child.kill('SIGKILL');
      throw error;
    });
  const get = (path: string) => fetch(`http://127.0.0.1:${listening().port}${path}`);
  return {
    json: async (path) => (await get(path)).json(),
    html: async (path) => (await get(path)).text(),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
