import { expect, it } from 'vitest';
import { migration } from '../../src/site/migration.ts';
import { buildSiteModel } from '../../src/site/model.ts';
import { lookupOf } from '../support/catalog.ts';
import { siteInput } from '../support/site.ts';

const old = (replacement?: string, newer?: string) => ({
  state: 'deprecated',
  image: 'r.example/old',
  ...(newer !== undefined && { newer }),
  ...(replacement !== undefined && { deprecation: { replacement } }),
});

const model = buildSiteModel(
  siteInput(
    undefined,
    lookupOf({
      everywhere: { image: 'r.example/new', variants: [['webservice', 'r.example/new-web']] },
      'only-jobs': { variants: [['jobs-framework', 'r.example/new-job']] },
      'only-web': { variants: [['webservice', 'r.example/new-web']] },
      hollow: {},
      'old-everywhere': old('everywhere'),
      'old-jobs': old('only-jobs'),
      'old-web': old('only-web'),
      'old-hollow': old('hollow'),
      'old-newer': old(undefined, 'everywhere'),
      'old-alone': old(),
      'old-gone': old('gone'),
    }),
  ),
);

/** The clause as text, with code in backticks. */
function clause(image: string, client?: string): string {
  const deprecated = model.byShortName.get(image);
  if (!deprecated) throw new Error(image);
  const workload = { tool: 'heritage', workload: 'CronJob/a-b', image, asksFor: image, client };
  return migration(workload, deprecated, model)
    .map((span) => (typeof span === 'string' ? span : 'code' in span ? `\`${span.code}\`` : span.link))
    .join('');
}

it.each([
  [
    'old-everywhere',
    'webservice',
    'run `toolforge webservice stop && toolforge webservice everywhere start`',
  ],
  [
    'old-everywhere',
    'toolforge-jobs-framework',
    'write `image: everywhere` for the job `a-b` in jobs.yaml and run `toolforge jobs load jobs.yaml`, or delete the job and run it again with `--image everywhere`',
  ],
  ['old-everywhere', undefined, 'write the image `r.example/new:latest` into its manifest and apply it'],
  ['old-everywhere', 'helm', 'write the image `r.example/new:latest` into its manifest and apply it'],
  ['old-jobs', 'webservice', 'choose another image: webservice does not offer `only-jobs`'],
  ['old-web', 'toolforge-jobs-framework', 'choose another image: jobs cannot use `only-web`'],
  ['old-hollow', undefined, 'choose another image: other Pods cannot use `hollow`'],
  ['old-newer', 'webservice', 'choose another image, such as `everywhere`'],
  ['old-alone', 'webservice', 'choose another image'],
  ['old-gone', 'webservice', 'choose another image'],
])('the way from %s with the client %s', (image, client, expected) => {
  expect(clause(image, client)).toBe(expected);
});
