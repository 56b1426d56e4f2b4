import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Credentials } from './credentials.ts';
import type { Programs } from './programs.ts';

/**
 * One control plane as plain data: enough to call it and to restart its servers. It survives JSON, so the main process of the test
 * runner can pass it to the workers.
 */
export interface Site extends Credentials {
  /** Holds all files of this control plane; removed when it stops. */
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

/** Writes a kubeconfig with the token, as JSON, which is YAML; returns its path. */
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
