import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, answerOversized, rejected } from '../admission/answer.ts';
import { allowed } from '../admission/verdict.ts';
import { cut, type Log } from '../log.ts';
import { type Body, type BodyRules, isReadToEnd, readBody } from './body.ts';
import type { BodyBudget } from './byte-budget.ts';
import { countUntilRead } from './count-until-read.ts';
import type { Lifecycle } from './drain.ts';
import type { Metrics } from './metrics/metrics.ts';
import { logReview } from './review-log.ts';

/** Answers the body of a review; one per webhook path. */
export type Answerer = (body: Uint8Array) => Answer | Promise<Answer>;

export type Route = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface RouteContext {
  readonly rules: BodyRules;
  readonly budget: BodyBudget;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
  /** Paths that only warn: they allow even a review that is too large to read. */
  readonly advisory: ReadonlySet<string>;
  /** That of `Serving`. */
  readonly enforce: boolean;
}

/**
 * Serves one webhook path: each request gets one answer, one log line and one observation in the metrics. It bypasses
 * express, whose routing alone costs as much as the answer.
 */
export function admissionRoute(path: string, answerer: Answerer, context: RouteContext): Route {
  const verdict = context.advisory.has(path) ? (message: string) => allowed([message]) : undefined;
  const oversized = ({ beginning, bytes }: Oversized): Answer =>
    answerOversized(beginning, bytes, context.rules.limit, verdict, { enforce: context.enforce });
  return async (request, response) => {
    const started = performance.now();
    const rejection = rejectionOf(request);
    // A rejected request is read to its end, too: many clients lose an answer that comes before they have sent all.
    const body = await readBody(
      request,
      rejection ? { ...context.rules, limit: 0 } : context.rules,
      context.budget,
    );
    const answering = rejection ?? answerTo(body, answerer, oversized);
    // Reviews of Pods are answered synchronously: `await` would cost them three turns of the microtask queue.
    const answer = answering instanceof Promise ? await answering.catch(fault) : answering;
    const bytes = Buffer.byteLength(answer.body);
    // An answer may be many times as long as its body. The client has the same time to read it as to send a body.
    if (body.kind === 'whole') countUntilRead(response, bytes, body.holding, context.rules.timeout);
    if (body.kind === 'aborted') response.destroy();
    else send(response, answer, bytes, !isReadToEnd(body) || context.lifecycle.draining);
    record(path, answer, body, performance.now() - started, context);
  };
}

/** The answer to a request whose head shows that it is not a review. */
function rejectionOf({ method, headers }: IncomingMessage): Answer | undefined {
  if (method !== 'POST') return rejected(405, `a review is a POST, not ${cut(method ?? '')}`);
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity')
    return rejected(415, 'a review has no content encoding');
  const contentType = headers['content-type'];
  if (contentType === undefined || !JSON_TYPE.test(contentType))
    return rejected(415, 'a review has Content-Type: application/json');
  return undefined;
}

/** With or without parameters, such as a charset (RFC 9110, section 8.3.1). */
const JSON_TYPE = /^application\/json[ \t]*(?:;|$)/i;

type Oversized = Extract<Body, { kind: 'oversized' }>;

function answerTo(
  body: Body,
  answerer: Answerer,
  oversized: (body: Oversized) => Answer,
): Answer | Promise<Answer> {
  try {
    switch (body.kind) {
      case 'whole':
        return answerer(body.bytes);
      case 'oversized':
        return oversized(body);
      case 'late':
        return rejected(408, 'the review did not arrive in time');
      case 'aborted':
        // nginx's code for this case. Only the log and the metrics get it.
        return rejected(499, 'the client disconnected');
    }
  } catch (error) {
    return fault(error);
  }
}

/** The answer when an answerer throws: the failure policy of the webhook decides. */
const fault = (error: unknown): Answer => ({
  status: 500,
  contentType: 'text/plain; charset=utf-8',
  body: 'the review could not be answered: a fault of the webhook\n',
  facts: { verdict: 'failed', error },
});

function send(
  response: ServerResponse,
  { status, contentType, body }: Answer,
  bytes: number,
  close: boolean,
): void {
  const headers = ['Content-Type', contentType, 'Content-Length', String(bytes)];
  if (status === 405) headers.push('Allow', 'POST');
  if (close) headers.push('Connection', 'close');
  response.writeHead(status, headers);
  // With as many bytes as characters it is ASCII, which Node need not measure again.
  if (bytes <= SINGLE_WRITE) response.end(body, bytes === body.length ? 'latin1' : 'utf8');
  else endAfterWrite(response, Buffer.from(body));
}

/** Bytes; well below Node's high water mark of 16 KiB (64 in later versions). */
const SINGLE_WRITE = 8 * 1024;

/**
 * Sends the last bytes of a long answer when the rest has been written. If the next request arrives while much is still to
 * be written, Node pauses its parser, and closes the connection when that request comes in more than one piece
 * (HPE_PAUSED). So a client that sends its next request after the whole answer must find little left to write.
 */
function endAfterWrite(response: ServerResponse, bytes: Buffer): void {
  response.write(bytes.subarray(0, -SINGLE_WRITE), (error) => {
    if (!error) response.end(bytes.subarray(-SINGLE_WRITE));
  });
}

function record(path: string, answer: Answer, body: Body, ms: number, { log, metrics }: RouteContext): void {
  metrics.review(path, answer.facts, ms);
  logReview({ path, answer, ms, aborted: body.kind === 'aborted' }, log);
}
