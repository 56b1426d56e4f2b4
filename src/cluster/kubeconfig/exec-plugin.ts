import type { KubeconfigSection } from './section.ts';

/** An exec plugin as client-node runs it. */
interface ExecPlugin {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

const FIELDS = [
  ...['apiVersion', 'command', 'args', 'env', 'installHint', 'provideClusterInfo', 'interactiveMode'],
];

const VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

/**
 * Reads the plugin that logs a user in
 * (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins). Throws for a
 * field that is not known, and for a plugin that needs a terminal.
 */
export function execPlugin(exec: KubeconfigSection, cluster: KubeconfigSection): ExecPlugin {
  exec.refuseOthers(FIELDS);
  const apiVersion = exec.text('apiVersion') ?? '';
  if (!VERSIONS.includes(apiVersion)) exec.fail('apiVersion', `expected one of ${VERSIONS.join(', ')}`);
  const command = exec.text('command') ?? exec.fail('command', 'expected a program');
  const mode = exec.text('interactiveMode');
  if (mode === undefined && apiVersion.endsWith('/v1'))
    exec.fail('interactiveMode', 'expected Never, IfAvailable or Always');
  if (mode === 'Always')
    exec.fail('interactiveMode', 'a plugin gets no terminal here; expected Never or IfAvailable');
  const env = exec.items('env').map((item) => ({
    name: item.text('name') ?? item.fail('name', 'expected a name'),
    value: item.text('value') ?? '',
  }));
  const info = {
    kind: 'ExecCredential',
    apiVersion,
    spec: { interactive: false, ...(exec.flag('provideClusterInfo') && { cluster: clusterInfo(cluster) }) },
  };
  return {
    // A name without a slash is searched in PATH.
    command: command.includes('/') ? (exec.path('command') ?? command) : command,
    args: exec.texts('args'),
    env: [...env, { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }],
  };
}

/** The fields of the cluster that a plugin gets in KUBERNETES_EXEC_INFO. */
const clusterInfo = (cluster: KubeconfigSection): object => ({
  server: cluster.text('server'),
  'tls-server-name': cluster.text('tls-server-name'),
  'insecure-skip-tls-verify': cluster.flag('insecure-skip-tls-verify'),
  'certificate-authority-data': cluster.text('certificate-authority-data'),
  'proxy-url': cluster.text('proxy-url'),
  config: cluster
    .items('extensions')
    .find((extension) => extension.text('name') === 'client.authentication.k8s.io/exec')
    ?.raw('extension'),
});
