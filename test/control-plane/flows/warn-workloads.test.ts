import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type ReviewedWorkloadKind, reviewedWorkloadKinds } from '../../../src/admission/workload.ts';
import { HOST } from '../../support/catalog.ts';
import type { Json } from '../../support/reviews.ts';
import { renderCommand } from '../../support/transcript.ts';
import type { CommandResult } from '../control-plane/command.ts';
import { attachControlPlane } from '../control-plane.ts';
import { apiOf, until } from '../support/api.ts';
import { CONFIG_MAPS, configMap, URL_37, URL_311 } from '../support/catalog.ts';
import { isRefused, succeeds } from '../support/commands.ts';
import { cleanUp, type Installed, install } from '../support/installed.ts';
import { standInForRegistryAdmission } from '../support/registry-admission.ts';
import { collectionPath, pluralOf, workload } from '../support/workloads.ts';

/*
 * The warnings for a workload's template, while the program runs as it is shipped, and that they are all that it does.
 */

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
const TOOL = 'tool-templates';

const CATALOG = `python3.11:
  aliases: [tf-python311]
  image: ${HOST}/toolforge-python311-sssd-web
  state: stable
  variants: {}
python3.9:
  image: ${HOST}/toolforge-python39-sssd-web
  state: deprecated
  deprecation: {replacement: python3.11, removal: "2099-03-01"}
  variants: {}
python3.7:
  image: ${HOST}/toolforge-python37-sssd-web
  state: deprecated
  deprecation: {replacement: python3.11, removal: "2020-03-01"}
  variants: {}
`;

/** One container for each kind of warning, and one without. */
const images = {
  fine: URL_311,
  old: `${HOST}/toolforge-python39-sssd-web:latest`,
  older: URL_37,
  short: 'tf-python311',
  misspelt: 'pyhton3.11',
};
const WARNINGS = `Warning: container "misspelt": no image "pyhton3.11" in the catalog; did you mean python3.11? The image stays as it is, and its Pods will not start
Warning: container "older": python3.7 is deprecated; use python3.11; its removal date 2020-03-01 has passed
Warning: container "old": python3.9 is deprecated; use python3.11; removal on 2099-03-01
`;
/** registry-admission refuses only Deployments by their template, before there is a Pod whose short name could be resolved. */
const OF_A_DEPLOYMENT = `Warning: container "short": write ${URL_311} instead of "tf-python311"; registry-admission denies a Deployment with a short name
`;

const apply = (object: Json, ...options: string[]): Promise<CommandResult> =>
  controlPlane.kubectl(['apply', '-n', TOOL, '-f', '-', ...options], { stdin: JSON.stringify(object) });
const kubectl = (...args: string[]): Promise<CommandResult> => controlPlane.kubectl([...args, '-n', TOOL]);
const get = (kind: ReviewedWorkloadKind, name = ''): Promise<Json> =>
  api.get(`${collectionPath(kind, TOOL)}/${name}`);
const podSpecOf = ({ spec }: Json): Json => (spec.jobTemplate?.spec ?? spec).template.spec;

let installed: Installed;

beforeAll(async () => {
  installed = await install(controlPlane, {
    settings: ['--registry-admission', 'present'],
    before: () => api.create(CONFIG_MAPS, configMap(CATALOG)),
  });
  await api.createNamespace(TOOL, { tenancy: 'tool' });
  await until(
    async () => (await kubectl('run', 'x', '--image=python3.11', '--dry-run=server')).code === 0,
    'a catalog',
  );
  // Its minute passes during the other tests.
  const everyMinute = workload('CronJob', { name: 'every-minute' }, { job: URL_37 });
  everyMinute.spec.schedule = '* * * * *';
  await succeeds(apply(everyMinute));
});

afterAll(() => cleanUp(controlPlane, installed, TOOL));

/** The reviews of workloads so far, as `CREATE deployments web`. */
async function reviewed(): Promise<string[]> {
  const marker = `marker-${Date.now()}`;
  await succeeds(apply(workload('Deployment', { name: marker }, { job: URL_311 }), '--dry-run=server'));
  return (await installed.reviewsUntil(marker))
    .filter(({ path }) => path === '/warn-workloads')
    .map(({ operation, resource, name }) => `${operation} ${resource} ${name}`);
}

describe.each(reviewedWorkloadKinds)('kubectl apply of a %s', (kind) => {
  const warnings = kind === 'Deployment' ? OF_A_DEPLOYMENT + WARNINGS : WARNINGS;
  const resource = pluralOf(kind);
  const object = workload(kind, { name: 'all-kinds' }, images);

  it('prints the warnings for its images, and applies it', async () => {
    const group = kind.endsWith('Job') ? 'batch' : 'apps';
    expect(await apply(object)).toEqual({
      code: 0,
      stdout: `${kind.toLowerCase()}.${group}/all-kinds created\n`,
      stderr: warnings,
    });
  });

  it('stores the manifest unchanged: kubectl diff is empty, and a second apply prints nothing', async () => {
    const stored = await get(kind, 'all-kinds');
    const sent = podSpecOf(object).containers;
    expect(podSpecOf(stored).containers.map(({ name, image }: Json) => ({ name, image }))).toEqual(sent);
    const stdin = JSON.stringify(object);
    const diff = await controlPlane.kubectl(['diff', '-n', TOOL, '-f', '-'], { stdin });
    expect(diff).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await apply(object)).toMatchObject({ code: 0, stderr: '' });
    expect((await reviewed()).filter((review) => review.endsWith(` ${resource} all-kinds`))).toEqual([
      `CREATE ${resource} all-kinds`,
    ]);
  });

  it('prints nothing for images that are fine', async () => {
    const fine = workload(kind, { name: 'fine' }, { job: URL_311 });
    expect(await apply(fine)).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('the warning for a changed template', () => {
  const deployment = (name: string, image: string) => workload('Deployment', { name }, { job: image });
  const PAST = `Warning: container "job": python3.7 is deprecated; use python3.11; its removal date 2020-03-01 has passed\n`;

  it.each([
    ['server-side', '--server-side'],
    ['dry-run', '--dry-run=server'],
  ])('is printed by a %s apply, too', async (name, option) => {
    expect(await apply(deployment(name, URL_37), option)).toMatchObject({ code: 0, stderr: PAST });
  });

  it('is printed by set image and by rollout restart', async () => {
    await succeeds(apply(deployment('changed', URL_311)));
    expect(await kubectl('set', 'image', 'deployment/changed', `job=${URL_37}`)).toMatchObject({
      code: 0,
      stderr: PAST,
    });
    expect(await kubectl('rollout', 'restart', 'deployment/changed')).toMatchObject({
      code: 0,
      stderr: PAST,
    });
  });

  it('is not printed by scale, label or annotate', async () => {
    await succeeds(apply(deployment('kept', URL_37)));
    for (const change of ['scale --replicas=0', 'label team=ours', 'annotate example.org/a=b']) {
      const [verb = '', value = ''] = change.split(' ');
      expect(await kubectl(verb, 'deployment/kept', value), change).toMatchObject({ code: 0, stderr: '' });
    }
  });
});

it('a Deployment that registry-admission refuses: the warning beside the refusal says what to write', async () => {
  const web = (image: string) => workload('Deployment', { name: 'web' }, { webservice: image });
  await using _ = await standInForRegistryAdmission(controlPlane, HOST, () =>
    apply(web('nginx'), '--dry-run=server'),
  );
  const refused = await apply(web('tf-python311'));
  expect(await isRefused(Promise.resolve(refused))).toMatch(/^Warning: .* write /);
  const taken = await apply(web(URL_311));
  expect(await succeeds(Promise.resolve(taken))).toBe('deployment.apps/web created\n');
  const shown = ({ code, stdout, stderr }: CommandResult) =>
    renderCommand('kubectl apply -f - < web.yaml', { exitCode: code, stdout, stderr });
  await expect(
    `A Deployment with the image tf-python311, and then with the URL of the warning. registry-admission is a stand-in.\n\n${[
      shown(refused),
      shown(taken),
    ].join('\n')}`,
  ).toMatchFileSnapshot('../../transcripts/cluster/deployment.txt');
});

describe('the work of controllers', () => {
  const replicaSetsOf = async (name: string): Promise<Json[]> =>
    (await api.get(`${collectionPath('ReplicaSet', TOOL)}?labelSelector=app%3D${name}`)).items;

  it('for a Deployment is one ReplicaSet per rollout, without a review of it', async () => {
    const name = 'rolled-out';
    const deployment = (image: string): Json => {
      const object = workload('Deployment', { name }, { job: image });
      return { ...object, spec: { ...object.spec, replicas: 1 } };
    };
    const rolledOut = (count: number) => async () => {
      const { metadata, status } = await get('Deployment', name);
      const sets = await replicaSetsOf(name);
      const made = sets.filter((set) => set.status.replicas === 1);
      return status.observedGeneration === metadata.generation && made.length === count;
    };
    await succeeds(apply(deployment('tf-python311')));
    await until(rolledOut(1), 'its Pod');
    await succeeds(apply(deployment('tf-python311')));
    await succeeds(apply(deployment(URL_37)));
    // Pods never become ready here, so the first ReplicaSet keeps its Pod.
    await until(rolledOut(2), 'the Pod of the new template');
    const sets = await replicaSetsOf(name);
    expect(sets).toHaveLength(2);
    expect(new Set(sets.map((set) => podSpecOf(set).containers[0].image))).toEqual(
      new Set([URL_37, 'tf-python311']),
    );
    expect((await reviewed()).filter((review) => review.includes(name))).toEqual([
      `CREATE deployments ${name}`,
      `UPDATE deployments ${name}`,
    ]);
  });

  it('for a CronJob are Jobs, without a review of them', async () => {
    const jobs = async (): Promise<Json[]> => (await get('Job')).items;
    const made = async () =>
      (await jobs()).filter(({ metadata }) => metadata.name.startsWith('every-minute-'));
    await expect.poll(async () => (await made()).length, { timeout: 90_000 }).toBeGreaterThan(0);
    const [job] = await made();
    await until(async () => (await get('Job', job?.metadata.name)).status.active === 1, 'its Pod');
    expect((await reviewed()).filter((review) => review.includes('every-minute'))).toEqual([
      'CREATE cronjobs every-minute',
    ]);
    await succeeds(kubectl('delete', 'cronjob', 'every-minute'));
  });
});

it('a workload is applied without a warning while all replicas are down', async () => {
  await installed.killAll();
  try {
    for (const kind of reviewedWorkloadKinds)
      expect(await apply(workload(kind, { name: 'unreviewed' }, images)), kind).toMatchObject({
        code: 0,
        stderr: '',
      });
  } finally {
    await installed.startReplica();
  }
});
