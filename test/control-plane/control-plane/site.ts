import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Credentials } from './credentials.ts';
import type { Programs } from './programs.ts';

/**
 * One control plane as plain data: whoever has it can talk to the control plane and restart its servers. It survives JSON, so a
 * test runner's main process can hand it to its workers.
 */
export interface Site extends Credentials {
  /** Everything this control plane writes; gone when it has stopped. */
  readonly directory: string;
  readonly logDirectory: string;
  readonly programs: Programs;
  readonly ports: { readonly apiServer: number; readonly etcd: number; readonly etcdPeer: number };
  readonly controllerManager: boolean;
  readonly aggregatorRouting: boolean;
  readonly audit: boolean;
  readonly apiServerFlags: readonly string[];
  readonly controllerManagerFlags: readonly string[];
}

export const siteUrl = ({ ports }: Site) => `https://127.0.0.1:${ports.apiServer}`;
export const kubeconfigPath = (site: Site, name = 'admin') => join(site.directory, `${name}.kubeconfig`);
export const auditLogPath = (site: Site) => join(site.logDirectory, 'audit.log');

/** Writes a kubeconfig for the bearer of the token and gives its path. It is written as JSON, which every reader of YAML reads. */
export function writeKubeconfig(site: Site, name: string, token: string): string {
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'test', cluster: { server: siteUrl(site), 'certificate-authority-data': site.caData } },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: name } }],
    'current-context': 'test',
  };
  const path = kubeconfigPath(site, name);
  writeFileSync(path, JSON.stringify(kubeconfig, undefined, 2), { mode: 0o600 });
  return path;
}
