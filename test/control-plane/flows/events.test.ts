import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { HOST } from '../../support/catalog.ts';
import type { Json } from '../../support/reviews.ts';
import { attachControlPlane } from '../control-plane.ts';
import { apiOf, until } from '../support/api.ts';
import { CATALOG, CONFIG_MAPS, configMap, KEY } from '../support/catalog.ts';
import { succeeds } from '../support/commands.ts';
import { type Installed, install, leaderAmong } from '../support/installed.ts';
import type { Program } from '../support/program.ts';
import { createTool, type Tool } from '../support/workloads.ts';

/*
 * The Events about images that maintainers get, from several replicas, over restarts and failovers.
 */

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
const LEASE =
  '/apis/coordination.k8s.io/v1/namespaces/image-config-admission/leases/image-config-admission-events';

const catalogWith = (states: { readonly python37: string; readonly node18: string }): string => `python3.7:
  aliases: [tf-python37]
  image: ${HOST}/toolforge-python37
  state: ${states.python37}
  deprecation: {replacement: node18, removal: '2099-03-01', url: 'https://wikitech.wikimedia.org/wiki/X'}
  variants: {jobs-framework: {image: ${HOST}/toolforge-python37}}
node18:
  aliases: [tf-node18]
  image: ${HOST}/toolforge-node18
  state: ${states.node18}
  variants: {jobs-framework: {image: ${HOST}/toolforge-node18}}
`;
const TEXT = catalogWith({ python37: 'deprecated', node18: 'stable' });
const MESSAGE =
  'python3.7 is deprecated; use node18; removal on 2099-03-01; see https://wikitech.wikimedia.org/wiki/X (container main)';

let installed: Installed;
let tools = 0;
const newTool = (): Promise<Tool> => createTool(api, `events-${++tools}`);

/** Our Events in a namespace, as `reason Kind/name: message`, sorted; the controllers' own are left out. */
async function eventsIn({ namespace }: Tool): Promise<string[]> {
  const { items } = await api.get(`/api/v1/namespaces/${namespace}/events`);
  return items
    .filter(({ reportingComponent }: Json) => reportingComponent === 'image-config-admission')
    .map(
      ({ reason, involvedObject: { kind, name }, message }: Json) => `${reason} ${kind}/${name}: ${message}`,
    )
    .sort();
}

const untilRecorded = (tool: Tool, count: number): Promise<void> =>
  until(async () => (await eventsIn(tool)).length >= count, `${count} Events in ${tool.namespace}`);

const leader = (): Promise<Program> => leaderAmong(() => installed.replicas);

const writes = async (): Promise<number> => {
  const counts = await Promise.all(
    installed.replicas.map((replica) => replica.series('event_writes_total{reason="DeprecatedImage"}')),
  );
  return counts.reduce((sum: number, count) => sum + (count ?? 0), 0);
};

beforeAll(async () => {
  installed = await install(controlPlane, {
    replicas: 2,
    before: () => api.create(CONFIG_MAPS, configMap(TEXT)),
  });
});

afterAll(async () => {
  for (let tool = 1; tool <= tools; tool += 1)
    await controlPlane.kubectl(['delete', 'namespace', `tool-events-${tool}`, '--wait=false']);
  await installed[Symbol.asyncDispose]();
});

describe('a deprecated image leads to an Event', () => {
  it('on a Pod without an owner, which kubectl describe and kubectl events show', async () => {
    const tool = await newTool();
    await tool.pod('shell', `${HOST}/toolforge-python37:latest`);
    await untilRecorded(tool, 1);
    expect(await eventsIn(tool)).toEqual([`DeprecatedImage Pod/shell: ${MESSAGE}`]);
    const kubectl = (...args: string[]) => succeeds(controlPlane.kubectl([...args, '-n', tool.namespace]));
    const words =
      /Warning +DeprecatedImage +\S+ +(\(.*\) +)?image-config-admission +python3\.7 is deprecated; use node18/;
    expect(await kubectl('describe', 'pod', 'shell')).toMatch(words);
    expect(await kubectl('events', '--for', 'pod/shell')).toMatch(
      /Warning +DeprecatedImage +Pod\/shell +python3\.7 is deprecated/,
    );
  });

  it('on a Deployment and on one of its Pods', async () => {
    const tool = await newTool();
    await tool.deployment('web', `${HOST}/toolforge-python37:latest`, 3);
    await untilRecorded(tool, 2);
    const [first, second] = await eventsIn(tool);
    expect([first, second]).toEqual([
      `DeprecatedImage Deployment/web: ${MESSAGE}`,
      expect.stringMatching(/^DeprecatedImage Pod\/web-/),
    ]);
    expect(
      await succeeds(controlPlane.kubectl(['describe', 'deployment', 'web', '-n', tool.namespace])),
    ).toContain('DeprecatedImage');
  });

  it('on a CronJob that has not run yet', async () => {
    const tool = await newTool();
    await tool.cronJob('yearly', 'tf-python37');
    await untilRecorded(tool, 1);
    expect(await eventsIn(tool)).toEqual([`DeprecatedImage CronJob/yearly: ${MESSAGE}`]);
  });

  it('on workloads that started while it was stable', async () => {
    const tool = await newTool();
    await tool.deployment('web', `${HOST}/toolforge-node18:latest`);
    await tool.pod('job', 'node18');
    await untilRecorded(tool, 1);
    expect((await eventsIn(tool)).filter((event) => event.startsWith('DeprecatedImage'))).toEqual([]);
    const store = (text: string) => api.merge(CATALOG, { data: { [KEY]: text } });
    await store(catalogWith({ python37: 'deprecated', node18: 'deprecated' }));
    await until(
      async () => (await eventsIn(tool)).filter((event) => event.startsWith('DeprecatedImage')).length === 3,
      'the Events',
    );
    await store(TEXT);
  });
});

it('a misspelt short name leads to an Event on its owner', async () => {
  const tool = await newTool();
  await tool.cronJob('yearly', 'tf-pyhton37');
  await untilRecorded(tool, 1);
  expect(await eventsIn(tool)).toEqual([
    'UnknownImage CronJob/yearly: no image tf-pyhton37 in the catalog; did you mean python3.7? ' +
      'The image stays as it is, and Pods with it will not start (container main)',
  ]);
});

it('a resolved short name leads to one Event of type Normal', async () => {
  const tool = await newTool();
  await tool.job('once', 'tf-node18');
  await untilRecorded(tool, 2);
  const words = `tf-node18 is node18, ${HOST}/toolforge-node18:latest (container main)`;
  expect(await eventsIn(tool)).toEqual([
    `ImageResolved Job/once: ${words}`,
    expect.stringMatching(/^ImageResolved Pod\/once-/),
  ]);
  const { items } = await api.get(`/api/v1/namespaces/${tool.namespace}/events`);
  expect(
    new Set(items.filter(({ reason }: Json) => reason === 'ImageResolved').map(({ type }: Json) => type)),
  ).toEqual(new Set(['Normal']));
});

it('the Events on a Job have a timestamp that jobs-api can sort, and no reason that it acts on', async () => {
  const tool = await newTool();
  const { metadata } = await tool.job('once', 'tf-python37');
  await untilRecorded(tool, 4);
  const { items } = await api.get(
    `/api/v1/namespaces/${tool.namespace}/events?fieldSelector=involvedObject.uid=${metadata.uid}`,
  );
  // tjf/runtimes/k8s/jobs.py sorts by the text of lastTimestamp, and takes FailedCreate for a Job that cannot start.
  for (const { lastTimestamp, reason } of items) {
    expect(lastTimestamp).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
    expect(reason).not.toBe('FailedCreate');
  }
  expect(items.map(({ reason }: Json) => reason)).toEqual(
    expect.arrayContaining(['DeprecatedImage', 'ImageResolved']),
  );
});

describe('no Event is written twice', () => {
  let tool: Tool;
  let before: Json[];
  const ours = async (): Promise<Json[]> =>
    (await api.get(`/api/v1/namespaces/${tool.namespace}/events`)).items
      .filter(({ reportingComponent }: Json) => reportingComponent === 'image-config-admission')
      .map(({ metadata: { name, resourceVersion }, count }: Json) => ({ name, resourceVersion, count }));
  /** Waits for an Event about a new Pod: then the present leader has seen all workloads. */
  const untilReconciled = async (name: string): Promise<void> => {
    const other = await newTool();
    await other.pod(name, `${HOST}/toolforge-python37`);
    await untilRecorded(other, 1);
  };

  beforeAll(async () => {
    tool = await newTool();
    await tool.deployment('web', `${HOST}/toolforge-python37`, 2);
    await tool.pod('shell', 'tf-python37');
    await untilRecorded(tool, 4);
    before = await ours();
  });

  it('by two replicas', async () => {
    expect(before.map(({ count }) => count)).toEqual([1, 1, 1, 1]);
  });

  it('when the leader is killed, and the other replica takes over', async () => {
    const dying = await leader();
    installed.receiveNoCalls(dying);
    await installed.kill(dying);
    await untilReconciled('after-a-kill');
    await installed.startReplica();
    expect(await ours()).toEqual(before);
  });

  it('when the replicas restart one by one', async () => {
    await installed.restartOneByOne();
    await untilReconciled('after-a-restart');
    expect(await ours()).toEqual(before);
  });

  it('when the leader is stopped, replaced and resumed', async () => {
    const stopped = await leader();
    installed.receiveNoCalls(stopped);
    stopped.kill('SIGSTOP');
    try {
      await untilReconciled('while-it-was-stopped');
    } finally {
      stopped.kill('SIGCONT');
    }
    await until(
      async () => (await stopped.series('events_leader')) === 0,
      'the old leader to see that it no longer leads',
    );
    await untilReconciled('after-it-was-resumed');
    expect(await ours()).toEqual(before);
    expect((await api.get(LEASE)).spec.holderIdentity).not.toBe('');
    installed.receiveCalls(stopped);
  });
});

it('hundreds of short-lived Pods lead to no more writes than --events-per-minute allows', async () => {
  const tool = await newTool();
  await installed.killAll();
  const replica = await installed.startReplica('--events-per-minute', '30');
  await leader();
  const began = await writes();
  const last = Date.now() + 20_000;
  let created = 0;
  while (Date.now() < last) {
    created += 1;
    await tool.pod(`crash-${created}`, `${HOST}/toolforge-python37`);
    await api.remove(`/api/v1/namespaces/${tool.namespace}/pods/crash-${created}?gracePeriodSeconds=0`);
  }
  await tool.pod('stays', `${HOST}/toolforge-python37`);
  const written = (await writes()) - began;
  console.log(`${created} Pods came and went in 20 s: ${written} writes of at most 30`);
  expect(created).toBeGreaterThan(30);
  expect(written).toBeLessThanOrEqual(30);
  expect(replica.logged('event not recorded')).toEqual([]);
});
