import type { Option } from 'commander';
import type { ClientPrecedence } from '../../catalog/lookup.ts';
import type { CatalogPolicy } from '../../catalog/policy.ts';
import type { PodsByUrl } from '../../settings.ts';
import { UsageError } from '../command-result.ts';
import { type ClusterAccessFlags, clusterAccessSettings } from '../options/cluster-access.ts';
import { countSetting, Setting } from '../options/setting.ts';
import {
  deprecationUrlSetting,
  podsByUrlSetting,
  policySettings,
  precedenceSetting,
  toolSelectorSetting,
} from '../options/shared.ts';
import { webAddress } from '../options/values.ts';

export const publicUrlSetting = new Setting(
  '--public-url <url>',
  'address of the site, for links to it',
).parser((text) => webAddress(text).replace(/\/$/, ''));

export const siteOptions: readonly Option[] = [
  new Setting(
    '--catalog <file>',
    'show this catalog, bare or in a manifest, without use; reloaded when it changes',
  ),
  new Setting(
    '--state <url>',
    'show what serve knows: its /state.json, or a file saved from there; read every 5 s',
  ),
  ...clusterAccessSettings,
  toolSelectorSetting,
  podsByUrlSetting,
  new Setting(
    '--history <file>',
    'history of use to show and to append to, one line a day (default: that of the cluster)',
  ),
  countSetting('--port <port>', 'port to serve on; 0 chooses a free one', 8082, [0, 65_535]),
  new Setting(
    '--cert-dir <dir>',
    'directory with tls.crt and tls.key for HTTPS, reloaded when they change (default: plain HTTP)',
  ),
  new Setting('--host <address>', 'address to listen on; :: is all addresses').default('127.0.0.1'),
  new Setting('--out <dir>', 'write the site into this new or empty directory instead, and exit'),
  publicUrlSetting,
  new Setting('--log-level <level>', 'least severe level that is logged')
    .choices(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info'),
  precedenceSetting,
  deprecationUrlSetting,
  ...policySettings,
];

/** The options that say where the catalog and its use are read, by commander's names. */
export interface KnownOptions extends CatalogPolicy, ClusterAccessFlags {
  readonly catalog?: string;
  /** A URL or a file. */
  readonly state?: string;
  /** Labels of the tools' namespaces. */
  readonly toolSelector: string;
  readonly podsByUrl: PodsByUrl;
  readonly precedence: ClientPrecedence;
}

export interface KnownTerms {
  /** Ends an error about the cluster. */
  readonly hint: string;
  /** Whether the history of the cluster is read, too. */
  readonly history: boolean;
}

/** The parsed options of `site`. */
export interface SiteOptions extends KnownOptions {
  readonly history?: string;
  readonly port: number;
  readonly host: string;
  readonly certDir?: string;
  readonly out?: string;
  /** Without a slash at its end. */
  readonly publicUrl?: string;
  readonly logLevel: string;
}

/** For an error about the cluster, which is what a site without either of these options shows. */
export const CLUSTER_HINT = '--catalog FILE shows a file, and --state URL what serve knows';

/** Throws `UsageError` for two sources. With `--state`, a cluster is only the place of the catalog while `serve` does not answer. */
export function refuseTwoSources({ catalog, state, kubeconfig, context }: SiteOptions): void {
  const given = Object.entries({ '--state': state, '--kubeconfig': kubeconfig, '--context': context });
  const second = given.find(([, value]) => value !== undefined)?.[0];
  if (catalog !== undefined && second !== undefined)
    throw new UsageError(
      `--catalog ${catalog} is shown alone, so ${second} has no effect: leave one of them out`,
    );
}
