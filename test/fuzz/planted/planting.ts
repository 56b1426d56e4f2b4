import { expect } from 'vitest';
import type { Webhook } from '../answers.ts';
import { type Fuzz, firstFailure } from '../fuzz.ts';
import type { Json } from '../oracle/json.ts';

/** Cases within which a planted fault must be found: a tenth of an ordinary test run. */
const CASES = 1_000;

/** Expects that a faulty function under test fails. */
export async function expectNoticed<Case>(fuzz: Fuzz<Case>, cases = CASES): Promise<void> {
  expect(await firstFailure(fuzz, cases)).toMatch(/: case \d+ of seed \d+: /);
}

/** A webhook whose valid answers are changed, still in a valid form. */
export const tampered =
  (webhook: Webhook, change: (response: Json, body: Uint8Array) => void): Webhook =>
  (body) => {
    const answer = webhook(body);
    if (answer.status !== 200) return answer;
    const review = JSON.parse(answer.body);
    const { response } = review;
    const said = response.status?.message;
    change(response, body);
    const { status } = response;
    if (status && status.message !== said)
      status.details = { causes: [{ field: 'planted', message: status.message }] };
    if (response.warnings?.length === 0) delete response.warnings;
    const allowed = response.patch === undefined ? 'allowed' : 'patched';
    const facts = { ...answer.facts, verdict: response.allowed ? allowed : 'denied' } as const;
    return { ...answer, body: JSON.stringify(review), facts };
  };
