import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { load } from 'js-yaml';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Json } from '../../support/reviews.ts';
import { renderCommand } from '../../support/transcript.ts';
import { attachControlPlane } from '../control-plane.ts';
import { apiOf, until } from '../support/api.ts';
import { BAD, CATALOG, configMap, GOOD, KEY, URL_39, URL_311 } from '../support/catalog.ts';
import { isRefused, succeeds } from '../support/commands.ts';
import { cleanUp, type Installed, install, untilCalled, untilReady } from '../support/installed.ts';
import { AT_ONCE, streamPods } from '../support/pod-stream.ts';
import { deletePods } from '../support/workloads.ts';

/*
 * Outages, caused on purpose, with two replicas: what still works, what does not, and the way out.
 */

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
const TOOL = 'tool-drills';
const PODS = `/api/v1/namespaces/${TOOL}/pods`;
const DRY_RUN = `${PODS}?dryRun=All`;
const VALIDATING = 'validatingwebhookconfiguration/image-config-admission';
const MUTATING =
  '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/zz-image-config-admission';

const kubectl = (line: string, stdin?: string) =>
  controlPlane.kubectl(line.split(' '), stdin === undefined ? {} : { stdin });
const manifest = (text: string): string => JSON.stringify(configMap(text));
const apply = (text: string) => kubectl('apply --server-side --force-conflicts -f -', manifest(text));
const run = (name: string, image: string) => kubectl(`run ${name} --image=${image} -n ${TOOL}`);
const imageOf = async (name: string): Promise<string> =>
  (await api.get(`${PODS}/${name}`)).spec.containers[0].image;
const podOf = (image: string): Json => ({
  metadata: { generateName: 'drill-' },
  spec: { containers: [{ name: 'job', image }] },
});
const stored = async (): Promise<string> => (await api.get(CATALOG)).data[KEY];

let installed: Installed;

beforeAll(async () => {
  installed = await install(controlPlane, { replicas: 2 });
  await succeeds(apply(GOOD));
  await api.createNamespace(TOOL, { tenancy: 'tool' });
  await untilResolved();
});

afterEach(() => deletePods(controlPlane, TOOL));
afterAll(() => cleanUp(controlPlane, installed, TOOL));

/** Waits until a new Pod with a short name gets its URL. */
const untilResolved = (): Promise<void> =>
  until(async () => {
    const { stdout } = await kubectl(
      `run x --image=tf-python39 -n ${TOOL} --dry-run=server -o jsonpath={.spec.containers[0].image}`,
    );
    return stdout === URL_39;
  }, 'a Pod to get its URL');

async function restore(): Promise<void> {
  await installed.applyAgain();
  while (installed.replicas.length < 2) await installed.startReplica();
  await untilCalled(controlPlane);
  await succeeds(apply(GOOD));
  await untilResolved();
}

describe('while all replicas are down', () => {
  beforeAll(async () => {
    await succeeds(run('before', 'python3.11'));
    await installed.killAll();
  });
  afterAll(restore);

  it('Pods without a short name start, those with one are refused, and controllers retry', async () => {
    await succeeds(run('url', URL_311));
    expect(await imageOf('url')).toBe(URL_311);
    const refused = await run('short-name', 'python3.11');
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('failed calling webhook "short-names.image-config.toolforge.org"'),
    });

    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'python3.11' }] } };
    await api.create(`/apis/batch/v1/namespaces/${TOOL}/jobs`, {
      metadata: { name: 'late' },
      spec: { template },
    });
    const events = async () =>
      (await api.get(`/api/v1/namespaces/${TOOL}/events`)).items.map(({ message }: Json) => message);
    await expect
      .poll(events, { timeout: 20_000 })
      .toContainEqual(
        expect.stringContaining('failed calling webhook "short-names.image-config.toolforge.org"'),
      );
  });

  it('Pods can be changed, finished and deleted', async () => {
    await succeeds(run('living', URL_311));
    await succeeds(kubectl(`label pod/living -n ${TOOL} example.org/a=b`));
    await succeeds(kubectl(`annotate pod/living -n ${TOOL} example.org/a=b`));
    await api.merge(`${PODS}/living`, { metadata: { finalizers: ['example.org/kept'] } });
    await api.merge(`${PODS}/living`, { metadata: { finalizers: null } });
    await api.merge(`${PODS}/living/status`, { status: { phase: 'Succeeded' } });
    await succeeds(kubectl(`delete pod/living -n ${TOOL} --grace-period=0 --force`));
  });

  it('the catalog can be read, but not changed or deleted', async () => {
    expect(await stored()).toBe(GOOD);
    for (const refusal of [
      apply(`${GOOD}# another\n`),
      kubectl('delete configmap image-config -n tf-public'),
    ])
      expect(await isRefused(refusal)).toContain(
        'failed calling webhook "catalog.image-config.toolforge.org"',
      );
    await succeeds(kubectl('create configmap another -n tf-public'));
    await succeeds(kubectl('delete configmap another -n tf-public'));
  });

  it('the webhooks can be deleted', async () => {
    const urgent = `${GOOD}# urgent\n`;
    const refused = await apply(urgent);
    const remove = await kubectl(`delete ${VALIDATING}`);
    expect(remove).toMatchObject({ code: 0 });
    await until(async () => (await apply(urgent)).code === 0, 'the API server to call no webhook');
    expect(await stored()).toBe(urgent);
    const shown = (line: string, { code, stdout, stderr }: typeof refused) =>
      renderCommand(line, {
        exitCode: code,
        stdout,
        // The connection error differs from that in a cluster, and from run to run.
        stderr: stderr.replace(/https:.*\n$/, '…\n'),
      });
    await expect(
      `All replicas are down, and an urgent edit is blocked.\n\n${[
        shown('kubectl apply --server-side -f - < image-config.yaml', refused),
        shown(`kubectl delete ${VALIDATING}`, remove),
      ].join('\n')}`,
    ).toMatchFileSnapshot('../../transcripts/cluster/replicas-down.txt');
  });
});

it('a Job with a short name that was created while all replicas were down gets its Pod when they are back', async () => {
  await installed.killAll();
  const spec = {
    template: { spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'python3.11' }] } },
  };
  await api.create(`/apis/batch/v1/namespaces/${TOOL}/jobs`, { metadata: { name: 'waiting' }, spec });
  await pause(1_000);
  await restore();
  const pods = async () =>
    (await api.get(`${PODS}?labelSelector=job-name%3Dwaiting`)).items.map(
      (pod: Json) => pod.spec.containers[0].image,
    );
  // The Job controller retries after 1 s, 2 s, 4 s …
  await expect.poll(pods, { timeout: 60_000 }).toEqual([URL_311]);
});

describe('replicas that start together', () => {
  /** As on the day of the install: no webhook guards the catalog, and no replica has a last good one. */
  const startOver = async (prepare: () => Promise<unknown>): Promise<void> => {
    await installed.killAll();
    await succeeds(kubectl(`delete ${VALIDATING}`));
    await until(
      async () => (await kubectl('annotate cm/image-config -n tf-public --overwrite x=y')).code === 0,
      'no webhook for the catalog',
    );
    await prepare();
    await installed.applyAgain();
    for (let replica = 0; replica < 2; replica += 1) await installed.startReplica();
    await untilCalled(controlPlane);
  };
  const findings = () => Promise.all(installed.replicas.map((replica) => replica.check('catalog')));

  it.each<[string, RegExp, () => Promise<unknown>]>([
    [
      'on an invalid catalog',
      /^invalid: 1 error; no catalog is served$/,
      () => api.merge(CATALOG, { data: { [KEY]: BAD } }),
    ],
    ['without a catalog', /^absent; no catalog is served$/, () => api.remove(CATALOG)],
    [
      'on a ConfigMap without the key',
      /^unreadable: .* has no images-v1.yaml in its data; no catalog is served$/,
      () => api.merge(CATALOG, { data: null }),
    ],
  ])('%s are ready, do not resolve short names, and accept the repair', async (_, finding, prepare) => {
    await startOver(prepare);
    expect(await findings()).toEqual([expect.stringMatching(finding), expect.stringMatching(finding)]);
    await succeeds(run('url', URL_311));
    expect(await isRefused(run('short-name', 'python3.11'))).toContain(
      'failed calling webhook "short-names.image-config.toolforge.org"',
    );
    // Edits are still checked.
    expect(await isRefused(apply(`${BAD}# once more\n`))).toContain('error duplicate-url');
    await succeeds(apply(GOOD));
    await untilResolved();
    await expect.poll(findings).toEqual([expect.stringMatching(/^valid/), expect.stringMatching(/^valid/)]);
  });
});

describe('under a steady stream of new Pods', () => {
  it('a rolling restart of all replicas loses none', async () => {
    const stream = streamPods(controlPlane, TOOL);
    await stream.flows(100);
    await installed.restartOneByOne();
    await stream.flows(100);
    const { created, losses } = await stream.stop();
    console.log(`rolling restart: ${created} Pods created, ${losses.length} lost`);
    expect(losses).toEqual([]);
    expect(created).toBeGreaterThan(500);
  });

  it('an upgrade from the two earlier webhooks loses none, and the API server soon trusts the new one', async () => {
    const file = new URL('../support/two-pod-webhooks.yaml', import.meta.url);
    const before = load(readFileSync(file, 'utf8')) as Json;
    const { url } = (await api.get(MUTATING)).webhooks[0].clientConfig;
    const webhooks = before.webhooks.map((webhook: Json) => ({ ...webhook, clientConfig: { url } }));
    // By apply, as it was then: an upgrade removes only fields that were applied before.
    await succeeds(kubectl('apply -f -', JSON.stringify({ ...before, webhooks })));
    await until(
      async () => (await api.create(DRY_RUN, podOf(URL_39))).metadata.annotations !== undefined,
      'the earlier webhooks to be called',
    );
    const stream = streamPods(controlPlane, TOOL);
    await stream.flows(100);
    await installed.applyAgain();
    const pod = await api.create(PODS, podOf(URL_39));
    const name = 'name.image-config.toolforge.org/job';
    // Without a caBundle its calls fail, so a user's annotation stays until it has one.
    await until(async () => {
      const lie = { metadata: { annotations: { [name]: `a lie of ${performance.now()}` } } };
      const { metadata } = await api.merge(`${PODS}/${pod.metadata.name}`, lie);
      return metadata.annotations[name] === 'python3.9';
    }, 'the new webhook to be trusted');
    await stream.flows(100);
    const { created, losses } = await stream.stop();
    console.log(`upgrade: ${created} Pods created, ${losses.length} lost`);
    expect(losses).toEqual([]);
    const after: Json[] = (await api.get(MUTATING)).webhooks;
    expect(
      after.map(({ name, matchConditions = [] }) => [name.split('.', 1)[0], matchConditions.length]),
    ).toEqual([
      ['images', 0],
      ['changes', 3],
      ['short-names', 2],
    ]);
  });

  it.each([
    ['at once', 0],
    ['after a second, as by kubelet and kube-proxy', 1_000],
  ])('a killed replica that gets no new connections %s loses only calls in flight', async (_, after) => {
    const stream = streamPods(controlPlane, TOOL);
    await stream.flows(100);
    const [victim] = installed.replicas;
    if (!victim) return expect.unreachable();
    const killedAt = performance.now();
    if (after === 0) installed.receiveNoCalls(victim);
    await installed.kill(victim);
    await pause(after);
    installed.receiveNoCalls(victim);
    const outAt = performance.now();
    await stream.flows(200);
    const { created, losses } = await stream.stop();
    const missed = losses.filter(({ kind }) => kind === 'without-annotations').length;
    const refused = losses.length - missed;
    console.log(
      `killed, out ${after} ms later: ${created} Pods created, ${refused} refused, ${missed} without annotations`,
    );
    expect(losses.filter(({ began, ended }) => began > outAt || ended < killedAt)).toEqual([]);
    if (after === 0) expect(losses.length).toBeLessThanOrEqual(2 * AT_ONCE);
    await installed.startReplica();
  });
});

describe('the webhooks work', () => {
  it('after a restart of the API server', async () => {
    await controlPlane.stopApiServer({ signal: 'SIGKILL' });
    await controlPlane.startApiServer();
    await untilResolved();
    await untilCalled(controlPlane);
    expect(await isRefused(apply(BAD))).toContain('error duplicate-url');
    await succeeds(apply(GOOD));
  });

  it('after a restart of etcd', async () => {
    await controlPlane.stopEtcd({ signal: 'SIGKILL' });
    await controlPlane.startEtcd();
    await untilResolved();
    expect(await isRefused(apply(BAD))).toContain('error duplicate-url');
    await until(async () => (await apply(GOOD)).code === 0, 'the catalog to be written');
  });

  it('when the API server starts after the program', async () => {
    await installed.killAll();
    await controlPlane.stopApiServer({ signal: 'SIGKILL' });
    const replica = await installed.launchReplica();
    await expect.poll(() => replica.logged('watch failed').length, { timeout: 20_000 }).toBeGreaterThan(0);
    expect((await replica.readyz()).ready).toBe(false);
    await controlPlane.startApiServer();
    await untilReady(replica);
    installed.receiveCalls(replica);
    await untilResolved();
    await installed.startReplica();
  });
});

describe('the ConfigMap', () => {
  it('can be deleted and created again with allow-delete, and Pods get their URLs meanwhile', async () => {
    expect(await isRefused(kubectl('replace --force -f -', manifest(GOOD)))).toContain('config-map-deleted');
    await succeeds(
      kubectl('annotate -n tf-public configmap/image-config image-config.toolforge.org/allow-delete=true'),
    );
    await succeeds(kubectl('delete configmap image-config -n tf-public'));
    for (const replica of installed.replicas)
      await expect.poll(() => replica.check('catalog')).toMatch(/^absent/);
    await succeeds(run('meanwhile', 'tf-python39'));
    expect(await imageOf('meanwhile')).toBe(URL_39);
    await succeeds(kubectl('create -f -', manifest(GOOD)));
    for (const replica of installed.replicas)
      await expect.poll(() => replica.check('catalog')).toMatch(/^valid/);
    // And in one command.
    await succeeds(
      kubectl('annotate -n tf-public configmap/image-config image-config.toolforge.org/allow-delete=true'),
    );
    await succeeds(kubectl('replace --force -f -', manifest(GOOD)));
    await untilResolved();
  });
});

describe('after the program is uninstalled', () => {
  it('no request is blocked, and no webhook is called', async () => {
    await succeeds(run('resolved', 'tf-python39'));
    await installed.uninstall();
    await until(
      async () => (await run('plain', 'tf-python39')).code === 0,
      'the API server to call no webhook',
    );
    expect(await imageOf('plain')).toBe('tf-python39');
    await succeeds(kubectl(`label pod/resolved -n ${TOOL} image-config.toolforge.org/deprecated=true`));
    await succeeds(apply(BAD));
    await succeeds(kubectl('delete configmap image-config -n tf-public'));
    const left = await succeeds(
      kubectl(
        'get validatingwebhookconfigurations,mutatingwebhookconfigurations,clusterroles,clusterrolebindings,roles,rolebindings -A -o name',
      ),
    );
    expect(left.split('\n').filter((name) => name.includes('image-config'))).toEqual([]);
    expect((await kubectl('get namespace image-config-admission')).code).toBe(1);
  });
});
