import type { Lookup } from '../../src/catalog/lookup.ts';
import { type SiteAnswer, type SiteRequest, siteFrom } from '../../src/site/answer.ts';
import type { SiteInput } from '../../src/site/model.ts';
import { type SiteUse, useNotKnown } from '../../src/site/use.ts';
import { lookupOf, smallLookup } from './catalog.ts';

/** Two tools on python3.7, one of them with two workloads, and one on python3.11. */
export const someUse: SiteUse = {
  known: true,
  workloads: [
    {
      tool: 'heritage',
      workload: 'CronJob/nightly',
      image: 'python3.7',
      asksFor: 'tf-python37',
      client: 'toolforge-jobs-framework',
    },
    {
      tool: 'heritage',
      workload: 'Deployment/web',
      image: 'python3.7',
      asksFor: 'python3.7',
      client: 'webservice',
    },
    { tool: 'wikibugs', workload: 'Deployment/bot', image: 'python3.7', asksFor: 'python3.7' },
    { tool: 'wikibugs', workload: 'Deployment/web', image: 'python3.11', asksFor: 'python3.11' },
  ],
};

export const siteInput = (use: SiteUse = useNotKnown, lookup: Lookup = smallLookup): SiteInput => ({
  lookup,
  use,
  today: '2026-11-30',
});

/** Texts that must not work as markup, steer a terminal, change a direction or break a line. */
export const MARKUP = `"><script>alert('1')</script><img src=x onerror=alert(1)>&lt;`;
export const BIDI = '\u202eevil\u2066\u200b\u0000\u001b[2J\u009b\u{e0001}';
export const LONG = 'x'.repeat(10_000);

/** A text in each place of a site that catalogs, owners of workloads or addresses fill. Its image is named `old` and the text. */
export const hostileInput = (evil: string, url = evil): SiteInput => {
  const name = `old${evil}`;
  const lookup = lookupOf({
    good: { image: 'r.example/good' },
    [name]: {
      state: 'deprecated',
      aliases: [`alias${evil}`],
      image: `r.example/${evil}`,
      extra: { wstype: evil },
      deprecation: { replacement: `new${evil}`, removal: evil, url },
    },
  });
  const workloads = [
    { tool: evil, workload: evil, image: name, asksFor: evil },
    { tool: 'victim', workload: `Deployment/${evil}`, image: name, asksFor: evil },
  ];
  return { ...siteInput({ known: true, workloads }, lookup), outdated: `outdated${evil}` };
};

/** The answer to a GET of the small catalog; use is not known unless it is given. */
export function getSite(
  target: string,
  { input = siteInput(), ...request }: Partial<SiteRequest> & { readonly input?: SiteInput } = {},
): SiteAnswer {
  return siteFrom(input)({ method: 'GET', target, ...request });
}
