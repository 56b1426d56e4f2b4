import { readFileSync } from 'node:fs';
import type { Json } from '../../support/reviews.ts';
import { type CommandResult, run } from './command.ts';
import { readLog, type StopOptions, stopServer, tailOfLog } from './process.ts';
import { startAndAwait } from './readiness.ts';
import { type ApiRequest, type ApiResponse, requestApi } from './request.ts';
import type { ServerName } from './servers.ts';
import { auditLogPath, kubeconfigPath, type Site, siteUrl, writeKubeconfig } from './site.ts';

export interface AttachedControlPlane {
  /** For `attachControlPlane` in another process. */
  readonly site: Site;
  readonly url: string;
  /** Path of the admin's kubeconfig. */
  readonly kubeconfig: string;
  /** Base64 of the authority's PEM. */
  readonly caData: string;
  readonly adminToken: string;
  /** The audited calls since `from`, oldest first; there only with the option `audit`. */
  auditedCalls(from?: number): Json[];
  /** Runs kubectl as the admin, or with another kubeconfig; a failure of kubectl is a result, not a rejection. */
  kubectl(args: readonly string[], options?: ClientOptions): Promise<CommandResult>;
  helm(args: readonly string[], options?: ClientOptions): Promise<CommandResult>;
  /** One plain HTTP call. */
  request(path: string, options?: ApiRequest): Promise<ApiResponse>;
  /** Writes a kubeconfig for another identity (`kubectl create token`); returns its path. */
  kubeconfigFor(name: string, token: string): string;
  /** It comes back on the same port, with the same data. */
  stopApiServer(options?: StopOptions): Promise<void>;
  startApiServer(): Promise<void>;
  stopEtcd(options?: StopOptions): Promise<void>;
  startEtcd(): Promise<void>;
  stopControllerManager(options?: StopOptions): Promise<void>;
  startControllerManager(): Promise<void>;
  log(server: ServerName): string;
  /** The last lines of every server's log, for the message of a failing test. */
  logTails(): string;
}

interface ClientOptions {
  readonly stdin?: string;
  /** Path. Default: the admin's. */
  readonly kubeconfig?: string;
}

/** The control plane in a process that did not start it: it can restart servers, and only the starter can stop them all. */
export function attachControlPlane(site: Site): AttachedControlPlane {
  const client =
    (program: 'kubectl' | 'helm') =>
    (args: readonly string[], options: ClientOptions = {}) => {
      const { stdin = '', kubeconfig = kubeconfigPath(site) } = options;
      return run(site.programs[program], args, { stdin, env: clientEnvironment(site, kubeconfig) });
    };
  const stop = (server: ServerName) => (options?: StopOptions) => stopServer(site, server, options);
  const start = (server: ServerName) => () => startAndAwait(site, server);

  return {
    site,
    url: siteUrl(site),
    kubeconfig: kubeconfigPath(site),
    caData: site.caData,
    adminToken: site.adminToken,
    kubectl: client('kubectl'),
    helm: client('helm'),
    request: (path, options) => requestApi(site, path, options),
    kubeconfigFor: (name, token) => writeKubeconfig(site, name, token),
    stopApiServer: stop('kube-apiserver'),
    startApiServer: start('kube-apiserver'),
    stopEtcd: stop('etcd'),
    startEtcd: start('etcd'),
    stopControllerManager: stop('kube-controller-manager'),
    startControllerManager: start('kube-controller-manager'),
    auditedCalls: (from = 0) =>
      readFileSync(auditLogPath(site), 'utf8')
        .trimEnd()
        .split('\n')
        .slice(from)
        .map((line) => JSON.parse(line)),
    log: (server) => readLog(site, server),
    logTails: () =>
      serversOf(site)
        .map((server) => `--- ${server}\n${tailOfLog(site, server)}`)
        .join('\n'),
  };
}

const serversOf = (site: Site): ServerName[] =>
  site.controllerManager ? ['etcd', 'kube-apiserver', 'kube-controller-manager'] : ['etcd', 'kube-apiserver'];

/** kubectl and helm keep caches and settings in the control plane's directory. */
const clientEnvironment = (site: Site, kubeconfig: string) => ({
  PATH: process.env.PATH ?? '',
  HOME: site.directory,
  KUBECONFIG: kubeconfig,
});
