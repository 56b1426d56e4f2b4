import { parseBody } from './body.ts';
import { BadReview } from './decode.ts';
import { applyPatch } from './json-patch.ts';
import { uidAtBeginning } from './oversized.ts';
import { reviewText } from './response.ts';
import { type AdmissionRequest, decodeReview, resourceName } from './review.ts';
import { denied, type Verdict } from './verdict.ts';

/** Answers one request with a verdict; one per webhook path. */
export type Handler = (request: AdmissionRequest) => Verdict;

/** One review in, one answer out. Never throws: a fault of ours is HTTP 500, so that the failure policy decides. */
export function answerReview(body: Uint8Array, handle: Handler): Answer {
  let request: AdmissionRequest | undefined;
  try {
    request = decodeReview(parseBody(body));
    const verdict = handle(request);
    // A patch that does not apply would fail the request whatever the failure policy: rather a fault of ours.
    if (verdict.kind === 'patched') applyPatch(request.object, verdict.operations);
    return answered(request.uid, verdict, request);
  } catch (error) {
    return unanswered(error, request);
  }
}

/**
 * The answer to a review that is too large to be read, by its uid, which stands in the first bytes; or else a 413. `about`
 * makes a verdict of the words: a denial, or for who denies nothing a warning.
 */
export function answerOversized(
  beginning: Uint8Array,
  bytes: number | undefined,
  limit: number,
  about: (message: string) => Verdict = tooLarge,
): Answer {
  const size =
    bytes === undefined ? `more than ${limit} bytes` : `${bytes} bytes, and at most ${limit} are read`;
  const message =
    `this object is too large for image-config-admission: its AdmissionReview has ${size}. ` +
    'Make it smaller: a review of an update carries it twice, with each <, > and & as six bytes';
  const uid = uidAtBeginning(beginning);
  return uid === undefined ? rejected(413, message) : answered(uid, about(message), undefined);
}

/** The object as a whole, of which no more than its size is known. */
const tooLarge = (message: string): Verdict => denied([{ field: 'object', text: message }]);

/** A request that is no review for us: its method, content type, size … */
export const rejected = (status: number, message: string): Answer => plainText(status, message, 'rejected');

/** While there is no catalog to judge by. The message goes to the API server. */
export class NotReady extends Error {
  override readonly name = 'NotReady';
}

export interface Answer {
  /** 200 for every verdict, 4xx for what is no review, 500 for a fault of ours. */
  readonly status: number;
  readonly contentType: 'application/json' | 'text/plain; charset=utf-8';
  readonly body: string;
  /** For the log line and the metrics. */
  readonly facts: AnswerFacts;
}

export interface AnswerFacts {
  readonly verdict: 'allowed' | 'patched' | 'denied' | 'rejected' | 'failed';
  readonly uid?: string | undefined;
  readonly operation?: AdmissionRequest['operation'] | undefined;
  /** `pods`, `pods/ephemeralcontainers`: outside text, unlike `operation`. */
  readonly resource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly dryRun?: boolean | undefined;
  /** One line; absent where the verdict says it all. */
  readonly reason?: string | undefined;
  /** Only with `failed`. */
  readonly error?: unknown;
}

const answered = (uid: string, verdict: Verdict, request: AdmissionRequest | undefined): Answer => ({
  status: 200,
  contentType: 'application/json',
  body: reviewText(uid, verdict),
  facts: factsOf(
    verdict.kind,
    uid,
    request,
    verdict.kind === 'denied' ? firstLine(verdict.message) : undefined,
  ),
});

function unanswered(error: unknown, request: AdmissionRequest | undefined): Answer {
  if (error instanceof BadReview) return plainText(400, error.message, 'rejected', request);
  if (error instanceof NotReady) return plainText(500, error.message, 'failed', request);
  // The log has the error; whoever asked gets no inside of ours to see.
  const answer = plainText(
    500,
    'a fault within image-config-admission; its log says more',
    'failed',
    request,
  );
  return { ...answer, facts: { ...answer.facts, error } };
}

const plainText = (
  status: number,
  message: string,
  verdict: AnswerFacts['verdict'],
  request?: AdmissionRequest,
): Answer => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body: `${message}\n`,
  facts: factsOf(verdict, request?.uid, request, message),
});

/** Always with the same keys: that is cheaper to make than leaving out what is not known. */
const factsOf = (
  verdict: AnswerFacts['verdict'],
  uid: string | undefined,
  request: AdmissionRequest | undefined,
  reason: string | undefined,
): AnswerFacts => ({
  verdict,
  uid,
  operation: request?.operation,
  resource: request && resourceName(request),
  namespace: request?.namespace,
  name: request?.name,
  dryRun: request?.dryRun,
  reason,
});

const firstLine = (message: string): string => message.slice(0, 300).split('\n', 1)[0] ?? '';
