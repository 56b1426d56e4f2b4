import type { Option } from 'commander';
import type { ClientPrecedence } from '../../catalog/lookup.ts';
import type { CatalogPolicy } from '../../catalog/policy.ts';
import { countSetting, Setting } from '../options/setting.ts';
import { deprecationUrlSetting, policySettings, precedenceSetting } from '../options/shared.ts';
import { webAddress } from '../options/values.ts';

export const siteOptions: readonly Option[] = [
  new Setting('--catalog <file>', 'the catalog, bare or in a manifest; reloaded when it changes'),
  countSetting('--port <port>', 'port to serve on, plain HTTP; 0 chooses a free one', 8082, [0, 65_535]),
  new Setting('--host <address>', 'address to listen on; :: is all addresses').default('127.0.0.1'),
  new Setting('--out <dir>', 'write the site into this new or empty directory instead, and exit'),
  new Setting('--public-url <url>', 'address of the site, for canonical links').parser((text) =>
    webAddress(text).replace(/\/$/, ''),
  ),
  new Setting('--log-level <level>', 'least severe level that is logged')
    .choices(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info'),
  precedenceSetting,
  deprecationUrlSetting,
  ...policySettings,
];

/** The parsed options of `site`, by commander's names. */
export interface SiteOptions extends CatalogPolicy {
  readonly catalog?: string;
  readonly port: number;
  readonly host: string;
  readonly out?: string;
  /** Without a slash at its end. */
  readonly publicUrl?: string;
  readonly logLevel: string;
  readonly precedence: ClientPrecedence;
}
