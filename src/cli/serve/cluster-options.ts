import {
  type CertificateSettings,
  type ClusterSettings,
  defaultCertificates,
  defaultEvents,
  ownName,
} from '../../settings.ts';
import {
  type ClusterAccessFlags,
  clusterAccessOf,
  clusterAccessSettings,
} from '../options/cluster-access.ts';
import { countSetting, Setting } from '../options/setting.ts';
import { podsByUrlSetting, toolSelectorSetting } from '../options/shared.ts';
import { kubernetesName } from '../options/values.ts';

const nameSetting = (flags: string, description: string, value?: string): Setting =>
  new Setting(flags, description).default(value).parser(kubernetesName);

/** The options of `serve` in a cluster. */
export const clusterSettings: readonly Setting[] = [
  ...clusterAccessSettings,
  nameSetting(
    '--namespace <name>',
    `namespace of our Service, Secret and Lease (default: that of our Pod, else ${ownName})`,
  ),
  nameSetting('--service <name>', 'our Service, which API servers call', ownName),
  toolSelectorSetting,
  podsByUrlSetting,
  nameSetting('--secret <name>', 'Secret for the certificates', defaultCertificates.secret),
  nameSetting(
    '--validating-configuration <name>',
    'ValidatingWebhookConfiguration whose caBundles we write',
    defaultCertificates.validatingConfiguration,
  ),
  nameSetting(
    '--mutating-configuration <name>',
    'MutatingWebhookConfiguration whose caBundles we write',
    defaultCertificates.mutatingConfiguration,
  ),
  countSetting(
    '--ca-overlap-seconds <n>',
    'seconds for which two authorities are trusted, before and after one replaces the other',
    defaultCertificates.caOverlapSeconds,
    [1, 86_400],
  ),
  countSetting(
    '--ca-days <n>',
    'days for which an authority is valid',
    defaultCertificates.caDays,
    [1, 36_500],
  ),
  countSetting(
    '--certificate-days <n>',
    'days for which a serving certificate is valid; it is renewed after two thirds',
    defaultCertificates.certificateDays,
    [1, 3_650],
  ),
  countSetting(
    '--events-per-minute <n>',
    'most writes of Events about usage in a minute',
    defaultEvents.perMinute,
    // A notice is written on two objects, with up to four writes each.
    [8, 6_000],
  ),
  nameSetting(
    '--lease <name>',
    'Lease that elects the replica that writes those Events',
    defaultEvents.lease,
  ),
];

/** These options after parsing, by commander's names. */
export type ClusterFlags = Omit<ClusterSettings, 'access' | 'certificates' | 'events'> &
  ClusterAccessFlags &
  CertificateSettings & { readonly eventsPerMinute: number; readonly lease: string };

export const clusterSettingsOf = (options: ClusterFlags): ClusterSettings => ({
  access: clusterAccessOf(options),
  namespace: options.namespace,
  service: options.service,
  toolSelector: options.toolSelector,
  podsByUrl: options.podsByUrl,
  certificates: {
    secret: options.secret,
    validatingConfiguration: options.validatingConfiguration,
    mutatingConfiguration: options.mutatingConfiguration,
    caOverlapSeconds: options.caOverlapSeconds,
    caDays: options.caDays,
    certificateDays: options.certificateDays,
  },
  events: { perMinute: options.eventsPerMinute, lease: options.lease },
});
