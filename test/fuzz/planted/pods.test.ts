import { Buffer } from 'node:buffer';
import { test } from 'vitest';
import { answerReview } from '../../../src/admission/answer.ts';
import { decodePod } from '../../../src/admission/pod.ts';
import type { AdmissionRequest } from '../../../src/admission/review.ts';
import { buildLookup, type Lookup } from '../../../src/catalog/lookup.ts';
import { mutatePod } from '../../support/webhooks.ts';
import type { Webhook } from '../answers.ts';
import { ordinaryPrecedence } from '../generate/askers.ts';
import type { World } from '../generate/worlds.ts';
import type { Json } from '../oracle/json.ts';
import { mutatePods, podFuzz } from '../pods.ts';
import { expectNoticed, tampered } from './planting.ts';

type Faulty = (world: World) => Webhook;

/** Names resolve to other URLs. */
const lookingUp =
  (
    resolve: (image: string, asker: string | undefined, lookup: Lookup) => ReturnType<Lookup['resolve']>,
  ): Faulty =>
  (world) => {
    const { lookup } = world;
    return mutatePods({
      ...world,
      lookup: { ...lookup, resolve: (image, asker) => resolve(image, asker, lookup) },
    });
  };

/** The webhook reads another request. */
const asked =
  (change: (request: AdmissionRequest) => Partial<AdmissionRequest>): Faulty =>
  (world) =>
  (body) =>
    answerReview(body, (request) => mutatePod({ ...request, ...change(request) }, world.lookup, world));

const patching =
  (change: (operations: Json[]) => Json[]): Faulty =>
  (world) =>
    tampered(mutatePods(world), (response) => {
      if (response.patch === undefined) return;
      const operations = change(JSON.parse(Buffer.from(response.patch, 'base64').toString()));
      response.patch = Buffer.from(JSON.stringify(operations)).toString('base64');
    });

const answering =
  (change: (response: Json) => Json): Faulty =>
  (world) =>
    tampered(mutatePods(world), (response) => Object.assign(response, change(response)));

const denying = (change: (message: string) => string): Faulty =>
  answering(({ status }) => ({ status: status && { ...status, message: change(status.message) } }));

const withCauses = (change: (causes: readonly Json[]) => readonly Json[]): Faulty =>
  answering(({ status }) => ({
    status: status && { ...status, details: { causes: change(status.details.causes) } },
  }));

const warning = (change: (warnings: readonly string[]) => readonly string[]): Faulty =>
  answering(({ warnings }) => ({ warnings: warnings && change(warnings) }));

const isWholeUpdate = ({ operation, subResource }: AdmissionRequest): boolean =>
  operation === 'UPDATE' && subResource === undefined;

const asIfCreated = asked((request) => (isWholeUpdate(request) ? { operation: 'CREATE' } : {}));

/** The webhook reads another old Pod. */
const before = (oldObject: (request: AdmissionRequest) => unknown): Faulty =>
  asked((request) => {
    try {
      for (const pod of [request.object, request.oldObject]) decodePod(pod, 'a Pod');
      return request.operation === 'UPDATE' ? { oldObject: oldObject(request) } : {};
    } catch {
      // An object that is no Pod is refused as usual.
      return {};
    }
  });

const withFacts = (pod: unknown, change: (annotations: Json) => Json): Json => {
  const { metadata, spec } = pod as Json;
  return { metadata: { ...metadata, annotations: change(metadata.annotations ?? {}) }, spec };
};

const containersIn = (pod: unknown): Json[] =>
  ['containers', 'initContainers', 'ephemeralContainers'].flatMap((list) => (pod as Json).spec[list] ?? []);

const isRequested = (key: string): boolean => key.startsWith('requested.');

const isImage = ({ path }: Json): boolean => path.endsWith('/image');
const behindHost = (image: string): string => image.split('/').slice(1).join('/');
const crash = (): never => {
  throw new TypeError('undefined is not a function');
};
let calls = 0;

const faults: Readonly<Record<string, Faulty>> = {
  // Names and URLs
  'another tag counts as latest': lookingUp((image, asker, lookup) =>
    lookup.resolve(image.replace(/:v1$/, ''), asker),
  ),
  'a digest counts for nothing': lookingUp((image, asker, lookup) =>
    lookup.resolve(image.replace(/@.*$/, ''), asker),
  ),
  'names in any case': lookingUp((image, asker, lookup) => lookup.resolve(image.toLowerCase(), asker)),
  'names with space around them': lookingUp((image, asker, lookup) => lookup.resolve(image.trim(), asker)),
  'no image is known by its URL': lookingUp((image, asker, lookup) =>
    image.includes('/') ? { kind: 'foreign' } : lookup.resolve(image, asker),
  ),
  'HOST/ALIAS belongs to nobody': lookingUp((image, asker, lookup) =>
    lookup.shortNames.has(behindHost(image)) ? { kind: 'foreign' } : lookup.resolve(image, asker),
  ),
  'an alias is known on every host': lookingUp((image, asker, lookup) => {
    const resolution = lookup.resolve(image, asker);
    const entry = lookup.shortNames.get(behindHost(image));
    return resolution.kind === 'foreign' && entry ? { kind: 'url', entry } : resolution;
  }),
  'an entry without an image is let pass': lookingUp((image, asker, lookup) => {
    const resolution = lookup.resolve(image, asker);
    return resolution.kind === 'no-variant' ? { kind: 'foreign' } : resolution;
  }),

  // Clients
  'every asker is anybody': lookingUp((image, _, lookup) => lookup.resolve(image, undefined)),
  'webservice gets what jobs get': lookingUp((image, asker, lookup) =>
    lookup.resolve(image, asker === 'webservice' ? 'toolforge-jobs-framework' : asker),
  ),
  'the precedence that is set counts for nothing': (world) =>
    mutatePods({ ...world, lookup: buildLookup(world.lookup.catalog, ordinaryPrecedence) }),

  // New images
  'what an update leaves alone is rewritten': asIfCreated,
  'nothing is new in an update': asked((request) =>
    isWholeUpdate(request) ? { oldObject: request.object } : {},
  ),
  'an ephemeral container is taken for a whole Pod': asked(() => ({ subResource: undefined })),
  'it warns of what was there before': (world) =>
    tampered(mutatePods(world), (response, body) => {
      const { warnings } = JSON.parse(asIfCreated(world)(body).body).response;
      if (warnings) response.warnings = warnings;
    }),

  // Kept images
  'nothing is kept by facts': before(({ oldObject }) => withFacts(oldObject, () => ({}))),
  'facts of the new object count': before(({ object, oldObject }) =>
    withFacts(oldObject, () => (object as Json).metadata.annotations),
  ),
  'a name that is requested counts for every container': before(({ oldObject }) =>
    withFacts(oldObject, (facts) => {
      const requested = Object.entries<string>(facts).find(([key]) => key.startsWith('requested.'))?.[1];
      const keys = containersIn(oldObject).map(({ name }) => `requested.image-config.toolforge.org/${name}`);
      return { ...facts, ...Object.fromEntries(keys.map((key) => [key, requested ?? 'python2'])) };
    }),
  ),
  'a name that is gone takes the facts with it': before(({ oldObject }) =>
    withFacts(oldObject, (facts) =>
      Object.fromEntries(Object.entries(facts).filter(([key]) => !key.startsWith('name.'))),
    ),
  ),
  'the image of another list is kept': before(({ oldObject }) => {
    const { containers, initContainers, ...spec } = (oldObject as Json).spec;
    return {
      ...(oldObject as Json),
      spec: { ...spec, containers: initContainers, initContainers: containers },
    };
  }),
  'an image that a container has already is a new one': before(({ oldObject }) => {
    const old = structuredClone(oldObject);
    for (const container of containersIn(old))
      if (container.image?.includes('/')) container.image = container.image.replace(/(:latest)?$/, ':v2');
    return old;
  }),
  'whatever a container has is kept': before(({ object, oldObject }) => {
    const [{ image = '' } = {}] = containersIn(object);
    return withFacts(oldObject, (facts) =>
      Object.fromEntries(Object.entries(facts).map(([key, fact]) => [key, isRequested(key) ? image : fact])),
    );
  }),
  'the image that is kept gets a tag': patching((operations) =>
    operations.map((each) =>
      isImage(each) ? { ...each, value: each.value.replace(/(:latest)?$/, ':latest') } : each,
    ),
  ),
  'nobody is told that an image is kept': warning((all) => all.filter((each) => !each.includes(' keeps '))),
  'nobody is told the new name of what is kept': warning((all) =>
    all.map((each) => each.replace(/(?<= keeps its image: write )[^/ ]+(?= )/, 'a URL')),
  ),
  'all that is kept is gone': warning((all) =>
    all.map((each) => each.replace(/, which now resolves .*/, ', which is no longer in the catalog')),
  ),

  // Image volumes
  'nobody is told of short names in volumes': warning((all) =>
    all.filter((each) => !each.startsWith('volume ')),
  ),
  'the URL for a volume is another': warning((all) =>
    all.map((each) => each.replace(/^(volume .*: write \S+):latest/, '$1-web:latest')),
  ),
  'volumes are warned of at each update': (world) =>
    tampered(mutatePods(world), (response, body) => {
      const all: string[] = JSON.parse(asIfCreated(world)(body).body).response?.warnings ?? [];
      const volumes = all.filter((each) => each.startsWith('volume '));
      if (volumes.length > 0) response.warnings = [...new Set([...volumes, ...(response.warnings ?? [])])];
    }),

  // Dates
  'past the removal date is on the day itself': (world) =>
    mutatePods({ ...world, today: world.today.replace('2027-03-02', '2027-03-01') }),
  'nothing is denied for its age': (world) => mutatePods({ ...world, pastRemoval: 'warn' }),
  'all is denied for its age': (world) => mutatePods({ ...world, pastRemoval: 'deny' }),

  // Patches
  'the last operation is missing': patching((operations) => operations.slice(0, -1)),
  'there is an operation more than it takes': patching((operations) => [
    ...operations,
    ...operations.slice(-1),
  ]),
  'it replaces': patching((operations) =>
    operations.map((each) => (isImage(each) ? { ...each, op: 'replace' } : each)),
  ),
  'slashes in paths are not escaped': patching((operations) =>
    operations.map((each) => ({ ...each, path: each.path.replaceAll('~1', '/') })),
  ),
  'no parents are made': patching((operations) =>
    operations.filter(({ path }) => path !== '/metadata/annotations' && path !== '/metadata/labels'),
  ),
  'an image has no tag': patching((operations) =>
    operations.map((each) => (isImage(each) ? { ...each, value: each.value.replace(':latest', '') } : each)),
  ),

  // Annotations
  'forged facts stay': patching((operations) => operations.filter(({ op }) => op === 'add')),
  'nothing says what was requested': patching((operations) =>
    operations.filter(({ path }) => !path.includes('/requested.')),
  ),
  'there is no label': patching((operations) =>
    operations.filter(({ path }) => !path.startsWith('/metadata/labels')),
  ),
  'a fact is another one each time': patching((operations) =>
    operations.map((each) => (each.path.includes('/name.') ? { ...each, value: String(calls++) } : each)),
  ),

  'a fact does not say what is newer': patching((operations) =>
    operations.map((each) => ({ ...each, value: each.value?.replace?.(/; newer: [^;]+/, '') ?? each.value })),
  ),

  // Answers
  'the uid is trimmed': answering(({ uid }) => ({ uid: uid.trim() })),
  'a denial denies nothing': answering(() => ({ allowed: true, status: undefined })),
  'a denial has another code': answering(({ status }) => ({ status: status && { ...status, code: 403 } })),
  'a denial has a reason': answering(({ status }) => ({
    status: status && { ...status, reason: 'Invalid' },
  })),
  'a denial has no causes': withCauses(() => []),
  'the first cause is missing': withCauses((causes) => causes.slice(1)),
  'a cause says less than the message': withCauses((causes) =>
    causes.map((cause) => ({ ...cause, message: cause.message.slice(0, -1) })),
  ),
  'a cause has no field': withCauses((causes) => causes.map(({ message }) => ({ message }))),
  'nobody is told of what is denied': denying(() => 'no'),
  'nobody is told which images there are': denying((message) => message.replace(/only [^;]+/, 'others')),
  'whoever is denied is sent to another replacement': denying((message) =>
    message.replace(/; use [^;]+/, '; use node18'),
  ),
  'only the first container is denied': denying((message) => message.split('\n', 1)[0] as string),
  'a patch is of no type': answering(() => ({ patchType: undefined })),
  'it crashes': () => (body) => answerReview(body, crash),
  'it crashes in one of a thousand': (world) => {
    const webhook = mutatePods(world);
    return (body) => (calls++ % 1_000 === 999 ? answerReview(body, crash) : webhook(body));
  },

  // Warnings
  'there are no warnings': warning(() => []),
  'nobody is asked what they meant': warning((all) => all.filter((each) => !each.includes('did you mean'))),
  'an alias is suggested': warning((all) =>
    all.map((each) => each.replace(/did you mean .*/, 'did you mean tf-python39?')),
  ),
  'another replacement is told of': warning((all) =>
    all.map((each) => each.replace(/; use [^;]+/, '; use node18')),
  ),
  'a date that is over is still to come': warning((all) =>
    all.map((each) => each.replace(/its removal date (\S+) has passed/, 'removal on $1')),
  ),
  'what is newer is left out': warning((all) => all.map((each) => each.replace(/; newer: [^;]+/, ''))),
  'an older one is named as newer': warning((all) =>
    all.map((each) => each.replace(/; newer: python[^;]+/, '; newer: python3.9')),
  ),
  'something deprecated is suggested': warning((all) =>
    all.map((each) => each.replace(/did you mean python.*/, 'did you mean python3.4?')),
  ),
  'a URL that is not listed is passed over': warning((all) =>
    all.filter((each) => !each.includes('called like')),
  ),
  'a URL for others is to be written': warning((all) =>
    all.map((each) => each.replace(/(but .*; write \S+)-web:latest/, '$1-base:latest')),
  ),
  'another removal date is told of': warning((all) =>
    all.map((each) => each.replace(/-(?=\d\d(?:;|$))/, '-3')),
  ),
  'nobody is told where to read on': warning((all) => all.map((each) => each.replace(/; see .*/, ''))),
  'another container is told of': warning((all) => all.map((each) => each.replace(/^init /, ''))),
  'the order is turned round': warning((all) => all.toReversed()),
  'past removal is told last': warning((all) =>
    [false, true].flatMap((past) => all.filter((each) => each.includes(' has passed') === past)),
  ),
  'the last one is left out': warning((all) => (all.length > 1 ? all.slice(0, -1) : all)),
  'nobody says that there is more': warning((all) => all.filter((each) => !each.startsWith('and more'))),
  'there is room for one less': warning((all) =>
    all.at(-1)?.startsWith('and more') ? all.toSpliced(-2, 1) : all,
  ),
  'a warning is too long': warning((all) => all.map((each) => each.padEnd(257, '.'))),
  'a warning has a control character': warning((all) => all.map((each) => `${each}\u001b[0m.`)),
  'a warning is given twice': warning((all) => [...all, ...all]),
};

test.each(Object.entries(faults))('fuzzing of Pods notices a planted fault: %s', (_, faulty) =>
  expectNoticed(podFuzz(faulty)),
);
