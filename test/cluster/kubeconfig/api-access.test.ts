import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import type { Agent } from 'node:https';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ClusterLocation, findApiAccess } from '../../../src/cluster/kubeconfig/api-access.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory[Symbol.asyncDispose]());

interface Parts {
  readonly user?: object | undefined;
  readonly cluster?: object;
  readonly context?: object;
  readonly rest?: object;
}

const kubeconfig = ({ user = { token: 'a' }, cluster, context, rest }: Parts = {}) => ({
  clusters: [{ name: 'test', cluster: { server: 'https://test.example:6443', ...cluster } }],
  users: [{ name: 'test', user }],
  contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace: 'other', ...context } }],
  'current-context': 'test',
  ...rest,
});

async function write(name: string, content: unknown): Promise<string> {
  const file = join(directory.path, name);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const find = (location: Partial<ClusterLocation> = {}) =>
  findApiAccess({ file: undefined, env: {}, ...location });

/** The access that a kubeconfig with these parts gives. */
const accessOf = async (parts: Parts, location: Partial<ClusterLocation> = {}) =>
  find({ file: await write('config', kubeconfig(parts)), ...location });

const headersOf = async (user: object, as?: ClusterLocation['as']) =>
  (await (await accessOf({ user }, { as })).login()).headers;

describe('the kubeconfig file', () => {
  it('is the one that the options name', async () => {
    const access = await accessOf({});
    expect(access.server).toBe('https://test.example:6443');
    // The namespace of a context is not the namespace of our Secret.
    expect(access.namespace).toBeUndefined();
  });

  it('is ~/.kube/config when nothing else is given', async () => {
    await mkdir(join(directory.path, '.kube'));
    await write('.kube/config', kubeconfig());
    expect(find({ env: { HOME: directory.path } }).server).toBe('https://test.example:6443');
  });

  it('is named in the error when it is missing, not YAML or not a mapping', async () => {
    const file = join(directory.path, 'missing');
    expect(() => find({ file })).toThrow(`cannot read the kubeconfig ${file}: ENOENT`);
    await write('missing', '{ "half": ');
    expect(() => find({ file })).toThrow(`cannot read the kubeconfig ${file}: `);
    await write('missing', '- not: a kubeconfig');
    expect(() => find({ file })).toThrow(`the kubeconfig ${file} is invalid: expected a mapping`);
  });

  it('is not asked for in a Pod, nor a ServiceAccount outside of one', async () => {
    await mkdir(join(directory.path, '.kube'));
    await write('.kube/config', kubeconfig());
    await write('token', 'x');
    const env = { HOME: directory.path };
    expect(find({ env, serviceAccount: directory.path }).server).toBe('https://test.example:6443');
    const inPod = { ...env, KUBERNETES_SERVICE_HOST: '10.96.0.1' };
    expect(find({ env: inPod, serviceAccount: '/nonexistent' }).server).toBe('https://test.example:6443');
  });

  it('is searched in three places, which the error lists', () => {
    expect(() => find({ env: { HOME: directory.path } })).toThrow(
      `no cluster: not inside a Pod, KUBECONFIG is not set, and ${directory.path}/.kube/config does not exist`,
    );
  });
});

describe('the ServiceAccount of a Pod', () => {
  const inPod = async (env: ClusterLocation['env'], location: Partial<ClusterLocation> = {}) => {
    await write('token', 'from the kubelet\n');
    await write('ca.crt', 'a certificate');
    await write('namespace', 'ours');
    return find({ env, serviceAccount: directory.path, ...location });
  };

  it.each([
    [{ KUBERNETES_SERVICE_HOST: '10.96.0.1' }, 'https://10.96.0.1:443'],
    [{ KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '6443' }, 'https://10.96.0.1:6443'],
    [{ KUBERNETES_SERVICE_HOST: 'fd00::1' }, 'https://[fd00::1]:443'],
  ])('connects to %j as %s', async (env, server) => {
    expect((await inPod(env)).server).toBe(server);
  });

  it('has a token, a CA and a namespace, and goes before KUBECONFIG', async () => {
    const access = await inPod({ KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBECONFIG: '/nonexistent' });
    expect(access.namespace).toBe('ours');
    const { ca, headers, agent } = await access.login();
    expect([String(ca), headers]).toEqual(['a certificate', { Authorization: 'Bearer from the kubelet' }]);
    expect((agent as Agent).options.rejectUnauthorized).not.toBe(false);
  });

  it('may act as another user, and has no context', async () => {
    const env = { KUBERNETES_SERVICE_HOST: '10.96.0.1' };
    const { headers } = await (await inPod(env, { as: { user: 'a' } })).login();
    expect(headers).toMatchObject({ 'Impersonate-User': 'a' });
    await expect(inPod(env, { context: 'x' })).rejects.toThrow(
      "a Pod's ServiceAccount has no context x: --context needs --kubeconfig",
    );
    await expect(inPod(env, { as: { groups: ['a'] } })).rejects.toThrow(
      `${directory.path}/token is invalid: the Pod's ServiceAccount.as: groups,`,
    );
  });
});

describe('a list of files in KUBECONFIG', () => {
  const list = (...files: string[]) => find({ env: { KUBECONFIG: files.join(':') } });

  it('may name files that do not exist', async () => {
    expect(list('/nonexistent/x', '', await write('good', kubeconfig())).server).toBe(
      'https://test.example:6443',
    );
  });

  it('must name one file that exists', () => {
    expect(() => list('/nonexistent/x')).toThrow(
      'no cluster: KUBECONFIG is /nonexistent/x, and no such file exists',
    );
  });

  it('takes a cluster, a user and the current context from the first file that has them', async () => {
    const first = await write('first', {
      ...kubeconfig({ user: { token: 'first' } }),
      'current-context': '',
    });
    const second = await write('second', {
      ...kubeconfig({ user: { token: 'second' }, cluster: { server: 'https://second.example' } }),
      'current-context': 'test',
    });
    const access = list(first, second);
    expect(access.server).toBe('https://test.example:6443');
    expect((await access.login()).headers).toEqual({ Authorization: 'Bearer first' });
  });

  it('may name the same file twice', async () => {
    const file = await write('good', kubeconfig());
    expect(list(file, file).server).toBe('https://test.example:6443');
  });

  it('fails for a file in it that cannot be parsed', async () => {
    const broken = await write('broken', '[');
    expect(() => list(broken)).toThrow(`cannot read the kubeconfig ${broken}`);
  });
});

describe('the context', () => {
  it('can be chosen by the options', async () => {
    const config = kubeconfig();
    const file = await write('config', {
      ...config,
      clusters: [...config.clusters, { name: 'b', cluster: { server: 'https://b.example' } }],
      contexts: [...config.contexts, { name: 'b', context: { cluster: 'b', user: 'test' } }],
    });
    expect(find({ file, context: 'b' }).server).toBe('https://b.example');
    expect(() => find({ file, context: 'c' })).toThrow(
      `the kubeconfig ${file} has no context c; expected one of test, b`,
    );
  });

  it('must be named by the file or by --context', async () => {
    await expect(accessOf({ rest: { 'current-context': '' } })).rejects.toThrow(
      'names no cluster: it has no current-context; --context names one of test',
    );
  });

  it.each([
    [
      { context: { cluster: 'x' } },
      'contexts[test].context.cluster: there is no cluster x; expected one of test',
    ],
    [{ context: { user: 'x' } }, 'contexts[test].context.user: there is no user x; expected one of test'],
    [{ cluster: { server: '' } }, 'clusters[test].cluster.server: expected the URL of an API server'],
    [
      { cluster: { 'insecure-skip-tls-verify': true, 'certificate-authority': 'ca' } },
      'insecure-skip-tls-verify: a certificate authority is given as well',
    ],
    [
      { cluster: { 'certificate-authority': 'ca', 'certificate-authority-data': 'Y2E=' } },
      'certificate-authority: certificate-authority-data is given as well',
    ],
  ])('%j is refused', async (parts, message) => {
    await expect(accessOf(parts)).rejects.toThrow(message);
  });

  it('without a user sends no credentials', async () => {
    const access = await accessOf({ context: { user: '' } });
    expect((await access.login()).headers).toEqual({});
    const groups = { as: { groups: ['a'] } };
    await expect(accessOf({ context: { user: '' } }, groups)).rejects.toThrow(
      `the kubeconfig ${directory.path}/config is invalid: users[].as: groups, a uid or extra fields`,
    );
  });

  it('may name a user without fields, who sends no credentials', async () => {
    const rest = { users: [{ name: 'test' }] };
    expect((await (await accessOf({ rest })).login()).headers).toEqual({});
    await expect(accessOf({ rest }, { as: { uid: '1' } })).rejects.toThrow(
      `the kubeconfig ${directory.path}/config is invalid: users[test].user.as: groups,`,
    );
  });
});

describe('the server', () => {
  it('may be plain HTTP, as kubectl proxy serves it', async () => {
    const access = await accessOf({ cluster: { server: 'http://127.0.0.1:8001/' } });
    expect(access.server).toBe('http://127.0.0.1:8001');
    expect((await access.login()).headers).toEqual({ Authorization: 'Bearer a' });
  });

  it.each([
    [{ server: '127.0.0.1:6443' }, 'http://127.0.0.1:6443'],
    [{ server: '127.0.0.1:6443', 'insecure-skip-tls-verify': true }, 'https://127.0.0.1:6443'],
  ])('given as %j is %s', async (cluster, server) => {
    expect((await accessOf({ cluster })).server).toBe(server);
  });

  it('may be reached by a proxy, and verified by another name', async () => {
    const access = await accessOf({
      cluster: { 'proxy-url': 'http://proxy.example:3128', 'tls-server-name': 'name.example' },
    });
    expect(access.proxyUrl).toBe('http://proxy.example:3128');
    const { servername, agent } = await access.login();
    expect(servername).toBe('name.example');
    expect((agent as unknown as { proxy: URL }).proxy.host).toBe('proxy.example:3128');
    const direct = await accessOf({});
    expect(direct.proxyUrl).toBeUndefined();
    expect((await direct.login()).servername).toBeUndefined();
  });

  it('is verified unless the kubeconfig says otherwise', async () => {
    const verifies = async (cluster: object) =>
      (await (await accessOf({ cluster })).login()).rejectUnauthorized;
    expect(await verifies({})).not.toBe(false);
    expect(await verifies({ 'insecure-skip-tls-verify': true })).toBe(false);
  });

  it('is verified by a CA as data', async () => {
    const data = Buffer.from('a certificate').toString('base64');
    const access = await accessOf({ cluster: { server: 'a.example', 'certificate-authority-data': data } });
    expect([access.server, String((await access.login()).ca)]).toEqual([
      'https://a.example',
      'a certificate',
    ]);
  });

  it('is verified by a CA in a file beside the kubeconfig', async () => {
    await write('ca.crt', 'a certificate');
    const { ca } = await (await accessOf({ cluster: { 'certificate-authority': 'ca.crt' } })).login();
    expect(String(ca)).toBe('a certificate');
  });
});

describe('the user', () => {
  it('sends the token of a file, without the newline at its end, and follows the file', async () => {
    const file = await write('token', 'first\n');
    const access = await accessOf({ user: { tokenFile: 'token' } });
    expect((await access.login()).headers).toEqual({ Authorization: 'Bearer first' });
    await writeFile(file, 'second');
    expect((await access.login()).headers).toEqual({ Authorization: 'Bearer second' });
    await rm(file);
    expect((await access.login()).headers).toEqual({ Authorization: 'Bearer second' });
  });

  it('prefers the token of a file over another', async () => {
    await write('token', 'from the file');
    expect(await headersOf({ token: 'a', tokenFile: 'token' })).toEqual({
      Authorization: 'Bearer from the file',
    });
  });

  it('fails to log in with an empty token file', async () => {
    await write('token', '\n');
    await expect(headersOf({ tokenFile: 'token' })).rejects.toThrow('/token is empty');
  });

  it('may log in with a name and a password', async () => {
    const { auth } = await (await accessOf({ user: { username: 'a', password: 'b' } })).login();
    expect(auth).toBe('a:b');
  });

  it('acts as another user, with groups, a uid and extra fields', async () => {
    const user = {
      token: 'a',
      as: 'röot',
      'as-uid': '1',
      'as-groups': ['system:masters', 'others'],
      'as-user-extra': { 'example.org/reason(s)': ['one', 'two'] },
    };
    expect(await headersOf(user)).toEqual({
      Authorization: 'Bearer a',
      'Impersonate-User': Buffer.from('röot').toString('latin1'),
      'Impersonate-Uid': '1',
      'Impersonate-Group': ['system:masters', 'others'],
      'Impersonate-Extra-example.org%2Freason%28s%29': ['one', 'two'],
    });
  });

  it('acts as the user and the groups of the options, and keeps the uid of the file', async () => {
    const user = { token: 'a', as: 'file', 'as-groups': ['file'], 'as-uid': '1' };
    expect(await headersOf(user, { user: 'flag', groups: ['a', 'b'] })).toEqual({
      Authorization: 'Bearer a',
      'Impersonate-User': 'flag',
      'Impersonate-Uid': '1',
      'Impersonate-Group': ['a', 'b'],
    });
  });

  it.each([
    [
      { 'as-groups': ['system:masters'] },
      'as: groups, a uid or extra fields to act with are given, but no user to act as',
    ],
    [{ 'as-groups': 'system:masters' }, 'as-groups: expected a list of strings'],
    [{ token: 12 }, 'token: expected a string, found the number 12; put it in quotes'],
    [{ 'token-file': 'x' }, 'token-file: this field is not known; expected one of client-certificate,'],
    [{ token: 'a', username: 'b' }, 'username: a token is given as well; only one way to log in is allowed'],
    [{ 'client-key': 'a', 'client-key-data': 'Yg==' }, 'client-key: client-key-data is given as well'],
    [{ exec: { command: 'x' } }, 'exec.apiVersion: expected one of client.authentication.k8s.io/v1, '],
    [{ exec: { apiVersion: 'client.authentication.k8s.io/v1' } }, 'exec.command: expected a program'],
    [
      { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'x' } },
      'exec.interactiveMode: expected Never, IfAvailable or Always',
    ],
    [
      { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'x', interactiveMode: 'Always' } },
      'exec.interactiveMode: a plugin gets no terminal here; expected Never or IfAvailable',
    ],
    [
      { exec: { apiVersion: 'client.authentication.k8s.io/v1beta1', command: 'x', stdin: true } },
      'exec.stdin: this field is not known',
    ],
  ])('%j is refused', async (user, message) => {
    await expect(headersOf(user)).rejects.toThrow(`users[test].user.${message}`);
  });

  it('is refused when another user has the same name', async () => {
    const users = ['a', 'b'].map((token) => ({ name: 'test', user: { token } }));
    await expect(accessOf({ rest: { users } })).rejects.toThrow('users[1].name: the name test is used twice');
  });
});

describe('an exec plugin', () => {
  const plugin = async (script: string, exec: object = {}) => {
    await chmod(await write('plugin.sh', `#!/bin/sh\n${script}\n`), 0o700);
    const apiVersion = 'client.authentication.k8s.io/v1';
    return { exec: { apiVersion, command: './plugin.sh', interactiveMode: 'Never', ...exec } };
  };

  it('is found by a path relative to the kubeconfig, and gives a token', async () => {
    const user = await plugin(`echo '{"status":{"token":"from the plugin"}}'`);
    expect(await headersOf(user)).toEqual({ Authorization: 'Bearer from the plugin' });
  });

  it('learns the cluster from KUBERNETES_EXEC_INFO where the kubeconfig says so', async () => {
    const user = await plugin(
      `token=$(printf %s "$KUBERNETES_EXEC_INFO" | tr -dc 'a-z/:.0-9'); echo "{\\"status\\":{\\"token\\":\\"$token\\"}}"`,
      { provideClusterInfo: true },
    );
    expect(await headersOf(user)).toEqual({
      Authorization: expect.stringContaining('server:https://test.example:6443'),
    });
  });

  it('is named when it fails, with what it printed', async () => {
    await expect(headersOf(await plugin('echo expired >&2; exit 1'))).rejects.toThrow(
      /^the login plugin .*\/plugin\.sh failed: expired$/,
    );
    await expect(headersOf(await plugin('exit 1'))).rejects.toThrow(
      /plugin\.sh failed: it printed no reason$/,
    );
  });
});
