import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { startServer, tailOfLog } from './process.ts';
import { requestApi } from './request.ts';
import type { ServerName } from './servers.ts';
import type { Site } from './site.ts';

// A start takes seconds (README.md has figures); a busy machine needs longer.
const patience = 120_000;

/** Starts a server and waits until it is ready. Otherwise it throws an error with the end of the server's log. */
export async function startAndAwait(site: Site, name: ServerName): Promise<void> {
  const { hasExited } = await startServer(site, name);
  const giveUpAt = Date.now() + patience;
  while (!(await isReady[name](site).catch(() => false))) {
    const failure = hasExited()
      ? 'exited'
      : Date.now() > giveUpAt
        ? `was not ready within ${patience / 1000} s`
        : undefined;
    if (failure !== undefined)
      throw new Error(`${name} ${failure}. The end of its log:\n${tailOfLog(site, name)}`);
    await pause(100);
  }
}

const isReady: Readonly<Record<ServerName, (site: Site) => Promise<boolean>>> = {
  etcd: ({ ports }) => answersOk(`http://127.0.0.1:${ports.etcd}/health`),
  'kube-apiserver': async (site) => (await requestApi(site, '/readyz')).status === 200,
  // It serves no port here. Its first visible work is the ServiceAccount, which the first Pod of a test needs.
  'kube-controller-manager': async (site) =>
    (await requestApi(site, '/api/v1/namespaces/default/serviceaccounts/default')).status === 200,
};

function answersOk(url: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent: false }, (response) => resolve(response.resume().statusCode === 200));
    call.on('error', reject).end();
  });
}
