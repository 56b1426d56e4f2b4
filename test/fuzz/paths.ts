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
import { checkPods, mutatePods } from './pods.ts';
import { checkWorkloads, warnWorkloads } from './workloads.ts';

/** One path of the program: what it is asked, what it does with the bytes, and what its answer has to be. */
interface Path {
  readonly path: string;
  readonly ask: (world: World, random: Random) => Question;
  readonly webhook: (world: World) => Webhook;
  /** Comes to the verdict. */
  readonly check: (asked: Posed, webhook: Webhook) => string;
}

interface Question {
  readonly review: Json;
  /** The catalogs that are written in it: what becomes of its bytes, an untouched text is one of these. */
  readonly texts: readonly Written[];
}

interface Posed {
  readonly world: World;
  readonly body: Uint8Array;
  readonly texts: readonly Written[];
}

/** A webhook more is a line more. */
export const paths: readonly Path[] = [
  {
    path: '/mutate-pods',
    ask: ({ catalog }, random) => ({ review: podReview(catalog, random), texts: [] }),
    webhook: mutatePods,
    check: ({ body, world }, webhook) => checkPods(body, world, webhook),
  },
  {
    path: '/warn-workloads',
    ask: ({ catalog }, random) => ({ review: workloadReview(catalog, random), texts: [] }),
    webhook: warnWorkloads,
    check: ({ body, world }, webhook) => checkWorkloads(body, world, webhook),
  },
  {
    path: '/validate-image-config',
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
];

function anyEdit(random: Random): Question {
  const good = goodCatalog(random, 3);
  const before = writtenSomehow(good, random);
  const after = writtenSomehow(edited(good, random), random);
  const parts = { before: before.text, after: after.text, subjects: subjectsIn(good) };
  return { review: configMapReview(parts, random), texts: [before, after] };
}
