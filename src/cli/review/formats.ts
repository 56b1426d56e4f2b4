import type { Explanation } from '../../admission/explain.ts';
import { resourceName } from '../../admission/resource-name.ts';
import type { AdmissionRequest } from '../../admission/review.ts';
import type { Verdict } from '../../admission/verdict.ts';
import type { Colors } from '../output/colors.ts';
import { table } from '../output/table.ts';
import { printable, toJson } from '../output/terminal-safe.ts';

/** A review with the answer that the server gave or would give, decoded. */
export interface AnsweredReview {
  /** Only the uid is known for a recorded answer. */
  readonly request: AdmissionRequest | Pick<AdmissionRequest, 'uid'>;
  readonly verdict: Verdict;
  /** What happens to each container of a Pod or of a workload's Pod template; empty for a ConfigMap. */
  readonly containers: readonly Explanation[];
}

type Renderer = (answered: AnsweredReview, colors: Colors) => string;

/** The formats of `review`. Each row is a choice of `--format`; the first is the default. */
export const reviewFormats = {
  text: reviewInWords,
  json: reviewAsJson,
} satisfies Readonly<Record<string, Renderer>>;

/** A verdict for people: the client and its request, the answer, and the reason for each container's image. */
function reviewInWords(answered: AnsweredReview, colors: Colors): string {
  const { verdict } = answered;
  return [
    `${inColor(verdict.kind, colors)}: ${printable(requestInWords(answered))}\n`,
    ...(verdict.kind === 'denied' ? [section('Message', verdict.message.split('\n'))] : []),
    section('Warnings', verdict.warnings),
    section('Containers', containers(answered)),
    section('Patch', verdict.kind === 'patched' ? verdict.operations.map(operation) : []),
  ].join('');
}

function inColor(kind: AnsweredReview['verdict']['kind'], { green, red, yellow }: Colors): string {
  return { allowed: green, patched: yellow, denied: red }[kind](kind);
}

function requestInWords({ request }: AnsweredReview): string {
  if (!('operation' in request)) return `answer to the review ${request.uid}`;
  const { operation, namespace, name, dryRun, username } = request;
  const object = [namespace, name ?? '(name still to be generated)']
    .filter((part) => part !== undefined)
    .join('/');
  return `${operation} ${resourceName(request)} ${object}${username ? ` by ${username}` : ''}${dryRun ? ', dry run' : ''}`;
}

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0
    ? ''
    : `\n${title}:\n${lines.map((line) => `  ${printable(line)}`.trimEnd()).join('\n')}\n`;

const containers = ({ containers: explanations }: AnsweredReview): string[] =>
  table(
    explanations.map(({ list, container, image, outcome }) => [
      list === 'containers' ? (container ?? '') : `${container ?? ''} (${list})`,
      image,
      outcome,
    ]),
  )
    .split('\n')
    .slice(0, -1);

const operation = (patch: { readonly op: string; readonly path: string; readonly value?: unknown }): string =>
  `${patch.op} ${patch.path}${patch.value === undefined ? '' : ` ${JSON.stringify(patch.value)}`}`;

function reviewAsJson({ request, verdict, containers }: AnsweredReview): string {
  return toJson({
    request: plainRequest(request),
    verdict: verdict.kind,
    ...(verdict.kind === 'denied' && { message: verdict.message, causes: verdict.causes }),
    warnings: verdict.warnings,
    patch: verdict.kind === 'patched' ? verdict.operations : [],
    containers,
  });
}

function plainRequest(request: AnsweredReview['request']) {
  if (!('operation' in request)) return request;
  const { uid, operation, namespace, name, dryRun } = request;
  return { uid, operation, resource: resourceName(request), namespace, name, dryRun };
}
