import { createHash } from 'node:crypto';
import type { ReportedChange } from './changes.ts';
import { isAbsent, isObject, type Json, own } from './json.ts';
import { areTextsOrAbsent, isMetadata, isReview } from './review.ts';

/** The expected answer to a review at /validate-image-config. */
export type EditExpectation =
  /** Not a review of a ConfigMap: HTTP 400. */
  | { readonly verdict: 'rejected' }
  | { readonly verdict: 'allowed'; readonly because: 'not ours' | 'unchanged' | 'deletion' }
  | {
      readonly verdict: 'allowed';
      readonly because: 'good' | 'accepted' | 'immutable';
      /** Texts that must be part of some warning. */
      readonly says: readonly string[];
      /** Whether any warning is expected. */
      readonly warns: boolean;
      readonly notCompared: boolean;
    }
  | {
      readonly verdict: 'denied';
      /** Texts that must be part of the message. */
      readonly says: readonly string[];
      /** The annotation with which the same edit passes, if any. */
      readonly passesWith: 'accept' | 'acknowledge' | undefined;
    }
  /** The text is no known document of this case, so its problems are unknown. */
  | { readonly verdict: 'unknown' };

/** The problems of an edit. */
export interface ExpectedProblems {
  /** The codes of the text's own errors, repeated as they are reported. */
  readonly errors: readonly string[];
  readonly warnings: number;
  /** The losses of clients. */
  readonly changes: readonly ReportedChange[];
  readonly comparison: 'compared' | 'unreadable' | 'none';
}

/** The problems of an edit from the old text, if any; undefined if the content of a text is unknown. */
export type ExpectProblems = (
  text: string,
  old: string | undefined,
  acknowledged: readonly string[],
) => ExpectedProblems | undefined;

const DOMAIN = 'image-config.toolforge.org';
const KEY = 'images-v1.yaml';

/** `served` is the text that this replica serves. A created ConfigMap is compared with it. */
export function expectedOfEdit(
  review: Json,
  expectProblems: ExpectProblems,
  served: string | undefined,
): EditExpectation {
  if (!isReview(review)) return { verdict: 'rejected' };
  const { operation, object, oldObject, resource, subResource, namespace, name, userInfo } = review.request;
  // The failure policy is Fail: an error about another resource would block it.
  if ((resource.group ?? '') !== '' || resource.resource !== 'configmaps' || (subResource ?? '') !== '')
    return { verdict: 'allowed', because: 'not ours' };
  if (![object, oldObject].every((each) => isAbsent(each) || isConfigMap(each)))
    return { verdict: 'rejected' };
  const after = object ?? undefined;
  const before = oldObject ?? undefined;
  const { metadata } = after ?? before ?? { metadata: {} };

  const isOurs =
    // The request's name is empty when a whole collection is deleted.
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
      : {
          verdict: 'denied',
          says: ['config-map-deleted', `${DOMAIN}/allow-delete`],
          passesWith: undefined,
        };
  }
  if (!after) return { verdict: 'allowed', because: 'not ours' };

  const text = own(after.data, KEY);
  const stored = own(before?.data, KEY);
  const isUnchanged = before && text === stored;
  // Without a stored text, clients use the served one.
  const old = isUnchanged ? stored : (stored ?? served);
  const annotations = [after, before].map((each) => annotated(each, 'acknowledge'));
  const { acknowledged, ignored } = acknowledgedBy(annotations, digestOf(old ?? ''));
  const becomesImmutable = after.immutable === true && before?.immutable !== true;
  const isImmutabilityRefused = becomesImmutable && !acknowledged.includes('immutable');
  if (isUnchanged && isImmutabilityRefused)
    return { verdict: 'denied', says: ['immutable-config-map'], passesWith: 'acknowledge' };
  if (isUnchanged)
    return becomesImmutable
      ? {
          verdict: 'allowed',
          because: 'immutable',
          says: ['immutable-config-map'],
          warns: true,
          notCompared: false,
        }
      : { verdict: 'allowed', because: 'unchanged' };
  if (text === undefined) return { verdict: 'denied', says: ['missing-data-key'], passesWith: undefined };

  const problems = expectProblems(text, old, acknowledged);
  if (problems === undefined) return { verdict: 'unknown' };
  const { changes, comparison } = problems;
  const refused = changes.filter(({ severity }) => severity === 'error');
  const errors = [
    ...problems.errors,
    ...refused.map(({ code }) => code),
    ...(isImmutabilityRefused ? ['immutable-config-map'] : []),
  ];
  // Annotations that would acknowledge a loss of this edit if they counted.
  const missing = changes
    .flatMap(({ subjects }) => subjects)
    .filter((subject) => !acknowledged.includes(subject));
  const isIgnored = ignored.some((subjects) => subjects.some((subject) => missing.includes(subject)));
  const notCompared = comparison === 'unreadable' || (stored === undefined && served === undefined);
  const says = [
    ...(isIgnored && comparison === 'compared' ? ['does not count'] : []),
    // This replica serves the compared text. Another replica may serve another one.
    ...(stored === undefined && old !== undefined && comparison === 'compared' ? [digestOf(old)] : []),
    ...(notCompared ? ['not compared'] : []),
  ];
  const isAccepted = [after, before].some((each) => annotated(each, 'accept') === digestOf(text));
  if (errors.length === 0 || (isAccepted && !isImmutabilityRefused))
    return {
      verdict: 'allowed',
      because: errors.length === 0 ? 'good' : 'accepted',
      says,
      warns: errors.length + problems.warnings + changes.length + says.length > 0 || becomesImmutable,
      notCompared,
    };
  const subjects = [
    ...refused.flatMap(({ subjects: each }) => each),
    ...(isImmutabilityRefused ? ['immutable'] : []),
  ];
  return {
    verdict: 'denied',
    says: [...mostSpelledOut(errors), ...says],
    passesWith:
      problems.errors.length === 0 && subjects.every(canBeWritten)
        ? 'acknowledge'
        : isImmutabilityRefused
          ? undefined
          : 'accept',
  };
}

const digestOf = (text: string): string =>
  `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`;

/**
 * An acknowledgement counts if the edit adds it, or if it names the stored text by the first digits of its digest. One that
 * names another text never counts.
 */
function acknowledgedBy(
  [after, before]: readonly (string | undefined)[],
  stored: string,
): { readonly acknowledged: readonly string[]; readonly ignored: readonly (readonly string[])[] } {
  const counting: string[][] = [];
  const ignored: string[][] = [];
  for (const annotation of [after, before]) {
    if (annotation === undefined) continue;
    const [, list, digits] = /^(.*)@([^@]*)$/s.exec(annotation) ?? [undefined, annotation, undefined];
    const names =
      /^[0-9a-f]{12,64}$/.test(digits?.trim() ?? '') && stored.startsWith(`sha256:${digits?.trim()}`);
    const isNew = digits === undefined && annotation !== before;
    const subjects = (list ?? '').split(',').map((subject) => subject.trim());
    (names || isNew ? counting : ignored).push(subjects);
  }
  return { acknowledged: counting.flat(), ignored };
}

/** Whether a subject can be part of the annotation in a shell command without quotes. */
const canBeWritten = (subject: string): boolean => /^[^\s,@'"\\]+$/.test(subject);

/** At most a hundred problems are spelled out. With more errors, any selection is accepted. */
const mostSpelledOut = (errors: readonly string[]): readonly string[] => (errors.length > 100 ? [] : errors);

const isConfigMap = (value: Json): boolean =>
  isObject(value) &&
  isMetadata(value.metadata) &&
  areTextsOrAbsent(value.data) &&
  (isAbsent(value.binaryData) || isObject(value.binaryData)) &&
  (isAbsent(value.immutable) || typeof value.immutable === 'boolean');
