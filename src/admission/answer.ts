import { parseBody } from './body.ts';
import { BadReview } from './decode.ts';
import { applyPatch } from './json-patch.ts';
import { uidAtBeginning } from './oversized.ts';
import { toReview } from './response.ts';
import { type AdmissionRequest, decodeReview, resourceName } from './review.ts';
import { denied, type Verdict } from './verdict.ts';

/** What a judge is told and answers; one per webhook path. */
export type Judge = (request: AdmissionRequest) => Verdict;

/** One review in, one answer out. Never throws: a fault of ours is HTTP 500, so that the failure policy decides. */
export function answerReview(body: Uint8Array, judge: Judge): Answer {
  let request: AdmissionRequest | undefined;
  try {
    request = decodeReview(parseBody(body));
    const verdict = judge(request);
    // A patch that does not apply would fail the request whatever the failure policy: rather a fault of ours.
    if (verdict.kind === 'patched') applyPatch(request.object, verdict.operations);
    return answered(request.uid, verdict, aboutRequest(request));
  } catch (error) {
    return unanswered(error, request);
  }
}

/** The denial of a review that is too large to be read: by its uid, which stands in the first bytes; or else a 413. */
export function answerOversized(beginning: Uint8Array, bytes: number | undefined, limit: number): Answer {
  const size =
    bytes === undefined ? `more than ${limit} bytes` : `${bytes} bytes, and at most ${limit} are read`;
  const message =
    `this object is too large for image-config-admission: its AdmissionReview has ${size}. ` +
    'Make it smaller: a review of an update carries it twice, with each <, > and & as six bytes';
  const uid = uidAtBeginning(beginning);
  return uid === undefined ? rejected(413, message) : answered(uid, denied(message), { uid });
}

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
  readonly uid?: string;
  readonly operation?: AdmissionRequest['operation'];
  /** `pods`, `pods/ephemeralcontainers`: outside text, unlike `operation`. */
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly dryRun?: boolean;
  /** One line; absent where the verdict says it all. */
  readonly reason?: string;
  /** Only with `failed`. */
  readonly error?: unknown;
}

type RequestFacts = Omit<AnswerFacts, 'verdict' | 'reason' | 'error'>;

const aboutRequest = (request: AdmissionRequest): RequestFacts => ({
  uid: request.uid,
  operation: request.operation,
  resource: resourceName(request),
  ...(request.namespace === undefined ? {} : { namespace: request.namespace }),
  ...(request.name === undefined ? {} : { name: request.name }),
  dryRun: request.dryRun,
});

const answered = (uid: string, verdict: Verdict, about: RequestFacts): Answer => ({
  status: 200,
  contentType: 'application/json',
  body: JSON.stringify(toReview(uid, verdict)),
  facts: {
    verdict: verdict.kind,
    ...about,
    ...(verdict.kind === 'denied' ? { reason: firstLine(verdict.message) } : {}),
  },
});

function unanswered(error: unknown, request: AdmissionRequest | undefined): Answer {
  const about = request ? aboutRequest(request) : {};
  if (error instanceof BadReview) return plainText(400, error.message, 'rejected', about);
  if (error instanceof NotReady) return plainText(500, error.message, 'failed', about);
  // The log has the error; whoever asked gets no inside of ours to see.
  const answer = plainText(500, 'a fault within image-config-admission; its log says more', 'failed', about);
  return { ...answer, facts: { ...answer.facts, error } };
}

const plainText = (
  status: number,
  message: string,
  verdict: AnswerFacts['verdict'],
  about: RequestFacts = {},
): Answer => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body: `${message}\n`,
  facts: { verdict, ...about, reason: message },
});

const firstLine = (message: string): string => message.slice(0, 300).split('\n', 1)[0] ?? '';
