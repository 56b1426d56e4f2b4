import { expect, test } from 'vitest';
import { HOST, smallLookup } from '../support/catalog.ts';
import { denyOn, removal } from '../support/removal.ts';
import { podOf, podRequest, updateOf, workloadOf, workloadRequest } from '../support/reviews.ts';
import { explainPod, explainWorkload } from '../support/webhooks.ts';

test('explainPod says for each container why its image is rewritten or left alone', () => {
  const request = podRequest(
    podOf({
      a: 'tf-python311',
      b: `${HOST}/tf-node12`,
      c: 'pyhton3.11',
      d: 'quay.io/x/y',
      e: 'hollow',
      f: 'python3.11:v1',
      g: `${HOST}/toolforge-node12-sssd-web`,
      h: `${HOST}/toolforge-node12-sssd-web:v1`,
      i: `${HOST}/tf-nod\u202ee12:v1`,
    }),
  );
  expect(explainPod(request, smallLookup, removal)).toEqual([
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
      outcome: 'left alone: it is called like node12, but the catalog does not list it',
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
      outcome: 'left alone: not in the catalog',
    },
    {
      list: 'containers',
      container: 'e',
      image: 'hollow',
      outcome: 'denied: hollow has no image for this client',
    },
    {
      list: 'containers',
      container: 'f',
      image: 'python3.11:v1',
      outcome: 'left alone: the catalog has python3.11 with the tag latest only',
    },
    {
      list: 'containers',
      container: 'g',
      image: `${HOST}/toolforge-node12-sssd-web`,
      outcome: 'left alone: it is an image of node12 already',
    },
    {
      list: 'containers',
      container: 'h',
      image: `${HOST}/toolforge-node12-sssd-web:v1`,
      outcome: 'left alone: the catalog has node12 with the tag latest only',
    },
    {
      list: 'containers',
      container: 'i',
      image: `${HOST}/tf-nod\u202ee12:v1`,
      outcome: `left alone: the catalog has images on ${HOST}, but no repository "tf-nod\uFFFDe12"`,
    },
  ]);
});

test('explainPod says that an update leaves unchanged images alone', () => {
  const pod = podOf({ a: 'tf-python311', b: 'hollow' });
  expect(explainPod(updateOf(pod, pod), smallLookup, removal).map(({ outcome }) => outcome)).toEqual([
    'left alone: this update does not change it; it names python3.11',
    'left alone: this update does not change it; it names hollow',
  ]);
});

test('explainPod says why a whole Pod is left alone', () => {
  const mirror = podOf({ a: 'python3.11' }, { annotations: { 'kubernetes.io/config.mirror': 'x' } });
  expect(explainPod(podRequest(mirror), smallLookup, removal).map(({ outcome }) => outcome)).toEqual([
    'left alone: a mirror Pod only shows what a kubelet runs anyway',
  ]);
  expect(explainPod(podRequest(null, { operation: 'DELETE' }), smallLookup, removal)).toEqual([]);
});

test('explainPod says that an image past its removal date is denied to new Pods, and that Pods that have it keep it', () => {
  const pod = podOf({ a: 'tf-python37', b: `${HOST}/toolforge-python37-sssd-web`, c: 'node12' });
  const outcomes = (request = podRequest(pod)) =>
    explainPod(request, smallLookup, denyOn('2027-03-02')).map(({ outcome }) => outcome);
  expect(outcomes()).toEqual([
    'denied: python3.7 is past its removal date',
    'denied: python3.7 is past its removal date',
    `node12: rewritten to ${HOST}/toolforge-node12-sssd-web:latest`,
  ]);
  expect(outcomes(updateOf(pod, pod))).toEqual([
    'left alone: this update does not change it; it names python3.7',
    'left alone: it is an image of python3.7 already',
    'left alone: this update does not change it; it names node12',
  ]);
});

test('explainWorkload says what the Pods of a template get', () => {
  const pod = podOf({
    a: 'tf-python311',
    b: `${HOST}/tf-node12`,
    c: 'pyhton3.11',
    d: 'hollow',
    e: 'python3.7',
  });
  const explained = (object: unknown) =>
    explainWorkload(workloadRequest('Job', object), smallLookup, denyOn('2027-03-02')).map(
      ({ outcome }) => outcome,
    );
  expect(explained(workloadOf('Job', pod))).toEqual([
    `left alone: its Pods get ${HOST}/toolforge-python311-sssd-web:latest (python3.11)`,
    'left alone: it is called like node12, but the catalog does not list it',
    'left alone: the catalog has no such name',
    'left alone: its Pods are denied: hollow has no image for this client',
    'left alone: its Pods are denied: python3.7 is past its removal date',
  ]);
  expect(new Set(explained(workloadOf('Job', pod, { ownerReferences: [{ controller: true }] })))).toEqual(
    new Set(['left alone: its controller has a template of its own']),
  );
});
