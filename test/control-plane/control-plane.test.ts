import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPrograms } from './control-plane/programs.ts';
import { attachControlPlane, type ControlPlane, startControlPlane } from './control-plane.ts';
import { proveBuild } from './self-test.ts';

// The first run builds Kubernetes; later ones need seconds (README.md has figures).
const building = 60 * 60_000;
const restarting = 120_000;

describe('the test control plane', () => {
  let controlPlane: ControlPlane;

  beforeAll(async () => {
    const programs = await findPrograms();
    await proveBuild(programs);
    controlPlane = await startControlPlane({ programs, audit: true });
  }, building);
  afterAll(() => controlPlane.stop(), restarting);

  test(
    'creates the Pod of a Job by the real controllers',
    async () => {
      const job = await controlPlane.kubectl(['create', '-f', '-'], {
        stdin: JSON.stringify(jobNamed('one-pod')),
      });
      expect(job).toEqual({ code: 0, stdout: 'job.batch/one-pod created\n', stderr: '' });
      const wait = [
        'wait',
        'pod',
        '-l',
        'job-name=one-pod',
        '--for=jsonpath={.status.phase}=Pending',
        '--timeout=60s',
      ];
      await expect.poll(() => controlPlane.kubectl(wait), { timeout: restarting }).toMatchObject({ code: 0 });
    },
    restarting,
  );

  test('works with helm', async () => {
    expect(await controlPlane.helm(['list', '--short'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('can be used by another process that has its addresses and credentials as JSON', async () => {
    const elsewhere = attachControlPlane(JSON.parse(JSON.stringify(controlPlane.site)));
    await controlPlane.kubectl(['create', 'configmap', 'shared']);
    expect((await elsewhere.request('/api/v1/namespaces/default/configmaps/shared')).status).toBe(200);
  });

  test(
    'comes back with its data on the same port after a crash of the API server and of etcd',
    async () => {
      await controlPlane.kubectl(['create', 'configmap', 'kept']);
      await controlPlane.stopApiServer({ signal: 'SIGKILL' });
      await expect(controlPlane.request('/readyz')).rejects.toThrow('ECONNREFUSED');
      await controlPlane.stopEtcd({ signal: 'SIGKILL' });
      await controlPlane.startEtcd();
      await controlPlane.startApiServer();
      expect(await controlPlane.kubectl(['get', 'configmap', 'kept', '-o', 'name'])).toMatchObject({
        stdout: 'configmap/kept\n',
      });
    },
    restarting,
  );

  test('has a call in its audit log before the caller has the answer', async () => {
    expect(await controlPlane.kubectl(['create', 'configmap', 'audited'])).toMatchObject({ code: 0 });
    const calls = controlPlane.auditedCalls();
    expect(calls.find(({ objectRef }) => objectRef?.name === 'audited')).toMatchObject({
      verb: 'create',
      user: { username: 'admin' },
      objectRef: { resource: 'configmaps', namespace: 'default' },
      responseStatus: { code: 201 },
    });
  });
});

test('the watchdog kills the servers and removes their directory when the process that started them is killed', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'test-control-plane-'));
  const server = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', directory], {
    detached: true,
    stdio: 'ignore',
  });
  const ended = once(server, 'exit');
  writeFileSync(join(directory, 'server.pid'), `${server.pid}\n`);

  const watchdog = fileURLToPath(new URL('control-plane/watchdog.sh', import.meta.url));
  const starter = `require('node:child_process').spawn('sh', process.argv.slice(1), { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    setInterval(() => {}, 1000); console.log('started')`;
  const testProcess = spawn(process.execPath, ['-e', starter, watchdog, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(testProcess.stdout, 'data');
  testProcess.kill('SIGKILL');

  expect(await ended).toEqual([null, 'SIGKILL']);
  while (existsSync(directory) || existsSync(`${directory}.stopped`)) await pause(20);
});

const jobNamed = (name: string) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name },
  spec: {
    template: {
      spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'registry.example/job' }] },
    },
  },
});
