import type { ClientPrecedence } from './catalog/lookup.ts';
import type { CatalogPolicy } from './catalog/policy.ts';

/** The settings of `serve`, parsed once from options and environment. */
export interface ServeSettings {
  /** File with the catalog. Undefined: the catalog is in a cluster. */
  readonly catalog: string | undefined;
  /** Used when `catalog` is undefined. */
  readonly cluster: ClusterSettings;
  /** Address to listen on. Undefined: all addresses, IPv6 and IPv4. */
  readonly host: string | undefined;
  /** 0 chooses a free port, which is logged. */
  readonly tlsPort: number;
  readonly opsPort: number;
  /** Watched directory with tls.crt and tls.key. Undefined: the pair is in a Secret, or self-signed with `catalog`. */
  readonly certDir: string | undefined;
  /** Watched file with the client CA (PEM). Undefined: any client may call. */
  readonly clientCa: string | undefined;
  readonly logLevel: string;
  /** Seconds after SIGTERM in which the server still answers, with `Connection: close`, until no endpoint leads to it. */
  readonly drainSeconds: number;
  readonly limits: ServerLimits;
  readonly policy: CatalogPolicy;
  readonly precedence: ClientPrecedence;
  /** The answer to a new Pod with an image past its removal date: a warning or a denial. */
  readonly pastRemoval: 'warn' | 'deny';
  /** Whether registry-admission, another webhook of Toolforge, is in the cluster. */
  readonly registryAdmission: 'absent' | 'present';
  /** False for observe mode: what would be denied is allowed with warnings. */
  readonly enforce: boolean;
  /** Files with recorded AdmissionReviews. Once ready, `serve` prints a `curl` command for each. */
  readonly examples: readonly string[];
}

/** The cluster to connect to, and the user to act as. */
export interface ClusterAccess {
  /** A kubeconfig file. Undefined: the ServiceAccount of our Pod, or outside a Pod the kubeconfig of kubectl. */
  readonly file: string | undefined;
  /** The context to use instead of the current one. */
  readonly context: string | undefined;
  /** The user to act as. */
  readonly as: {
    readonly user: string | undefined;
    readonly groups: readonly string[];
    readonly uid: string | undefined;
  };
}

export interface ClusterSettings {
  readonly access: ClusterAccess;
  /** The namespace of our Service, Secret and Lease. Undefined: that of our Pod, else `ownName`. */
  readonly namespace: string | undefined;
  /** The Service in the webhook configurations. */
  readonly service: string;
  /** Label selector for the namespaces of tools, such as `tenancy=tool`. */
  readonly toolSelector: string;
  /** Whether the webhooks receive Pods without a short name. With `skip` the annotations may be forged, so they are ignored. */
  readonly podsByUrl: PodsByUrl;
  readonly certificates: CertificateSettings;
  readonly events: EventSettings;
}

export type PodsByUrl = 'facts' | 'skip';

/** Events about the images that workloads use. */
export interface EventSettings {
  /** The most writes in a minute. */
  readonly perMinute: number;
  /** The Lease that elects the replica that writes them, and the history of use. */
  readonly lease: string;
}

/** The managed certificates, used without `certDir`. */
export interface CertificateSettings {
  readonly secret: string;
  readonly validatingConfiguration: string;
  readonly mutatingConfiguration: string;
  /** Seconds for which API servers trust both authorities, before and again after one replaces the other. */
  readonly caOverlapSeconds: number;
  readonly caDays: number;
  readonly certificateDays: number;
}

export interface ServerLimits {
  /** Bytes. A larger review is denied. */
  readonly maxReviewBytes: number;
  /** Bytes of all bodies held at once. Further requests remain unread until earlier ones are answered. */
  readonly maxBytesInFlight: number;
  readonly maxConnections: number;
}

/** At least three times the real catalog, which in 2026 has 41 entries in 17 KiB, nested five deep. */
export const defaultPolicy: CatalogPolicy = {
  maxBytes: 256 * 1024,
  maxEntries: 2_000,
  maxDepth: 16,
  states: ['stable', 'deprecated', 'beta'],
  registries: [],
};

export const defaultLimits: ServerLimits = {
  // The API server accepts requests of up to 3 MiB. A review with that object and the old one, both escaped, has up to 25 MB.
  // Real catalogs and Pods are far smaller, and parsing more than 8 MiB would delay all other requests.
  maxReviewBytes: 8 * 1024 * 1024,
  maxBytesInFlight: 64 * 1024 * 1024,
  maxConnections: 1_024,
};

/** The name of the Deployment and of the objects that belong to it. */
export const ownName = 'image-config-admission';

export const defaultCertificates: CertificateSettings = {
  secret: `${ownName}-certificates`,
  validatingConfiguration: ownName,
  // API servers call mutating webhooks in the order of the configurations' names; ours has to be the last.
  mutatingConfiguration: `zz-${ownName}`,
  // An API server sees a change at once, or within seconds when it restarts a failed watch.
  caOverlapSeconds: 60,
  caDays: 3_650,
  // Renewed after two thirds, so a month is left for failing renewals.
  certificateDays: 90,
};

/** The label that maintain-kubeusers sets. */
export const defaultToolSelector = 'tenancy=tool';

export const defaultEvents: EventSettings = {
  // Each deprecated workload needs two writes in 50 minutes, so this is enough for some 3,000 of them, as many as Toolforge
  // has tools. An API server accepts hundreds of writes a second.
  perMinute: 120,
  lease: `${ownName}-events`,
};

/** The ConfigMap in our own namespace with the history of use. The chart creates it. */
export const historyConfigMap = { name: `${ownName}-history`, key: 'history.jsonl' } as const;
