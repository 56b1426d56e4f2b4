import type { Buffer } from 'node:buffer';
import { answerReview } from '../../src/admission/answer.ts';
import { type ValidationContext, validateImageConfig } from '../../src/admission/validate.ts';
import { digestOf } from '../../src/catalog/load.ts';
import { defaultPolicy } from '../../src/settings.ts';
import { expectProperAnswer, uidOf, verdictOf, type Webhook } from './answers.ts';
import { anyUse, subjectsIn, usageOf, type Written, writtenSomehow } from './edits.ts';
import { expectSame, type Fuzz } from './fuzz.ts';
import { anyPrecedence } from './generate/askers.ts';
import { goodCatalog } from './generate/catalogs.ts';
import { configMapReview } from './generate/config-maps.ts';
import { edited } from './generate/edits.ts';
import { changesOf, type EditCircumstances, hasNothingForJobs } from './oracle/changes.ts';
import { type EditExpectation, type ExpectedProblems, expectedOfEdit } from './oracle/config-maps.ts';
import type { Precedence } from './oracle/images.ts';
import { isAbsent, type Json, readJson } from './oracle/json.ts';
import { isError, isNameMissing, isReadable, problemsOf } from './oracle/problems.ts';
import type { Tree } from './oracle/tree.ts';
import { bytesOf, keepBytes, reviveBytes } from './pods.ts';

interface ConfigMapCase {
  readonly texts: readonly Written[];
  readonly inUse: EditCircumstances['inUse'];
  readonly precedence: Precedence;
  /** The text that the replica serves. */
  readonly served: string | undefined;
  readonly body: Buffer;
}

const TODAY = '2026-11-22';

export const validateImageConfigs =
  (context: ValidationContext): Webhook =>
  (body) => {
    const catalog = context.served === undefined ? undefined : digestOf(context.served);
    return answerReview(body, (request) => validateImageConfig(request, context), { catalog, enforce: true });
  };

/** Reviews of the ConfigMap: denials, break-glass, and reviews that are allowed unread. */
export const configMapFuzz = (webhookFor = validateImageConfigs): Fuzz<ConfigMapCase> => ({
  name: 'config-maps',
  keep: ({ body, ...rest }) => ({ body: keepBytes(body), ...rest }),
  revive: ({ body, ...rest }) => ({ body: reviveBytes(body), ...rest }),
  generate(random) {
    const good = goodCatalog(random);
    const before = writtenSomehow(good, random);
    const after = writtenSomehow(edited(good, random), random);
    const parts = { before: before.text, after: after.text, subjects: [...subjectsIn(good), 'immutable'] };
    return {
      texts: [before, after],
      inUse: anyUse(good, random),
      precedence: anyPrecedence(random),
      served: random.of([before.text, before.text, after.text, undefined]),
      body: bytesOf(configMapReview(parts, random)),
    };
  },
  check({ body, ...terms }) {
    const { inUse, precedence, served } = terms;
    const context = { policy: defaultPolicy, today: TODAY, usage: usageOf({ inUse }), precedence, served };
    return checkConfigMaps(body, { ...terms, today: TODAY }, webhookFor(context));
  },
  show: ({ inUse, precedence, served, body }) =>
    `${JSON.stringify({ inUse, precedence, served })}\n${new TextDecoder().decode(body)}`,
});

/** The context of an edit: the catalogs in it, if they are known. */
interface EditTerms {
  readonly texts: readonly Written[];
  readonly inUse: EditCircumstances['inUse'];
  readonly precedence: Precedence;
  readonly served: string | undefined;
  readonly today: string;
}

/** Returns the verdict, with the reason if it is allowed. */
export function checkConfigMaps(body: Uint8Array, terms: EditTerms, webhook: Webhook): string {
  const answer = webhook(body);
  // Validating twice is slow, so only some cases are.
  if (body.length % 4 === 0) expectSame(webhook(body), answer, 'the same review gets the same answer');
  const review = readJson(body);
  const expected = expectedOfEdit(
    review,
    (text, old, acknowledged) => expectedProblems(text, old, acknowledged, terms),
    terms.served,
  );
  expectProperAnswer(answer, expected.verdict === 'rejected' ? undefined : uidOf(review));
  if (expected.verdict === 'rejected') return 'rejected';

  const { response } = JSON.parse(answer.body);
  const verdict = verdictOf(response);
  // For every text: nothing is patched, and a denial names the annotation that accepts it.
  if (expected.verdict === 'unknown') {
    if (verdict === 'denied') expectPassing(review, response, 'any', webhook);
    else expectSame(verdict, 'allowed', 'the verdict');
    return 'unknown';
  }
  expectSame(verdict, expected.verdict, 'the verdict');
  expectSaid(response, expected);
  if (expected.verdict === 'allowed') return `allowed: ${expected.because}`;
  expectPassing(review, response, expected.passesWith, webhook);
  return expected.passesWith === 'acknowledge' ? 'denied: to be acknowledged' : 'denied';
}

function expectSaid(response: Json, expected: EditExpectation): void {
  const warnings: readonly string[] = response.warnings ?? [];
  if (expected.verdict === 'denied') {
    const { message } = response.status;
    for (const part of expected.says)
      if (!message.includes(part)) throw new Error(`${part} is not in: ${message}`);
    if (/[^\P{C}\n]/u.test(message)) throw new Error(`not to be shown: ${JSON.stringify(message)}`);
  } else if (expected.verdict === 'allowed' && 'says' in expected) {
    const { because, says, warns, notCompared } = expected;
    expectSame(
      warnings[0]?.startsWith('accepted by ') ?? false,
      because === 'accepted',
      'whether break-glass is named',
    );
    for (const part of says)
      if (!warnings.some((each) => each.includes(part))) throw new Error(`${part} is in no warning`);
    expectSame(
      warnings.some((each) => each.includes('not compared')),
      notCompared,
      'whether it is said what is not known',
    );
    expectSame(warnings.length > 0, warns, 'whether anything is said');
  } else if (expected.verdict === 'allowed') {
    expectSame(warnings, [], 'nothing is said of what is not checked');
  }
}

/** A denial names one annotation, with which the same edit passes. */
function expectPassing(
  review: Json,
  response: Json,
  what: 'accept' | 'acknowledge' | 'any' | undefined,
  webhook: Webhook,
): void {
  const { message } = response.status;
  const [, annotation, value, ...more] =
    /(image-config\.toolforge\.org\/(?:accept|acknowledge))(?:=|: )(\S+)(?: --overwrite)?$/.exec(message) ??
    [];
  if (what === 'any' && annotation === undefined) return;
  expectSame(
    annotation?.split('/')[1],
    what === 'any' ? annotation?.split('/')[1] : what,
    `the annotation with which it passes, in ${message}`,
  );
  if (annotation === undefined || more.length > 0) return;
  const { object, oldObject } = review.request;
  const annotatedWith = (configMap: Json) => ({
    ...configMap,
    metadata: {
      ...configMap.metadata,
      annotations: { ...configMap.metadata.annotations, [annotation]: value },
    },
  });
  // `kubectl annotate` changes the stored object; then the same edit is repeated.
  const again = {
    ...review,
    request: {
      ...review.request,
      object: annotatedWith(object),
      ...(isAbsent(oldObject) ? {} : { oldObject: annotatedWith(oldObject) }),
    },
  };
  const answer = JSON.parse(webhook(bytesOf(again)).body);
  expectSame(answer.response.allowed, true, `whether the edit passes with ${annotation}=${value}`);
}

/** The expected problems of an edit; undefined if the documents of its texts are unknown. */
function expectedProblems(
  text: string,
  old: string | undefined,
  acknowledged: readonly string[],
  { texts, inUse, precedence, today }: EditTerms,
): ExpectedProblems | undefined {
  const documentOf = (sought: string | undefined) => texts.find((each) => each.text === sought)?.document;
  const after = documentOf(text);
  const before = documentOf(old);
  if (!after || (old !== undefined && !before)) return undefined;
  const circumstances = { ...defaultPolicy, today };
  const isOldReadable = before !== undefined && isReadable(before, defaultPolicy);
  const problems = problemsOf(after, { ...circumstances, ...(isOldReadable && { before }) });
  const errors = problems.filter(isError).map((problem) => problem.split(' ')[0] as string);
  // An empty catalog, or none, has just that problem.
  const isNone = !isReadable(after, defaultPolicy) || after.pairs.length === 0;
  const comparison =
    isNone || isNameMissing(after) || !before ? 'none' : isOldReadable ? 'compared' : 'unreadable';
  const hasNothing = !isNone && hasNothingForJobs(after);
  const hadNothing = isOldReadable && hasNothingForJobs(before);
  return {
    errors: [...errors, ...(hasNothing && !hadNothing ? ['nothing-for-jobs'] : [])],
    warnings: problems.length - errors.length + (hasNothing && hadNothing ? 1 : 0),
    changes:
      comparison === 'compared'
        ? changesOf(before as Tree, after, { inUse, acknowledged, precedence, inOrder: true })
        : [],
    comparison,
  };
}
