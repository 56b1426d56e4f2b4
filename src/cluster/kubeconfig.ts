import { accessSync } from 'node:fs';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';

export interface WhereTheClusterIs {
  /** A kubeconfig file; undefined: found as kubectl does, inside a Pod by its ServiceAccount. */
  readonly file: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface KubeAccess {
  readonly config: KubeConfig;
  /** Of the Pod that we run in; undefined elsewhere. */
  readonly namespace: string | undefined;
}

/**
 * The cluster, and who we are to it. Of client-node only this is used: it knows every way to log in, exec plugins and
 * tokens that are replaced while we run among them. Its calls open a new connection each, wait without end, and drop
 * the fields that its version does not know; its watches stop for good at the first error.
 *
 * Throws with words for whoever started the program.
 */
export function loadKubeConfig({ file, env }: WhereTheClusterIs): KubeAccess {
  const config = new KubeConfig();
  const source = sourceOf(file, env);
  try {
    if (source.kind === 'file') config.loadFromFile(source.file);
    else if (source.kind === 'pod') config.loadFromCluster();
    else config.loadFromDefault();
  } catch (error) {
    throw new Error(`cannot read ${source.name}: ${(error as Error).message}`, { cause: error });
  }
  if (!config.getCurrentCluster())
    throw new Error(`${source.name} names no cluster: its current-context is missing or leads nowhere`);
  const context = config.getContextObject(config.getCurrentContext());
  return { config, namespace: source.kind === 'pod' ? context?.namespace : undefined };
}

type Source =
  | { readonly kind: 'file'; readonly name: string; readonly file: string }
  | { readonly kind: 'pod' | 'default'; readonly name: string };

function sourceOf(file: string | undefined, env: WhereTheClusterIs['env']): Source {
  if (file !== undefined) return { kind: 'file', name: `the kubeconfig ${file}`, file };
  if (env.KUBERNETES_SERVICE_HOST && exists(SERVICE_ACCOUNT_TOKEN))
    return { kind: 'pod', name: "the Pod's ServiceAccount" };
  if (env.KUBECONFIG) return { kind: 'default', name: `the kubeconfig ${env.KUBECONFIG}` };
  const home = join(env.HOME ?? '', '.kube', 'config');
  // Left to itself, client-node would go on with http://localhost:8080.
  if (!exists(home)) throw new Error(`no cluster: this is no Pod, and there is no KUBECONFIG and no ${home}`);
  return { kind: 'default', name: `the kubeconfig ${home}` };
}

const SERVICE_ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

function exists(file: string): boolean {
  try {
    accessSync(file);
    return true;
  } catch {
    return false;
  }
}
