import { expect, test } from 'vitest';
import { BadReview } from '../../src/admission/decode.ts';
import { decodePod } from '../../src/admission/pod.ts';
import { reviewedWorkloadKinds } from '../../src/admission/workload.ts';
import { HOST, NEW_HOST, smallLookup } from '../support/catalog.ts';
import { denyOn, removal } from '../support/removal.ts';
import { type Json, podRequest, updateOf, workloadOf, workloadRequest } from '../support/reviews.ts';
import { expectAllowed } from '../support/verdicts.ts';
import { mutatePod, warnWorkload } from '../support/webhooks.ts';

const podWith = (volumes: Json, labels = {}): Json => ({
  metadata: { labels },
  spec: { containers: [{ name: 'web', image: 'nginx' }], volumes },
});
const mounting = (reference: string) => [{ name: 'data', image: { reference, pullPolicy: 'Always' } }];
const write = (url: string, shortName: string) =>
  `volume "data": write ${url}:latest instead of "${shortName}"; short names of image volumes are not resolved`;
const URL_311 = `${HOST}/toolforge-python311-sssd-web`;

test.each([
  ['tf-python311', URL_311],
  ['tf-python311:latest', URL_311],
  ['python3.9', `${HOST}/toolforge-python39-sssd-base`],
  ['python3.7', `${HOST}/toolforge-python37-sssd-web`],
])(
  'an image volume with the short name %s gets a warning with the URL to write, and no patch',
  (name, url) => {
    for (const policy of [removal, denyOn('2099-01-01')])
      expectAllowed(mutatePod(podRequest(podWith(mounting(name))), smallLookup, policy), [write(url, name)]);
  },
);

test('the warning names the URL for the client, or any URL of the entry if it has none for the client', () => {
  const webservice = { 'app.kubernetes.io/managed-by': 'webservice' };
  expectAllowed(mutatePod(podRequest(podWith(mounting('python3.9'), webservice)), smallLookup, removal), [
    write(`${HOST}/toolforge-python39-sssd-web`, 'python3.9'),
  ]);
  expectAllowed(mutatePod(podRequest(podWith(mounting('mono6.12'), webservice)), smallLookup, removal), [
    write(`${NEW_HOST}/toolforge-mono612-sssd-base`, 'mono6.12'),
  ]);
});

test.each([
  ['a URL of the catalog, of a deprecated entry, too', mounting(`${HOST}/toolforge-python37-sssd-web`)],
  ['a misspelt name', mounting('pyhton3.11')],
  ['an entry without any image', mounting('hollow')],
  ['another image', mounting('ghcr.io/models/large:v1')],
  ['no reference', [{ name: 'data', image: { reference: null } }, { image: {} }, { image: null }, {}]],
  ['volumes of other kinds', [{ name: 'python3.11', emptyDir: {} }, { configMap: { name: 'python3.11' } }]],
  ['no volumes', null],
])('there is no warning about %s', (_, volumes) => {
  expectAllowed(mutatePod(podRequest(podWith(volumes)), smallLookup, removal));
});

test('an UPDATE gets no warning about volumes, which never change', () => {
  const pod = podWith(mounting('python3.11'));
  expectAllowed(mutatePod(updateOf(pod, pod), smallLookup, removal));
});

test('the warning about a volume without a name says that it has none', () => {
  const [{ image }] = mounting('python3.11') as [Json];
  expectAllowed(mutatePod(podRequest(podWith([{ image }])), smallLookup, removal), [
    write(URL_311, 'python3.11').replace('volume "data"', 'volume without a name'),
  ]);
});

test.each(reviewedWorkloadKinds)('the template of a %s gets the same warning', (kind) => {
  const object = workloadOf(kind, podWith(mounting('python3.11')));
  for (const operation of ['CREATE', 'UPDATE'])
    expectAllowed(
      warnWorkload(workloadRequest(kind, object, { operation, oldObject: object }), smallLookup, removal),
      [write(URL_311, 'python3.11')],
    );
});

test.each([
  [{}, 'object.spec.volumes should be a list, and is an object'],
  [[1], 'object.spec.volumes[0] should be an object, and is 1'],
  [[{ image: 'x' }], 'object.spec.volumes[0].image should be an object, and is "x"'],
  [[{ image: { reference: 1 } }], 'object.spec.volumes[0].image.reference should be a string, and is 1'],
])('invalid volumes are rejected, and the message names the field: %j', (volumes, message) => {
  expect(() => decodePod(podWith(volumes), 'object')).toThrow(new BadReview(message));
});
