import { expect, test } from 'vitest';
import { explainPod } from '../../src/admission/explain.ts';
import { HOST, smallLookup } from '../support/catalog.ts';
import { podOf, podRequest, updateOf } from '../support/reviews.ts';

test('says of every container why its image was rewritten or left alone', () => {
  const request = podRequest(
    podOf({
      a: 'tf-python311',
      b: `${HOST}/tf-node12`,
      c: 'pyhton3.11',
      d: 'quay.io/x/y',
      e: 'hollow',
      f: 'python3.11:v1',
    }),
  );
  expect(explainPod(request, smallLookup)).toEqual([
    {
      list: 'containers',
      container: 'a',
      image: 'tf-python311',
      outcome: `python3.11: rewritten to ${HOST}/toolforge-python311-sssd-web:latest`,
    },
    {
      list: 'containers',
      container: 'b',
      image: `${HOST}/tf-node12`,
      outcome: 'left alone: it is an image of node12 already',
    },
    {
      list: 'containers',
      container: 'c',
      image: 'pyhton3.11',
      outcome: 'left alone: the catalog has no such name',
    },
    {
      list: 'containers',
      container: 'd',
      image: 'quay.io/x/y',
      outcome: 'left alone: not in the catalog (another registry, tag or digest)',
    },
    {
      list: 'containers',
      container: 'e',
      image: 'hollow',
      outcome: 'denied: hollow has no image for who asks',
    },
    {
      list: 'containers',
      container: 'f',
      image: 'python3.11:v1',
      outcome: 'left alone: not in the catalog (another registry, tag or digest)',
    },
  ]);
});

test('says that an update left what was there', () => {
  const pod = podOf({ a: 'tf-python311', b: 'hollow' });
  expect(explainPod(updateOf(pod, pod), smallLookup).map(({ outcome }) => outcome)).toEqual([
    'left alone: this update does not change it; it names python3.11',
    'left alone: this update does not change it; it names hollow',
  ]);
});

test('says why a whole Pod was left alone', () => {
  const mirror = podOf({ a: 'python3.11' }, { annotations: { 'kubernetes.io/config.mirror': 'x' } });
  expect(explainPod(podRequest(mirror), smallLookup).map(({ outcome }) => outcome)).toEqual([
    'left alone: a mirror Pod only shows what a kubelet runs anyway',
  ]);
  expect(explainPod(podRequest(null, { operation: 'DELETE' }), smallLookup)).toEqual([]);
});
