import { createHash } from 'node:crypto';
import { isAbsent, isObject, type Json, own } from './json.ts';
import { areTextsOrAbsent, isMetadata, isReview } from './review.ts';

/** What has to be answered to a review at /validate-image-config. */
export type EditExpectation =
  /** No review of a ConfigMap: HTTP 400. */
  | { readonly verdict: 'rejected' }
  | { readonly verdict: 'allowed'; readonly because: 'not ours' | 'unchanged' | 'deletion' }
  | { readonly verdict: 'allowed'; readonly because: 'good' | 'accepted'; readonly judgement: EditJudgement }
  /** Each of these stands in the message. */
  | { readonly verdict: 'denied'; readonly says: readonly string[] }
  /** The text is one that nobody made on purpose: whether it is good is not asked here. A denial says each of these. */
  | { readonly verdict: 'unknown'; readonly says: readonly string[] };

/** What is wrong with an edit. */
export interface EditJudgement {
  /** Codes, as often as they are told. */
  readonly errors: readonly string[];
  readonly warnings: number;
  /** Nobody knows what it takes away, because what was there before can't be read. */
  readonly notCompared: boolean;
}

/** Judges an edit from the old text, if there was one; undefined where nobody knows what the texts hold. */
export type JudgeEdit = (
  text: string,
  old: string | undefined,
  acknowledged: readonly string[],
) => EditJudgement | undefined;

const DOMAIN = 'image-config.toolforge.org';
const KEY = 'images-v1.yaml';

export function expectedOfEdit(review: Json, judge: JudgeEdit): EditExpectation {
  if (!isReview(review)) return { verdict: 'rejected' };
  const { operation, object, oldObject, resource, subResource, namespace, name, userInfo } = review.request;
  if (![object, oldObject].every((each) => isAbsent(each) || isConfigMap(each)))
    return { verdict: 'rejected' };
  const after = object ?? undefined;
  const before = oldObject ?? undefined;
  const { metadata } = after ?? before ?? { metadata: {} };

  const isOurs =
    (resource.group ?? '') === '' &&
    resource.resource === 'configmaps' &&
    (subResource ?? '') === '' &&
    // In the request the name is empty where a whole collection is deleted.
    ((namespace || metadata.namespace) ?? '') === 'tf-public' &&
    (metadata.name ?? (name || undefined)) === 'image-config';
  if (!isOurs) return { verdict: 'allowed', because: 'not ours' };

  const annotated = (configMap: Json, what: string) =>
    own(configMap?.metadata.annotations, `${DOMAIN}/${what}`);
  if (operation === 'DELETE') {
    const namespaceGoes = [
      'system:serviceaccount:kube-system:namespace-controller',
      'system:kube-controller-manager',
    ].includes(userInfo?.username);
    return namespaceGoes || annotated(before, 'allow-delete') === 'true'
      ? { verdict: 'allowed', because: 'deletion' }
      : { verdict: 'denied', says: ['config-map-deleted', `${DOMAIN}/allow-delete`] };
  }
  if (!after) return { verdict: 'allowed', because: 'not ours' };

  const text = own(after.data, KEY);
  const old = own(before?.data, KEY);
  if (before && text === old) return { verdict: 'allowed', because: 'unchanged' };
  if (text === undefined) return { verdict: 'denied', says: ['missing-data-key'] };

  const acknowledged = [before, after]
    .flatMap((each) => annotated(each, 'acknowledge')?.split(',') ?? [])
    .map((each) => each.trim());
  const judgement = judge(text, old, acknowledged);
  const digest = `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`;
  if (judgement === undefined) return { verdict: 'unknown', says: [digest] };
  const { errors } = judgement;
  if (errors.length === 0) return { verdict: 'allowed', because: 'good', judgement };
  if ([after, before].some((each) => annotated(each, 'accept') === digest))
    return { verdict: 'allowed', because: 'accepted', judgement };
  return { verdict: 'denied', says: [...mostSpelledOut(errors), digest] };
}

/** At most a hundred problems are spelled out: of more errors, which ones is not asked here. */
const mostSpelledOut = (errors: readonly string[]): readonly string[] => (errors.length > 100 ? [] : errors);

const isConfigMap = (value: Json): boolean =>
  isObject(value) &&
  isMetadata(value.metadata) &&
  areTextsOrAbsent(value.data) &&
  (isAbsent(value.binaryData) || isObject(value.binaryData));
