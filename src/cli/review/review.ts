import { parseBody } from '../../admission/body.ts';
import { BadReview } from '../../admission/decode.ts';
import type { RemovalPolicy } from '../../admission/pod-refusal.ts';
import { decodeReview, resourceName } from '../../admission/review.ts';
import { webhookFor } from '../../admission/webhooks.ts';
import { buildLookup, type ClientPrecedence } from '../../catalog/lookup.ts';
import { unknownUsage } from '../../catalog/usage.ts';
import { type AskOptions, askCatalog, theCatalog } from '../ask-catalog.ts';
import { type CommandResult, UsageError } from '../command-result.ts';
import type { Io } from '../io.ts';
import { policyOf } from '../options/shared.ts';
import { colorsFor } from '../output/colors.ts';
import { inputName, readInput, refuseSecondStdin } from '../read-input.ts';
import { type AnsweredReview, reviewFormats } from './formats.ts';

export interface ReviewOptions extends AskOptions {
  readonly precedence: ClientPrecedence;
  readonly pastRemoval: RemovalPolicy['pastRemoval'];
  readonly format: keyof typeof reviewFormats;
}

/** Answers a recorded AdmissionReview as the server would. A denial is exit code 1. */
export async function review(file: string, options: ReviewOptions, io: Io): Promise<CommandResult> {
  refuseSecondStdin(file, options.catalog);
  const text = await readInput(file, io);
  const request = reading(file, () => decodeReview(parseBody(Buffer.from(text))));
  const webhook = reading(file, () => webhookFor(request));
  const today = options.today ?? io.today();
  let answer: Pick<AnsweredReview, 'verdict' | 'containers'>;
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
    stdout: reviewFormats[options.format](answered, colorsFor(io.stdout, io.env)),
  };
}

/** The text that a created ConfigMap is compared with, as on a server that serves this file. */
const servedText = async ({ catalog: file }: ReviewOptions, io: Io): Promise<string | undefined> =>
  file === undefined ? undefined : theCatalog({ file, text: await readInput(file, io) }).text;

/** A review that the server cannot read is unreadable input here, too. */
function reading<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof BadReview)) throw error;
    throw new UsageError(`cannot read ${inputName(file)}: ${error.message}`, { cause: error });
  }
}
