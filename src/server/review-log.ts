import type { Answer, AnswerFacts } from '../admission/answer.ts';
import { cut, isPlain, type Log } from '../log.ts';

interface AnsweredReview {
  readonly path: string;
  readonly answer: Answer;
  /** Milliseconds from its head to its answer. */
  readonly ms: number;
  /** The client disconnected before its end. */
  readonly aborted: boolean;
}

/** Logs one review. The line of a verdict is joined here when all text of the client is plain: pino writes the same, slower. */
export function logReview(
  { path, answer: { status, facts }, ms: exactly, aborted }: AnsweredReview,
  log: Log,
): void {
  const { verdict, error } = facts;
  const ms = Math.round(exactly * 1000) / 1000;
  const review = aboutReview(facts);
  const failed = aborted || verdict === 'failed' || verdict === 'rejected';
  if (!failed && isPlain(path) && isPlain(textOf(review))) {
    const fields = `"path":"${path}","verdict":"${verdict}","status":${status},"ms":${ms},"review":${plainJson(review)}`;
    log.writeInfo(fields, 'review answered');
    return;
  }
  const line = { path, verdict, status, ms, review, err: error };
  if (aborted) log.warn(line, 'review aborted');
  else if (verdict === 'failed') log.error(line, 'review answered');
  else if (verdict === 'rejected') log.warn(line, 'review answered');
  else log.info(line, 'review answered');
}

type AboutReview = ReturnType<typeof aboutReview>;

/** Text of the client, under one key. pino leaves out what is undefined. */
const aboutReview = ({ uid, operation, resource, namespace, name, dryRun, reason, codes }: AnswerFacts) => ({
  uid: uid && cut(uid),
  operation,
  resource: resource && cut(resource),
  namespace: namespace && cut(namespace),
  name: name && cut(name),
  dryRun,
  reason: reason && cut(reason),
  codes: codes?.join(','),
});

const textOf = ({ uid = '', resource = '', namespace = '', name = '', reason = '' }: AboutReview): string =>
  uid + resource + namespace + name + reason;

/** JSON of values that need no escapes. */
function plainJson(review: AboutReview): string {
  const { uid, operation, resource, namespace, name, dryRun, reason, codes } = review;
  const members =
    member('uid', uid) +
    member('operation', operation) +
    member('resource', resource) +
    member('namespace', namespace) +
    member('name', name) +
    (dryRun === undefined ? '' : `,"dryRun":${dryRun}`) +
    member('reason', reason) +
    member('codes', codes);
  return `{${members.slice(1)}}`;
}

const member = (key: string, text: string | undefined): string =>
  text === undefined ? '' : `,"${key}":"${text}"`;
