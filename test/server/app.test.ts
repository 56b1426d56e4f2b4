import { expect, test, vi } from 'vitest';
import type { CatalogState } from '../../src/server/health.ts';
import { send } from '../support/https-client.ts';
import { seriesIn, startServer } from '../support/webhook-server.ts';

const get = (port: number, path: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`);

test('/livez answers as long as the process runs', async () => {
  await using server = await startServer();
  const response = await get(server.opsPort, '/livez');
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('ok\n');
});

test('/readyz lists its checks, and is 503 until all of them pass', async () => {
  let catalog: CatalogState = { kind: 'unknown' };
  const notAfter = new Date(Date.now() + 86_400_000);
  await using server = await startServer({
    catalog: () => catalog,
    certificate: () => ({ kind: 'loaded', notAfter }),
  });
  const early = await get(server.opsPort, '/readyz');
  expect(early.status).toBe(503);
  expect(await early.json()).toEqual({
    ready: false,
    checks: [
      { name: 'certificate', ready: true, reason: `valid until ${notAfter.toISOString()}` },
      { name: 'catalog', ready: false, reason: 'not read yet' },
      { name: 'shutdown', ready: true, reason: 'serving' },
    ],
  });
  catalog = { kind: 'absent', serving: undefined };
  const late = await get(server.opsPort, '/readyz');
  expect(late.status).toBe(200);
  expect(await late.json()).toMatchObject({ ready: true });
});

test('/metrics is in the text format of Prometheus', async () => {
  await using server = await startServer();
  const response = await get(server.opsPort, '/metrics');
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await response.text();
  expect(text).toContain('# TYPE image_config_admission_reviews_total counter');
  expect(text).toContain('# TYPE process_resident_memory_bytes gauge');
});

test('/state.json has the tag of its text, and is 304 for a reader that has it', async () => {
  let state = { bytes: Buffer.from('{"a":1}'), etag: '"one"' };
  await using server = await startServer({ state: () => state });
  const stateFor = (tag: string) =>
    fetch(`http://127.0.0.1:${server.opsPort}/state.json`, { headers: { 'If-None-Match': tag } });
  const first = await stateFor('"none"');
  expect(first.status).toBe(200);
  expect(Object.fromEntries(first.headers)).toMatchObject({
    etag: '"one"',
    'cache-control': 'no-cache',
    'content-type': 'application/json; charset=utf-8',
  });
  expect(await first.json()).toEqual({ a: 1 });
  const second = await stateFor('"one"');
  expect([second.status, await second.text(), second.headers.get('etag')]).toEqual([304, '', '"one"']);
  state = { bytes: Buffer.from('{"a":2}'), etag: '"two"' };
  expect(await (await stateFor('"one"')).json()).toEqual({ a: 2 });
});

test('scrapes within a second get the same text, and the next one a new text', async () => {
  await using server = await startServer();
  const dropped = async () =>
    seriesIn(
      await (await get(server.opsPort, '/metrics')).text(),
      'image_config_admission_connections_dropped_total',
    );
  // Whole, since the difference of two fractions may be more than a second.
  const start = Math.ceil(performance.now());
  using clock = vi.spyOn(performance, 'now').mockReturnValue(start);
  expect(await dropped()).toBe(0);
  server.metrics.connectionDropped();
  clock.mockReturnValue(start + 1_000);
  expect(await dropped()).toBe(0);
  clock.mockReturnValue(start + 1_001);
  expect(await dropped()).toBe(1);
});

test('other paths are a 404 that names the right ones, without headers of express', async () => {
  await using server = await startServer({ answerers: {} });
  const ops = await get(server.opsPort, '/healthz');
  expect(ops.status).toBe(404);
  expect(await ops.text()).toBe('not found. There are /livez, /readyz, /metrics and /state.json\n');
  expect(ops.headers.get('x-powered-by')).toBeNull();
  const webhooks = await send({ port: server.port, path: '/metrics', method: 'GET' });
  expect(webhooks.status).toBe(404);
  expect(webhooks.headers).not.toHaveProperty('x-powered-by');
  expect(webhooks.headers).not.toHaveProperty('etag');
});

test('an error is a 500 without its message, which the log has', async () => {
  await using server = await startServer({
    catalog: () => {
      throw new Error('a secret reason');
    },
  });
  const response = await get(server.opsPort, '/readyz');
  expect([response.status, await response.text()]).toEqual([500, 'internal server error\n']);
  expect(server.logged('request failed')).toMatchObject([
    { level: 'error', path: '/readyz', err: { message: 'a secret reason' } },
  ]);
});

test('a path that cannot be decoded is a 400 without a stack', async () => {
  await using server = await startServer();
  const response = await get(server.opsPort, '/%E0%A4%A');
  expect([400, 404]).toContain(response.status);
  expect(await response.text()).not.toContain(' at ');
});
