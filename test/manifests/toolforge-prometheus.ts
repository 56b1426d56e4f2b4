import { load } from 'js-yaml';
import { pageText } from '../support/pages.ts';
import type { Json } from '../support/reviews.ts';

/** The element that Toolforge's list of Pods to scrape gets. */
interface PodJob {
  readonly name: string;
  readonly namespace: string;
  /** A regular expression of the whole name. */
  readonly podName: string;
  readonly port: number;
}

const PAGE = 'manifests/toolforge/README.md';

const fence = (language: string): string => {
  const [, text] = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(pageText(PAGE)) ?? [];
  if (text === undefined) throw new Error(`${PAGE} has no block of ${language}`);
  return text;
};

/** What the guide says to add to the list. */
export function podJob(): PodJob {
  const puppet = fence('puppet');
  const field = (name: string): string => {
    const [, value] = new RegExp(`^ *${name} +=> '?([^',]+)'?,$`, 'm').exec(puppet) ?? [];
    if (value === undefined) throw new Error(`${PAGE}: the line for Prometheus has no ${name}`);
    return value;
  };
  return {
    name: field('name'),
    namespace: field('namespace'),
    podName: field('pod_name'),
    port: Number(field('port')),
  };
}

/** The rights that the guide says Prometheus needs, as `rules` of a Role. */
export const scrapeRules = (): Json[] => (load(fence('yaml')) as Json).rules;

/**
 * The scrape job that operations-puppet makes of such an element: modules/profile/manifests/toolforge/prometheus.pp. There a client
 * certificate logs in, here a token. The Prometheus of Debian is built without discovery in Kubernetes, so `discovered` is a file of
 * targets, as `podTargets` makes them.
 */
export function scrapeJob(
  { name, namespace, podName, port }: PodJob,
  apiServer: URL,
  { token, discovered }: { token: string; discovered: string },
) {
  return {
    job_name: name,
    scheme: 'https',
    authorization: { credentials: token },
    tls_config: { insecure_skip_verify: true },
    file_sd_configs: [{ files: [discovered] }],
    relabel_configs: [
      { action: 'keep', source_labels: ['__meta_kubernetes_pod_name'], regex: podName },
      { action: 'labelmap', regex: '__meta_kubernetes_pod_name', replacement: 'pod_name' },
      { action: 'labelmap', regex: '__meta_kubernetes_pod_label_(.+)', replacement: 'pod_label_$1' },
      { target_label: '__address__', replacement: apiServer.host },
      {
        source_labels: ['__meta_kubernetes_pod_name'],
        regex: `(${podName})`,
        target_label: '__metrics_path__',
        replacement: `/api/v1/namespaces/${namespace}/pods/\${1}:${port}/proxy/metrics`,
      },
    ],
  };
}

/** What `kubernetes_sd_configs` of the role `pod` discovers: a target for each port of each container. */
export function podTargets({ items }: Json): Json[] {
  return items.flatMap(({ metadata, spec, status }: Json) => {
    const labels = Object.entries(metadata.labels).map(([name, value]) => [
      `__meta_kubernetes_pod_label_${name.replaceAll(/\W/g, '_')}`,
      value,
    ]);
    return spec.containers.flatMap(({ ports }: Json) =>
      ports.map(({ containerPort }: Json) => ({
        targets: [`${status.podIP}:${containerPort}`],
        labels: { __meta_kubernetes_pod_name: metadata.name, ...Object.fromEntries(labels) },
      })),
    );
  });
}
