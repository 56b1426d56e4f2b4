import { createHash } from 'node:crypto';
import type { Random } from '../../support/random.ts';
import type { Json } from '../oracle/json.ts';
import { review, sometimesSpoilt } from './reviews.ts';

const DOMAIN = 'image-config.toolforge.org';
const KEY = 'images-v1.yaml';
const ACKNOWLEDGE = `${DOMAIN}/acknowledge`;

/** The parts of an edit: texts of catalogs, and subjects to acknowledge. */
export interface EditParts {
  readonly before: string;
  readonly after: string;
  readonly subjects: readonly string[];
}

/** A review of the ConfigMap, as the API server sends it or never would. */
export function configMapReview(parts: EditParts, random: Random): Json {
  const operation = random.of([
    'CREATE',
    'UPDATE',
    'UPDATE',
    'UPDATE',
    'UPDATE',
    'DELETE',
    random.chance(10) ? 'CONNECT' : 'UPDATE',
  ]);
  const before = configMap(parts.before, parts, random);
  const after = configMap(random.chance(10) ? parts.before : parts.after, parts, random);
  const acknowledged = before.metadata.annotations?.[ACKNOWLEDGE];
  // An annotation left from an earlier edit.
  if (acknowledged !== undefined && after.metadata.annotations && random.chance(3))
    after.metadata.annotations[ACKNOWLEDGE] = acknowledged;
  const whole = review(
    {
      kind: { group: '', version: 'v1', kind: 'ConfigMap' },
      resource: { group: '', version: 'v1', resource: 'configmaps' },
      namespace: 'tf-public',
      name: 'image-config',
      operation,
      object: operation === 'DELETE' ? null : after,
      oldObject: operation === 'CREATE' ? null : before,
      ...(random.chance(4) && { userInfo: { username: random.of(USERS) } }),
      ...(random.chance(10) && elsewhere(random)),
    },
    random,
  );
  return sometimesSpoilt(whole, random);
}

const USERS = [
  'system:serviceaccount:kube-system:namespace-controller',
  'system:kube-controller-manager',
  'system:serviceaccount:tool-x:namespace-controller',
  'system:serviceaccount:kube-system:namespace-controller ',
  'deploy',
  '',
  '__proto__',
];

const elsewhere = (random: Random): Json =>
  random.of<Json>([
    { name: '' },
    { name: null },
    { name: 'kube-root-ca.crt' },
    { namespace: 'tool-x' },
    { namespace: '' },
    { namespace: null },
    { subResource: 'status' },
    { resource: { group: '', resource: 'secrets' } },
    { resource: { group: 'x', resource: 'configmaps' } },
    { kind: { kind: 'Secret' } },
    { object: null },
    { oldObject: null },
  ]);

function configMap(text: string, parts: EditParts, random: Random): Json {
  const metadata = {
    name: random.chance(30) ? random.of(['kube-root-ca.crt', '', null, 'Image-config']) : 'image-config',
    namespace: random.chance(30) ? random.of(['tool-x', '', null]) : 'tf-public',
    labels: { 'app.kubernetes.io/managed-by': 'Helm' },
    annotations: random.chance(20) ? null : annotations(text, parts, random),
  };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata,
    ...content(text, random),
    ...(random.chance(12) && { immutable: random.of([true, true, false, null]) }),
  };
}

function content(text: string, random: Random): Json {
  if (!random.chance(20)) return { data: { [KEY]: text } };
  return random.of<Json>([
    {},
    { data: null },
    { data: {} },
    { data: { 'images-v1.yml': text } },
    { data: { [KEY]: text, 'images-v2.yaml': 'x', constructor: '' } },
    { binaryData: { [KEY]: Buffer.from(text).toString('base64') } },
    { data: { constructor: 'x' }, binaryData: null },
  ]);
}

function annotations(text: string, parts: EditParts, random: Random): Json {
  const digest = createHash('sha256')
    .update(random.chance(5) ? `${text}\n` : text)
    .digest('hex');
  return {
    'meta.helm.sh/release-name': 'image-config',
    ...(random.chance(4) && {
      [`${DOMAIN}/accept`]: random.of([`sha256:${digest}`, `sha256:${digest}`, digest, 'true']),
    }),
    ...(random.chance(6) && { [`${DOMAIN}/allow-delete`]: random.of(['true', 'true', 'True', '']) }),
    ...(random.chance(3) && {
      [ACKNOWLEDGE]: acknowledgement(parts, random),
    }),
  };
}

/** With the digits of the stored text or of another one, with too few digits, or without. */
function acknowledgement({ before, after, subjects }: EditParts, random: Random): string {
  const list = subjects.filter(() => !random.chance(3)).join(random.of([',', ', ', ' ,']));
  const digits = (text: string) => createHash('sha256').update(text).digest('hex');
  return `${list}${random.of([
    '',
    '',
    `@${digits(before).slice(0, 12)}`,
    `@${digits(before).slice(0, 12)}`,
    `@${digits(before)}`,
    `@${digits(before).slice(0, 11)}`,
    `@${digits(after).slice(0, 12)}`,
    '@',
  ])}`;
}
