import { defaultPrecedence } from '../../catalog/lookup.ts';
import type { CatalogPolicy } from '../../catalog/policy.ts';
import { defaultPolicy, defaultToolSelector } from '../../settings.ts';
import { countSetting, Setting, sizeSetting } from './setting.ts';
import { clientPrecedence, labelSelector, listOf, MIB, precedenceText, webAddress } from './values.ts';

export const catalogSetting = new Setting('--catalog <file>', 'the catalog, bare or in a manifest');

/** The limits of a catalog and its settings that differ between clusters, for `serve` and for the offline verbs. */
export const policySettings: readonly Setting[] = [
  new Setting('--states <list>', 'allowed states of an entry')
    .default(defaultPolicy.states, defaultPolicy.states.join(','))
    .parser(listOf(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'states such as stable,deprecated')),
  new Setting('--registries <list>', 'allowed registry hosts; others get a warning')
    .default(defaultPolicy.registries, 'all')
    .parser(
      listOf(
        /^(?=[^:]*\.)[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/,
        'registry hosts such as docker-registry.example.org, without scheme and path',
      ),
    ),
  // A ConfigMap holds at most 1 MiB.
  sizeSetting('--max-bytes <size>', 'largest catalog', defaultPolicy.maxBytes, [1, MIB]),
  countSetting('--max-entries <n>', 'most entries of a catalog', defaultPolicy.maxEntries, [1, 100_000]),
  // Readers recurse: 64 levels are far from a stack overflow.
  countSetting('--max-depth <n>', 'deepest nesting of a catalog', defaultPolicy.maxDepth, [1, 64]),
];

export const precedenceSetting = new Setting(
  '--precedence <rules>',
  'images for each client, which gets the first that exists; a client is a value of the label app.kubernetes.io/managed-by',
)
  .default(defaultPrecedence, `"${precedenceText(defaultPrecedence)}"`)
  .parser(clientPrecedence);

export const pastRemovalSetting = new Setting(
  '--past-removal <answer>',
  'answer to new Pods that ask for an image past its removal date',
)
  .choices(['warn', 'deny'])
  .default('warn');

export const registryAdmissionSetting = new Setting(
  '--registry-admission <presence>',
  'whether registry-admission is in the cluster, which denies Deployments with short names',
)
  .choices(['absent', 'present'])
  .default('absent');

export const deprecationUrlSetting = new Setting(
  '--deprecation-url <url>',
  'page about deprecated images, for entries without a URL of their own',
).parser(webAddress);

export const toolSelectorSetting = new Setting('--tool-selector <labels>', "labels of tools' namespaces")
  .default(defaultToolSelector)
  .parser(labelSelector);

export const podsByUrlSetting = new Setting(
  '--pods-by-url <what>',
  'Pods without a short name: they get facts, or are not sent to the webhook (skip), as podWebhooks.byUrl of the chart says',
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
