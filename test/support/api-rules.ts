import type { IncomingHttpHeaders } from 'node:http';
import { workloadKinds } from '../../src/catalog/kubernetes-objects.ts';

/** A request whose body has been read. */
export interface ApiRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The object that a path addresses, or the collection when it has no name. */
export interface Target {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** A Status with which a request is refused. */
export interface Refused {
  readonly code: number;
  readonly message: string;
}

const resources: readonly Resource[] = [
  ...Object.entries(workloadKinds).map(([kind, names]) => ({ kind, ...names, namespaced: true })),
  { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true },
  { apiVersion: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true },
  { apiVersion: 'v1', kind: 'Event', plural: 'events', namespaced: true },
  { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false },
  { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', plural: 'leases', namespaced: true },
  ...['Validating', 'Mutating'].map((prefix) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${prefix}WebhookConfiguration`,
    plural: `${prefix.toLowerCase()}webhookconfigurations`,
    namespaced: false,
  })),
];

/** Undefined for a path that no API server knows. */
export function targetOf(path: string): Target | undefined {
  const parts = /^\/(?:api\/(v1)|apis\/([^/]+\/v1))\/(?:namespaces\/([^/]+)\/)?([a-z]+)(?:\/([^/]+))?$/.exec(
    path,
  );
  if (!parts) return undefined;
  const [, core, group, namespace, plural, name] = parts;
  const resource = resources.find((known) => known.apiVersion === (core ?? group) && known.plural === plural);
  if (!resource) return undefined;
  // Without a namespace a path is that of all namespaces, where nothing has a name.
  const exists = resource.namespaced
    ? namespace !== undefined || name === undefined
    : namespace === undefined;
  return exists ? { resource, namespace, name } : undefined;
}

type Body = Record<string, unknown> & { readonly metadata?: Record<string, unknown> };

/** Why an API server refuses a request before it looks at what is stored; undefined if it does not. */
export function faultOfRequest(
  { method, url, headers, body }: ApiRequest,
  target: Target,
): Refused | undefined {
  const methods = target.name === undefined ? ['GET', 'POST'] : ['GET', 'PUT', 'PATCH'];
  // A collection of all namespaces is only listed.
  const isWritable =
    target.name !== undefined || target.namespace !== undefined || !target.resource.namespaced;
  if (!methods.includes(method) || (method === 'POST' && !isWritable))
    return { code: 405, message: 'the server does not allow this method on the requested resource' };
  if (!accepts(headers.accept)) return { code: 406, message: 'only JSON is served here' };
  if (method === 'GET') return faultOfQuery(url.searchParams);
  if (!(contentTypes[method] ?? []).includes(headers['content-type'] ?? ''))
    return {
      code: 415,
      message: `the body of the request was in an unknown format: ${headers['content-type']}`,
    };
  const parsed = parse(body);
  if (parsed === undefined) return { code: 400, message: 'the body is no JSON' };
  if (headers['content-type'] === JSON_PATCH)
    return Array.isArray(parsed) ? undefined : { code: 400, message: 'a JSON patch is a list' };
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed))
    return { code: 400, message: 'the body is no object' };
  return method === 'PATCH' ? undefined : faultOfObject(method, parsed as Body, target);
}

export const JSON_PATCH = 'application/json-patch+json';
export const MERGE_PATCH = 'application/merge-patch+json';

const contentTypes: Readonly<Record<string, readonly string[]>> = {
  POST: ['application/json'],
  PUT: ['application/json'],
  // It knows two more, which this program does not use.
  PATCH: [JSON_PATCH, MERGE_PATCH],
};

const accepts = (accept = '*/*'): boolean => /^(?:application\/json|\*\/\*)/.test(accept);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const QUERY =
  /^(?:limit|continue|resourceVersion|watch|allowWatchBookmarks|timeoutSeconds|fieldSelector|labelSelector)$/;

function faultOfQuery(query: URLSearchParams): Refused | undefined {
  const bad = (message: string): Refused => ({ code: 400, message });
  // An API server ignores what it does not know: here it is a mistake.
  for (const name of query.keys()) if (!QUERY.test(name)) return bad(`unknown parameter: ${name}`);
  for (const name of ['limit', 'timeoutSeconds'])
    if (query.has(name) && !/^[1-9]\d*$/.test(query.get(name) ?? '')) return bad(`${name} is no number`);
  for (const name of ['watch', 'allowWatchBookmarks'])
    if (query.has(name) && query.get(name) !== 'true') return bad(`${name} is not true`);
  if (!/^(?:metadata\.name=[^=,]+)?$/.test(query.get('fieldSelector') ?? ''))
    return bad(`field label not supported: ${query.get('fieldSelector')}`);
  if (!/^(?:[\w./-]+=[\w.-]*)?$/.test(query.get('labelSelector') ?? ''))
    return bad(`unable to parse requirement: ${query.get('labelSelector')}`);
  if (query.has('continue') && query.has('resourceVersion'))
    return bad('specifying resource version is not allowed when using continue');
  return undefined;
}

/** Of a whole object, which replaces or creates one. */
function faultOfObject(
  method: string,
  body: Body,
  { resource, namespace, name }: Target,
): Refused | undefined {
  const { apiVersion = resource.apiVersion, kind = resource.kind, metadata = {} } = body;
  if (apiVersion !== resource.apiVersion || kind !== resource.kind)
    return { code: 400, message: `${String(apiVersion)} ${String(kind)} is not a ${resource.kind}` };
  if ((metadata.namespace ?? namespace) !== namespace)
    return { code: 400, message: 'the namespace of the provided object does not match the request' };
  if (method === 'PUT' && metadata.name !== name)
    return { code: 400, message: 'the name of the object does not match the name on the URL' };
  if (method === 'POST' && metadata.resourceVersion !== undefined)
    return { code: 500, message: 'resourceVersion should not be set on objects to be created' };
  if (!isName(metadata.name))
    return { code: 422, message: `metadata.name: invalid: ${String(metadata.name)}` };
  return faultOfStored(body, resource);
}

const isName = (name: unknown): boolean =>
  typeof name === 'string' &&
  name.length <= 253 &&
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name);

/** Of an object as it would be stored, also after a patch. */
export function faultOfStored(
  object: Readonly<Record<string, unknown>>,
  { kind }: Resource,
): Refused | undefined {
  return faultsOfKind[kind]?.(object as never);
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const MICRO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const isText = (value: unknown, pattern: RegExp): boolean => typeof value === 'string' && pattern.test(value);

const faultsOfKind: Readonly<Record<string, (object: never) => Refused | undefined>> = {
  ValidatingWebhookConfiguration: faultOfWebhooks,
  MutatingWebhookConfiguration: faultOfWebhooks,
  Secret({ type, data }: { readonly type?: string; readonly data?: Readonly<Record<string, string>> }) {
    for (const [key, value] of Object.entries(data ?? {}))
      if (!isBase64(value)) return { code: 400, message: `data[${key}]: illegal base64 data` };
    const missing = ['tls.crt', 'tls.key'].filter((key) => data?.[key] === undefined);
    return type === 'kubernetes.io/tls' && missing.length > 0
      ? { code: 422, message: `data[${missing[0]}]: Required value` }
      : undefined;
  },
  Lease({ spec }: { readonly spec?: Readonly<Record<string, unknown>> }) {
    for (const field of ['acquireTime', 'renewTime'])
      if (spec?.[field] !== undefined && !isText(spec[field], MICRO_TIME))
        return { code: 400, message: `spec.${field}: cannot parse ${JSON.stringify(spec[field])}` };
    const { leaseDurationSeconds: seconds = 1, leaseTransitions: transitions = 0 } = spec ?? {};
    if (!Number.isInteger(seconds) || !Number.isInteger(transitions))
      return { code: 400, message: 'spec: cannot unmarshal number into a field of type int32' };
    if (Number(seconds) <= 0)
      return { code: 422, message: 'spec.leaseDurationSeconds: must be greater than 0' };
    return Number(transitions) < 0
      ? { code: 422, message: 'spec.leaseTransitions: must be at least 0' }
      : undefined;
  },
  Event(event: {
    readonly metadata?: { readonly namespace?: string };
    readonly involvedObject?: { readonly namespace?: string };
    readonly [field: string]: unknown;
  }) {
    for (const field of ['firstTimestamp', 'lastTimestamp'])
      if (event[field] && !isText(event[field], TIME))
        return { code: 400, message: `${field}: cannot parse ${JSON.stringify(event[field])}` };
    if (event.count !== undefined && !Number.isInteger(event.count))
      return { code: 400, message: 'count: cannot unmarshal number into a field of type int32' };
    return event.involvedObject?.namespace === event.metadata?.namespace
      ? undefined
      : { code: 422, message: 'involvedObject.namespace: does not match event.namespace' };
  },
};

/** Of both kinds of webhook configurations. */
function faultOfWebhooks({
  webhooks = [],
}: {
  readonly webhooks?: readonly { readonly clientConfig?: { readonly caBundle?: unknown } }[];
}): Refused | undefined {
  return webhooks.every(({ clientConfig }) => isBase64(clientConfig?.caBundle ?? ''))
    ? undefined
    : { code: 400, message: 'clientConfig.caBundle: illegal base64 data' };
}

const isBase64 = (text: unknown): boolean =>
  typeof text === 'string' && Buffer.from(text, 'base64').toString('base64') === text;
