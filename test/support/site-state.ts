import { digestOf } from '../../src/catalog/load.ts';
import { defaultPrecedence } from '../../src/catalog/lookup.ts';
import { defaultPolicy } from '../../src/settings.ts';
import type { SiteState } from '../../src/site/state.ts';
import { someUse } from './site.ts';

const text = `python3.11:
  state: stable
  aliases: [tf-python311]
  image: docker-registry.tools.wmflabs.org/toolforge-python311-sssd-base
  variants:
    webservice:
      image: docker-registry.tools.wmflabs.org/toolforge-python311-sssd-web
      extra: {wstype: python}
python3.7:
  state: deprecated
  aliases: [tf-python37]
  image: docker-registry.tools.wmflabs.org/toolforge-python37-sssd-base
  variants:
    webservice:
      image: docker-registry.tools.wmflabs.org/toolforge-python37-sssd-web
      extra: {wstype: python}
  deprecation:
    replacement: python3.11
    removal: '2027-03-01'
    url: https://wikitech.wikimedia.org/wiki/Help:Toolforge/Python
`;

export function stateOf(catalog: string): SiteState {
  return {
    catalog: { digest: digestOf(catalog), text: catalog },
    outdated: null,
    use: someUse,
    settings: { policy: defaultPolicy, precedence: defaultPrecedence, pastRemoval: 'warn' },
  };
}

/** The state of a `serve` with two images, and `someUse` of them. */
export const siteState: SiteState = stateOf(text);
