import { parseBody } from '../../admission/body.ts';
import { BadReview } from '../../admission/decode.ts';
import type { Explanation } from '../../admission/explain.ts';
import type { RemovalPolicy } from '../../admission/past-removal.ts';
import { type AdmissionRequest, decodeReview, resourceName } from '../../admission/review.ts';
import type { Verdict } from '../../admission/verdict.ts';
import { webhookFor } from '../../admission/webhooks.ts';
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
  const webhook = reading(file, () => webhookFor(request));
  const today = options.today ?? io.today();
  let answer: Pick<Answered, 'verdict' | 'containers'>;
  if (webhook.about === 'catalog') {
    const { precedence } = options;
    const served = await servedText(options, io);
    const context = { policy: policyOf(options), precedence, today, usage: unknownUsage, served };
    const handle = await webhook.handler();
    answer = reading(file, () => ({ verdict: handle(request, context), containers: [] }));
  } else {
    const catalog = await askCatalog(options, io);
    if ('exitCode' in catalog) return catalog;
    const lookup = buildLookup(catalog, options.precedence);
    const asked = [request, lookup, { today, pastRemoval: options.pastRemoval }, webhook] as const;
    answer = reading(file, () => ({
      verdict: webhook.handle(...asked),
      containers: webhook.explain(...asked),
    }));
  }
  const answered = { request, resource: resourceName(request), ...answer };
  return {
    exitCode: answered.verdict.kind === 'denied' ? 1 : 0,
    stdout:
      options.format === 'json' ? toJson(answered) : reviewInWords(answered, colorsFor(io.stdout, io.env)),
  };
}

/** What a ConfigMap that is created is compared with, as by a server that serves this file. */
const servedText = async ({ catalog: file }: ReviewOptions, io: Io): Promise<string | undefined> =>
  file === undefined ? undefined : theCatalog({ file, text: await readInput(file, io) }).text;

/** What makes a review unreadable to the server makes it unreadable here. */
function reading<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof BadReview)) throw error;
    throw new UsageError(`cannot read ${inputName(file)}: ${error.message}`, { cause: error });
  }
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
