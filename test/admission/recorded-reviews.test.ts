import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { answerReview } from '../../src/admission/answer.ts';
import { decodeConfigMap } from '../../src/admission/config-map.ts';
import { HOST, realLookup } from '../support/catalog.ts';
import { removal } from '../support/removal.ts';
import { recorded, recordedRequest, reviewBytes } from '../support/reviews.ts';
import { mutatePod, warnWorkload } from '../support/webhooks.ts';

const lookup = realLookup(2026);

/** The whole answer to a recorded review, with the patch decoded. */
function answerTo(name: string, handle = mutatePod): unknown {
  const { status, contentType, body } = answerReview(reviewBytes(name), (request) =>
    handle(request, lookup, removal),
  );
  expect({ status, contentType }).toEqual({ status: 200, contentType: 'application/json' });
  const { apiVersion, kind, response } = JSON.parse(body);
  expect({ apiVersion, kind }).toEqual({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' });
  const { uid, patch, ...rest } = response;
  expect(uid).toBe(recorded(name).request.uid);
  return patch === undefined
    ? rest
    : { ...rest, patch: JSON.parse(Buffer.from(patch, 'base64').toString('utf8')) };
}

/** As `--registry-admission present` does. */
const besideRegistryAdmission: typeof warnWorkload = (request, catalog, policy) =>
  warnWorkload(request, catalog, { ...policy, registryAdmission: 'present' });

const patch = (...operations: object[]) => ({ allowed: true, patchType: 'JSONPatch', patch: operations });
const add = (path: string, value: unknown) => ({ op: 'add', path, value });
const annotation = (kind: string, container: string, value: string) =>
  add(`/metadata/annotations/${kind}.image-config.toolforge.org~1${container}`, value);
const annotations = add('/metadata/annotations', {});
const deprecatedLabel = add('/metadata/labels/image-config.toolforge.org~1deprecated', 'true');

describe('the answer to', () => {
  test('the Pod of a jobs-api Job, which has a URL, adds the name of the image', () => {
    expect(answerTo('jobs-api-job-pod')).toEqual(patch(annotations, annotation('name', 'job', 'python3.11')));
  });

  test('the Pod of a CronJob with an old image warns that it is deprecated', () => {
    expect(answerTo('cronjob-pod')).toEqual({
      ...patch(
        annotations,
        annotation('name', 'job', 'python3.7'),
        annotation('deprecated', 'job', 'python3.7 is deprecated; newer: python3.13'),
        deprecatedLabel,
      ),
      warnings: ['container "job": python3.7 is deprecated; newer: python3.13'],
    });
  });

  test('the Pod of a webservice adds to its annotations', () => {
    expect(answerTo('webservice-pod')).toEqual(patch(annotation('name', 'webservice', 'php7.4')));
  });

  test('a webservice shell warns the person at the terminal', () => {
    expect(answerTo('webservice-shell-pod')).toEqual({
      ...patch(
        annotations,
        annotation('name', 'shell-1793696412', 'php7.3'),
        annotation('deprecated', 'shell-1793696412', 'php7.3 is deprecated; newer: php8.4'),
        deprecatedLabel,
      ),
      warnings: ['container "shell-1793696412": php7.3 is deprecated; newer: php8.4'],
    });
  });

  test('a Pod of the build service leaves the Pod alone', () => {
    expect(answerTo('buildservice-pod')).toEqual({ allowed: true });
  });

  test('a Pod written by hand resolves its init container', () => {
    expect(answerTo('handwritten-pod')).toEqual({
      ...patch(
        add('/spec/initContainers/0/image', `${HOST}/toolforge-python39-sssd-web:latest`),
        annotation('name', 'worker', 'python3.7'),
        annotation('deprecated', 'worker', 'python3.7 is deprecated; newer: python3.13'),
        annotation('requested', 'fetch', 'tf-python39'),
        annotation('name', 'fetch', 'python3.9'),
        deprecatedLabel,
      ),
      warnings: ['container "worker": python3.7 is deprecated; newer: python3.13'],
    });
  });

  test('a debug container rewrites its image and nothing else', () => {
    expect(answerTo('ephemeral-containers-update')).toEqual(
      patch(add('/spec/ephemeralContainers/0/image', `${HOST}/toolforge-bookworm-web-sssd:latest`)),
    );
  });

  test('a new label on a running Pod has neither patch nor warning', () => {
    expect(answerTo('pod-label-update')).toEqual({ allowed: true });
  });

  test('a new label on a Pod updates the annotations that an earlier version of the webhook wrote', () => {
    const request = recordedRequest('pod-label-update');
    const { object, oldObject } = JSON.parse(
      JSON.stringify(request).replaceAll(
        'python3.7 is deprecated; newer: python3.13',
        'python3.7 is deprecated',
      ),
    );
    expect(mutatePod({ ...request, object, oldObject }, lookup, removal)).toEqual({
      kind: 'patched',
      operations: [annotation('deprecated', 'worker', 'python3.7 is deprecated; newer: python3.13')],
      warnings: [],
    });
  });

  test('the resolved Pod of the quick start has its images and annotations', () => {
    expect(answerTo('resolved-pod')).toEqual(
      patch(
        add('/spec/containers/0/image', `${HOST}/toolforge-python311-sssd-web:latest`),
        add('/spec/initContainers/0/image', `${HOST}/toolforge-python39-sssd-web:latest`),
        annotations,
        annotation('requested', 'main', 'python3.11'),
        annotation('name', 'main', 'python3.11'),
        annotation('requested', 'setup', 'tf-python39'),
        annotation('name', 'setup', 'python3.9'),
      ),
    );
  });

  test('the deprecated Pod of the quick start has its warning', () => {
    expect(answerTo('deprecated-pod')).toEqual({
      ...patch(
        add('/spec/containers/0/image', `${HOST}/toolforge-node12-sssd-web:latest`),
        annotations,
        annotation('requested', 'main', 'tf-node12'),
        annotation('name', 'main', 'node12'),
        annotation('deprecated', 'main', 'node12 is deprecated; newer: node20'),
        deprecatedLabel,
      ),
      warnings: ['container "main": node12 is deprecated; newer: node20'],
    });
  });
});

describe('the answer to the template of', () => {
  test('a Deployment written by hand warns of its short name and its deprecated image', () => {
    expect(answerTo('handwritten-deployment', besideRegistryAdmission)).toEqual({
      allowed: true,
      warnings: [
        `container "worker": write ${HOST}/toolforge-python311-sssd-web:latest instead of "python3.11"; ` +
          'registry-admission denies a Deployment with a short name',
        'container "report": python3.7 is deprecated; newer: python3.13',
      ],
    });
  });

  test('the ReplicaSet of that Deployment has no warning, which only a controller would get', () => {
    expect(answerTo('deployment-replicaset', warnWorkload)).toEqual({ allowed: true });
  });

  test('a webservice that is started again with a deprecated type warns of it', () => {
    expect(answerTo('webservice-deployment-update', warnWorkload)).toEqual({
      allowed: true,
      warnings: ['container "webservice": php7.3 is deprecated; newer: php8.4'],
    });
  });

  test('a CronJob of jobs-api with a deprecated image warns of it', () => {
    expect(answerTo('jobs-api-cronjob', warnWorkload)).toEqual({
      allowed: true,
      warnings: ['container "job": python3.7 is deprecated; newer: python3.13'],
    });
  });

  test('a Job written by hand has a suggestion for its misspelt name, and no warning about an alias', () => {
    expect(answerTo('handwritten-job', warnWorkload)).toEqual({
      allowed: true,
      warnings: [
        'container "import": no image "pyhton3.11" in the catalog; did you mean python3.11? The image stays as it is, and its Pods will not start',
      ],
    });
  });
});

test.each([
  ['image-config-create', 'CREATE', 'image-config', true, false],
  ['image-config-update', 'UPDATE', 'image-config', true, true],
  ['refused-edit', 'UPDATE', 'image-config', true, true],
  ['image-config-delete', 'DELETE', 'image-config', false, true],
  ['image-config-deletecollection', 'DELETE', undefined, false, true],
])(
  '%s has the objects and the name that the API server sends for the ConfigMap',
  (file, operation, name, object, oldObject) => {
    const request = recordedRequest(file);
    expect(request).toMatchObject({
      operation,
      namespace: 'tf-public',
      kind: { group: '', kind: 'ConfigMap' },
    });
    expect(request.name).toBe(name);
    expect([request.object !== undefined, request.oldObject !== undefined]).toEqual([object, oldObject]);
    for (const it of [request.object, request.oldObject])
      if (it !== undefined)
        expect(decodeConfigMap(it, file).data?.['images-v1.yaml']).toMatch(/^bookworm:$/m);
  },
);

test('each recorded review has all fields that an API server always sends', () => {
  const uids = new Set<string>();
  const files = readdirSync(new URL('../fixtures/reviews', import.meta.url));
  for (const file of files) {
    const { request } = recorded(file.replace(/\.json$/, ''));
    for (const field of [
      'kind',
      'resource',
      'requestKind',
      'requestResource',
      'namespace',
      'operation',
      'userInfo',
    ])
      expect(request, file).toHaveProperty(field);
    for (const field of ['object', 'oldObject', 'dryRun', 'options'])
      expect(request, file).toHaveProperty(field);
    uids.add(request.uid);
  }
  expect(uids.size).toBe(files.length);
});
