import { type WebhookPath, webhooks } from '../../src/admission/webhooks.ts';
import { unknownUsage } from '../../src/catalog/usage.ts';
import { defaultPolicy } from '../../src/settings.ts';
import type { Random } from '../support/random.ts';
import type { Webhook } from './answers.ts';
import { checkConfigMaps, validateImageConfigs } from './config-maps.ts';
import { subjectsIn, type Written, writtenSomehow } from './edits.ts';
import { goodCatalog } from './generate/catalogs.ts';
import { configMapReview } from './generate/config-maps.ts';
import { edited } from './generate/edits.ts';
import { podReview, workloadReview } from './generate/reviews.ts';
import type { World } from './generate/worlds.ts';
import type { Json } from './oracle/json.ts';
import { checkPods, imagesAt, mutatePods } from './pods.ts';
import { checkWorkloads, warnWorkloads } from './workloads.ts';

/** How a path is fuzzed: reviews to send, the webhook that answers their bytes, and the check of the answer. */
interface Path {
  readonly path: string;
  readonly ask: (world: World, random: Random) => Question;
  readonly webhook: (world: World) => Webhook;
  /** Returns the verdict; throws where the answer is wrong. */
  readonly check: (asked: Posed, webhook: Webhook) => string;
}

interface Question {
  readonly review: Json;
  /** The catalogs in the review: however its bytes are changed, a text that stays whole is one of these. */
  readonly texts: readonly Written[];
}

interface Posed {
  readonly world: World;
  readonly body: Uint8Array;
  readonly texts: readonly Written[];
}

const pods: Omit<Path, 'path' | 'webhook'> = {
  ask: ({ catalog }, random) => ({ review: podReview(catalog, random), texts: [] }),
  check: ({ body, world }, webhook) => checkPods(body, world, webhook),
};

/** A path of the table that is not here does not compile. */
const byPath: Readonly<Record<WebhookPath, Omit<Path, 'path'>>> = {
  '/mutate-pods': { ...pods, webhook: mutatePods },
  '/mutate-pods/short-names': { ...pods, webhook: imagesAt('/mutate-pods/short-names') },
  '/warn-workloads': {
    ask: ({ catalog }, random) => ({ review: workloadReview(catalog, random), texts: [] }),
    webhook: warnWorkloads,
    check: ({ body, world }, webhook) => checkWorkloads(body, world, webhook),
  },
  '/validate-image-config': {
    ask: (_, random) => anyEdit(random),
    webhook: ({ today, precedence, text: served }) =>
      validateImageConfigs({ policy: defaultPolicy, today, usage: unknownUsage, precedence, served }),
    check: ({ body, world: { today, precedence, text, document }, texts }, webhook) =>
      checkConfigMaps(
        body,
        { texts: [...texts, { text, document }], inUse: undefined, today, precedence, served: text },
        webhook,
      ),
  },
};

export const paths: readonly Path[] = webhooks.map(({ path }) => ({ path, ...byPath[path] }));

function anyEdit(random: Random): Question {
  const good = goodCatalog(random, 3);
  const before = writtenSomehow(good, random);
  const after = writtenSomehow(edited(good, random), random);
  const parts = { before: before.text, after: after.text, subjects: subjectsIn(good) };
  return { review: configMapReview(parts, random), texts: [before, after] };
}
