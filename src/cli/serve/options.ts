import type { CatalogPolicy } from '../../catalog/policy.ts';
import { defaultLimits, type ServerLimits, type ServeSettings } from '../../settings.ts';
import { UsageError } from '../command-result.ts';
import { type ClusterAccessFlags, clusterAccessSettings } from '../options/cluster-access.ts';
import { countSetting, Setting, sizeSetting } from '../options/setting.ts';
import {
  deprecationUrlSetting,
  pastRemovalSetting,
  policyOf,
  policySettings,
  precedenceSetting,
  registryAdmissionSetting,
} from '../options/shared.ts';
import { KIB, MIB, sizeText } from '../options/values.ts';
import { type ClusterFlags, clusterSettings, clusterSettingsOf } from './cluster-options.ts';

const ANY_PORT = [0, 65_535] as const;

/**
 * A terminating Pod is removed from the endpoints within a second or two, and the API server's proxies follow soon after. Ten
 * seconds are enough for that, and well below the 30 s after which Kubernetes kills the Pod.
 */
const DRAIN_SECONDS = 10;

export const serveOptions: readonly Setting[] = [
  new Setting(
    '--catalog <file>',
    'catalog to serve without a cluster, bare or in a manifest; reloaded when it changes',
  ),
  new Setting('--host <address>', 'address to listen on (default: all, IPv6 and IPv4)'),
  countSetting('--tls-port <port>', 'port of the webhooks, HTTPS; 0 chooses a free one', 8443, ANY_PORT),
  countSetting(
    '--ops-port <port>',
    'port of /livez, /readyz, /metrics and /state.json, plain HTTP',
    8080,
    ANY_PORT,
  ),
  new Setting(
    '--cert-dir <dir>',
    'directory with tls.crt and tls.key, reloaded when they change (default: kept in a Secret; with --catalog self-signed)',
  ),
  new Setting(
    '--client-ca <file>',
    'client CA (PEM): clients need a certificate of it; reloaded when it changes (default: any client may call)',
  ),
  new Setting('--log-level <level>', 'least severe level that is logged')
    .choices(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info'),
  countSetting(
    '--drain-seconds <n>',
    'seconds after SIGTERM in which reviews are still answered',
    DRAIN_SECONDS,
    [0, 3_600],
  ),
  sizeSetting(
    '--max-review-bytes <size>',
    'largest review; a larger one is denied',
    defaultLimits.maxReviewBytes,
    [KIB, 64 * MIB],
  ),
  sizeSetting(
    '--max-bytes-in-flight <size>',
    'size of all reviews held at once; further reviews wait',
    defaultLimits.maxBytesInFlight,
    [KIB, 1024 * MIB],
  ),
  countSetting(
    '--max-connections <n>',
    'most connections at once',
    defaultLimits.maxConnections,
    [1, 65_535],
  ),
  ...clusterSettings,
  ...policySettings,
  precedenceSetting,
  pastRemovalSetting,
  registryAdmissionSetting,
  deprecationUrlSetting,
  new Setting(
    '--enforce <boolean>',
    'false is observe mode: what would be denied is allowed with warnings, and counted; the chart sets this together with its failure policies',
  )
    .choices(['true', 'false'])
    .default('true'),
  new Setting(
    '--example <file>',
    'recorded review to print a curl command for, once ready; may be repeated',
  ).collect(),
];

/** The parsed options of `serve`, by commander's names. */
export type ServeOptions = Omit<ServeSettings, 'cluster' | 'limits' | 'policy' | 'enforce' | 'examples'> &
  ClusterFlags &
  ServerLimits &
  CatalogPolicy & { readonly enforce: 'true' | 'false'; readonly example: readonly string[] };

/** Makes the settings of `serve` from its options. Throws `UsageError` for options that contradict each other. */
export function serveSettings(options: ServeOptions): ServeSettings {
  const { tlsPort, opsPort, maxReviewBytes, maxBytesInFlight, maxConnections } = options;
  if (tlsPort === opsPort && tlsPort !== 0)
    throw new UsageError(`--tls-port and --ops-port are both ${tlsPort}; they need two ports`);
  const unused = clusterAccessSettings.find((setting) => isGiven(options, setting));
  if (options.catalog !== undefined && unused)
    throw new UsageError(
      `--catalog ${options.catalog} is served without a cluster, so ${unused.long} has no effect: leave one of them out`,
    );
  if (maxBytesInFlight < maxReviewBytes)
    throw new UsageError(
      `--max-bytes-in-flight (${sizeText(maxBytesInFlight)}) is less than --max-review-bytes (${sizeText(maxReviewBytes)}): ` +
        'the largest review could never be read',
    );
  if (options.podsByUrl === 'skip' && options.pastRemoval === 'deny')
    throw new UsageError(
      '--past-removal deny rejects Pods with an image URL past its removal date, and with --pods-by-url skip the webhooks do not receive them: ' +
        'leave one of them out',
    );
  return {
    catalog: options.catalog,
    cluster: clusterSettingsOf(options),
    host: options.host,
    tlsPort,
    opsPort,
    certDir: options.certDir,
    clientCa: options.clientCa,
    logLevel: options.logLevel,
    drainSeconds: options.drainSeconds,
    limits: { maxReviewBytes, maxBytesInFlight, maxConnections },
    policy: policyOf(options),
    precedence: options.precedence,
    pastRemoval: options.pastRemoval,
    registryAdmission: options.registryAdmission,
    enforce: options.enforce === 'true',
    examples: options.example,
  };
}

function isGiven(options: ServeOptions, setting: Setting): boolean {
  const value = options[setting.attributeName() as keyof ClusterAccessFlags];
  return value !== undefined && value.length > 0;
}
