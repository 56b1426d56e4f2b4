import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { digestOf } from '../../../src/catalog/load.ts';
import { HOST } from '../../support/catalog.ts';
import type { Json } from '../../support/reviews.ts';
import { run } from '../control-plane/command.ts';
import { attachControlPlane } from '../control-plane.ts';
import { apiOf, until } from '../support/api.ts';
import { CATALOG, CONFIG_MAPS, configMap } from '../support/catalog.ts';
import { isRefused, succeeds } from '../support/commands.ts';
import { cleanUp, type Installed, install } from '../support/installed.ts';
import { imagesOf, ourAnnotations } from '../support/workloads.ts';

/*
 * Running Pods whose short names were removed or moved: when a manifest puts the names back, the containers keep their images.
 */

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
const TOOL = 'tool-running';
const PODS = `/api/v1/namespaces/${TOOL}/pods`;
const DOMAIN = 'image-config.toolforge.org';
const IMAGE_37 = `${HOST}/toolforge-python37:latest`;
const IMAGE_311 = `${HOST}/toolforge-python311:latest`;
const IMAGE_NODE = `${HOST}/toolforge-node10:latest`;

const entry = (name: string, aliases: string, rest = 'state: stable'): string => {
  const url = `${HOST}/toolforge-${name.replace('.', '')}`;
  const variants = `{jobs-framework: {image: ${url}}, webservice: {image: ${url}-web, extra: {wstype: generic}}}`;
  return `${name}: {aliases: [${aliases}], image: ${url}, ${rest}, variants: ${variants}}\n`;
};

const BEFORE =
  entry('python3.7', 'tf-python37', 'state: deprecated') + entry('python3.11', '') + entry('node10', '');
/** python3.7 is removed, its alias belongs to another entry, and node10 is past its removal date. */
const AFTER =
  entry('python3.11', 'tf-python37') +
  entry('node10', '', 'state: deprecated, deprecation: {replacement: python3.11, removal: "2020-01-01"}');

/** The catalog with the annotation that lets any text through. */
const accepted = (text: string) => configMap(text, { [`${DOMAIN}/accept`]: digestOf(text) });

const kubectl = (args: readonly string[], object?: Json) =>
  controlPlane.kubectl(['-n', TOOL, ...args], object && { stdin: JSON.stringify(object) });

/** A Pod's manifest with three short names. */
const manifest = (name: string): Json => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: TOOL },
  spec: {
    containers: [
      { name: 'job', image: 'python3.7' },
      { name: 'web', image: 'tf-python37' },
      { name: 'old', image: 'node10' },
    ],
  },
});
const IMAGES = { job: IMAGE_37, web: IMAGE_37, old: IMAGE_NODE };
const ANNOTATIONS = {
  [`requested.${DOMAIN}/job`]: 'python3.7',
  [`requested.${DOMAIN}/web`]: 'tf-python37',
  [`requested.${DOMAIN}/old`]: 'node10',
  [`name.${DOMAIN}/job`]: 'python3.7',
  [`name.${DOMAIN}/web`]: 'python3.7',
  [`name.${DOMAIN}/old`]: 'node10',
};
const GONE = `Warning: container "job" keeps its image: write ${IMAGE_37} instead of "python3.7", which is no longer in the catalog\n`;
const MOVED = `Warning: container "web" keeps its image: write ${IMAGE_37} instead of "tf-python37", which now resolves to another image (python3.11)\n`;
const PAST =
  'Warning: container "old": node10 is deprecated; use python3.11; its removal date 2020-01-01 has passed\n';

const get = (name: string): Promise<Json> => api.get(`${PODS}/${name}`);
const requestedAndName = (pod: Json): Json =>
  Object.fromEntries(Object.entries(ourAnnotations(pod)).filter(([key]) => !key.startsWith('deprecated.')));

async function expectKept(name: string): Promise<void> {
  const pod = await get(name);
  expect(imagesOf(pod)).toEqual(IMAGES);
  expect(requestedAndName(pod)).toEqual(ANNOTATIONS);
}

/** The stored Pod with the short names of its manifest, and without our annotations. */
async function whole(name: string): Promise<Json> {
  const { metadata, spec, ...pod } = await get(name);
  const { containers } = manifest(name).spec;
  return {
    ...pod,
    metadata: { ...metadata, annotations: {}, resourceVersion: undefined },
    spec: {
      ...spec,
      containers: spec.containers.map((container: Json, index: number) => ({
        ...container,
        image: containers[index].image,
      })),
    },
  };
}

const APPLY = ['apply', '-f', '-'];
const SERVER_SIDE = ['apply', '--server-side', '-f', '-'];
const names = [
  'applied',
  'server-side',
  'replaced',
  'edited',
  'image-set',
  'json-patched',
  'relabelled',
  'neighbour',
  'debugged',
  'forged',
];

let installed: Installed;

beforeAll(async () => {
  installed = await install(controlPlane, {
    settings: ['--past-removal', 'deny'],
    before: () => api.create(CONFIG_MAPS, accepted(BEFORE)),
  });
  await api.createNamespace(TOOL, { tenancy: 'tool' });
  await until(async () => {
    const { stdout } = await kubectl(
      ['create', '--dry-run=server', '-o', 'jsonpath={.spec.containers[0].image}', '-f', '-'],
      manifest('x'),
    );
    return stdout === IMAGE_37;
  }, 'a catalog');
  for (const name of names)
    await succeeds(kubectl(name === 'server-side' ? SERVER_SIDE : APPLY, manifest(name)));
  for (const name of names) await expectKept(name);
  await api.merge(CATALOG, accepted(AFTER));
  await until(
    async () => (await kubectl(['run', 'x', '--image=node10', '--dry-run=server'])).code === 1,
    'the new catalog',
  );
});

afterAll(() => cleanUp(controlPlane, installed, TOOL));

describe('a Pod whose names were removed, moved or are past removal keeps its images when the names are written again', () => {
  it.each([
    ['`kubectl apply`', 'applied', APPLY, 'configured'],
    ['`kubectl apply --server-side`', 'server-side', SERVER_SIDE, 'serverside-applied'],
  ])('by repeated %s', async (_, name, args, done) => {
    for (let again = 0; again < 2; again += 1) {
      const { stdout, stderr } = await kubectl(args, manifest(name));
      expect({ stdout, stderr }).toEqual({ stdout: `pod/${name} ${done}\n`, stderr: GONE + MOVED + PAST });
      await expectKept(name);
    }
  });

  it('by `kubectl replace` without our annotations', async () => {
    const { code, stderr } = await kubectl(['replace', '-f', '-'], await whole('replaced'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: GONE + MOVED + PAST });
    await expectKept('replaced');
  });

  it('by `kubectl edit`', async () => {
    const first = '0,/image: docker.*/s//image: python3.7/';
    const second = '0,/image: docker.*37:latest/s//image: tf-python37/';
    const { code, stderr } = await run(
      controlPlane.site.programs.kubectl,
      ['-n', TOOL, 'edit', 'pod', 'edited'],
      {
        env: {
          PATH: process.env.PATH ?? '',
          HOME: controlPlane.site.directory,
          KUBECONFIG: controlPlane.kubeconfig,
          KUBE_EDITOR: `sed -i -e '/last-applied/,+1d' -e '${first}' -e '${second}'`,
        },
      },
    );
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(GONE);
    await expectKept('edited');
  });

  it('by `kubectl set image`', async () => {
    const { code, stderr } = await kubectl([
      'set',
      'image',
      'pod/image-set',
      'job=python3.7',
      'web=tf-python37:latest',
    ]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: GONE + MOVED.replace('"tf-python37"', '"tf-python37:latest"'),
    });
    await expectKept('image-set');
  });

  it('by a JSON patch', async () => {
    const patch = [{ op: 'replace', path: '/spec/containers/0/image', value: 'python3.7' }];
    const { code, stderr } = await kubectl([
      ...['patch', 'pod', 'json-patched', '--type=json', '-p'],
      JSON.stringify(patch),
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: GONE });
    await expectKept('json-patched');
  });

  it('together with the label of another client, whose images for these names differ', async () => {
    const pod = manifest('relabelled');
    pod.metadata.labels = { 'app.kubernetes.io/managed-by': 'webservice' };
    const { code, stderr } = await kubectl(APPLY, pod);
    expect(code, stderr).toBe(0);
    expect(stderr).toBe(
      `${GONE}${MOVED}Warning: container "old" keeps its image: write ${IMAGE_NODE} instead of "node10", which now resolves to another image (node10)\n${PAST}`,
    );
    await expectKept('relabelled');
  });
});

describe('the annotations `requested` and `name` stay, so that the names can be written again later,', () => {
  it('when another container gets another image', async () => {
    await succeeds(kubectl(['set', 'image', 'pod/neighbour', 'old=python3.11']));
    const { code, stderr } = await kubectl([
      'set',
      'image',
      'pod/neighbour',
      'job=python3.7',
      'web=tf-python37',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: GONE + MOVED });
    const pod = await get('neighbour');
    expect(imagesOf(pod)).toEqual({ ...IMAGES, old: IMAGE_311 });
    expect(requestedAndName(pod)).toEqual({
      ...ANNOTATIONS,
      [`requested.${DOMAIN}/old`]: 'python3.11',
      [`name.${DOMAIN}/old`]: 'python3.11',
    });
  });

  it('when kubectl debug adds a container', async () => {
    await succeeds(
      kubectl(['debug', 'debugged', '--image=python3.11', '-c', 'debugger', '--profile=general']),
    );
    expect((await get('debugged')).spec.ephemeralContainers).toMatchObject([
      { name: 'debugger', image: IMAGE_311 },
    ]);
    await succeeds(kubectl(APPLY, manifest('debugged')));
    const pod = await get('debugged');
    expect(imagesOf(pod)).toEqual(IMAGES);
    expect(requestedAndName(pod)).toEqual({ ...ANNOTATIONS, [`name.${DOMAIN}/debugger`]: 'python3.11' });
  });

  it('when an update forges or removes them: only those of the stored Pod count', async () => {
    await succeeds(
      kubectl([
        ...['annotate', 'pod/forged', '--overwrite', `requested.${DOMAIN}/job=python3.11`],
        ...[`name.${DOMAIN}/web=python3.11`, `requested.${DOMAIN}/web-`],
      ]),
    );
    await expectKept('forged');
    const pod = manifest('forged');
    pod.metadata.annotations = { [`requested.${DOMAIN}/job`]: 'python3.11' };
    pod.spec.containers[0].image = 'python3.11';
    const { code, stderr } = await kubectl(APPLY, pod);
    expect(code, stderr).toBe(0);
    // Another name than the one that was requested is another image.
    expect(imagesOf(await get('forged'))).toEqual({ ...IMAGES, job: IMAGE_311 });
  });
});

it('a new Pod keeps nothing: its own annotations are not trusted, and an image past removal is refused', async () => {
  const copy = manifest('created');
  copy.metadata.annotations = ANNOTATIONS;
  expect(await isRefused(kubectl(['create', '-f', '-'], copy))).toContain(
    'container "old" asks for "node10", and new Pods no longer get it',
  );
  copy.spec.containers.pop();
  await succeeds(kubectl(['create', '-f', '-'], copy));
  const pod = await get('created');
  expect(imagesOf(pod)).toEqual({ job: 'python3.7', web: IMAGE_311 });
  expect(requestedAndName(pod)).toEqual({
    [`requested.${DOMAIN}/web`]: 'tf-python37',
    [`name.${DOMAIN}/web`]: 'python3.11',
  });
});

it('a Pod with a short name in an image volume gets a warning with the URL to write', async () => {
  const pod = manifest('mounting');
  pod.spec = {
    containers: [{ name: 'job', image: 'python3.11' }],
    volumes: [{ name: 'data', image: { reference: 'python3.11' } }],
  };
  // Kubernetes before 1.35 knows the field and drops it behind us, which leaves a volume of no kind.
  const { stderr } = await kubectl(['create', '-f', '-'], pod);
  expect(stderr).toContain(
    `Warning: volume "data": write ${IMAGE_311} instead of "python3.11"; short names of image volumes are not resolved`,
  );
});
