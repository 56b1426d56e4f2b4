import { readdirSync, readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import jsonpatch from 'fast-json-patch';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { digestOf } from '../../../src/catalog/load.ts';
import { pathOf } from '../../manifests/manifests.ts';
import { HOST } from '../../support/catalog.ts';
import { send } from '../../support/https-client.ts';
import { type Json, podOf, podReview } from '../../support/reviews.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { run } from '../control-plane/command.ts';
import { attachControlPlane } from '../control-plane.ts';
import { apiOf, until } from '../support/api.ts';
import { CATALOG, CONFIG_MAPS, configMap, KEY, URL_39 } from '../support/catalog.ts';
import { isRefused, succeeds } from '../support/commands.ts';
import { buildCommit, type CommitBuild } from '../support/commit-build.ts';
import { type HelmRelease, helmRelease } from '../support/helm-release.ts';
import { leaderAmong, OURS, untilCalled } from '../support/installed.ts';
import { streamPods } from '../support/pod-stream.ts';
import { BUILT_MAIN, type Program } from '../support/program.ts';
import { createTool, deletePods, type Tool } from '../support/workloads.ts';

/*
 * helm upgrades a release of an earlier version, with its catalogs, annotations, Pods and Events, to this tree, and rolls it back. The
 * tests run in this order, on one release.
 */

/** The version in use today. */
const OLD_COMMIT = '980531f68bca8d941647f740a814114fbf2f1587';
/** Values of an admin that differ from the chart's defaults. */
const VALUES = {
  replicas: 3,
  image: { tag: 'old' },
  drainSeconds: 2,
  podWebhooks: { timeoutSeconds: 2 },
  settings: {
    'log-level': 'debug',
    'events-per-minute': 1200,
    registries: 'docker-registry.tools.wmflabs.org,docker-registry.svc.toolforge.org',
  },
};

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
const kubectl = (...args: readonly string[]) => controlPlane.kubectl(args);
const DOMAIN = 'image-config.toolforge.org';
const CLIENT = 'app.kubernetes.io/managed-by';

const WEBSERVICE_ONLY = `a: {state: stable, variants: {webservice: {image: ${HOST}/a, extra: {wstype: js}}}}\n`;
const MORE_ENTRIES = `preview:
  state: beta
  image: ${HOST}/toolforge-preview
  variants: {jobs-framework: {image: ${HOST}/toolforge-preview}}
web-only:
  state: stable
  variants: {webservice: {image: ${HOST}/toolforge-web-only, extra: {wstype: js}}}
replaced:
  aliases: [tf-replaced]
  state: deprecated
  image: ${HOST}/toolforge-replaced
  deprecation: {replacement: python3.13, removal: '2099-03-01', url: 'https://wikitech.wikimedia.org/wiki/X'}
  variants: {jobs-framework: {image: ${HOST}/toolforge-replaced}}
`;
const REFUSED = `b: {state: stable, image: '${HOST}/b:1', variants: {}}\n`;
const ADDED_LATER = `later:
  state: stable
  image: ${HOST}/toolforge-later
  former-images: [${HOST}/toolforge-sooner]
  variants: {jobs-framework: {image: ${HOST}/toolforge-later}}
`;

/** Every warning of the old version about a document, without those about an edit. */
const WARNINGS = [
  'case-collision',
  'deprecation-on-stable',
  'no-top-level-image',
  'redundant-alias',
  'registry-not-allowed',
  'removal-past',
  'replacement-deprecated',
  'repository-on-two-hosts',
  'state-beta',
  'unknown-field',
  'unreachable-entry',
];

let files: Awaited<ReturnType<typeof temporaryDirectory>>;
let old: CommitBuild;
let release: HelmRelease;
let tool: Tool;
let probes: Tool;
/** The stored catalog when the upgrade begins. */
let today: string;

beforeAll(async () => {
  files = await temporaryDirectory();
  old = await buildCommit(OLD_COMMIT, files.path);
  today = readFileSync(old.file('test/fixtures/image-config/images-v1.2026.yaml'), 'utf8') + MORE_ENTRIES;
  await api.createNamespace('tf-public');
  release = await helmRelease(controlPlane);
  await release.install(old.chart, VALUES);
  await release.startReplica(old.main);
  await release.startReplica(old.main);
  await untilCalled(controlPlane);
  tool = await createTool(api, 'upgrade');
  probes = await createTool(api, 'upgrade-probes');
}, 240_000);

afterAll(async () => {
  await kubectl('delete', 'namespace', 'tool-upgrade', 'tool-upgrade-probes', '--wait=false');
  await release?.[Symbol.asyncDispose]();
  await kubectl('delete', 'namespace', 'tf-public', '--ignore-not-found', '--timeout=60s');
  await files?.[Symbol.asyncDispose]();
});

it('a clone without the old commit leads to an error that says how to get it', async () => {
  await using empty = await temporaryDirectory();
  await run('git', ['init', '--quiet', empty.path], { env: { PATH: process.env.PATH ?? '' } });
  await expect(buildCommit(OLD_COMMIT, empty.path, empty.path)).rejects.toThrow(
    `This clone has no commit ${OLD_COMMIT}, from which the upgrade starts. A shallow clone gets it by \`git fetch --unshallow\``,
  );
});

describe('a catalog that the old version served', () => {
  /** Each catalog of the old tree, and some more. */
  function* catalogs(): Iterable<[string, string]> {
    for (const directory of ['image-config', 'catalogs/good', 'catalogs/bad'])
      for (const file of readdirSync(old.file(`test/fixtures/${directory}`)))
        yield [file, readFileSync(old.file(`test/fixtures/${directory}/${file}`), 'utf8')];
    yield ['webservice only', WEBSERVICE_ONLY];
    yield ['as it is stored below', today];
  }

  it('is served by a new replica, gives Pods the same images and annotations, and can be edited, whichever warnings it has', async () => {
    const [oldReplica] = release.replicas;
    if (!oldReplica) return expect.unreachable();
    await api.create(CONFIG_MAPS, configMap(WEBSERVICE_ONLY));
    for (const [name, catalog] of catalogs()) {
      if (!(await isStored(catalog))) continue;
      await untilServed(oldReplica, catalog);
      const observer = await release.startObserver(BUILT_MAIN);
      try {
        expect(await observer.check('catalog'), name).toMatch(/^valid/);
        expect(await observer.series('catalog_newest_served'), name).toBe(1);
        const [before, after] = await Promise.all([podsBy(oldReplica, catalog), podsBy(observer, catalog)]);
        expect(after, name).toEqual(before);
        expect(await answerTo(observer, catalog, `${catalog}\n# a comment`), name).toMatchObject({
          allowed: true,
        });
      } finally {
        observer.kill('SIGKILL');
        await observer.exited;
      }
    }
    expect([...new Set(oldReplica.logged('catalog is served').flatMap(codesIn))].sort()).toEqual(WARNINGS);
  }, 240_000);
});

describe('an upgrade', () => {
  let webhooks: Json[];
  let pods: Json;
  let events: Json[];

  beforeAll(async () => {
    await store(today);
    await succeeds(
      kubectl(
        ...['annotate', 'configmap/image-config', '-n', 'tf-public'],
        ...[`${DOMAIN}/acknowledge=python2`, `${DOMAIN}/accept=${digestOf(REFUSED)}`],
      ),
    );
    for (const replica of release.replicas) await untilServed(replica, today);
    await tool.pod('alias', 'tf-python39');
    await tool.pod('url', URL_39);
    await tool.pod('preview', 'preview');
    await tool.pod('web-only', 'web-only', { labels: { [CLIENT]: 'webservice' } });
    await tool.pod('old-alias', 'tf-python2');
    await tool.pod('old-url', `${HOST}/toolforge-python37-sssd-web:latest`);
    await tool.pod('replaced', 'tf-replaced');
    await tool.pod('two', '', { spec: { containers: twoContainers('tf-python39') } });
    await tool.deployment('web', `${HOST}/toolforge-node10-sssd-web:latest`, 2);
    await tool.cronJob('yearly', 'tf-node12');
    await until(async () => (await eventsOf(tool)).length >= 12, 'every Event of the old version');
    events = await eventsOf(tool);
    pods = await podsOf(tool);
    webhooks = await webhooksNow();
  });

  it('begins with an Event of each kind', () => {
    expect(events.map(({ subject }) => subject.replace(/web-\w+-\w+$/, 'web-…'))).toEqual([
      'DeprecatedImage CronJob/yearly',
      'DeprecatedImage Deployment/web',
      'DeprecatedImage Pod/old-alias',
      'DeprecatedImage Pod/old-url',
      'DeprecatedImage Pod/replaced',
      'DeprecatedImage Pod/web-…',
      'ImageResolved Pod/alias',
      'ImageResolved Pod/old-alias',
      'ImageResolved Pod/preview',
      'ImageResolved Pod/replaced',
      'ImageResolved Pod/two',
      'ImageResolved Pod/web-only',
    ]);
    expect(events.map(({ count }) => count)).toEqual(events.map(() => 1));
  });

  it('by helm with --reuse-values keeps the values of the admin, and loses no Pod while both versions answer', async () => {
    const values = await release.values();
    await release.upgrade(pathOf('manifests/chart'), '--reuse-values', '--set-string', 'image.tag=new');
    expect(await release.values()).toEqual({ ...values, image: { tag: 'new' } });
    await expectSettings();
    expect((await release.deployment()).spec.template.spec.containers[0].image).toBe(`${OURS}:new`);
    expect(await lossesDuring(() => release.replaceReplicas(BUILT_MAIN))).toEqual([]);
  });

  it('serves the same catalog', async () => {
    await expectServing(today);
    await expectAllResolved('new');
  });

  it('renews only Events whose message has changed', async () => {
    await untilReconciled('after-the-upgrade');
    expectRenewed(await eventsOf(tool), events);
  });

  it('keeps the annotations of Pods, also when a label or another container changes', async () => {
    expect(await podsOf(tool)).toEqual(pods);
    await expectPodsEditable(pods);
  });

  it('lets an unrelated edit pass, and no warning names the stored acknowledgement', async () => {
    const labelled = await succeedsQuietly('label', 'example.org/a=b');
    expect(labelled).toBe('');
    const { code, stderr } = await edit(`${today}# a comment\n`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringMatching(/acknowledge/) });
  });

  it('accepts an acknowledgement in the edit', async () => {
    const without = today.replace(/^preview:\n(?: .*\n)+/m, '');
    expect(await isRefused(edit(without))).toContain('error name-removed');
    expect(await edit(without, { acknowledge: 'python2,preview' })).toMatchObject({ code: 0 });
  });

  it('accepts the text that was accepted before', async () => {
    const { code, stderr } = await edit(REFUSED);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('image-tag') });
  });

  describe('after its rollback', () => {
    let text: string;
    let newPods: Json;
    let newEvents: Json[];

    beforeAll(async () => {
      text = today + ADDED_LATER;
      await store(text);
      await succeeds(
        kubectl(
          ...['annotate', '--overwrite', 'configmap/image-config', '-n', 'tf-public'],
          `${DOMAIN}/acknowledge=preview@${digestOf(text).replace('sha256:', '').slice(0, 12)}`,
        ),
      );
      for (const replica of release.replicas) await untilServed(replica, text);
      await tool.pod('later', 'later');
      await tool.pod('new-old-alias', 'tf-python2');
      await tool.pod('new-two', '', { spec: { containers: twoContainers('tf-python2') } });
      const before = events.length;
      await until(async () => (await eventsOf(tool)).length >= before + 5, 'the Events of the new version');
      newPods = await podsOf(tool);
      newEvents = await eventsOf(tool);
    });

    it('helm rollback restores the old settings and webhooks, and loses no Pod while both versions answer', async () => {
      await release.rollback(1);
      expect(await release.values()).toEqual(VALUES);
      await expectSettings();
      expect(await lossesDuring(() => release.replaceReplicas(old.main))).toEqual([]);
      expect(await webhooksNow()).toEqual(webhooks);
    });

    it('serves the catalog that the new version stored', async () => {
      await expectServing(text);
      await expectAllResolved('old');
    });

    it('renews only Events whose message has changed', async () => {
      await untilReconciled('after-the-rollback');
      expectRenewed(await eventsOf(tool), newEvents);
    });

    it('keeps Pods with the annotations of the new version', async () => {
      expect(await podsOf(tool)).toEqual(newPods);
      await expectPodsEditable(newPods);
    });

    it('lets an unrelated edit pass with a stored acknowledgement of the new version', async () => {
      expect(await succeedsQuietly('label', 'example.org/a=c')).toBe('');
      expect(await edit(`${text}# a comment\n`)).toMatchObject({ code: 0 });
    });
  });
});

/** Stores a catalog, unless it is refused. */
async function isStored(catalog: string): Promise<boolean> {
  const { status, body } = await controlPlane.request(CATALOG, {
    method: 'PATCH',
    contentType: 'application/merge-patch+json',
    body: { data: { [KEY]: catalog } },
  });
  expect([200, 422], body).toContain(status);
  return status === 200;
}

const untilServed = (replica: Program, catalog: string): Promise<void> =>
  until(
    async () => (await replica.series(`catalog_info{digest="${digestOf(catalog)}"}`)) === 1,
    'the stored catalog to be served',
  );

/** The codes of the problems in a line of the log: `2:12 state-beta: …`. */
const codesIn = ({ catalog }: Json): string[] =>
  catalog.problems.map((problem: string) => problem.split(' ')[1]?.replace(':', ''));

/** The answers of a replica for Pods with each image of the catalog, by each client. */
async function podsBy({ tlsPort: port }: Program, catalog: string): Promise<Json[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const clients = [{}, ...['webservice', 'toolforge-jobs-framework'].map((client) => ({ [CLIENT]: client }))];
  const answered = async (labels: Json, images: readonly string[]): Promise<Json[]> => {
    const pod = podOf(Object.fromEntries(images.map((image, index) => [`c${index}`, image])), { labels });
    const { body } = await send({ port, agent, path: '/mutate-pods', body: JSON.stringify(podReview(pod)) });
    const { allowed, status, patch } = JSON.parse(body).response;
    if (allowed) return [{ labels, pod: patched(pod, patch) }];
    // One container may be the reason of the denial: each one is tried alone.
    if (images.length === 1) return [{ labels, images, denied: status.code }];
    return (await Promise.all(images.map((image) => answered(labels, [image])))).flat();
  };
  const images = imagesIn(catalog);
  const calls = clients.flatMap((labels) =>
    images.flatMap((_, from) => (from % 10 === 0 ? [answered(labels, images.slice(from, from + 10))] : [])),
  );
  const pods = (await Promise.all(calls)).flat();
  agent.destroy();
  return pods;
}

/** Names, aliases, URLs, and the aliases as repositories. */
function imagesIn(catalog: string): string[] {
  const images = Object.entries(load(catalog) as Json).flatMap(([name, entry]: [string, Json]) => {
    const urls = [entry, ...Object.values<Json>(entry.variants)].flatMap(({ image }) => image ?? []);
    const aliases = entry.aliases ?? [];
    return [name, ...aliases, ...urls, ...aliases.map((alias: string) => `${HOST}/${alias}`)];
  });
  return [...new Set(images)];
}

function patched(pod: Json, patch: string | undefined): Json {
  const operations = patch === undefined ? [] : JSON.parse(Buffer.from(patch, 'base64').toString());
  return imagesAndAnnotations(jsonpatch.applyPatch(structuredClone(pod), operations, true).newDocument);
}

/** Images and our annotations of a Pod. The text of a deprecation after the name may differ between versions. */
function imagesAndAnnotations({ metadata: { annotations = {}, labels = {} }, spec }: Json): Json {
  const ours = Object.entries<string>(annotations).filter(([key]) => key.includes(DOMAIN));
  return {
    images: spec.containers.map(({ image }: Json) => image),
    annotations: Object.fromEntries(
      ours.map(([key, value]) => [key, key.startsWith('deprecated.') ? value.replace(/;.*/s, '') : value]),
    ),
    deprecated: labels[`${DOMAIN}/deprecated`],
  };
}

async function answerTo({ tlsPort: port }: Program, stored: string, edited: string): Promise<Json> {
  const review = podReview(configMap(edited), {
    kind: { group: '', version: 'v1', kind: 'ConfigMap' },
    resource: { group: '', version: 'v1', resource: 'configmaps' },
    namespace: 'tf-public',
    operation: 'UPDATE',
    oldObject: configMap(stored),
  });
  const { body } = await send({ port, path: '/validate-image-config', body: JSON.stringify(review) });
  return JSON.parse(body).response;
}

async function store(catalog: string): Promise<void> {
  await api.merge(CATALOG, { data: { [KEY]: catalog } });
}

/** A dry run. */
const edit = (catalog: string, annotations: Record<string, string> = {}) => {
  const patch = {
    metadata: {
      annotations: Object.fromEntries(
        Object.entries(annotations).map(([key, value]) => [`${DOMAIN}/${key}`, value]),
      ),
    },
    data: { [KEY]: catalog },
  };
  return kubectl(
    ...['patch', 'configmap/image-config', '-n', 'tf-public', '--type=merge', '--dry-run=server'],
    ...['--patch', JSON.stringify(patch)],
  );
};

/** kubectl's standard error when it changes the catalog's ConfigMap. */
async function succeedsQuietly(verb: string, change: string): Promise<string> {
  const { code, stderr } = await kubectl(
    verb,
    '--overwrite',
    'configmap/image-config',
    '-n',
    'tf-public',
    change,
  );
  expect(code, stderr).toBe(0);
  return stderr;
}

const twoContainers = (image: string): Json => [
  { name: 'main', image },
  { name: 'side', image: URL_39 },
];

async function podsOf({ namespace }: Tool): Promise<Json> {
  const { items } = await api.get(`/api/v1/namespaces/${namespace}/pods`);
  return Object.fromEntries(items.map((pod: Json) => [pod.metadata.name, imagesAndAnnotations(pod)]));
}

/** Our Events of a tool, sorted by reason and object. */
async function eventsOf({ namespace }: Tool): Promise<Json[]> {
  const { items } = await api.get(`/api/v1/namespaces/${namespace}/events`);
  return items
    .filter(({ reportingComponent }: Json) => reportingComponent === OURS)
    .map(({ metadata: { name, resourceVersion }, reason, involvedObject, count, message }: Json) => ({
      subject: `${reason} ${involvedObject.kind}/${involvedObject.name}`,
      ...{ name, resourceVersion, count, message },
    }))
    .sort((one: Json, other: Json) => (one.subject < other.subject ? -1 : 1));
}

/** There are the same Events as before, and only those with another message were written again, once. */
function expectRenewed(now: readonly Json[], before: readonly Json[]): void {
  expect(now.map(({ name }) => name)).toEqual(before.map(({ name }) => name));
  for (const [index, event] of now.entries()) {
    const earlier = before[index];
    if (event.message === earlier.message) expect(event).toEqual(earlier);
    else {
      expect(event).toMatchObject({ count: earlier.count + 1 });
      expect(beginningOf(event)).toBe(beginningOf(earlier));
    }
  }
}

/** The message without the advice and the containers: `python2 is deprecated`. */
const beginningOf = ({ message }: Json): string => message.replace(/(?:;| \().*/s, '');

/** Waits until the present leader has written all due Events: the second of these two belongs to a later pass than the first. */
async function untilReconciled(name: string): Promise<void> {
  await leaderAmong(() => release.replicas);
  for (const pod of [`${name}-1`, `${name}-2`]) {
    await probes.pod(pod, `${HOST}/toolforge-python37-sssd-web`);
    const written = async () =>
      (await eventsOf(probes)).some(({ subject }) => subject === `DeprecatedImage Pod/${pod}`);
    await until(written, `the Event of ${pod}`);
  }
}

async function webhooksNow(): Promise<Json[]> {
  const path = '/apis/admissionregistration.k8s.io/v1';
  const configurations: Json[] = await Promise.all([
    api.get(`${path}/validatingwebhookconfigurations/${OURS}`),
    api.get(`${path}/mutatingwebhookconfigurations/zz-${OURS}`),
  ]);
  return configurations.flatMap((configuration) => configuration.webhooks);
}

async function expectSettings(): Promise<void> {
  const { replicas, template } = (await release.deployment()).spec;
  expect(replicas).toBe(VALUES.replicas);
  expect(template.spec.containers[0].args).toEqual(
    expect.arrayContaining([
      `--drain-seconds=${VALUES.drainSeconds}`,
      ...Object.entries(VALUES.settings).map(([setting, value]) => `--${setting}=${value}`),
    ]),
  );
  const timeouts = (await webhooksNow())
    .filter(({ name }) => name !== `catalog.${DOMAIN}`)
    .map(({ timeoutSeconds }) => timeoutSeconds);
  expect(new Set(timeouts)).toEqual(new Set([VALUES.podWebhooks.timeoutSeconds]));
}

async function lossesDuring(change: () => Promise<void>): Promise<readonly Json[]> {
  const stream = streamPods(controlPlane, probes.namespace);
  await stream.flows(20);
  await change();
  const { created, losses } = await stream.stop();
  console.log(`${created} Pods created meanwhile, ${losses.length} lost`);
  await deletePods(controlPlane, probes.namespace);
  return losses;
}

async function expectServing(catalog: string): Promise<void> {
  for (const replica of release.replicas) {
    await untilServed(replica, catalog);
    expect(await replica.readyz()).toMatchObject({ ready: true });
    expect(await replica.check('catalog')).toMatch(/^valid/);
    expect(await replica.series('catalog_newest_served')).toBe(1);
  }
}

async function expectAllResolved(version: string): Promise<void> {
  const labels = { [CLIENT]: 'webservice' };
  const images = [
    [await probes.pod(`${version}-alias`, 'tf-python39'), URL_39],
    [await probes.pod(`${version}-name`, 'preview'), `${HOST}/toolforge-preview:latest`],
    [await probes.pod(`${version}-web`, 'web-only', { labels }), `${HOST}/toolforge-web-only:latest`],
    [await probes.pod(`${version}-old`, 'tf-replaced'), `${HOST}/toolforge-replaced:latest`],
  ];
  expect(images.map(([pod]) => pod.spec.containers[0].image)).toEqual(images.map(([, image]) => image));
}

/** A new label changes no annotation; a new image changes only those of its container, and is then put back. */
async function expectPodsEditable(pods: Json): Promise<void> {
  const change = (...args: readonly string[]) => succeeds(kubectl(...args, '-n', tool.namespace));
  await change('label', 'pods', '--all', '--overwrite', `example.org/label=${Date.now()}`);
  expect(await podsOf(tool)).toEqual(pods);
  for (const name of Object.keys(pods).filter((pod) => pod.endsWith('two'))) {
    await change('set', 'image', `pod/${name}`, `side=${HOST}/toolforge-node18-sssd-web:latest`);
    const expected = structuredClone(pods[name]);
    expected.images[1] = `${HOST}/toolforge-node18-sssd-web:latest`;
    expected.annotations[`name.${DOMAIN}/side`] = 'node18';
    expect((await podsOf(tool))[name]).toEqual(expected);
    await change('set', 'image', `pod/${name}`, `side=${URL_39}`);
    expect((await podsOf(tool))[name]).toEqual(pods[name]);
  }
}
