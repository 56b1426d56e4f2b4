import type { Buffer } from 'node:buffer';
import { answerReview } from '../../src/admission/answer.ts';
import { type ValidationContext, validateImageConfig } from '../../src/admission/validate.ts';
import { defaultPolicy } from '../../src/settings.ts';
import { expectProperAnswer, uidOf, verdictOf, type Webhook } from './answers.ts';
import { anyUse, namesIn, usageOf, type Written, writtenSomehow } from './edits.ts';
import { expectSame, type Fuzz } from './fuzz.ts';
import { goodCatalog } from './generate/catalogs.ts';
import { configMapReview } from './generate/config-maps.ts';
import { edited } from './generate/edits.ts';
import { changesOf, type EditCircumstances } from './oracle/changes.ts';
import { type EditExpectation, type EditJudgement, expectedOfEdit } from './oracle/config-maps.ts';
import { type Json, readJson } from './oracle/json.ts';
import { isError, isReadable, problemsOf } from './oracle/problems.ts';
import { bytesOf, keepBytes, reviveBytes } from './pods.ts';

interface ConfigMapCase {
  readonly texts: readonly Written[];
  readonly inUse: EditCircumstances['inUse'];
  readonly body: Buffer;
}

const TODAY = '2026-11-22';

export const validateImageConfigs =
  (context: ValidationContext): Webhook =>
  (body) =>
    answerReview(body, (request) => validateImageConfig(request, context));

/** Reviews of the ConfigMap: what is denied, what break-glass lets through, and what is never looked at. */
export const configMapFuzz = (webhookFor = validateImageConfigs): Fuzz<ConfigMapCase> => ({
  name: 'config-maps',
  keep: ({ body, ...rest }) => ({ body: keepBytes(body), ...rest }),
  revive: ({ body, ...rest }) => ({ body: reviveBytes(body), ...rest }),
  generate(random) {
    const good = goodCatalog(random);
    const before = writtenSomehow(good, random);
    const after = writtenSomehow(edited(good, random), random);
    const parts = { before: before.text, after: after.text, names: namesIn(good) };
    return {
      texts: [before, after],
      inUse: anyUse(good, random),
      body: bytesOf(configMapReview(parts, random)),
    };
  },
  check({ texts, inUse, body }) {
    const context = { policy: defaultPolicy, today: TODAY, usage: usageOf({ inUse }) };
    return checkConfigMaps(body, { texts, inUse, today: TODAY }, webhookFor(context));
  },
  show: ({ inUse, body }) => `${JSON.stringify({ inUse })}\n${new TextDecoder().decode(body)}`,
});

/** What an edit is judged by: the catalogs that are written in it, where it is known which they are. */
interface Judging {
  readonly texts: readonly Written[];
  readonly inUse: EditCircumstances['inUse'];
  readonly today: string;
}

/** Comes to the verdict, and why something is allowed. */
export function checkConfigMaps(body: Uint8Array, judging: Judging, webhook: Webhook): string {
  const answer = webhook(body);
  // Judging catalogs is slow; a part of them will do.
  if (body.length % 4 === 0) expectSame(webhook(body), answer, 'the same review gets the same answer');
  const review = readJson(body);
  const expected = expectedOfEdit(review, (text, old, acknowledged) =>
    judged(text, old, acknowledged, judging),
  );
  expectProperAnswer(answer, expected.verdict === 'rejected' ? undefined : uidOf(review));
  if (expected.verdict === 'rejected') return 'rejected';

  const { response } = JSON.parse(answer.body);
  const verdict = verdictOf(response);
  // Whatever else a text holds: nothing is changed, and who refuses it tells the way out.
  if (expected.verdict === 'unknown') {
    if (verdict === 'denied') expectSaid(response, { ...expected, verdict });
    else expectSame(verdict, 'allowed', 'the verdict');
    return 'unknown';
  }
  expectSame(verdict, expected.verdict, 'the verdict');
  expectSaid(response, expected);
  return expected.verdict === 'allowed' ? `allowed: ${expected.because}` : 'denied';
}

function expectSaid(response: Json, expected: EditExpectation): void {
  const warnings: readonly string[] = response.warnings ?? [];
  if (expected.verdict === 'denied') {
    const { message } = response.status;
    for (const part of expected.says)
      if (!message.includes(part)) throw new Error(`${part} is not in: ${message}`);
    if (/[^\P{C}\n]/u.test(message)) throw new Error(`not to be shown: ${JSON.stringify(message)}`);
  } else if (expected.verdict === 'allowed' && 'judgement' in expected) {
    const accepted = expected.because === 'accepted';
    const { errors, warnings: milder, notCompared } = expected.judgement;
    expectSame(warnings[0]?.startsWith('accepted by ') ?? false, accepted, 'whether break-glass is told');
    expectSame(
      warnings.some((each) => each.includes('was not compared')),
      notCompared,
      'whether it is told what nobody knows',
    );
    expectSame(
      warnings.length > 0,
      accepted || errors.length + milder > 0 || notCompared,
      'whether anything is said',
    );
  } else if (expected.verdict === 'allowed') {
    expectSame(warnings, [], 'nothing is said of what is not looked at');
  }
}

/** What is wrong with an edit between two texts, if it is known which documents they are of. */
function judged(
  text: string,
  old: string | undefined,
  acknowledged: readonly string[],
  { texts, inUse, today }: Judging,
): EditJudgement | undefined {
  const documentOf = (sought: string | undefined) => texts.find((each) => each.text === sought)?.document;
  const after = documentOf(text);
  const before = documentOf(old);
  if (!after || (old !== undefined && !before)) return undefined;
  const problems = problemsOf(after, { ...defaultPolicy, today });
  // Of an empty catalog that it is empty says enough, and of what is none that it is none.
  const isNone = !isReadable(after, defaultPolicy) || after.pairs.length === 0;
  const isComparable = before !== undefined && isReadable(before, defaultPolicy);
  const changes = isNone || !isComparable ? [] : changesOf(before, after, { inUse, acknowledged });
  const grave = changes.filter((change) => change.startsWith('error '));
  const errors = [
    ...problems.filter(isError).map((problem) => problem.split(' ')[0] as string),
    ...grave.map((change) => change.split(' ')[1] as string),
  ];
  return {
    errors,
    warnings: problems.length + changes.length - errors.length,
    notCompared: before !== undefined && !isNone && !isComparable,
  };
}
