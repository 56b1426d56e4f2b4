import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isNamespaceGone } from '../../src/cluster/api-error.ts';
import type { RecordingOptions } from '../../src/cluster/cluster.ts';
import type { Connection } from '../../src/cluster/connection.ts';
import { type EventFacts, eventName, type RecordedEvent, recordEvent } from '../../src/cluster/events.ts';
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
const path = `/api/v1/namespaces/tf-public/events/${eventName(event)}`;

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

const record = (facts: EventFacts, now: string, retelling: RecordingOptions = {}): Promise<RecordedEvent> =>
  recordEvent(facts, {
    ...retelling,
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

test('says how it stands, and what it cost', async () => {
  expect(await record(event, '2026-11-22T12:00:00.789Z')).toEqual({
    at: new Date('2026-11-22T12:00:00Z'),
    count: 1,
    wrote: true,
    writes: 1,
  });
  expect(await record(event, '2026-11-22T12:30:00Z')).toEqual({
    at: new Date('2026-11-22T12:30:00Z'),
    count: 2,
    wrote: true,
    writes: 2,
  });
});

describe('that was told before', () => {
  const freshFor = 50 * 60_000;
  /** What was said to the API server since. */
  const methodsSince = (from: number): string[] =>
    api.requests.slice(from).map((request) => request.split(' ')[0] ?? '');

  test('is left alone while it is fresh, whoever told it, and says since when', async () => {
    await record(event, '2026-11-22T12:00:00Z');
    const stored = api.stored(path);
    expect(await record(event, '2026-11-22T12:49:59Z', { freshFor })).toEqual({
      at: new Date('2026-11-22T12:00:00Z'),
      count: 1,
      wrote: false,
      writes: 1,
    });
    expect(api.stored(path)).toBe(stored);
  });

  test('is told again at once where it begins otherwise, whatever it goes on with', async () => {
    await record(event, '2026-11-22T12:00:00Z');
    const again = (messagePrefix: string) =>
      record(event, '2026-11-22T12:01:00Z', { freshFor, messagePrefix });
    expect(await again(event.message.slice(0, 10))).toMatchObject({ count: 1, wrote: false });
    expect(await again('something else')).toMatchObject({ count: 2, wrote: true });
  });

  test('and was cut is left alone while it is fresh', async () => {
    const long = { ...event, message: `${'x'.repeat(2_000)} (container web)` };
    await record(long, '2026-11-22T12:00:00Z');
    const messagePrefix = 'x'.repeat(2_000);
    expect(await record(long, '2026-11-22T12:01:00Z', { freshFor, messagePrefix })).toMatchObject({
      wrote: false,
    });
  });

  test('is told again from then on', async () => {
    await record(event, '2026-11-22T12:00:00Z');
    expect(await record(event, '2026-11-22T12:50:00Z', { freshFor })).toMatchObject({
      count: 2,
      wrote: true,
    });
  });

  test.each([
    ['none', undefined],
    ['null', null],
    ['nonsense', 'yesterday'],
    ['a future that is none', '2026-11-22T15:00:00Z'],
  ])('is not fresh by a time that is %s', async (_, lastTimestamp) => {
    api.put(path, { count: 7, lastTimestamp });
    expect(await record(event, '2026-11-22T12:00:00Z', { freshFor })).toMatchObject({
      count: 8,
      wrote: true,
    });
    expect(api.stored(path)).toMatchObject({ count: 8, lastTimestamp: '2026-11-22T12:00:00Z' });
  });

  test('is told again in one call by whoever knows the count, with the newest words', async () => {
    await record(event, '2026-11-22T12:00:00Z');
    const from = api.requests.length;
    const anew = { ...event, message: 'it has 1 error' };
    expect(await record(anew, '2026-11-22T12:50:00Z', { freshFor, lastCount: 1 })).toEqual({
      at: new Date('2026-11-22T12:50:00Z'),
      count: 2,
      wrote: true,
      writes: 1,
    });
    expect(methodsSince(from)).toEqual(['PATCH']);
    expect(api.stored(path)).toMatchObject({ count: 2, message: 'it has 1 error' });
  });

  test('and is over by now is written anew', async () => {
    expect(await record(event, '2026-11-22T14:00:00Z', { freshFor, lastCount: 3 })).toMatchObject({
      count: 1,
      writes: 2,
    });
    expect(api.stored(path)).toMatchObject({ count: 1, firstTimestamp: '2026-11-22T14:00:00Z' });
  });

  test('and is there, but cannot be found, is an error that says so', async () => {
    api.put(path);
    api.faults.get = 404;
    await expect(record(event, '2026-11-22T12:00:00Z')).rejects.toThrow(
      `the Event ${path} comes and goes: it is there, and cannot be found`,
    );
  });
});

test('has a name that follows from its object, reason and key alone', () => {
  expect(eventName({ ...event, message: 'other words' } as EventFacts)).toBe(eventName(event));
  for (const other of [{ reason: 'Other' }, { key: 'sha256:def' }, { about: { ...about, uid: 'other' } }])
    expect(eventName({ ...event, ...other })).not.toBe(eventName(event));
});

test('has a name that Kubernetes takes, however long the name of its object', () => {
  const long = eventName({ ...event, about: { ...about, name: `${'a'.repeat(235)}-${'b'.repeat(17)}` } });
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

describe('in a namespace that takes nothing more', () => {
  const causes = [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }];

  test.each([
    ['is being deleted', { code: 403, details: { kind: 'events', causes } }],
    ['is gone', { code: 404, details: { kind: 'namespaces', name: 'tf-public' } }],
  ])('because it %s is an error that can be told from others', async (_, fault) => {
    api.faults.write = fault;
    await expect(record(event, '2026-11-22T12:00:00Z')).rejects.toSatisfy(isNamespaceGone);
  });

  test.each([
    ['no right', 403],
    ['no such path', 404],
    ['a quota', { code: 403, details: { kind: 'events' } }],
    ['no answer', 'reset'],
  ] as const)('for another reason (%s) is not', async (_, fault) => {
    api.faults.write = fault;
    const error = await record(event, '2026-11-22T12:00:00Z').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(isNamespaceGone(error)).toBe(false);
  });
});
