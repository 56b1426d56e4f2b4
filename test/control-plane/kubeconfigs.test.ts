import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { connect } from '../../src/cluster/connection.ts';
import { findApiAccess } from '../../src/cluster/kubeconfig/api-access.ts';
import { run } from './control-plane/command.ts';
import { attachControlPlane } from './control-plane.ts';
import { kubeconfigOf } from './support/commands.ts';

/*
 * For each kubeconfig, the API server takes kubectl and this program for the same user.
 */

const controlPlane = attachControlPlane(inject('site'));
const directory = mkdtempSync(join(tmpdir(), 'kubeconfigs-'));
afterAll(() => rmSync(directory, { recursive: true }));

const write = (name: string, content: string): string => {
  const file = join(directory, name);
  writeFileSync(file, content, { mode: 0o600 });
  return file;
};

const cluster = { server: controlPlane.url, 'certificate-authority-data': controlPlane.caData };
const admin = { token: controlPlane.adminToken };

function kubeconfig(name: string, user: object | undefined, parts: object = {}): string {
  return write(
    name,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'test', cluster: { ...cluster, ...parts } }],
      users: user ? [{ name: 'test', user }] : [],
      contexts: [{ name: 'test', context: { cluster: 'test', ...(user && { user: 'test' }) } }],
      'current-context': 'test',
    }),
  );
}

interface Case {
  readonly files: string;
  /** Flags of kubectl that ours has, too. */
  readonly as?: { readonly user?: string; readonly groups?: readonly string[]; readonly uid?: string };
}

const flagsOf = ({ as = {} }: Case): string[] => [
  ...(as.user === undefined ? [] : ['--as', as.user]),
  ...(as.groups ?? []).flatMap((group) => ['--as-group', group]),
  ...(as.uid === undefined ? [] : ['--as-uid', as.uid]),
];

/** The user that kubectl is to the API server, or undefined when kubectl or the API server refuses. */
async function userOfKubectl(given: Case): Promise<unknown> {
  // Another working directory than that of the files: relative paths in them are relative to them.
  const { kubectl } = controlPlane.site.programs;
  const args = ['-c', 'cd / && exec "$0" "$@"', kubectl, 'auth', 'whoami', '-o', 'json', ...flagsOf(given)];
  const env = { PATH: process.env.PATH ?? '', HOME: directory, KUBECONFIG: given.files };
  const { code, stdout } = await run('sh', args, { env });
  return code === 0 ? JSON.parse(stdout).status.userInfo : undefined;
}

async function ourUser({ files, as }: Case): Promise<unknown> {
  try {
    const connection = connect(findApiAccess({ file: undefined, as, env: { KUBECONFIG: files } }), 'test');
    try {
      const review = await connection.call({
        method: 'POST',
        path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
        signal: AbortSignal.timeout(10_000),
      });
      return (review as { status: { userInfo: unknown } }).status.userInfo;
    } finally {
      connection.close();
    }
  } catch {
    return undefined;
  }
}

const good = kubeconfig('good', admin);
write('token', `${controlPlane.adminToken}\n`);
chmodSync(write('plugin.sh', `#!/bin/sh\necho '${JSON.stringify(credential())}'\n`), 0o700);

function credential(): object {
  const apiVersion = 'client.authentication.k8s.io/v1';
  return { apiVersion, kind: 'ExecCredential', status: { token: controlPlane.adminToken } };
}

const exec = {
  apiVersion: 'client.authentication.k8s.io/v1',
  command: './plugin.sh',
  interactiveMode: 'Never',
};
const acting = {
  ...admin,
  as: 'röot',
  'as-uid': '7',
  'as-groups': ['system:masters', 'others'],
  'as-user-extra': { 'example.org/reason(s)': ['one', 'two'] },
};

const table: readonly (readonly [string, Case, name: string | undefined])[] = [
  ['a token', { files: good }, 'admin'],
  ['a token file with a newline at its end', { files: kubeconfig('a', { tokenFile: 'token' }) }, 'admin'],
  ['a token and a token file', { files: kubeconfig('b', { token: 'wrong', tokenFile: 'token' }) }, 'admin'],
  ['an exec plugin beside the file', { files: kubeconfig('c', { exec }) }, 'admin'],
  ['another user, with groups, a uid and extra fields', { files: kubeconfig('d', acting) }, 'röot'],
  [
    'flags over the user of the file',
    { files: kubeconfig('e', acting), as: { user: 'flag', groups: ['a', 'b'], uid: '8' } },
    'flag',
  ],
  ['flags alone', { files: good, as: { user: 'flag', groups: ['a'] } }, 'flag'],
  ['a missing file before a good one', { files: `/nonexistent/x:${good}` }, 'admin'],
  ['the same cluster in two files', { files: `${good}:${good}` }, 'admin'],
  ['two files with other users of one name', { files: `${kubeconfig('f', acting)}:${good}` }, 'röot'],
  // kubectl asks for a name on the terminal; to the API server we are system:anonymous, who may not ask who it is.
  ['no user', { files: kubeconfig('g', undefined) }, undefined],
  ['a token that is not known', { files: kubeconfig('h', { token: 'wrong' }) }, undefined],
  ['groups without a user', { files: kubeconfig('i', { ...admin, 'as-groups': ['a'] }) }, undefined],
  [
    'a token and a password',
    { files: kubeconfig('j', { ...admin, username: 'a', password: 'b' }) },
    undefined,
  ],
  [
    'an exec plugin without a mode',
    { files: kubeconfig('k', { exec: { ...exec, interactiveMode: undefined } }) },
    undefined,
  ],
  [
    'a file and data of one certificate',
    { files: kubeconfig('l', admin, { 'certificate-authority': 'x' }) },
    undefined,
  ],
  ['a file that is not YAML', { files: write('m', '[') }, undefined],
  [
    'a plain server that is not there',
    { files: kubeconfig('n', admin, { server: 'http://127.0.0.1:9' }) },
    undefined,
  ],
];

test.each(table)(
  'kubectl and this program are the same user by a kubeconfig with %s',
  async (_title, given, name) => {
    const [theirs, ours] = [await userOfKubectl(given), await ourUser(given)];
    expect(ours).toEqual(theirs);
    expect((theirs as { username?: string } | undefined)?.username).toBe(name);
  },
);

test('kubectl and this program are the same ServiceAccount by its token', async () => {
  const files = await kubeconfigOf(controlPlane, 'default', 'default');
  const [theirs, ours] = [await userOfKubectl({ files }), await ourUser({ files })];
  // Each token has an identifier of its own; here both send the same one.
  expect(ours).toEqual(theirs);
  expect(theirs).toMatchObject({ username: 'system:serviceaccount:default:default' });
});

test('this program reaches the API server through kubectl proxy', async () => {
  const { kubectl } = controlPlane.site.programs;
  const script = `"$0" proxy --port=0 >"$1" & proxy=$!; trap 'kill $proxy' EXIT; cat`;
  const log = join(directory, 'proxy.log');
  const env = { PATH: process.env.PATH ?? '', HOME: directory, KUBECONFIG: good };
  const proxy = spawn('sh', ['-c', script, kubectl, log], { env, stdio: ['pipe', 'ignore', 'inherit'] });
  try {
    const address = (): string => /Starting to serve on (\S+)/.exec(readFileSync(log, 'utf8'))?.[1] ?? '';
    await expect.poll(address).not.toBe('');
    const files = kubeconfig('proxy', undefined, {
      server: `http://${address()}`,
      'certificate-authority-data': undefined,
    });
    expect(await ourUser({ files })).toMatchObject({ username: 'admin' });
  } finally {
    proxy.stdin.end();
  }
});
