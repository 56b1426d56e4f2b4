import { describe, expect, test } from 'vitest';
import { isNamespaceGone } from '../../src/cluster/api-error.ts';
import type { RecordingOptions } from '../../src/cluster/cluster.ts';
import { type EventFacts, eventName, type RecordedEvent, recordEvent } from '../../src/cluster/events.ts';
import { apiFixture } from '../support/api-fixture.ts';

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
const fixture = apiFixture();
const path = `/api/v1/namespaces/tf-public/events/${eventName(event)}`;

const record = (facts: EventFacts, now: string, recording: RecordingOptions = {}): Promise<RecordedEvent> =>
  recordEvent(facts, {
    ...recording,
    connection: fixture.connection,
    component: 'image-config-admission',
    now: new Date(now),
    signal: new AbortController().signal,
  });

test('an Event is created with every field that its readers need', async () => {
  await record(event, '2026-11-22T12:00:00.789Z');
  const { metadata, ...written } = fixture.api.stored(path) ?? {};
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

test('an existing Event is counted, not created again', async () => {
  await record(event, '2026-11-22T12:00:00Z');
  await record(event, '2026-11-22T12:30:00Z');
  expect(fixture.api.stored(path)).toMatchObject({
    count: 2,
    firstTimestamp: '2026-11-22T12:00:00Z',
    lastTimestamp: '2026-11-22T12:30:00Z',
  });
});

test('recordEvent resolves to the state of the Event and the number of writes', async () => {
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

describe('an Event that was recorded before', () => {
  const freshFor = 50 * 60_000;
  /** The methods of the requests since. */
  const methodsSince = (from: number): string[] =>
    fixture.api.requests.slice(from).map((request) => request.split(' ')[0] ?? '');

  test('is not written while it is fresh, and has its stored time', async () => {
    await record(event, '2026-11-22T12:00:00Z');
    const stored = fixture.api.stored(path);
    expect(await record(event, '2026-11-22T12:49:59Z', { freshFor })).toEqual({
      at: new Date('2026-11-22T12:00:00Z'),
      count: 1,
      wrote: false,
      writes: 1,
    });
    expect(fixture.api.stored(path)).toBe(stored);
  });

  test('is written at once when its message has another prefix', async () => {
    await record(event, '2026-11-22T12:00:00Z');
    const again = (messagePrefix: string) =>
      record(event, '2026-11-22T12:01:00Z', { freshFor, messagePrefix });
    expect(await again(event.message.slice(0, 10))).toMatchObject({ count: 1, wrote: false });
    expect(await again('something else')).toMatchObject({ count: 2, wrote: true });
  });

  test('is not written while it is fresh and its message was cut', async () => {
    const long = { ...event, message: `${'x'.repeat(2_000)} (container web)` };
    await record(long, '2026-11-22T12:00:00Z');
    const messagePrefix = 'x'.repeat(2_000);
    expect(await record(long, '2026-11-22T12:01:00Z', { freshFor, messagePrefix })).toMatchObject({
      wrote: false,
    });
  });

  test('is written again when it is no longer fresh', async () => {
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
    ['in the future', '2026-11-22T15:00:00Z'],
  ])('is not fresh if its lastTimestamp is %s', async (_, lastTimestamp) => {
    fixture.api.put(path, { involvedObject: about, count: 7, lastTimestamp });
    expect(await record(event, '2026-11-22T12:00:00Z', { freshFor })).toMatchObject({
      count: 8,
      wrote: true,
    });
    expect(fixture.api.stored(path)).toMatchObject({ count: 8, lastTimestamp: '2026-11-22T12:00:00Z' });
  });

  test('is written in one call when the last count is known, with the new message', async () => {
    await record(event, '2026-11-22T12:00:00Z');
    const from = fixture.api.requests.length;
    const anew = { ...event, message: 'it has 1 error' };
    expect(await record(anew, '2026-11-22T12:50:00Z', { freshFor, lastCount: 1 })).toEqual({
      at: new Date('2026-11-22T12:50:00Z'),
      count: 2,
      wrote: true,
      writes: 1,
    });
    expect(methodsSince(from)).toEqual(['PATCH']);
    expect(fixture.api.stored(path)).toMatchObject({ count: 2, message: 'it has 1 error' });
  });

  test('is created again after it has expired', async () => {
    expect(await record(event, '2026-11-22T14:00:00Z', { freshFor, lastCount: 3 })).toMatchObject({
      count: 1,
      writes: 2,
    });
    expect(fixture.api.stored(path)).toMatchObject({ count: 1, firstTimestamp: '2026-11-22T14:00:00Z' });
  });

  test('rejects when it exists on create and not on read', async () => {
    fixture.api.put(path);
    fixture.api.faults.get = 404;
    await expect(record(event, '2026-11-22T12:00:00Z')).rejects.toThrow(
      `cannot record the Event ${path}: it exists on create and not on read`,
    );
  });
});

test('the name of an Event depends on its object, reason and key alone', () => {
  expect(eventName({ ...event, message: 'other words' } as EventFacts)).toBe(eventName(event));
  for (const other of [{ reason: 'Other' }, { key: 'sha256:def' }, { about: { ...about, uid: 'other' } }])
    expect(eventName({ ...event, ...other })).not.toBe(eventName(event));
});

test('the name of an Event is valid for an object with a long name', () => {
  const long = eventName({ ...event, about: { ...about, name: `${'a'.repeat(235)}-${'b'.repeat(17)}` } });
  expect(long.length).toBeLessThanOrEqual(253);
  expect(long).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?\.[0-9a-f]{16}$/);
});

test('the message of an Event is cut to 1,024 characters', async () => {
  await record({ ...event, message: 'x'.repeat(3_000) }, '2026-11-22T12:00:00Z');
  expect(fixture.api.stored(path)?.message).toHaveLength(1_024);
});

test('recordEvent rejects when it is forbidden', async () => {
  fixture.api.faults.write = 403;
  await expect(record(event, '2026-11-22T12:00:00Z')).rejects.toThrow('refused with 403');
});

describe('isNamespaceGone', () => {
  const causes = [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }];

  test.each([
    ['is being deleted', { code: 403, details: { kind: 'events', causes } }],
    ['is gone', { code: 404, details: { kind: 'namespaces', name: 'tf-public' } }],
  ])('is true when the namespace %s', async (_, fault) => {
    fixture.api.faults.write = fault;
    await expect(record(event, '2026-11-22T12:00:00Z')).rejects.toSatisfy(isNamespaceGone);
  });

  test.each([
    ['no right', 403],
    ['no such path', 404],
    ['a quota', { code: 403, details: { kind: 'events' } }],
    ['no answer', 'reset'],
  ] as const)('is false for another failure: %s', async (_, fault) => {
    fixture.api.faults.write = fault;
    const error = await record(event, '2026-11-22T12:00:00Z').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(isNamespaceGone(error)).toBe(false);
  });
});
