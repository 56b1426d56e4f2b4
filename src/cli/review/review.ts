import { parseBody } from '../../admission/body.ts';
import { BadReview } from '../../admission/decode.ts';
import { type Explanation, explainPod, explainWorkload } from '../../admission/explain.ts';
import { mutatePod } from '../../admission/mutate.ts';
import type { RemovalPolicy } from '../../admission/past-removal.ts';
import { type AdmissionRequest, decodeReview, resourceName } from '../../admission/review.ts';
import { validateImageConfig } from '../../admission/validate.ts';
import type { Verdict } from '../../admission/verdict.ts';
import { warnWorkload } from '../../admission/warn-workloads.ts';
import { reviewedWorkloadKinds, workloadKindOf } from '../../admission/workload.ts';
import type { Catalog } from '../../catalog/entry.ts';
import { buildLookup, type ClientPrecedence } from '../../catalog/lookup.ts';
import { unknownUsage } from '../../catalog/usage.ts';
import { type AskOptions, askCatalog, theCatalog } from '../ask-catalog.ts';
import { type CommandResult, UsageError } from '../command-result.ts';
import type { Io } from '../io.ts';
import { policyOf } from '../options/shared.ts';
import { colorsFor } from '../output/colors.ts';
import { inputName, readInput } from '../read-input.ts';
import { reviewInWords } from './formats.ts';

export interface ReviewOptions extends AskOptions {
  readonly precedence: ClientPrecedence;
  readonly pastRemoval: RemovalPolicy['pastRemoval'];
  readonly format: 'text' | 'json';
}

/** A review with the answer that the server would give, decoded. */
export interface Answered {
  readonly request: AdmissionRequest;
  readonly resource: string;
  readonly verdict: Verdict;
  /** What becomes of each container, where the review is about a Pod or the template of Pods. */
  readonly containers: readonly Explanation[];
}

export async function review(file: string, options: ReviewOptions, io: Io): Promise<CommandResult> {
  if (file === '-' && options.catalog === '-') throw new UsageError('standard input can be read only once');
  const text = await readInput(file, io);
  const request = reading(file, () => decodeReview(parseBody(Buffer.from(text))));
  const catalog = isPod(request) || workloadKindOf(request) ? await askCatalog(options, io) : undefined;
  if (catalog && 'exitCode' in catalog) return catalog;
  const served = catalog ? undefined : await servedText(options, io);
  const answered = reading(file, () =>
    answer(request, { catalog, served }, options, options.today ?? io.today()),
  );
  return {
    exitCode: answered.verdict.kind === 'denied' ? 1 : 0,
    stdout:
      options.format === 'json' ? toJson(answered) : reviewInWords(answered, colorsFor(io.stdout, io.env)),
  };
}

/** What a ConfigMap that is created is compared with, as by a server that serves this file. */
const servedText = async ({ catalog: file }: ReviewOptions, io: Io): Promise<string | undefined> =>
  file === undefined ? undefined : theCatalog({ file, text: await readInput(file, io) }).text;

interface Served {
  readonly catalog: Catalog | undefined;
  readonly served: string | undefined;
}

/** What makes a review unreadable to the server makes it unreadable here. */
function reading<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof BadReview)) throw error;
    throw new UsageError(`cannot read ${inputName(file)}: ${error.message}`, { cause: error });
  }
}

const isPod = ({ resource }: AdmissionRequest): boolean =>
  resource.group === '' && resource.resource === 'pods';

const ANSWERED = ['ConfigMap', 'Pod', ...reviewedWorkloadKinds].join(', ');

function answer(
  request: AdmissionRequest,
  { catalog, served }: Served,
  options: ReviewOptions,
  today: string,
): Answered {
  const about = { request, resource: resourceName(request) };
  if (catalog) {
    const lookup = buildLookup(catalog, options.precedence);
    const removal = { today, pastRemoval: options.pastRemoval };
    const [handler, explain] = isPod(request) ? [mutatePod, explainPod] : [warnWorkload, explainWorkload];
    return {
      ...about,
      verdict: handler(request, lookup, removal),
      containers: explain(request, lookup, removal),
    };
  }
  if (request.resource.group !== '' || request.resource.resource !== 'configmaps')
    throw new BadReview(`it is about ${about.resource}, and only ${ANSWERED} are answered`);
  const context = {
    policy: policyOf(options),
    precedence: options.precedence,
    today,
    usage: unknownUsage,
    served,
  };
  return { ...about, verdict: validateImageConfig(request, context), containers: [] };
}

function toJson({ request, resource, verdict, containers }: Answered): string {
  const { uid, operation, namespace, name, dryRun } = request;
  const answered = {
    request: { uid, operation, resource, namespace, name, dryRun },
    verdict: verdict.kind,
    ...(verdict.kind === 'denied' && { message: verdict.message, causes: verdict.causes }),
    warnings: verdict.warnings,
    patch: verdict.kind === 'patched' ? verdict.operations : [],
    containers,
  };
  return `${JSON.stringify(answered, null, 2)}\n`;
}
