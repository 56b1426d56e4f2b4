import {
  type CertificateSettings,
  type ClusterSettings,
  defaultCertificates,
  defaultEvents,
  ownName,
} from '../../settings.ts';
import { podsByUrlSetting, toolSelectorSetting } from '../collections.ts';
import { countSetting, Setting } from '../options/setting.ts';
import { kubernetesName } from '../options/values.ts';

const kubeconfigSetting = new Setting(
  '--kubeconfig <file>',
  'cluster to serve (default: the one of our Pod, else that of kubectl)',
);

const nameSetting = (flags: string, description: string, value?: string): Setting =>
  new Setting(flags, description).default(value).parser(kubernetesName);

/** What `serve` needs of a cluster, and how certificates are kept there. */
export const clusterSettings: readonly Setting[] = [
  kubeconfigSetting,
  nameSetting('--namespace <name>', `our own namespace (default: that of our Pod, else ${ownName})`),
  nameSetting('--service <name>', 'our Service, which API servers call', ownName),
  toolSelectorSetting,
  podsByUrlSetting,
  nameSetting('--secret <name>', 'Secret to keep certificates in', defaultCertificates.secret),
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
    'how long two authorities are trusted when one replaces the other',
    defaultCertificates.caOverlapSeconds,
    [1, 86_400],
  ),
  countSetting('--ca-days <n>', 'life of an authority', defaultCertificates.caDays, [1, 36_500]),
  countSetting(
    '--certificate-days <n>',
    'life of a serving certificate; it is renewed after two thirds',
    defaultCertificates.certificateDays,
    [1, 3_650],
  ),
  countSetting(
    '--events-per-minute <n>',
    'most writes of Events about usage',
    defaultEvents.perMinute,
    // One notice is for two objects, each of which may take four.
    [8, 6_000],
  ),
  nameSetting('--lease <name>', 'Lease by which one replica writes those Events', defaultEvents.lease),
];

/** What these options come to, by commander's names. */
export type ClusterFlags = Omit<ClusterSettings, 'certificates' | 'events'> &
  CertificateSettings & { readonly eventsPerMinute: number; readonly lease: string };

export const clusterSettingsOf = (options: ClusterFlags): ClusterSettings => ({
  kubeconfig: options.kubeconfig,
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
