import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Connection } from '../../src/cluster/connection.ts';
import { type EventFacts, nameOf, recordEvent } from '../../src/cluster/events.ts';
import { ApiServer } from '../support/api-server.ts';

const about = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: 'tf-public',
  name: 'image-config',
  uid: '8f7b1c9e',
};
const event: EventFacts = {
  about,
  type: 'Warning',
  reason: 'InvalidCatalog',
  message: 'it has 3 errors',
  key: 'sha256:abc',
};
const path = `/api/v1/namespaces/tf-public/events/${nameOf(event)}`;

let api: ApiServer;
let connection: Connection;
beforeEach(async () => {
  api = await ApiServer.start();
  connection = api.connect();
});
afterEach(async () => {
  connection.close();
  await api[Symbol.asyncDispose]();
});

const record = (facts: EventFacts, now: string) =>
  recordEvent(facts, {
    connection,
    component: 'image-config-admission',
    now: new Date(now),
    signal: new AbortController().signal,
  });

test('is written with all that its readers look at', async () => {
  await record(event, '2026-11-22T12:00:00.789Z');
  const { metadata, ...written } = api.stored(path) ?? {};
  expect(metadata).toMatchObject({
    namespace: 'tf-public',
    name: expect.stringMatching(/^image-config\.[0-9a-f]{16}$/),
  });
  expect(written).toEqual({
    apiVersion: 'v1',
    kind: 'Event',
    involvedObject: about,
    type: 'Warning',
    reason: 'InvalidCatalog',
    message: 'it has 3 errors',
    count: 1,
    firstTimestamp: '2026-11-22T12:00:00Z',
    lastTimestamp: '2026-11-22T12:00:00Z',
    source: { component: 'image-config-admission' },
    reportingComponent: 'image-config-admission',
  });
});

test('is counted, and not written twice, when it is there already', async () => {
  await record(event, '2026-11-22T12:00:00Z');
  await record(event, '2026-11-22T12:30:00Z');
  expect(api.stored(path)).toMatchObject({
    count: 2,
    firstTimestamp: '2026-11-22T12:00:00Z',
    lastTimestamp: '2026-11-22T12:30:00Z',
  });
});

test('has a name that follows from its object, reason and key alone', () => {
  expect(nameOf({ ...event, message: 'other words' } as EventFacts)).toBe(nameOf(event));
  for (const other of [{ reason: 'Other' }, { key: 'sha256:def' }, { about: { ...about, uid: 'other' } }])
    expect(nameOf({ ...event, ...other })).not.toBe(nameOf(event));
});

test('has a name that Kubernetes takes, however long the name of its object', () => {
  const long = nameOf({ ...event, about: { ...about, name: `${'a'.repeat(235)}-${'b'.repeat(17)}` } });
  expect(long.length).toBeLessThanOrEqual(253);
  expect(long).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?\.[0-9a-f]{16}$/);
});

test('has at most 1,024 characters of words', async () => {
  await record({ ...event, message: 'x'.repeat(3_000) }, '2026-11-22T12:00:00Z');
  expect(api.stored(path)?.message).toHaveLength(1_024);
});

test('that is not permitted is an error for who writes it', async () => {
  api.faults.write = 403;
  await expect(record(event, '2026-11-22T12:00:00Z')).rejects.toThrow('refused with 403');
});
