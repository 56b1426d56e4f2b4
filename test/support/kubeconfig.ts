import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiServer } from './api-server.ts';

/** Writes a kubeconfig for the small API server into the directory, and resolves to its path. */
export async function kubeconfigFor(api: ApiServer, directory: string): Promise<string> {
  const file = join(directory, 'kubeconfig');
  const cluster = { server: api.url, 'insecure-skip-tls-verify': true };
  const config = {
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'test', user: { token: 'a-token' } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  };
  await writeFile(file, JSON.stringify(config));
  return file;
}
