import type { Random } from '../../support/random.ts';
import { deprecationOf, entryBehind, type PlainEntry, urlsOf } from '../oracle/images.ts';
import type { Json } from '../oracle/json.ts';
import { asker } from './askers.ts';
import { anyImage } from './images.ts';

const DOMAIN = 'image-config.toolforge.org';

/** The object of the review is a Pod or a Pod template. */
export function anyPod(catalog: readonly PlainEntry[], random: Random): Json {
  const spec: Json = { ...noise(random) };
  // Some containers have no image, so that about a thousand or two hundred remain.
  const crowd = random.chance(100) ? random.of([1_035 + random.below(40), 150 + random.below(300)]) : 0;
  spec.containers = containers(catalog, crowd || 1 + random.below(3), random);
  if (random.chance(4)) spec.initContainers = containers(catalog, random.below(3), random);
  if (random.chance(5)) spec.ephemeralContainers = containers(catalog, random.below(3), random);
  if (random.chance(20)) spec[random.of(LISTS)] = random.of([null, []]);
  if (random.chance(8)) spec.volumes = volumes(catalog, random);
  return {
    metadata: metadata(
      catalog,
      LISTS.flatMap((list) => spec[list] ?? []),
      random,
    ),
    spec,
  };
}

/** An old object: the same Pod or a similar one. */
export function earlier(pod: Json, catalog: readonly PlainEntry[], random: Random): Json {
  if (random.chance(10)) return anyPod(catalog, random);
  const old = structuredClone(pod);
  for (let left = random.below(4); left > 0; left--) {
    const list = random.of(LISTS);
    const containers: Json[] = old.spec[list] ?? [];
    if (containers.length === 0) continue;
    const at = random.below(containers.length);
    switch (random.below(8)) {
      case 0:
        containers[at].name = random.of(CONTAINER_NAMES);
        break;
      case 1:
        containers.splice(at, 1);
        break;
      case 2:
        old.spec[random.of(LISTS)] = [...containers];
        break;
      case 3:
        containers.push({ ...containers[at], image: anyImage(catalog, random) });
        break;
      case 4:
        containers.reverse();
        break;
      default:
        containers[at].image = anyImage(catalog, random);
    }
  }
  if (random.chance(3)) old.metadata.annotations = { before: 'update' };
  return old;
}

/**
 * An old object that has run, possibly by names that are removed or resolve to another entry now. The new object is adapted to
 * it: the same manifest, another one, or one with annotations of its own.
 */
export function ranBefore(pod: Json, catalog: readonly PlainEntry[], random: Random): Json {
  const old = structuredClone(pod);
  const facts: [string, string][] = [];
  const forged: [string, string][] = [];
  for (const list of LISTS) {
    for (const [index, container] of (pod.spec[list] ?? []).entries()) {
      if (random.chance(4) || catalog.length === 0) continue;
      const shortName = shortNameOnce(catalog, random);
      const name = container.name ?? random.of(CONTAINER_NAMES);
      container.image = random.chance(5)
        ? anyImage(catalog, random)
        : shortName + random.of(['', '', ':latest']);
      old.spec[list][index].image = imageOnce(catalog, random);
      if (!random.chance(8))
        facts.push([`requested.${DOMAIN}/${name}`, shortName + random.of(['', '', ':latest'])]);
      if (!random.chance(4)) facts.push([`name.${DOMAIN}/${name}`, shortNameOnce(catalog, random)]);
      if (random.chance(6)) facts.push([`deprecated.${DOMAIN}/${name}`, 'python2 is deprecated']);
      if (random.chance(8)) facts.push([`requested.${DOMAIN}/${name}`, random.of(NO_NAMES)]);
      if (random.chance(6)) forged.push([`requested.${DOMAIN}/${name}`, shortNameOnce(catalog, random)]);
      if (random.chance(12)) forged.push([`name.${DOMAIN}/${name}`, random.of(NO_NAMES)]);
    }
  }
  old.metadata.annotations = fromPairs([...Object.entries<string>(old.metadata.annotations ?? {}), ...facts]);
  const sent = random.chance(2) ? [...facts, ...forged] : forged;
  if (sent.length > 0)
    pod.metadata.annotations = fromPairs([
      ...Object.entries<string>(pod.metadata.annotations ?? {}),
      ...sent,
    ]);
  return old;
}

/** A name or alias, or one that the catalog no longer has. */
const shortNameOnce = (catalog: readonly PlainEntry[], random: Random): string => {
  if (random.chance(3)) return random.of(['python2', 'tf-python27', 'node0.10', 'x'.repeat(63), 'python3.-']);
  const { name, aliases } = random.of(catalog);
  return random.of([name, ...aliases]);
};

/** A URL to which a short name once resolved, or never resolves. */
function imageOnce(catalog: readonly PlainEntry[], random: Random): string {
  if (random.chance(8)) return anyImage(catalog, random);
  const url = random.of(urlsOf(random.of(catalog)).concat('r.example/toolforge-python27-sssd-web'));
  return url + random.of([':latest', ':latest', ':latest', ':latest', '', ':v1']);
}

/** Values that our annotations never have. */
const NO_NAMES = [
  '',
  'a/b',
  'python2:v1',
  '-',
  'x'.repeat(64),
  `${'x'.repeat(64)}:latest`,
  '\u0000',
  'python2:latest',
];

const LISTS = ['containers', 'initContainers', 'ephemeralContainers'];

const CONTAINER_NAMES = [
  'web',
  'job',
  'setup',
  'a',
  '0',
  'web',
  'x'.repeat(63),
  'x'.repeat(64),
  'Web',
  'a.b',
  'a_b',
  '-a',
  'a-',
  '',
  '__proto__',
  'constructor',
  'a/b~c',
  'a~1b',
  'é',
  '\ud800',
  '"\\\n',
];

function containers(catalog: readonly PlainEntry[], count: number, random: Random): Json[] {
  return Array.from({ length: count }, (_, index) => {
    const name = random.chance(6) ? random.of(CONTAINER_NAMES) : `${random.of(['web', 'job', 'c'])}-${index}`;
    return {
      ...(!random.chance(40) && { name: random.chance(60) ? null : name }),
      ...(!random.chance(40) && { image: random.chance(60) ? null : anyImage(catalog, random) }),
      ...noise(random),
    };
  });
}

function volumes(catalog: readonly PlainEntry[], random: Random): Json {
  if (random.chance(10)) return random.of([null, []]);
  return Array.from({ length: 1 + random.below(3) }, () => ({
    ...(!random.chance(20) && { name: random.chance(20) ? null : random.of(CONTAINER_NAMES) }),
    ...(!random.chance(8) && {
      image: random.chance(20)
        ? random.of([null, {}, { reference: null }])
        : { reference: anyImage(catalog, random), pullPolicy: 'Always' },
    }),
    ...noise(random),
  }));
}

function metadata(catalog: readonly PlainEntry[], containers: readonly Json[], random: Random): Json {
  return {
    ...(!random.chance(4) && { name: random.of(['a-pod', 'shell-1793696412', '']) }),
    ...(random.chance(4) && { generateName: 'a-pod-', creationTimestamp: null }),
    ...(!random.chance(4) && {
      annotations: random.chance(10) ? null : annotations(catalog, containers, random),
    }),
    ...(!random.chance(4) && { labels: random.chance(10) ? null : labels(random) }),
    ...noise(random),
  };
}

/** Our annotations, valid, forged or without a container; and annotations of other programs. */
function annotations(catalog: readonly PlainEntry[], containers: readonly Json[], random: Random): Json {
  const texts: [string, string][] = [];
  for (let left = random.below(4); left > 0; left--) {
    const { name, image } = containers[random.below(containers.length)] ?? {};
    const about = random.chance(4) ? random.of(CONTAINER_NAMES) : (name ?? 'web');
    const fact = random.of(['requested', 'requested', 'name', 'deprecated']);
    texts.push([`${fact}.${DOMAIN}/${about}`, anyFact(fact, image ?? '', catalog, random)]);
  }
  for (let left = random.below(3); left > 0; left--)
    texts.push([random.of(KEYS), random.of(['', 'x', 'true', '~1'])]);
  if (random.chance(40)) texts.push(['kubernetes.io/config.mirror', random.of(['', '0123'])]);
  if (random.chance(800)) texts.push(['large', 'é'.repeat(random.of([65_000, 127_000, 130_900, 131_050]))]);
  return fromPairs(texts);
}

const KEYS = [
  'toolforge.org/started-at',
  'kubectl.kubernetes.io/last-applied-configuration',
  `${DOMAIN}/deprecated`,
  `requested.${DOMAIN}`,
  `Requested.${DOMAIN}/web`,
  `xrequested.${DOMAIN}/web`,
  `accept.${DOMAIN}/web`,
  '__proto__',
  'constructor',
  'a/b~c',
  'a~1b~0',
  '',
  'é',
  'x'.repeat(300),
];

/** The annotation of the image's entry, or of another. */
function anyFact(fact: string, image: string, catalog: readonly PlainEntry[], random: Random): string {
  if (random.chance(6) || catalog.length === 0)
    return random.of(['', 'x', 'is deprecated', 'constructor', '\u0000']);
  const entry = (random.chance(3) ? undefined : entryBehind(catalog, image)) ?? random.of(catalog);
  if (fact === 'requested')
    return random.of([entry.name, ...entry.aliases]) + random.of(['', '', ':latest', ':v1']);
  // An older version of the program writes it without the newer version of the image.
  return fact === 'name' ? entry.name : deprecationOf(entry, random.chance(3) ? [] : catalog);
}

function labels(random: Random): Json {
  const who = asker(random);
  return fromPairs([
    ...(who === undefined ? [] : ([['app.kubernetes.io/managed-by', who]] as const)),
    ...(random.chance(4) ? ([[`${DOMAIN}/deprecated`, random.of(['true', 'false', ''])]] as const) : []),
    ...(random.chance(2) ? ([['toolforge', 'tool']] as const) : []),
    ...(random.chance(20) ? ([[random.of(KEYS), '']] as const) : []),
  ]);
}

/** Fields that the webhook must not change. */
function noise(random: Random): Json {
  if (!random.chance(3)) return {};
  return fromPairs([
    random.of<readonly [string, Json]>([
      ['resources', { limits: { cpu: '500m' } }],
      [
        'env',
        [
          { name: 'HOME', value: '/data/project' },
          { name: '__proto__', value: '' },
        ],
      ],
      ['__proto__', { image: 'node16' }],
      ['constructor', { prototype: [] }],
      ['image~1', 'python3.11'],
      ['containers~0', [1, null, true, -0.5, 1e21]],
      ['deep', [[[[[[[[{}]]]]]]]]],
      ['', null],
      ['Image', 'tf-python39'],
      ['managedFields', [{ fieldsV1: { 'f:spec': { 'k:{"name":"web"}': { '.': {} } } } }]],
    ]),
  ]);
}

/** `__proto__` is an ordinary key, as in JSON.parse. */
function fromPairs(pairs: readonly (readonly [string, Json])[]): Json {
  const object: Json = {};
  for (const [key, value] of pairs)
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  return object;
}
