import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { isNamespaceGone } from '../../src/cluster/api-error.ts';
import { Cluster } from '../../src/cluster/cluster.ts';
import type { EventFacts } from '../../src/cluster/events.ts';
import { attachControlPlane } from './control-plane.ts';
import { apiOf, until } from './support/api.ts';
import { kubeconfigOf, succeeds } from './support/commands.ts';

const OURS = 'events-recorded';

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
const cluster = new Cluster({
  file: controlPlane.kubeconfig,
  env: {},
  component: 'image-config-admission',
  version: 'test',
});

beforeAll(() => api.createNamespace(OURS));
afterAll(async () => {
  await cluster.close();
  await controlPlane.kubectl(['delete', 'namespace', OURS, '--ignore-not-found', '--wait']);
});

const aboutPodOf = (namespace: string): EventFacts => ({
  about: { apiVersion: 'v1', kind: 'Pod', namespace, name: 'job-abc', uid: '8f7b1c9e' },
  type: 'Warning',
  reason: 'DeprecatedImage',
  message: 'job: python3.7 is deprecated; use python3.11',
  key: 'python3.7',
});
const event = aboutPodOf(OURS);

/** The fields that jobs-api reads. */
const stored = async () => {
  const { items } = await api.get(`/api/v1/namespaces/${OURS}/events?fieldSelector=reason=DeprecatedImage`);
  return items.map(({ count, lastTimestamp }: { count: number; lastTimestamp: string }) => ({
    count,
    lastTimestamp,
  }));
};

describe('an Event', () => {
  test('is written once, left alone while it is fresh, and then renewed in one call', async () => {
    const [early, later, last] = ['10:00:00.123', '10:30:00.456', '10:50:00.789'].map(
      (time) => new Date(`2026-11-22T${time}Z`),
    ) as [Date, Date, Date];
    const freshFor = 50 * 60_000;
    expect(await cluster.recordEvent(event, early, { freshFor })).toMatchObject({ wrote: true, writes: 1 });
    expect(await stored()).toEqual([{ count: 1, lastTimestamp: '2026-11-22T10:00:00Z' }]);

    const at = new Date('2026-11-22T10:00:00Z');
    const left = { at, count: 1, wrote: false, writes: 1 };
    expect(await cluster.recordEvent(event, later, { freshFor })).toEqual(left);
    expect(await stored()).toEqual([{ count: 1, lastTimestamp: '2026-11-22T10:00:00Z' }]);

    const renewed = await cluster.recordEvent(event, last, { freshFor, lastCount: 1 });
    expect(renewed).toMatchObject({ count: 2, wrote: true, writes: 1 });
    expect(await stored()).toEqual([{ count: 2, lastTimestamp: '2026-11-22T10:50:00Z' }]);
  });

  test('that has expired is created again instead of renewed', async () => {
    await succeeds(controlPlane.kubectl(['delete', 'events', '--all', '-n', OURS]));
    const again = await cluster.recordEvent(event, new Date('2026-11-22T12:00:00Z'), { lastCount: 2 });
    expect(again).toMatchObject({ count: 1, wrote: true, writes: 2 });
    expect(await stored()).toEqual([{ count: 1, lastTimestamp: '2026-11-22T12:00:00Z' }]);
  });
});

describe('an Event that is refused', () => {
  const rejection = (namespace: string): Promise<unknown> =>
    cluster.recordEvent(aboutPodOf(namespace), new Date()).then(
      () => undefined,
      (error: unknown) => error,
    );

  test('because its namespace does not exist is recognized as such', async () => {
    const error = await rejection('nowhere');
    expect(error).toMatchObject({ status: 404, message: 'namespaces "nowhere" not found' });
    expect(isNamespaceGone(error)).toBe(true);
  });

  test('because its namespace is being deleted is recognized as such', async () => {
    const going = 'events-going';
    await api.createNamespace(going);
    const configMaps = `/api/v1/namespaces/${going}/configmaps`;
    await api.create(configMaps, { metadata: { name: 'holds-it', finalizers: ['example.org/held'] } });
    await api.remove(`/api/v1/namespaces/${going}`);
    // The API server learns of the deletion by its own watch.
    await until(async () => (await rejection(going)) !== undefined, 'a refusal');
    const error = await rejection(going);
    expect(error).toMatchObject({
      status: 403,
      message: expect.stringContaining(`namespace ${going} because it is being terminated`),
    });
    expect(isNamespaceGone(error)).toBe(true);
    await api.merge(`${configMaps}/holds-it`, { metadata: { finalizers: null } });
  });

  test('for want of a right is not taken for a missing namespace', async () => {
    await api.createNamespace('events-refused');
    const powerless = new Cluster({
      file: await kubeconfigOf(controlPlane, 'events-refused', 'default', 'events-refused'),
      env: {},
      component: 'powerless',
      version: 'test',
    });
    const error = await powerless.recordEvent(event, new Date()).catch((reason: unknown) => reason);
    await powerless.close();
    await api.remove('/api/v1/namespaces/events-refused');
    expect(error).toMatchObject({ status: 403 });
    expect(isNamespaceGone(error)).toBe(false);
  });
});
