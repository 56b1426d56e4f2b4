import { accessSync, readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { join } from 'node:path';
import { type Cluster as ClientCluster, KubeConfig } from '@kubernetes/client-node';
import { type Kubeconfig, readKubeconfig, readKubeconfigs } from './files.ts';
import { KubeconfigSection } from './section.ts';
import { fileOrData, type Impersonation, type KubeUser, readUser } from './user.ts';

/** The cluster to connect to, and the user to act as. */
export interface ClusterLocation {
  /** A kubeconfig file; undefined: found as kubectl finds it, inside a Pod by its ServiceAccount. */
  readonly file: string | undefined;
  /** The context to use instead of the current one. */
  readonly context?: string | undefined;
  /** The user to impersonate. Each field overrides the same field of the kubeconfig. */
  readonly as?: Partial<Impersonation> | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The directory of a Pod's token and CA. Default: the one that the kubelet mounts. */
  readonly serviceAccount?: string;
}

/** How to reach an API server. */
export interface ApiAccess {
  /** Such as https://10.96.0.1:443. */
  readonly server: string;
  readonly proxyUrl: string | undefined;
  /** The namespace of the Pod that we run in; undefined elsewhere. */
  readonly namespace: string | undefined;
  /** Options for one request: the headers and certificates of the user, read afresh. Rejects when a login fails. */
  readonly login: () => Promise<RequestOptions>;
}

/**
 * Finds the cluster and the user as kubectl does. client-node runs exec plugins and knows proxies; the files are read here,
 * since its own reader drops groups, token files and whatever else it does not know.
 *
 * Throws an error whose message is for the person who started the program.
 */
export function findApiAccess({
  file,
  context,
  as,
  env,
  serviceAccount = SERVICE_ACCOUNT,
}: ClusterLocation): ApiAccess {
  const impersonation = { user: as?.user, groups: as?.groups ?? [], uid: as?.uid };
  if (file !== undefined)
    return fromKubeconfig(readKubeconfig(file), `the kubeconfig ${file}`, context, impersonation);
  const host = env.KUBERNETES_SERVICE_HOST;
  if (host && exists(join(serviceAccount, 'token'))) {
    const address = `${host.includes(':') ? `[${host}]` : host}:${env.KUBERNETES_SERVICE_PORT ?? '443'}`;
    return fromPod(`https://${address}`, serviceAccount, context, impersonation);
  }
  if (env.KUBECONFIG)
    return fromKubeconfig(
      readKubeconfigs(env.KUBECONFIG),
      `the kubeconfig ${env.KUBECONFIG}`,
      context,
      impersonation,
    );
  const home = join(env.HOME ?? '', '.kube', 'config');
  // kubectl would try http://localhost:8080 instead of failing.
  if (!exists(home))
    throw new Error(`no cluster: not inside a Pod, KUBECONFIG is not set, and ${home} does not exist`);
  return fromKubeconfig(readKubeconfig(home), `the kubeconfig ${home}`, context, impersonation);
}

function fromKubeconfig(
  { clusters, users, contexts, currentContext }: Kubeconfig,
  source: string,
  wanted: string | undefined,
  as: Impersonation,
): ApiAccess {
  const name = wanted ?? currentContext;
  if (name === undefined)
    throw new Error(
      `${source} names no cluster: it has no current-context; --context names one of ${listed(contexts)}`,
    );
  const context = contexts.get(name);
  if (!context) throw new Error(`${source} has no context ${name}; expected one of ${listed(contexts)}`);
  const clusterName = context.text('cluster') ?? context.fail('cluster', 'expected the name of a cluster');
  const cluster =
    clusters.get(clusterName) ??
    context.fail('cluster', `there is no cluster ${clusterName}; expected one of ${listed(clusters)}`);
  const userName = context.text('user');
  const user =
    // Without a user there is no login.
    (userName === undefined ? context.empty('users[]') : users.get(userName)) ??
    context.fail('user', `there is no user ${userName}; expected one of ${listed(users)}`);
  return accessOf(readCluster(clusterName, cluster), readUser(userName ?? '', user, cluster, as), undefined);
}

const listed = (entries: ReadonlyMap<string, unknown>): string => [...entries.keys()].join(', ') || 'none';

function readCluster(name: string, cluster: KubeconfigSection): ClientCluster {
  const server = cluster.text('server') ?? cluster.fail('server', 'expected the URL of an API server');
  const [caFile, caData] = fileOrData(cluster, 'certificate-authority');
  const skipTLSVerify = cluster.flag('insecure-skip-tls-verify');
  if (skipTLSVerify && (caFile ?? caData) !== undefined)
    cluster.fail(
      'insecure-skip-tls-verify',
      'a certificate authority is given as well; leave one of them out',
    );
  const tlsServerName = cluster.text('tls-server-name');
  const proxyUrl = cluster.text('proxy-url');
  return clientCluster({
    name,
    // As in client-go's DefaultServerURL: without a scheme, a CA or insecure-skip-tls-verify selects https.
    server: server.includes('://')
      ? server
      : `${skipTLSVerify || (caFile ?? caData) !== undefined ? 'https' : 'http'}://${server}`,
    skipTLSVerify,
    ...(caFile !== undefined && { caFile }),
    ...(caData !== undefined && { caData }),
    ...(tlsServerName !== undefined && { tlsServerName }),
    ...(proxyUrl !== undefined && { proxyUrl }),
  });
}

/**
 * Turns verification off for plain HTTP, such as that of `kubectl proxy`: there is nothing to verify, and client-node refuses
 * it otherwise.
 */
const clientCluster = (cluster: ClientCluster): ClientCluster => ({
  ...cluster,
  server: cluster.server.replace(/\/$/, ''),
  skipTLSVerify: cluster.skipTLSVerify || cluster.server.startsWith('http:'),
});

/** The Pod's own ServiceAccount (https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/). */
function fromPod(
  server: string,
  directory: string,
  context: string | undefined,
  as: Impersonation,
): ApiAccess {
  if (context !== undefined)
    throw new Error(`a Pod's ServiceAccount has no context ${context}: --context needs --kubeconfig`);
  const tokenFile = join(directory, 'token');
  const user = new KubeconfigSection({ tokenFile }, tokenFile, "the Pod's ServiceAccount");
  const caFile = join(directory, 'ca.crt');
  const cluster = clientCluster({ name: 'pod', server, skipTLSVerify: false, caFile });
  const namespace = readFileSync(join(directory, 'namespace'), 'utf8');
  return accessOf(cluster, readUser('pod', user, user.empty('cluster'), as), namespace);
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The access to a cluster as a user. Nothing is sent yet. */
function accessOf(cluster: ClientCluster, kubeUser: KubeUser, namespace: string | undefined): ApiAccess {
  const { user, tokenFile, impersonation } = kubeUser;
  const config = new KubeConfig();
  config.loadFromClusterAndUser(cluster, user);
  return {
    server: cluster.server,
    proxyUrl: cluster.proxyUrl,
    namespace,
    async login() {
      const options: RequestOptions = {};
      try {
        await config.applyToHTTPSOptions(options);
      } catch (error) {
        throw user.exec ? loginFailed(user.exec.command, error) : error;
      }
      const bearer = tokenFile && { Authorization: `Bearer ${tokenFile.read()}` };
      return { ...options, headers: { ...(options.headers as object), ...bearer, ...impersonation } };
    },
  };
}

const loginFailed = (command: string, error: unknown): Error =>
  new Error(
    `the login plugin ${command} failed: ${(error as Error).message.trim() || 'it printed no reason'}`,
    {
      cause: error,
    },
  );

function exists(file: string): boolean {
  try {
    accessSync(file);
    return true;
  } catch {
    return false;
  }
}
