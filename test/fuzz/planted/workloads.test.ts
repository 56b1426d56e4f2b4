import { test } from 'vitest';
import type { Webhook } from '../answers.ts';
import type { World } from '../generate/worlds.ts';
import type { Json } from '../oracle/json.ts';
import { mutatePods } from '../pods.ts';
import { warnWorkloads, workloadFuzz } from '../workloads.ts';
import { expectNoticed, tampered } from './planting.ts';

const answering = (change: (response: Json) => Json) => (world: World) =>
  tampered(warnWorkloads(world), (response) => Object.assign(response, change(response)));

const warning = (hint: string) =>
  answering(({ warnings }) => ({ warnings: warnings?.filter((each: string) => !each.includes(hint)) }));

const saying = (change: (warning: string) => string) =>
  answering(({ warnings }) => ({ warnings: warnings?.map(change) }));

const faults: Readonly<Record<string, (world: World) => Webhook>> = {
  'a workload is denied': answering(({ warnings }) =>
    warnings
      ? {
          allowed: false,
          status: {
            code: 422,
            message: warnings[0],
            details: { causes: [{ field: 'planted', message: warnings[0] }] },
          },
        }
      : {},
  ),
  'a template is patched': answering(({ warnings }) =>
    warnings ? { patchType: 'JSONPatch', patch: 'W10=' } : {},
  ),
  'nobody says what to write instead': warning('instead of'),
  'nobody says that Pods will be denied': warning('be denied'),
  'nobody hears of deprecations': warning('is deprecated'),
  'a URL that is not listed is passed over': warning('called like'),
  'nobody is asked what they meant': warning('did you mean'),
  'nobody is told what happens to a misspelt name': saying((each) => each.replace(/ The image stays .*/, '')),
  'a template is taken for a Pod': saying((each) => each.replace('its Pods will', 'the Pod will')),
  'another tag is passed over': warning('with the tag latest only'),
  'an unknown repository is passed over': warning('the catalog has no'),
  'another webhook is named though it is not there': (world) =>
    warnWorkloads({ ...world, registryAdmission: 'present' }),
  'nobody is told of short names in volumes': warning('short names of image volumes'),
  'another URL is to be written': saying((each) => each.replace(/write (\S+):latest/, 'write $1-web:latest')),
  'another replacement is told of': saying((each) => each.replace(/; use [^;]+/, '; use node18')),
  'the order is turned round': answering(({ warnings }) => ({ warnings: warnings?.toReversed() })),
  'nobody says why Pods will be denied': saying((each) => each.replace(/be denied: .*/, 'be denied')),
  'workloads are taken for Pods': mutatePods,
};

test.each(Object.entries(faults))('fuzzing of workloads notices a planted fault: %s', (_, faulty) =>
  expectNoticed(workloadFuzz(faulty)),
);
