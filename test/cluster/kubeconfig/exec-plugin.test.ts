import { describe, expect, it } from 'vitest';
import { execPlugin } from '../../../src/cluster/kubeconfig/exec-plugin.ts';
import { KubeconfigSection } from '../../../src/cluster/kubeconfig/section.ts';

const V1 = 'client.authentication.k8s.io/v1';
const V1BETA1 = 'client.authentication.k8s.io/v1beta1';

const section = (fields: object): KubeconfigSection =>
  new KubeconfigSection({ ...fields }, '/home/one/.kube/config', 'here');
const pluginOf = (exec: object, cluster: object = {}) =>
  execPlugin(
    section({ apiVersion: V1, command: 'login', interactiveMode: 'Never', ...exec }),
    section(cluster),
  );
const infoOf = (plugin: ReturnType<typeof pluginOf>): unknown =>
  JSON.parse(plugin.env.find(({ name }) => name === 'KUBERNETES_EXEC_INFO')?.value ?? '');

describe('an exec plugin', () => {
  it('gets its arguments and its environment, which may have empty values', () => {
    const env = [{ name: 'A', value: 'b' }, { name: 'EMPTY' }];
    const plugin = pluginOf({ args: ['--for', 'us'], env, installHint: 'install it' });
    expect(plugin).toMatchObject({ command: 'login', args: ['--for', 'us'] });
    expect(plugin.env).toEqual([
      { name: 'A', value: 'b' },
      { name: 'EMPTY', value: '' },
      { name: 'KUBERNETES_EXEC_INFO', value: expect.any(String) },
    ]);
  });

  it('is searched in PATH by a name, and beside the kubeconfig by a relative path', () => {
    expect(pluginOf({ command: 'login' }).command).toBe('login');
    expect(pluginOf({ command: './login' }).command).toBe('/home/one/.kube/login');
    expect(pluginOf({ command: '/bin/login' }).command).toBe('/bin/login');
  });

  it('is not interactive, and learns nothing of the cluster by default', () => {
    expect(infoOf(pluginOf({}, { server: 'https://a.example' }))).toEqual({
      kind: 'ExecCredential',
      apiVersion: V1,
      spec: { interactive: false },
    });
  });

  it('learns all of the cluster but its credentials where the kubeconfig says so', () => {
    const config = { audience: 'us' };
    const cluster = {
      server: 'https://a.example',
      'tls-server-name': 'b.example',
      'insecure-skip-tls-verify': true,
      'certificate-authority-data': 'Y2E=',
      'proxy-url': 'http://proxy.example',
    };
    const extensions = [
      { name: 'other', extension: { not: 'this' } },
      { name: 'client.authentication.k8s.io/exec', extension: config },
    ];
    expect(infoOf(pluginOf({ provideClusterInfo: true }, { ...cluster, extensions }))).toMatchObject({
      spec: { interactive: false, cluster: { ...cluster, config } },
    });
  });

  it('may leave out interactiveMode in v1beta1 only', () => {
    expect(pluginOf({ apiVersion: V1BETA1, interactiveMode: undefined }).command).toBe('login');
    expect(() => pluginOf({ interactiveMode: undefined })).toThrow(
      'here.interactiveMode: expected Never, IfAvailable or Always',
    );
  });

  it.each([
    ['an unknown version', { apiVersion: 'v1' }, `here.apiVersion: expected one of ${V1}, ${V1BETA1}`],
    ['no version', { apiVersion: undefined }, 'here.apiVersion: expected one of'],
    ['no command', { command: '' }, 'here.command: expected a program'],
    ['a need of a terminal', { interactiveMode: 'Always' }, 'a plugin gets no terminal here'],
    ['a variable without a name', { env: [{ value: 'a' }] }, 'here.env[0].name: expected a name'],
    ['an unknown field', { arguments: [] }, 'here.arguments: this field is not known'],
  ])('is refused with %s', (_, exec, message) => {
    expect(() => pluginOf(exec)).toThrow(message);
  });
});
