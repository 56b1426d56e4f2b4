import { defaultPrecedence } from '../../catalog/lookup.ts';
import type { CatalogPolicy } from '../../catalog/policy.ts';
import { defaultPolicy, defaultToolSelector } from '../../settings.ts';
import { parsePrecedence, precedenceText } from './precedence.ts';
import { countSetting, Setting, sizeSetting } from './setting.ts';
import { labelSelector, listOf, MIB, webAddress } from './values.ts';

export const catalogSetting = new Setting('--catalog <file>', 'the catalog, bare or in a manifest');

/** What bounds a catalog and what varies between clusters: the same for `serve` and for the verbs that run offline. */
export const policySettings: readonly Setting[] = [
  new Setting('--states <list>', 'states an entry may have')
    .default(defaultPolicy.states, defaultPolicy.states.join(','))
    .parser(listOf(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'states such as stable,deprecated')),
  new Setting('--registries <list>', 'registry hosts that need no warning')
    .default(defaultPolicy.registries, 'all')
    .parser(
      listOf(
        /^(?=[^:]*\.)[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/,
        'registry hosts such as docker-registry.example.org, without scheme and path',
      ),
    ),
  // A ConfigMap holds at most 1 MiB: more than that never reaches a server.
  sizeSetting('--max-bytes <size>', 'largest catalog', defaultPolicy.maxBytes, [1, MIB]),
  countSetting('--max-entries <n>', 'most entries of a catalog', defaultPolicy.maxEntries, [1, 100_000]),
  // Readers descend by recursion: 64 levels are far from the end of any stack.
  countSetting('--max-depth <n>', 'deepest nesting of a catalog', defaultPolicy.maxDepth, [1, 64]),
];

export const precedenceSetting = new Setting(
  '--precedence <rules>',
  'what a client gets, first that exists; a client is the value of the label app.kubernetes.io/managed-by',
)
  .default(defaultPrecedence, `"${precedenceText(defaultPrecedence)}"`)
  .parser(parsePrecedence);

export const pastRemovalSetting = new Setting(
  '--past-removal <answer>',
  'what new Pods get that ask for an image past its removal date: a warning, or a denial',
)
  .choices(['warn', 'deny'])
  .default('warn');

export const deprecationUrlSetting = new Setting(
  '--deprecation-url <url>',
  'page about deprecated images, for those whose entry names none',
).parser(webAddress);

export const toolSelectorSetting = new Setting('--tool-selector <labels>', "labels of tools' namespaces")
  .default(defaultToolSelector)
  .parser(labelSelector);

export const podsByUrlSetting = new Setting(
  '--pods-by-url <what>',
  'what Pods without a short name get: facts, or no call (skip: as podWebhooks.byUrl of the chart; facts on Pods are not read)',
)
  .choices(['facts', 'skip'])
  .default('facts');

export const policyOf = ({
  maxBytes,
  maxEntries,
  maxDepth,
  states,
  registries,
  deprecationUrl,
}: CatalogPolicy): CatalogPolicy => ({
  maxBytes,
  maxEntries,
  maxDepth,
  states,
  registries,
  ...(deprecationUrl !== undefined && { deprecationUrl }),
});
