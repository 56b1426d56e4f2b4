import type { Lookup } from '../../src/catalog/lookup.ts';
import { type SiteAnswer, type SiteRequest, siteFrom } from '../../src/site/answer.ts';
import type { SiteInput } from '../../src/site/model.ts';
import { type SiteUse, useNotKnown } from '../../src/site/use.ts';
import { smallLookup } from './catalog.ts';

/** Two tools on python3.7, one of them with two workloads, and one on python3.11. */
export const someUse: SiteUse = {
  known: true,
  workloads: [
    { tool: 'heritage', workload: 'CronJob/nightly', image: 'python3.7', asksFor: 'tf-python37' },
    { tool: 'heritage', workload: 'Deployment/web', image: 'python3.7', asksFor: 'python3.7' },
    { tool: 'wikibugs', workload: 'Deployment/bot', image: 'python3.7', asksFor: 'python3.7' },
    { tool: 'wikibugs', workload: 'Deployment/web', image: 'python3.11', asksFor: 'python3.11' },
  ],
};

export const siteInput = (use: SiteUse = useNotKnown, lookup: Lookup = smallLookup): SiteInput => ({
  lookup,
  use,
  today: '2026-11-30',
});

/** The answer to a GET of the small catalog; use is not known unless it is given. */
export function getSite(
  target: string,
  { input = siteInput(), ...request }: Partial<SiteRequest> & { readonly input?: SiteInput } = {},
): SiteAnswer {
  return siteFrom(input)({ method: 'GET', target, ...request });
}
