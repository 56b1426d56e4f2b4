import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { digestOf } from '../../src/catalog/load.ts';
import { createAuthority, issueServing } from '../../src/certificates/issuer.ts';
import type { Json } from '../support/reviews.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { attachControlPlane } from './control-plane.ts';
import { apiOf } from './support/api.ts';
import { CATALOG, CONFIG_MAPS, KEY } from './support/catalog.ts';
import { kubeconfigOf } from './support/commands.ts';
import { type Program, startProgram } from './support/program.ts';
import { startProxy } from './support/proxy.ts';

const EVENTS = '/api/v1/namespaces/tf-public/events';
const ROLES = '/apis/rbac.authorization.k8s.io/v1/namespaces/tf-public';

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
let files: Awaited<ReturnType<typeof temporaryDirectory>>;
/** Path of the kubeconfig of a ServiceAccount with the rights of the chart's Role, and no others. */
let kubeconfig: string;

beforeAll(async () => {
  files = await temporaryDirectory();
  await writePair(1);

  await api.createNamespace('tf-public');
  await api.create('/api/v1/namespaces/tf-public/serviceaccounts', { metadata: { name: 'watcher' } });
  await api.create(`${ROLES}/roles`, { metadata: { name: 'watcher' }, rules: asShipped });
  await bindRole();
  kubeconfig = await kubeconfigOf(controlPlane, 'tf-public', 'watcher');
});

afterAll(async () => {
  await controlPlane.kubectl(['delete', 'namespace', 'tf-public', '--wait']);
  await files[Symbol.asyncDispose]();
});

afterEach(async () => {
  await controlPlane.kubectl([
    'delete',
    'configmap',
    'image-config',
    '-n',
    'tf-public',
    '--ignore-not-found',
  ]);
  await controlPlane.kubectl(['delete', 'events', '--all', '-n', 'tf-public']);
});

/** The rules of the chart's templates/role-catalog.yaml. */
const asShipped = [
  {
    apiGroups: [''],
    resources: ['configmaps'],
    resourceNames: ['image-config'],
    verbs: ['get', 'list', 'watch'],
  },
  { apiGroups: [''], resources: ['events'], verbs: ['create', 'get', 'patch'] },
];

async function writePair(days: number): Promise<void> {
  const now = new Date();
  const authority = await createAuthority({ commonName: 'test', now, days });
  const names = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] };
  const pair = await issueServing(authority, { ...names, now, days });
  await writeFile(join(files.path, 'tls.crt'), pair.certificate);
  await writeFile(join(files.path, 'tls.key'), pair.key);
}

const bindRole = (): Promise<Json> =>
  api.create(`${ROLES}/rolebindings`, {
    metadata: { name: 'watcher' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'watcher' },
    subjects: [{ kind: 'ServiceAccount', name: 'watcher', namespace: 'tf-public' }],
  });

const startHere = (through = kubeconfig): Promise<Program> =>
  startProgram('--kubeconfig', through, '--cert-dir', files.path);

/** A catalog of one entry. */
const catalogOf = (name: string): string =>
  `${name}:\n  state: stable\n  image: registry.example.org/toolforge-${name}\n  variants: {}\n`;
const INVALID = 'python3.11:\n  state: stable\n';

const create = (text: string, metadata: object = {}): Promise<Json> =>
  api.create(CONFIG_MAPS, {
    metadata: { name: 'image-config', ...metadata },
    data: { [KEY]: text },
  });
const edit = (text: string): Promise<Json> => api.merge(CATALOG, { data: { [KEY]: text } });

const within = (seconds: number) => ({ timeout: seconds * 1_000, interval: 50 });

/** Stores a catalog of one entry, and starts a program that serves it. */
async function startServing(through?: string): Promise<Program> {
  await create(catalogOf('one'));
  const program = await startHere(through);
  await expect.poll(() => program.check('catalog'), within(20)).toMatch(/^valid/);
  return program;
}

/** The digest of the catalog that a program serves, if any. */
async function digestServed(program: Program): Promise<string | undefined> {
  return /sha256:[0-9a-f]{64}/.exec(await program.check('catalog'))?.[0];
}

/** Waits until the program serves another catalog than before; resolves to the seconds that it took. */
async function untilServedAnew(
  program: Program,
  before: string | undefined,
  seconds: number,
): Promise<number> {
  const began = performance.now();
  await expect.poll(() => digestServed(program), within(seconds)).not.toBe(before);
  return (performance.now() - began) / 1_000;
}

describe('the program', () => {
  test('finds the stored catalog, and follows its edits, deletion and return within a second', async () => {
    await create(catalogOf('one'));
    await using program = await startHere();
    await expect.poll(() => program.check('catalog'), within(20)).toMatch(/^valid: 1 entries/);
    const first = await digestServed(program);

    await edit(catalogOf('two'));
    expect(await untilServedAnew(program, first, 1)).toBeLessThan(1);
    const second = await digestServed(program);

    await edit(INVALID);
    await expect
      .poll(() => program.check('catalog'), within(1))
      .toBe(`invalid: 1 error; the last good catalog is served: ${second}`);
    // The text of /metrics is cached for a second.
    await expect.poll(() => program.series('catalog_newest_served'), within(2)).toBe(0);

    await api.merge(CATALOG, { data: { [KEY]: null } });
    await expect
      .poll(() => program.check('catalog'), within(1))
      .toBe(
        `unreadable: tf-public/image-config has no images-v1.yaml in its data; the last good catalog is served: ${second}`,
      );

    await api.remove(CATALOG);
    await expect
      .poll(() => program.check('catalog'), within(1))
      .toBe(`absent; the last good catalog is served: ${second}`);

    await create(catalogOf('three'));
    await expect.poll(() => program.check('catalog'), within(1)).toMatch(/^valid/);
    expect(await digestServed(program)).not.toBe(second);
    await expect.poll(() => program.series('catalog_newest_served'), within(2)).toBe(1);
    expect((await program.readyz()).ready).toBe(true);
  });

  test('is ready without a catalog, and says that there is none', async () => {
    await using program = await startHere();
    await expect.poll(() => program.check('catalog'), within(20)).toBe('absent; no catalog is served');
    expect((await program.readyz()).ready).toBe(true);
    await create(catalogOf('one'));
    await expect.poll(() => program.check('catalog'), within(1)).toMatch(/^valid/);
  });
});

describe('while the API server is down, the program', () => {
  test('keeps the last good catalog, and follows the next edit once the API server is back', async () => {
    await using program = await startServing();
    const before = await digestServed(program);

    await controlPlane.stopApiServer({ signal: 'SIGKILL' });
    await expect.poll(() => program.logged('watch failed').length, within(20)).toBeGreaterThan(0);
    expect(await digestServed(program)).toBe(before);
    expect((await program.readyz()).ready).toBe(true);
    const silence = await program.series('watch_silence_seconds{watch="tf-public/image-config"}');
    expect(silence).toBeGreaterThan(0);

    await controlPlane.startApiServer();
    await edit(catalogOf('two'));
    await untilServedAnew(program, before, 15);
    expect(program.logged('watch recovered').length).toBeGreaterThan(0);
    expect(await program.series('watch_silence_seconds{watch="tf-public/image-config"}')).toBeLessThan(15);
  });

  test('survives a restart of etcd', async () => {
    await using program = await startServing();
    const before = await digestServed(program);
    await controlPlane.stopEtcd({ signal: 'SIGKILL' });
    await controlPlane.startEtcd();
    await expect
      .poll(
        () =>
          edit(catalogOf('two')).then(
            () => 'edited',
            () => 'refused',
          ),
        within(30),
      )
      .toBe('edited');
    await untilServedAnew(program, before, 30);
  });

  test('can start, and becomes ready once the API server is up', async () => {
    await create(catalogOf('one'));
    await controlPlane.stopApiServer({ signal: 'SIGKILL' });
    await using program = await startHere();
    await expect.poll(() => program.logged('watch failed').length, within(20)).toBeGreaterThan(0);
    expect((await program.readyz()).ready).toBe(false);
    expect(await program.check('catalog')).toBe('not read yet');
    await controlPlane.startApiServer();
    await expect.poll(async () => (await program.readyz()).ready, within(15)).toBe(true);
    expect(await program.check('catalog')).toMatch(/^valid/);
  });
});

describe('a watch', () => {
  test('that resumes from a compacted version lists again', async () => {
    await using proxy = await startProxy(controlPlane.site.ports.apiServer, kubeconfig);
    await using program = await startServing(proxy.kubeconfig);
    const before = await digestServed(program);

    proxy.hold();
    await edit(catalogOf('two'));
    // Its watch cache starts again, at a later version than the last one that our watch saw.
    await controlPlane.stopApiServer();
    await controlPlane.startApiServer();
    proxy.fix();
    await untilServedAnew(program, before, 15);
    const faults = program.logged('watch failed').map(({ fault }) => fault);
    expect(faults).toContainEqual(expect.stringMatching(/^too old resource version/));
  });

  test('that is dead without being closed is replaced within 30 s', async () => {
    await using proxy = await startProxy(controlPlane.site.ports.apiServer, kubeconfig);
    await using program = await startServing(proxy.kubeconfig);
    const before = await digestServed(program);

    proxy.freeze();
    await edit(catalogOf('two'));
    const seconds = await untilServedAnew(program, before, 40);
    expect(seconds).toBeLessThan(30);
    console.log(`a dead watch was replaced after ${seconds.toFixed(1)} s`);
    // And the new one works.
    const second = await digestServed(program);
    await edit(catalogOf('three'));
    await untilServedAnew(program, second, 1);
  });

  test('that is forbidden keeps the catalog, is reported, and goes on when the right is back', async () => {
    await using program = await startServing();
    const before = await digestServed(program);

    await api.remove(`${ROLES}/rolebindings/watcher`);
    await expect
      .poll(() => program.check('catalog'), within(40))
      .toMatch(
        /^unreadable: configmaps "image-config" is forbidden: .*; the last good catalog is served: sha256:/,
      );
    expect((await program.readyz()).ready).toBe(true);
    expect(await digestServed(program)).toBe(before);

    await bindRole();
    await edit(catalogOf('two'));
    await untilServedAnew(program, before, 30);
    expect(await program.check('catalog')).toMatch(/^valid/);
  });
});

describe('with a directory of certificates', () => {
  test('the program serves a new pair without a restart, and reads no Secret and no webhook configuration', async () => {
    await using program = await startHere();
    await expect.poll(() => program.check('certificate'), within(20)).toMatch(/^valid until/);
    const before = await program.series('certificate_expiry_timestamp_seconds');
    await writePair(2);
    await expect
      .poll(() => program.series('certificate_expiry_timestamp_seconds'), within(5))
      .not.toBe(before);
    await expect.poll(() => program.logged('certificate is served').length, within(5)).toBe(2);

    const calls = controlPlane
      .auditedCalls()
      .filter(({ user }) => user.username === 'system:serviceaccount:tf-public:watcher');
    const made = new Set(calls.map(({ verb, objectRef }) => `${verb} ${objectRef.resource}`));
    expect([...made].filter((call) => /secrets|webhookconfigurations/.test(call))).toEqual([]);
    expect([...made]).toEqual(expect.arrayContaining(['list configmaps', 'watch configmaps']));
  });
});

describe('an Event on the ConfigMap', () => {
  const eventsOf = async (reason: string): Promise<Json[]> =>
    (await api.get(EVENTS)).items.filter((event: Json) => event.reason === reason);

  test('reports an invalid stored catalog, once at each start', async () => {
    const { metadata } = await create(INVALID);
    const began = Date.now();
    for (const count of [1, 2]) {
      await using program = await startHere();
      await expect.poll(() => program.logged('event recorded').length, within(20)).toBe(1);
      const events = await eventsOf('InvalidCatalog');
      expect(events).toMatchObject([
        {
          type: 'Warning',
          count,
          involvedObject: {
            kind: 'ConfigMap',
            namespace: 'tf-public',
            name: 'image-config',
            uid: metadata.uid,
          },
          message: expect.stringMatching(/^The stored catalog sha256:\w+ has 1 error: .* 1:1 missing-field/),
          source: { component: 'image-config-admission' },
        },
      ]);
      expect(Date.parse(events[0].lastTimestamp)).toBeGreaterThan(began - 1_000);
      expect(program.logged('catalog is invalid')).toHaveLength(1);
      expect(await program.series('catalog_load_failures_total')).toBe(1);
      expect(await program.check('catalog')).toBe('invalid: 1 error; no catalog is served');
    }
    const shown = await controlPlane.kubectl(['get', 'events', '-n', 'tf-public']);
    expect(shown.stdout).toMatch(/Warning +InvalidCatalog +configmap\/image-config +The stored catalog/);
  });

  test('reports break-glass when the annotation is added, and not before', async () => {
    await create(INVALID);
    await using program = await startHere();
    await expect.poll(() => program.logged('event recorded').length, within(20)).toBe(1);
    expect(await eventsOf('CatalogAccepted')).toEqual([]);
    const annotate = ['annotate', '-n', 'tf-public', 'configmap/image-config', '--overwrite'];
    await controlPlane.kubectl([...annotate, `image-config.toolforge.org/accept=${digestOf(INVALID)}`]);
    await expect
      .poll(() => eventsOf('CatalogAccepted'), within(5))
      .toMatchObject([
        {
          type: 'Warning',
          message: expect.stringMatching(
            /^The catalog sha256:\w+ is stored by break-glass.*with its 1 error$/,
          ),
        },
      ]);
  });
});
