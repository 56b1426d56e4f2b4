import { writeFileSync } from 'node:fs';
import { kubeconfigPath, type Site, siteUrl } from './site.ts';

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
