import { unknownUsage } from '../../src/catalog/changes.ts';
import { defaultPolicy } from '../../src/settings.ts';
import type { Random } from '../support/random.ts';
import type { Webhook } from './answers.ts';
import { checkConfigMaps, validateImageConfigs } from './config-maps.ts';
import { goodCatalog } from './generate/catalogs.ts';
import { configMapReview } from './generate/config-maps.ts';
import { edited } from './generate/edits.ts';
import { podReview, workloadReview } from './generate/reviews.ts';
import type { World } from './generate/worlds.ts';
import { written } from './generate/yaml.ts';
import type { Json } from './oracle/json.ts';
import { checkPods, mutatePods } from './pods.ts';
import { checkWorkloads, warnWorkloads } from './workloads.ts';

/** One path of the program: what it is asked, what it does with the bytes, and what its answer has to be. */
interface Path {
  readonly path: string;
  readonly review: (world: World, random: Random) => Json;
  readonly webhook: (world: World) => Webhook;
  /** Comes to the verdict. */
  readonly check: (body: Uint8Array, world: World, webhook: Webhook) => string;
}

/** A webhook more is a line more. */
export const paths: readonly Path[] = [
  {
    path: '/mutate-pods',
    review: ({ catalog }, random) => podReview(catalog, random),
    webhook: mutatePods,
    check: checkPods,
  },
  {
    path: '/warn-workloads',
    review: ({ catalog }, random) => workloadReview(catalog, random),
    webhook: warnWorkloads,
    check: checkWorkloads,
  },
  {
    path: '/validate-image-config',
    review: (_, random) => anyConfigMapReview(random),
    webhook: ({ today }) => validateImageConfigs({ policy: defaultPolicy, today, usage: unknownUsage }),
    // Which documents the texts are of is known where they are made for it: there they are judged (config-maps.ts).
    check: (body, _, webhook) => checkConfigMaps(body, [], undefined, webhook),
  },
];

function anyConfigMapReview(random: Random): Json {
  const before = goodCatalog(random, 3);
  const after = edited(before, random);
  return configMapReview(
    { before: written(before, random), after: written(after, random), names: [] },
    random,
  );
}
