import { JSON_PATCH, MERGE_PATCH } from './api-rules.ts';

interface Request {
  readonly method: 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT';
  readonly path: string;
  /** Default: application/json. */
  readonly contentType?: string;
  /** From the resourceVersion of the object at the path. */
  readonly body?: (version: string) => unknown;
}

interface Row {
  readonly what: string;
  readonly request: Request;
  readonly code: number;
}

const NAMESPACE = 'refused';
const core = `/api/v1/namespaces/${NAMESPACE}`;
const leases = `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases`;
const hooks = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
const hook = `${hooks}/zz-refused`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const webhook = {
  name: 'pods.refused.example.org',
  clientConfig: { url: 'https://127.0.0.1:1/' },
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
};
const tls = { type: 'kubernetes.io/tls', data: { 'tls.crt': base64('a'), 'tls.key': base64('b') } };
const lease = { holderIdentity: 'one', leaseDurationSeconds: 15, renewTime: '2026-11-22T12:00:00.789000Z' };
const involvedObject = { apiVersion: 'v1', kind: 'ConfigMap', namespace: NAMESPACE, name: 'a', uid: 'b' };
const event = { metadata: { name: 'a.1' }, involvedObject, type: 'Normal', reason: 'Tested', message: 'm' };

const add = (index: number, value: unknown) => ({
  op: 'add',
  path: `/webhooks/${index}/clientConfig/caBundle`,
  value,
});
const replaceVersion = (value: string) => ({ op: 'replace', path: '/metadata/resourceVersion', value });
const caBundle = base64('-----BEGIN CERTIFICATE-----');

const patch = (contentType: string, path: string, body: (version: string) => unknown): Request => ({
  method: 'PATCH',
  path,
  contentType,
  body,
});
const put = (path: string, body: (version: string) => unknown): Request => ({ method: 'PUT', path, body });
const post = (path: string, body: unknown): Request => ({ method: 'POST', path, body: () => body });
const named = (name: string, resourceVersion: string) => ({ metadata: { name, resourceVersion } });

/** Requests of the kinds that this program sends, each with one mistake, and the status of the response. */
export const refusedRequests: {
  readonly namespace: string;
  /** What has to exist before each request, by path. */
  readonly stored: Readonly<Record<string, object>>;
  readonly rows: readonly Row[];
} = {
  namespace: NAMESPACE,
  stored: {
    [`${core}/secrets/pair`]: tls,
    [`${core}/events/a.0`]: { ...event, metadata: {} },
    [`${leases}/one`]: { spec: lease },
    [hook]: { webhooks: [webhook] },
  },
  rows: [
    row(
      'a JSON patch that is sent as JSON',
      415,
      patch('application/json', hook, () => [add(0, caBundle)]),
    ),
    row(
      'a JSON patch that is sent as a merge patch',
      400,
      patch(MERGE_PATCH, hook, () => [add(0, caBundle)]),
    ),
    row(
      'a merge patch that is sent as a JSON patch',
      400,
      patch(JSON_PATCH, hook, () => ({ webhooks: [] })),
    ),
    row(
      'a JSON patch of a webhook that does not exist',
      422,
      patch(JSON_PATCH, hook, () => [add(1, caBundle)]),
    ),
    row(
      'a caBundle that is not in base64',
      422,
      patch(JSON_PATCH, hook, () => [add(0, '-----BEGIN')]),
    ),
    row(
      'a JSON patch of another version',
      409,
      patch(JSON_PATCH, hook, () => [replaceVersion('1'), add(0, caBundle)]),
    ),
    row(
      'a JSON patch of a missing object',
      404,
      patch(JSON_PATCH, `${hooks}/missing`, () => [add(0, caBundle)]),
    ),
    row(
      'a Secret of TLS without its key',
      422,
      post(`${core}/secrets`, { metadata: { name: 'a' }, type: tls.type, data: { 'tls.crt': '' } }),
    ),
    row(
      'a Secret whose data is not in base64',
      400,
      post(`${core}/secrets`, { metadata: { name: 'a' }, data: { a: '-' } }),
    ),
    row('an object without a name', 422, post(`${core}/secrets`, { ...tls, metadata: {} })),
    row(
      'an object with capitals in its name',
      422,
      post(`${core}/secrets`, { ...tls, metadata: { name: 'A' } }),
    ),
    row('an object that exists', 409, post(`${core}/secrets`, { ...tls, metadata: { name: 'pair' } })),
    row(
      'an object of another kind',
      400,
      post(`${core}/secrets`, { ...tls, kind: 'Lease', metadata: { name: 'a' } }),
    ),
    row(
      'an object of another namespace',
      400,
      post(`${core}/secrets`, { ...tls, metadata: { name: 'a', namespace: 'default' } }),
    ),
    row('a new object with a version', 500, post(`${core}/secrets`, { ...tls, ...named('a', '1') })),
    row(
      'another version',
      409,
      put(`${core}/secrets/pair`, () => ({ ...tls, ...named('pair', '1') })),
    ),
    row(
      'another name than that of the path',
      400,
      put(`${core}/secrets/pair`, (version) => ({ ...tls, ...named('a', version) })),
    ),
    row(
      'another uid',
      409,
      put(`${core}/secrets/pair`, (version) => ({
        ...tls,
        metadata: { ...named('pair', version).metadata, uid: 'other' },
      })),
    ),
    row(
      'an object that does not exist',
      404,
      put(`${core}/secrets/missing`, () => ({ ...tls, ...named('missing', '1') })),
    ),
    row(
      'a time of a Lease with three decimals',
      400,
      put(`${leases}/one`, (version) => ({
        ...named('one', version),
        spec: { ...lease, renewTime: '2026-11-22T12:00:00.789Z' },
      })),
    ),
    row(
      'a Lease of no duration',
      422,
      put(`${leases}/one`, (version) => ({
        ...named('one', version),
        spec: { ...lease, leaseDurationSeconds: 0 },
      })),
    ),
    row(
      'a Lease of half a second',
      400,
      put(`${leases}/one`, (version) => ({
        ...named('one', version),
        spec: { ...lease, leaseDurationSeconds: 0.5 },
      })),
    ),
    row(
      'a Lease without a version',
      422,
      put(`${leases}/one`, () => ({ metadata: { name: 'one' }, spec: lease })),
    ),
    row(
      'an Event about an object in another namespace',
      422,
      post(`${core}/events`, { ...event, involvedObject: { ...involvedObject, namespace: 'default' } }),
    ),
    row('an Event with a time that is none', 400, post(`${core}/events`, { ...event, lastTimestamp: 'now' })),
    row(
      'an Event that is counted with a text',
      422,
      patch(MERGE_PATCH, `${core}/events/a.0`, () => ({ count: 'two' })),
    ),
    row('a whole object that is sent as a patch', 415, {
      ...post(`${core}/events`, event),
      contentType: MERGE_PATCH,
    }),
    row('a body that is no object', 400, post(`${core}/events`, [event])),
    row('a GET of an object that does not exist', 404, { method: 'GET', path: `${core}/secrets/missing` }),
    row('a path of no resource', 404, { method: 'GET', path: `${core}/secret` }),
    row(
      'a write to a collection',
      405,
      put(`${core}/secrets`, () => tls),
    ),
    row(
      'a new object at the path of one',
      405,
      post(`${core}/secrets/a`, { ...tls, metadata: { name: 'a' } }),
    ),
    row('a new object in no namespace', 405, post('/api/v1/secrets', { ...tls, metadata: { name: 'a' } })),
    row('a field selector for another field', 400, {
      method: 'GET',
      path: `${core}/secrets?fieldSelector=data.a%3Db`,
    }),
    row('a label selector that is none', 400, {
      method: 'GET',
      path: `${core}/secrets?labelSelector=a%3D%3D%3Db`,
    }),
    row('a limit that is no number', 400, { method: 'GET', path: `${core}/secrets?limit=ten` }),
  ],
};

function row(what: string, code: number, request: Request): Row {
  return { what, code, request };
}
