import { type ChildProcess, spawn } from 'node:child_process';
import { on } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../support/https-client.ts';
import type { Json } from '../support/reviews.ts';
import { manifest, only, pathOf } from './manifests.ts';

describe('the paths in the manifests', () => {
  let program: ChildProcess;
  let ports: { tlsPort: number; opsPort: number };

  beforeAll(async () => {
    const catalog = pathOf('test/fixtures/image-config/images-v1.2026.yaml');
    const args = ['serve', '--catalog', catalog, '--host', '127.0.0.1', '--tls-port', '0', '--ops-port', '0'];
    program = spawn(process.execPath, [pathOf('dist/main.js'), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    ports = await portsOf(program);
  });
  afterAll(() => program.kill('SIGKILL'));

  const objects = manifest('install.yaml');
  const webhooks: Json[] = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'].flatMap(
    (kind) => only(objects, kind).webhooks,
  );

  it.each(webhooks.map(({ name, clientConfig }): [string, string] => [name, clientConfig.service.path]))(
    'of %s is answered by serve: %s',
    async (_, path) => {
      expect((await send({ port: ports.tlsPort, path: '/no-such-path', body: '{}' })).status).toBe(404);
      const reply = await send({ port: ports.tlsPort, path: `${path}?timeout=3s`, body: '{}' });
      expect(reply).toMatchObject({ status: 400, body: expect.stringContaining('AdmissionReview') });
    },
  );

  const { metadata, spec } = only(objects, 'Deployment').spec.template;
  const [container] = spec.containers;
  it.each([
    container.startupProbe.httpGet.path,
    container.readinessProbe.httpGet.path,
    container.livenessProbe.httpGet.path,
    metadata.annotations['prometheus.io/path'],
  ])('for kubelet and Prometheus is answered by serve: %s', async (path) => {
    const { status } = await fetch(`http://127.0.0.1:${ports.opsPort}${path}`);
    // 503 while the program is not ready yet.
    expect([200, 503]).toContain(status);
  });
});

/** The ports of the program, once it is ready. */
async function portsOf(program: ChildProcess): Promise<{ tlsPort: number; opsPort: number }> {
  const log = createInterface({ input: program.stdout as NodeJS.ReadableStream });
  let ports: { tlsPort: number; opsPort: number } | undefined;
  for await (const [text] of on(log, 'line', { close: ['close'] })) {
    const line: Json = JSON.parse(text);
    if (line.msg === 'listening') ports = line;
    if (line.msg === 'ready' && ports) return ports;
  }
  throw new Error('serve ended before it was ready');
}
