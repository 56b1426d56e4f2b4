import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createAuthority } from '../../src/certificates/issuer.ts';
import type { CertificateSettings } from '../../src/settings.ts';
import type { Json } from '../support/reviews.ts';
import { type RunningServe, startServe } from '../support/running-serve.ts';
import { settingsFrom } from '../support/serve-settings.ts';
import { attachControlPlane } from './control-plane.ts';
import { apiOf } from './support/api.ts';
import { configMapWebhook, dryRunConfigMap, shakeHands } from './support/certificate-clients.ts';
import { kubeconfigOf } from './support/commands.ts';
import { startProgram } from './support/program.ts';

const OURS = 'managed-certificates';
const CALLED = 'managed-certificates-called';
const SECRET = `/api/v1/namespaces/${OURS}/secrets/pair`;
const GROUP = '/apis/admissionregistration.k8s.io/v1';
const VALIDATING = `${GROUP}/validatingwebhookconfigurations/${OURS}`;
const MUTATING = `${GROUP}/mutatingwebhookconfigurations/zz-${OURS}`;
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const DAY_SECONDS = 24 * 60 * 60;

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
let kubeconfig: string;

beforeAll(async () => {
  await api.createNamespace(OURS);
  await api.createNamespace(CALLED, { called: OURS });
  await api.create(`${RBAC}/namespaces/${OURS}/roles`, {
    metadata: { name: 'certificates' },
    rules: ofSecret,
  });
  await api.create(`${RBAC}/clusterroles`, { metadata: { name: OURS }, rules: ofConfigurations });
  const subjects = [{ kind: 'ServiceAccount', name: 'default', namespace: OURS }];
  const role = (kind: string, name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name });
  await api.create(`${RBAC}/namespaces/${OURS}/rolebindings`, {
    metadata: { name: 'certificates' },
    roleRef: role('Role', 'certificates'),
    subjects,
  });
  await api.create(`${RBAC}/clusterrolebindings`, {
    metadata: { name: OURS },
    roleRef: role('ClusterRole', OURS),
    subjects,
  });
  kubeconfig = await kubeconfigOf(controlPlane, OURS, 'default', OURS);
});

afterEach(clean);
afterAll(async () => {
  for (const kind of ['clusterrole', 'clusterrolebinding'])
    await controlPlane.kubectl(['delete', kind, OURS]);
  await controlPlane.kubectl(['delete', 'namespace', OURS, CALLED, '--wait']);
});

async function clean(): Promise<void> {
  for (const path of [VALIDATING, MUTATING, SECRET]) await controlPlane.request(path, { method: 'DELETE' });
}

/** The rules of the chart's templates/role-certificates.yaml and clusterrole.yaml, by the names of this test. */
const ofSecret = [
  {
    apiGroups: [''],
    resources: ['secrets'],
    resourceNames: ['pair'],
    verbs: ['get', 'list', 'watch', 'update'],
  },
  { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
];
const ofConfigurations = [
  ['validatingwebhookconfigurations', OURS],
  ['mutatingwebhookconfigurations', `zz-${OURS}`],
].map(([resource, name]) => ({
  apiGroups: ['admissionregistration.k8s.io'],
  resources: [resource],
  resourceNames: [name],
  verbs: ['get', 'list', 'watch', 'patch'],
}));

const names: Partial<CertificateSettings> = {
  secret: 'pair',
  validatingConfiguration: OURS,
  mutatingConfiguration: `zz-${OURS}`,
};
const asOptions = [
  ...['--kubeconfig', 'KUBECONFIG', '--namespace', OURS, '--secret', 'pair'],
  ...['--validating-configuration', OURS, '--mutating-configuration', `zz-${OURS}`],
];

/** A replica in this process, with shorter lifetimes than the command line accepts. */
function startReplica(
  certificates: Partial<CertificateSettings> = {},
  now = () => new Date(),
): Promise<RunningServe> {
  const { cluster } = settingsFrom([]);
  return startServe(
    {
      cluster: {
        ...cluster,
        access: { ...cluster.access, file: kubeconfig },
        namespace: OURS,
        certificates: { ...cluster.certificates, ...names, ...certificates },
      },
    },
    { now, watch: { poll: 500, settle: 5 } },
  );
}

const ready = (replica: RunningServe): Promise<void> =>
  expect
    .poll(async () => (await replica.readyz()).checks.find(({ name }) => name === 'certificate')?.ready, {
      timeout: 20_000,
    })
    .toBe(true);

/** Creates both configurations, each with a webhook per replica, for the ConfigMaps of one namespace. */
async function configure(replicas: readonly { readonly tlsPort: number }[]): Promise<void> {
  const webhooks = replicas.map(({ tlsPort }, index) =>
    configMapWebhook(`replica-${index}`, OURS, { url: `https://127.0.0.1:${tlsPort}/validate-image-config` }),
  );
  for (const path of [VALIDATING, MUTATING])
    await api.create(path.slice(0, path.lastIndexOf('/')), {
      metadata: { name: path.slice(path.lastIndexOf('/') + 1) },
      webhooks,
    });
}

/** A request for which the API server calls each replica twice; resolves to its error, or to nothing. */
const admit = (): Promise<string | undefined> => dryRunConfigMap(controlPlane, CALLED);

async function bundles(): Promise<string[]> {
  const found = await Promise.all([VALIDATING, MUTATING].map((path) => api.get(path)));
  return found.flatMap(({ webhooks }) =>
    webhooks.map(({ clientConfig }: Json) => Buffer.from(clientConfig.caBundle ?? '', 'base64').toString()),
  );
}

const authoritiesIn = (bundle: string): number => bundle.split('BEGIN CERTIFICATE').length - 1;

const stepsOf = (replicas: readonly RunningServe[]): string[] =>
  replicas.flatMap(({ logged }) =>
    logged('certificate Secret updated').map(({ certificate }) => (certificate as { step: string }).step),
  );

describe('two replicas that start at once without a Secret', () => {
  test('agree on one CA and one serving certificate, and the API server trusts both', async () => {
    const options = asOptions.map((option) => (option === 'KUBECONFIG' ? kubeconfig : option));
    const programs = await Promise.all([startProgram(...options), startProgram(...options)]);
    try {
      for (const program of programs)
        await expect.poll(() => program.check('certificate'), { timeout: 20_000 }).toMatch(/^valid until/);
      await configure(programs);
      await expect.poll(admit, { timeout: 10_000 }).toBeUndefined();
      const [bundle = '', ...others] = await bundles();
      expect(new Set(others)).toEqual(new Set([bundle]));
      expect(authoritiesIn(bundle)).toBe(1);
      const steps = programs.flatMap(({ logged }) => logged('certificate Secret updated'));
      expect(steps).toMatchObject([{ certificate: { step: 'start-over' } }]);
      const { type, data } = await api.get(SECRET);
      expect(type).toBe('kubernetes.io/tls');
      expect(Object.keys(data).sort()).toEqual(['ca.crt', 'ca.key', 'tls.crt', 'tls.key']);
    } finally {
      for (const program of programs) await program[Symbol.asyncDispose]();
    }
  });
});

describe('while certificates are renewed and the CA rolls over', () => {
  test('no call of the API server fails, and no handshake of a strict client', async () => {
    // Renewal is due 10 s before the end: on a busy machine two replicas need seconds to make their keys.
    const short = { certificateDays: 30 / DAY_SECONDS, caDays: 90 / DAY_SECONDS, caOverlapSeconds: 4 };
    await using first = await startReplica(short);
    await using second = await startReplica(short);
    const replicas = [first, second];
    await Promise.all(replicas.map(ready));
    await configure(replicas);
    await expect.poll(admit, { timeout: 10_000 }).toBeUndefined();

    const failures: string[] = [];
    const counts = { calls: 0, handshakes: 0 };
    const endAt = Date.now() + 100_000;
    const caller = async (): Promise<void> => {
      while (Date.now() < endAt) {
        const failure = await admit();
        if (failure) failures.push(failure);
        counts.calls += 1;
      }
    };
    const strict = async (): Promise<void> => {
      while (Date.now() < endAt) {
        for (const bundle of new Set(await bundles()))
          for (const { tlsPort } of replicas) {
            const { fault } = await shakeHands(tlsPort, bundle);
            if (fault) failures.push(fault);
            counts.handshakes += 1;
          }
        await sleep(20);
      }
    };
    await Promise.all([caller(), caller(), strict()]);

    const steps = stepsOf(replicas);
    const count = (step: string): number => steps.filter((candidate) => candidate === step).length;
    console.log(
      `${counts.calls} calls and ${counts.handshakes} handshakes over ${count('renew-serving')} renewals and ` +
        `${count('promote')} changes of the CA: ${failures.length} failed`,
    );
    expect(failures).toEqual([]);
    expect(count('renew-serving')).toBeGreaterThanOrEqual(3);
    expect(count('promote')).toBeGreaterThanOrEqual(1);
    expect(count('drop')).toBeGreaterThanOrEqual(1);
    for (const { readyz } of replicas)
      expect((await readyz()).checks).toContainEqual(
        expect.objectContaining({ name: 'certificate', ready: true }),
      );
  });
});

describe('after a manual change', () => {
  const REPAIRED = { timeout: 10_000, interval: 50 };
  let replicas: RunningServe[];
  beforeEach(async () => {
    replicas = [await startReplica({ caOverlapSeconds: 2 }), await startReplica({ caOverlapSeconds: 2 })];
    await Promise.all(replicas.map(ready));
    await configure(replicas);
    await expect.poll(admit, REPAIRED).toBeUndefined();
  });
  afterEach(async () => {
    for (const replica of replicas) await replica[Symbol.asyncDispose]();
  });

  /** Calls until the condition holds, for at most 20 s; resolves to the failures. */
  async function callUntil(over: () => Promise<boolean>): Promise<string[]> {
    const failures: string[] = [];
    const giveUpAt = Date.now() + 20_000;
    while (!(await over()) && Date.now() < giveUpAt) {
      const failure = await admit();
      if (failure) failures.push(failure);
    }
    return failures;
  }

  test('that deletes the Secret, the replicas issue new keys, and no call fails', async () => {
    const before = (await api.get(SECRET)).data;
    await api.remove(SECRET);
    const failures = await callUntil(async () => stepsOf(replicas).includes('drop'));
    expect(failures).toEqual([]);
    const after = (await api.get(SECRET)).data;
    expect(after['ca.crt']).not.toBe(before['ca.crt']);
    expect(after['ca.key']).not.toBe(before['ca.key']);
    expect(after['tls.key']).not.toBe(before['tls.key']);
    expect(stepsOf(replicas).sort()).toEqual(['begin-roll-over', 'drop', 'promote', 'start-over']);
  });

  test.each([
    ['damaged serving certificate', { 'tls.crt': 'anVuaw==' }],
    ['damaged CA certificate', { 'ca.crt': 'anVuaw==' }],
    ['removed CA key', { 'ca.key': null }],
    ['emptied Secret', { 'ca.crt': null, 'ca.key': null, 'tls.crt': '', 'tls.key': '' }],
  ])('the replicas write the %s back from memory, and no call fails', async (_, data) => {
    const before = (await api.get(SECRET)).data;
    await api.merge(SECRET, { data });
    const failures = await callUntil(async () => {
      const after = (await api.get(SECRET)).data;
      return (
        after['ca.crt'] === before['ca.crt'] &&
        after['ca.key'] === before['ca.key'] &&
        Boolean(after['tls.crt']) &&
        after['tls.crt'] !== 'anVuaw=='
      );
    });
    expect(failures).toEqual([]);
    expect(await admit()).toBeUndefined();
    expect(stepsOf(replicas)).not.toContain('promote');
  });

  test.each([
    ['emptied', null],
    ['of another CA', 'OTHER'],
  ])('an overwritten caBundle (%s) is repaired within 10 s, and nothing else is changed', async (_, text) => {
    const value = text === null ? null : Buffer.from(await anotherAuthority()).toString('base64');
    const before = await api.get(VALIDATING);
    const webhooks = before.webhooks.map((webhook: Json) => ({
      ...webhook,
      clientConfig: { ...webhook.clientConfig, caBundle: value },
    }));
    const began = performance.now();
    await api.merge(VALIDATING, { webhooks });
    await expect.poll(admit, REPAIRED).toBeUndefined();
    console.log(`a caBundle was repaired after ${((performance.now() - began) / 1_000).toFixed(2)} s`);
    const after = await api.get(VALIDATING);
    expect(after.webhooks).toEqual(before.webhooks);
  });

  test('configurations that are deleted and created again get their caBundles within 10 s', async () => {
    for (const path of [VALIDATING, MUTATING]) await api.remove(path);
    await configure(replicas);
    await expect.poll(admit, REPAIRED).toBeUndefined();
  });

  test('a foreign webhook in our configuration keeps its caBundle', async () => {
    const other = Buffer.from(await anotherAuthority()).toString('base64');
    const { webhooks } = await api.get(MUTATING);
    const theirs = {
      ...webhooks[0],
      name: 'other.example.org',
      clientConfig: { url: 'https://127.0.0.1:1/', caBundle: other },
      failurePolicy: 'Ignore',
    };
    const ours = webhooks.map((webhook: Json) => ({
      ...webhook,
      clientConfig: { url: webhook.clientConfig.url },
    }));
    await api.merge(MUTATING, { webhooks: [theirs, ...ours] });
    await expect.poll(admit, REPAIRED).toBeUndefined();
    const [first] = (await api.get(MUTATING)).webhooks;
    expect(first).toMatchObject({ name: 'other.example.org', clientConfig: { caBundle: other } });
  });
});

describe('a clock that jumps', () => {
  test.each([1, -1])('by %d day makes no call fail, even with a renewal at the same time', async (days) => {
    let jumped = 0;
    const now = (): Date => new Date(Date.now() + jumped * DAY_SECONDS * 1_000);
    // A day later, this certificate is due for renewal.
    await using replica = await startReplica({ certificateDays: 1.2, caOverlapSeconds: 2 }, now);
    await ready(replica);
    await configure([replica]);
    await expect.poll(admit, { timeout: 10_000 }).toBeUndefined();
    jumped = days;
    const failures: string[] = [];
    const endAt = Date.now() + 5_000;
    while (Date.now() < endAt) {
      const failure =
        (await admit()) ?? (await shakeHands(replica.tlsPort, (await bundles())[0] ?? '')).fault;
      if (failure) failures.push(failure);
    }
    expect(failures).toEqual([]);
    expect(stepsOf([replica])).toEqual(days > 0 ? ['start-over', 'renew-serving'] : ['start-over']);
    const { checks } = await replica.readyz();
    expect(checks).toContainEqual(expect.objectContaining({ name: 'certificate', ready: true }));
  });
});

async function anotherAuthority(): Promise<string> {
  return (await createAuthority({ commonName: 'another', now: new Date(), days: 1 })).certificate;
}
