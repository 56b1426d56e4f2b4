import { parseBody } from '../../admission/body.ts';
import { BadReview } from '../../admission/decode.ts';
import type { ImagePolicy } from '../../admission/pod-refusal.ts';
import { readResponse } from '../../admission/read-response.ts';
import { decodeReview } from '../../admission/review.ts';
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
  readonly pastRemoval: ImagePolicy['pastRemoval'];
  readonly registryAdmission: ImagePolicy['registryAdmission'];
  readonly format: keyof typeof reviewFormats;
}

/** Answers a recorded AdmissionReview as the server would, or decodes one that is an answer. A denial is exit code 1. */
export async function review(file: string, options: ReviewOptions, io: Io): Promise<CommandResult> {
  refuseSecondStdin(file, options.catalog);
  const text = await readInput(file, io);
  const body = reading(file, () => parseBody(Buffer.from(text)), NO_MANIFESTS);
  const recorded = reading(file, () => readResponse(body));
  const answered = recorded
    ? { request: { uid: recorded.uid }, verdict: recorded.verdict, containers: [] }
    : await answeredOffline(file, body, options, io);
  if ('exitCode' in answered) return answered;
  return {
    exitCode: answered.verdict.kind === 'denied' ? 1 : 0,
    stdout: reviewFormats[options.format](answered, colorsFor(io.stdout, io.env)),
  };
}

/** The answer of the server, or the result that says why there is none. */
async function answeredOffline(
  file: string,
  body: unknown,
  options: ReviewOptions,
  io: Io,
): Promise<AnsweredReview | CommandResult> {
  const request = reading(file, () => decodeReview(body), NO_MANIFESTS);
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
    const { pastRemoval, registryAdmission } = options;
    const policy = { today, pastRemoval, registryAdmission };
    const asked = [request, lookup, policy, webhook] as const;
    answer = reading(file, () => ({
      verdict: webhook.handle(...asked),
      containers: webhook.explain(...asked),
    }));
  }
  return { request, ...answer };
}

/** The text that a created ConfigMap is compared with, as on a server that serves this file. */
const servedText = async ({ catalog: file }: ReviewOptions, io: Io): Promise<string | undefined> =>
  file === undefined ? undefined : theCatalog({ file, text: await readInput(file, io) }).text;

const NO_MANIFESTS =
  'review reads an AdmissionReview in JSON. For a manifest, or another file with images: image-config-admission check';

/** A review that the server cannot read is unreadable input here, too. */
function reading<T>(file: string, work: () => T, hint?: string): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof BadReview)) throw error;
    const message = `cannot read ${inputName(file)}: ${error.message}`;
    throw new UsageError(hint === undefined ? message : `${message}\n${hint}`, { cause: error });
  }
}
