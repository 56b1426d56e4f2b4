import { parseBody } from './body.ts';
import { BadReview } from './decode.ts';
import { checkPatch } from './json-patch.ts';
import { resourceName } from './resource-name.ts';
import { type AuditFacts, reviewText } from './response.ts';
import { type AdmissionRequest, decodeReview } from './review.ts';
import { denied, type Verdict } from './verdict.ts';

/** Answers one request with a verdict. */
export type Handler = (request: AdmissionRequest) => Verdict;

/** How a server answers, beside its handlers. */
export interface Serving {
  /** The digest of the catalog that is served, for the audit log. */
  readonly catalog?: string | undefined;
  /** False in observe mode: what would be denied is allowed with warnings. */
  readonly enforce: boolean;
}

/** Answers the body of a request. `serving` is undefined offline. Never throws: a bug is answered with HTTP 500, so that the failure policy decides. */
export function answerReview(body: Uint8Array, handle: Handler, serving?: Serving): Answer {
  let request: AdmissionRequest | undefined;
  try {
    request = decodeReview(parseBody(body));
    const found = handle(request);
    const verdict = inForce(found, serving);
    // The API server fails a request whose patch does not apply, whatever the failure policy. As an error it is HTTP 500.
    if (verdict.kind === 'patched') checkPatch(request.object, verdict.operations);
    return answered(request.uid, found, request, serving);
  } catch (error) {
    return unanswered(error, request);
  }
}

/**
 * Answers a review of which only the beginning was read, since it is larger than `limit` bytes: with a verdict if the beginning
 * has its uid, or else with HTTP 413. `verdictOf` makes a denial of the message, or a warning for webhooks that only warn.
 */
export function answerOversized(
  beginning: Uint8Array,
  bytes: number | undefined,
  limit: number,
  verdictOf: (message: string) => Verdict = denial,
  serving?: Serving,
): Answer {
  const size =
    bytes === undefined ? `more than ${limit} bytes` : `${bytes} bytes, and at most ${limit} are read`;
  const message =
    `this object is too large for image-config-admission: its AdmissionReview has ${size}. ` +
    'Make it smaller: a review of an update carries it twice, with each <, > and & as six bytes';
  const uid = uidAtBeginning(beginning);
  return uid === undefined ? rejected(413, message) : answered(uid, verdictOf(message), undefined, serving);
}

/**
 * The uid in the beginning of a review. The API server writes kind and apiVersion first, and the uid as the first field of the
 * request (k8s.io/api, admission/v1/types.go). In any other order the uid is not found.
 */
function uidAtBeginning(beginning: Uint8Array): string | undefined {
  // A decoder that is not fatal: the beginning may end within a character.
  const match = BEGINNING.exec(new TextDecoder().decode(beginning));
  try {
    return match?.[1] === undefined ? undefined : String(JSON.parse(match[1]));
  } catch {
    return undefined;
  }
}

const BEGINNING =
  /^\s*\{(?:\s*"kind"\s*:\s*"AdmissionReview"\s*,|\s*"apiVersion"\s*:\s*"admission\.k8s\.io\/v1"\s*,){2}\s*"request"\s*:\s*\{\s*"uid"\s*:\s*("(?:[^"\\]|\\.)+")/;

/** The field is the whole object: only its size is known. */
const denial = (message: string): Verdict => denied([{ field: 'object', text: message, code: 'too-large' }]);

/** The answer to a request that is no review, for example by its method, content type or size. */
export const rejected = (status: number, message: string): Answer => plainText(status, message, 'rejected');

/** There is no catalog yet. The API server gets HTTP 500 with this message. */
export class NotReady extends Error {
  override readonly name = 'NotReady';
}

export interface Answer {
  /** 200 for every verdict, 4xx for a request that is no review, 500 for a bug or a missing catalog. */
  readonly status: number;
  readonly contentType: 'application/json' | 'text/plain; charset=utf-8';
  readonly body: string;
  /** Values of the log line and the labels of metrics. */
  readonly facts: AnswerFacts;
}

export interface AnswerFacts {
  readonly verdict: 'allowed' | 'patched' | 'denied' | 'rejected' | 'failed';
  readonly uid?: string | undefined;
  readonly operation?: AdmissionRequest['operation'] | undefined;
  /** `pods`, `pods/ephemeralcontainers`. Unlike `operation`, any text is possible. */
  readonly resource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly dryRun?: boolean | undefined;
  /** Why the review was not allowed, or would not be without observe mode, in one line. */
  readonly reason?: string | undefined;
  /** The codes of a denial. In observe mode the verdict is another one. */
  readonly codes?: readonly string[] | undefined;
  /** Only with `failed`. */
  readonly error?: unknown;
}

const inForce = (found: Verdict, serving: Serving | undefined): Verdict =>
  found.kind === 'denied' && serving?.enforce === false ? found.instead : found;

function answered(
  uid: string,
  found: Verdict,
  request: AdmissionRequest | undefined,
  serving: Serving | undefined,
): Answer {
  const verdict = inForce(found, serving);
  const denial = found.kind === 'denied' ? found : undefined;
  const audit: AuditFacts | undefined = serving && { catalog: serving.catalog, codes: denial?.codes ?? [] };
  return {
    status: 200,
    contentType: 'application/json',
    body: reviewText(uid, verdict, audit),
    facts: factsOf(verdict.kind, uid, request, denial && firstLine(denial.message), denial?.codes),
  };
}

function unanswered(error: unknown, request: AdmissionRequest | undefined): Answer {
  if (error instanceof BadReview) return plainText(400, error.message, 'rejected', request);
  if (error instanceof NotReady) return plainText(500, error.message, 'failed', request);
  // The log has the error. The client does not see internals.
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

/** Always has the same keys: that costs less than leaving out undefined ones. */
const factsOf = (
  verdict: AnswerFacts['verdict'],
  uid: string | undefined,
  request: AdmissionRequest | undefined,
  reason: string | undefined,
  codes?: readonly string[],
): AnswerFacts => ({
  verdict,
  uid,
  operation: request?.operation,
  resource: request && resourceName(request),
  namespace: request?.namespace,
  name: request?.name,
  dryRun: request?.dryRun,
  reason,
  codes,
});

const firstLine = (message: string): string => message.slice(0, 300).split('\n', 1)[0] ?? '';
