import type { ClientPrecedence } from './catalog/lookup.ts';
import type { CatalogPolicy } from './catalog/policy.ts';

/** What `serve` runs with: parsed once from options and environment, read-only ever after. */
export interface ServeSettings {
  /** File to serve the catalog from, without a cluster. */
  readonly catalog: string | undefined;
  /** What counts without `catalog`. */
  readonly cluster: ClusterSettings;
  /** Address to listen on; undefined is all of them, IPv6 and IPv4. */
  readonly host: string | undefined;
  /** 0 picks a free port, which the log names. */
  readonly tlsPort: number;
  readonly opsPort: number;
  /** Directory with tls.crt and tls.key, watched. Without it they are kept in a Secret; with `catalog`, self-signed. */
  readonly certDir: string | undefined;
  /** File with the client CA (PEM), watched. Undefined: any client may call. */
  readonly clientCa: string | undefined;
  readonly logLevel: string;
  /** How long answers go on after SIGTERM, with `Connection: close`, while endpoints empty out. */
  readonly drainSeconds: number;
  readonly limits: ServerLimits;
  readonly policy: CatalogPolicy;
  readonly precedence: ClientPrecedence;
  /** What new Pods get that ask for an image past its removal date: the image with a warning, or a denial. */
  readonly pastRemoval: 'warn' | 'deny';
  /** Recorded AdmissionReviews to print a `curl` command for, once ready. */
  readonly examples: readonly string[];
}

export interface ClusterSettings {
  /** Undefined: inside a Pod its ServiceAccount, else as kubectl finds it. */
  readonly kubeconfig: string | undefined;
  /** Where our Service and Secret are. Undefined: that of our Pod, else `ownName`. */
  readonly namespace: string | undefined;
  /** The Service that the webhook configurations name. */
  readonly service: string;
  /** Labels that the namespaces of tools have, such as `tenancy=tool`. */
  readonly toolSelector: string;
  /** Whether Pods without a short name are sent to the webhooks. With `skip` their facts may be forged, and are not read. */
  readonly podsByUrl: PodsByUrl;
  readonly certificates: CertificateSettings;
  readonly events: EventSettings;
}

export type PodsByUrl = 'facts' | 'skip';

/** How maintainers are told of the images that they use. */
export interface EventSettings {
  /** Writes a minute, at most. */
  readonly perMinute: number;
  /** The Lease by which one replica does it. */
  readonly lease: string;
}

/** How certificates are kept without a directory of them. */
export interface CertificateSettings {
  readonly secret: string;
  readonly validatingConfiguration: string;
  readonly mutatingConfiguration: string;
  /** How long API servers trust two authorities before and after one replaces the other. */
  readonly caOverlapSeconds: number;
  readonly caDays: number;
  readonly certificateDays: number;
}

export interface ServerLimits {
  /** A larger review is denied by its uid. */
  readonly maxReviewBytes: number;
  /** Bodies held at once; further requests wait unread until earlier ones are answered. */
  readonly maxBytesInFlight: number;
  readonly maxConnections: number;
}

/** Ten times what is real: the catalog of 2026 has 41 entries in 17 KiB, nested five deep. */
export const defaultPolicy: CatalogPolicy = {
  maxBytes: 256 * 1024,
  maxEntries: 2_000,
  maxDepth: 16,
  states: ['stable', 'deprecated', 'beta'],
  registries: [],
};

export const defaultLimits: ServerLimits = {
  // The API server takes requests of up to 3 MiB; escaped into a review, and with the old object, that is up to 25 MB.
  // No honest catalog or Pod comes near; above 8 MiB parsing alone would hold up everybody else.
  maxReviewBytes: 8 * 1024 * 1024,
  maxBytesInFlight: 64 * 1024 * 1024,
  maxConnections: 1_024,
};

/** Of the Deployment and whatever belongs to it. */
export const ownName = 'image-config-admission';

export const defaultCertificates: CertificateSettings = {
  secret: `${ownName}-certificates`,
  validatingConfiguration: ownName,
  // Mutating webhooks are asked in the order of their configurations' names; ours has to come last.
  mutatingConfiguration: `zz-${ownName}`,
  // An API server hears of a change at once, or at the latest when it watches anew after a failure: within seconds.
  caOverlapSeconds: 60,
  caDays: 3_650,
  // Renewed after two thirds, so for a month nothing has to work.
  certificateDays: 90,
};

/** As maintain-kubeusers labels them. */
export const defaultToolSelector = 'tenancy=tool';

export const defaultEvents: EventSettings = {
  // Renewed every 50 minutes, and with two objects to each, it keeps some 3,000 deprecated workloads told: as many as Toolforge
  // has tools. An API server takes hundreds of writes a second.
  perMinute: 120,
  lease: `${ownName}-events`,
};
