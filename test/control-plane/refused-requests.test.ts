import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { refusedRequests } from '../support/refused-requests.ts';
import { attachControlPlane } from './control-plane.ts';
import { apiOf } from './support/api.ts';

const { namespace, stored, rows } = refusedRequests;
const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
const versions = new Map<string, string>();

/** test/cluster/api-server.test.ts sends the same requests to the API server of the unit tests. */
beforeAll(async () => {
  await api.createNamespace(namespace);
  for (const [path, fields] of Object.entries(stored)) {
    const slash = path.lastIndexOf('/');
    const created = await api.create(path.slice(0, slash), {
      ...fields,
      metadata: { name: path.slice(slash + 1) },
    });
    versions.set(path, created.metadata.resourceVersion);
  }
});
afterAll(async () => {
  for (const path of Object.keys(stored)) await controlPlane.request(path, { method: 'DELETE' });
  await controlPlane.kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--wait']);
});

test.each(rows)('a real API server refuses $what: $code', async ({ request, code }) => {
  const { path, method, contentType = 'application/json', body } = request;
  const sent = body && { body: body(versions.get(path) ?? ''), contentType };
  const { status, body: answer } = await controlPlane.request(path, { method, ...sent });
  expect(status, answer).toBe(code);
});
