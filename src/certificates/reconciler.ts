import { type Assess, isUsable } from './assessment.ts';
import { bundleOf, isSameBundle } from './ca-bundle.ts';
import { type CertificateData, certificateDataFrom, type Texts, textsOf } from './certificate-data.ts';
import type { KeyPair } from './key-pair.ts';
import {
  type AssessedData,
  type CertificateIssuer,
  contentAfter,
  nextRotationStep,
  type RotationStep,
} from './rotation.ts';

interface SecretContent {
  readonly data: Texts;
}

/** The Secret. A write takes the result of the last read, and resolves to false when another client has written since. */
export interface SecretStorage<Read extends SecretContent> {
  readonly read: () => Promise<Read | undefined>;
  readonly write: (read: Read | undefined, texts: Texts) => Promise<boolean>;
}

interface WebhookConfiguration {
  readonly webhooks: readonly { readonly caBundle: string }[];
}

/** The caBundles of the webhook configurations. A write resolves to false when another client has written since. */
export interface CaBundles<Configuration extends WebhookConfiguration> {
  readonly read: () => Promise<readonly Configuration[]>;
  readonly write: (configuration: Configuration, bundle: string) => Promise<boolean>;
}

interface ReconcilerOptions<Read extends SecretContent, Configuration extends WebhookConfiguration> {
  readonly store: SecretStorage<Read>;
  readonly caBundles: CaBundles<Configuration>;
  readonly assess: Assess;
  readonly issuer: CertificateIssuer;
  /** Serves with a key pair. Every reconciliation calls it, also with the same pair. */
  readonly serve: (pair: KeyPair) => void;
  /** Milliseconds for which API servers trust both authorities, before and again after one replaces the other. */
  readonly overlap: number;
  /** Milliseconds of a monotonic clock. */
  readonly uptime: () => number;
}

/** The effects of one reconciliation. */
export interface ReconcileResult {
  /** The step written to the Secret. */
  readonly step: RotationStep['kind'] | undefined;
  /** The number of webhook configurations whose caBundle was written. */
  readonly bundlesWritten: number;
  /** The Secret has changed, by this replica or by another: reconcile again at once. */
  readonly again: boolean;
  /** Errors of the caBundles; the next reconciliation tries again. */
  readonly faults: readonly unknown[];
}

/**
 * Reconciles the certificates: reads the whole state, writes the caBundles, serves the stored pair, and changes the Secret
 * by one step at most. All replicas do the same, without a leader: the resourceVersion decides which write succeeds.
 */
export class CertificateReconciler<Read extends SecretContent, Configuration extends WebhookConfiguration> {
  readonly #options: ReconcilerOptions<Read, Configuration>;
  #remembered: CertificateData | undefined;
  #next: HeldCondition | undefined;
  #previous: HeldCondition | undefined;

  constructor(options: ReconcilerOptions<Read, Configuration>) {
    this.#options = options;
  }

  /** Rejects when the Secret cannot be read or written. */
  async reconcile(): Promise<ReconcileResult> {
    const { caBundles, store, assess, issuer, serve } = this.#options;
    const faults: unknown[] = [];
    // Read before the Secret: a write succeeds only for a configuration that has not changed since, so it never replaces a
    // bundle that another replica made from a newer Secret.
    const configurations = await caBundles.read().catch((error: unknown) => void faults.push(error));
    const read = await store.read();
    const stored = assessed(read && certificateDataFrom(read.data), assess);

    const outdated =
      stored && configurations?.filter((configuration) => !hasBundle(configuration, stored.data));
    const step = this.#nextRotationStep(stored, read !== undefined, outdated?.length === 0);
    let bundlesWritten = 0;
    if (stored && isUsable(stored.assessment.authority)) {
      const bundle = bundleOf(stored.data);
      for (const configuration of outdated ?? [])
        try {
          if (await caBundles.write(configuration, bundle)) bundlesWritten += 1;
        } catch (error) {
          faults.push(error);
        }
      // After the bundles: API servers must trust an authority before they see a certificate of it.
      if (isUsable(stored.assessment.serving)) {
        this.#remembered = stored.data;
        serve(stored.data.serving);
      }
    }
    if (!step) return { step: undefined, bundlesWritten, again: false, faults };
    const written = await store.write(read, textsOf(await contentAfter(step, issuer)));
    return { step: written ? step.kind : undefined, bundlesWritten, again: true, faults };
  }

  #nextRotationStep(
    stored: AssessedData | undefined,
    exists: boolean,
    bundlesInPlace: boolean,
  ): RotationStep | undefined {
    const { assess, overlap, uptime } = this.#options;
    const now = uptime();
    this.#next = trackCondition(
      this.#next,
      bundlesInPlace ? stored?.data.next?.certificate : undefined,
      overlap,
      now,
    );
    this.#previous = trackCondition(this.#previous, stored?.data.previous, overlap, now);
    return nextRotationStep({
      stored,
      exists,
      remembered: assessed(this.#remembered, assess),
      nextHasHeld: hasHeld(this.#next, overlap),
      previousHasHeld: hasHeld(this.#previous, overlap),
    });
  }
}

const assessed = (data: CertificateData | undefined, assess: Assess): AssessedData | undefined =>
  data && { data, assessment: assess(data) };

function hasBundle({ webhooks }: WebhookConfiguration, data: CertificateData): boolean {
  const bundle = bundleOf(data);
  return webhooks.every(({ caBundle }) => isSameBundle(caBundle, bundle));
}

/** How long a condition has held, on the monotonic clock: a wall clock may jump, or differ on another machine. */
export interface HeldCondition {
  readonly what: string;
  /** The milliseconds that count (see OBSERVATIONS). */
  readonly held: number;
  /** When it was last observed, in milliseconds. */
  readonly observedAt: number;
}

/**
 * The time between two observations counts as a third of the overlap at most. While no API server answers, or the machine is
 * paused, other replicas observe nothing either, so they cannot have learned of a new authority in that time.
 */
const OBSERVATIONS = 3;

/** Adds an observation. Another value starts a new condition, and undefined ends it. All times are milliseconds. */
export function trackCondition(
  before: HeldCondition | undefined,
  what: string | undefined,
  overlap: number,
  uptime: number,
): HeldCondition | undefined {
  if (what === undefined) return undefined;
  if (before?.what !== what) return { what, held: 0, observedAt: uptime };
  const held = before.held + Math.min(uptime - before.observedAt, overlap / OBSERVATIONS);
  return { what, held, observedAt: uptime };
}

export const hasHeld = (condition: HeldCondition | undefined, overlap: number): boolean =>
  condition !== undefined && condition.held >= overlap;
