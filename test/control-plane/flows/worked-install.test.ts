import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { pathOf } from '../../manifests/manifests.ts';
import { attachControlPlane } from '../control-plane.ts';
import { apiOf } from '../support/api.ts';
import { type Installed, install } from '../support/installed.ts';

/*
 * The commands of the worked install in docs/operating.md, run by a shell. network/ runs the `helm install` of the install guide, since
 * Pods have a network there.
 */

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
const NAMESPACE = 'tool-readme';

const page = readFileSync(pathOf('docs/operating.md'), 'utf8');
const commands = (/## From nothing to[\s\S]*?```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? '')
  .trim()
  .split('\n')
  .map((line) => line.replaceAll('tool-NAME', NAMESPACE));

let installed: Installed;

beforeAll(async () => {
  installed = await install(controlPlane);
  await api.createNamespace(NAMESPACE, { tenancy: 'tool' });
});

afterAll(async () => {
  await installed?.uninstall();
  await controlPlane.kubectl(['delete', 'configmap/image-config', '-n', 'tf-public', '--ignore-not-found']);
  await installed?.[Symbol.asyncDispose]();
});

const shell = (line: string | undefined): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const options = {
      cwd: pathOf('.'),
      env: { ...process.env, KUBECONFIG: controlPlane.kubeconfig },
      timeout: 60_000,
    };
    execFile('/bin/sh', ['-c', line ?? 'false'], options, (error, stdout, stderr) =>
      resolve({ code: error ? 1 : 0, stdout, stderr }),
    );
  });

describe('the worked install of docs/operating.md', () => {
  it('stores a good catalog', async () => {
    expect(await shell(commands[0])).toMatchObject({ code: 0, stdout: 'configmap/image-config created\n' });
  });

  it('resolves a short name', async () => {
    await expect
      .poll(async () => (await shell(commands[1])).stdout, { timeout: 30_000 })
      .toBe('docker-registry.tools.wmflabs.org/toolforge-python39-sssd-web:latest');
  });

  it('refuses a bad edit, and names each line', async () => {
    const { code, stderr } = await shell(commands[2]);
    expect(code).toBe(1);
    expect(stderr).toContain('error unknown-value');
    expect(stderr).toContain('did you mean stable?');
  });

  it('has no other command', () => expect(commands).toHaveLength(3));
});
