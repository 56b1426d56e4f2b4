import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, type AnswerFacts, answerOversized, rejected } from '../admission/answer.ts';
import { allowed } from '../admission/verdict.ts';
import { cut, type Log } from '../log.ts';
import { type Body, type BodyRules, isReadToEnd, readBody } from './body.ts';
import type { BodyBudget, Holding } from './byte-budget.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Metrics } from './metrics/metrics.ts';

/** What a review path does with a body. */
export type Answerer = (body: Uint8Array) => Answer | Promise<Answer>;

export type Route = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface RouteContext {
  readonly rules: BodyRules;
  readonly budget: BodyBudget;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
  /** Paths that only warn: what is too large for them passes, too. */
  readonly advisory: ReadonlySet<string>;
}

/**
 * One review path: a request in, one answer, one log line and one observation out. It stands beside express and not
 * inside: express's routing alone costs as much as the answer.
 */
export function admissionRoute(path: string, answerer: Answerer, context: RouteContext): Route {
  const verdict = context.advisory.has(path) ? (message: string) => allowed([message]) : undefined;
  const oversized = ({ beginning, bytes }: Oversized): Answer =>
    answerOversized(beginning, bytes, context.rules.limit, verdict);
  return async (request, response) => {
    const started = performance.now();
    const refusal = refusalOf(request);
    // A refused request is read, too: an answer that comes before the end of its request is lost to many senders.
    const body = await readBody(
      request,
      refusal ? { ...context.rules, limit: 0 } : context.rules,
      context.budget,
    );
    const answering = refusal ?? answerTo(body, answerer, oversized);
    // Pods are answered at once; to await them all the same would cost them three turns of the microtask queue.
    const answer = answering instanceof Promise ? await answering.catch(fault) : answering;
    const bytes = Buffer.byteLength(answer.body);
    if (body.kind === 'whole') holdUntilTaken(response, bytes, body.holding, context.rules.timeout);
    if (body.kind === 'aborted') response.destroy();
    else send(response, answer, bytes, !isReadToEnd(body) || context.lifecycle.draining);
    record(path, answer, body, performance.now() - started, context);
  };
}

/** Why a request is no review by its head alone. */
function refusalOf({ method, headers }: IncomingMessage): Answer | undefined {
  if (method !== 'POST') return rejected(405, `reviews are POSTed; this was ${cut(method ?? '')}`);
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity')
    return rejected(415, 'reviews come without content encoding');
  const contentType = headers['content-type'];
  if (contentType === undefined || !JSON_TYPE.test(contentType))
    return rejected(415, 'reviews come as Content-Type: application/json');
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
        // nginx's number for it; nobody is there to read it.
        return rejected(499, 'the sender went away');
    }
  } catch (error) {
    return fault(error);
  }
}

/** An answerer says itself what went wrong; what throws nevertheless is the failure policy's to decide. */
const fault = (error: unknown): Answer => ({
  status: 500,
  contentType: 'text/plain; charset=utf-8',
  body: 'the review could not be answered: a fault of the webhook\n',
  facts: { verdict: 'failed', error },
});

/**
 * An answer may be many times as long as what it answers. It counts in the place of the body until its peer has taken
 * it, who has no more time for that than for sending a body.
 */
function holdUntilTaken(
  response: ServerResponse,
  bytes: number,
  { become, release }: Holding,
  milliseconds: number,
): void {
  if (response.destroyed) {
    release();
    return;
  }
  become(bytes);
  const late = setTimeout(() => response.destroy(), milliseconds);
  response.once('close', () => {
    clearTimeout(late);
    release();
  });
}

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
  if (bytes <= AT_ONCE) response.end(body);
  else endWhenRoom(response, Buffer.from(body));
}

/** Bytes; well below what Node takes for much: 16 KiB, or 64 of later versions. */
const AT_ONCE = 8 * 1024;

/**
 * A long answer's end goes out when the rest of it has. Where the next request comes while much is still to be written,
 * Node pauses its parser, and breaks the connection off when that request comes in more than one piece (HPE_PAUSED). So
 * who has the whole answer, and only then asks on, has to find little to be written.
 */
function endWhenRoom(response: ServerResponse, bytes: Buffer): void {
  response.write(bytes.subarray(0, -AT_ONCE), (error) => {
    if (!error) response.end(bytes.subarray(-AT_ONCE));
  });
}

function record(path: string, answer: Answer, body: Body, ms: number, { log, metrics }: RouteContext): void {
  const { status, facts } = answer;
  metrics.review(path, facts, ms);
  const line = {
    path,
    verdict: facts.verdict,
    status,
    ms: Math.round(ms * 1000) / 1000,
    review: aboutReview(facts),
    err: facts.error,
  };
  if (body.kind === 'aborted') log.warn(line, 'review broken off');
  else if (facts.verdict === 'failed') log.error(line, 'review answered');
  else if (facts.verdict === 'rejected') log.warn(line, 'review answered');
  else log.info(line, 'review answered');
}

/** Outside text, as values under one key. What is undefined is left out. */
const aboutReview = ({ uid, operation, resource, namespace, name, dryRun, reason }: AnswerFacts): object => ({
  uid: uid && cut(uid),
  operation,
  resource: resource && cut(resource),
  namespace: namespace && cut(namespace),
  name: name && cut(name),
  dryRun,
  reason: reason && cut(reason),
});
