import { type Assess, isKept } from './assessment.ts';
import { bundleOf, isSameBundle } from './bundle.ts';
import { type CertificateData, certificateDataFrom, type Texts, textsOf } from './certificate-data.ts';
import { type HeldCondition, hasHeld, trackCondition } from './held-condition.ts';
import type { KeyPair } from './key-pair.ts';
import {
  type AssessedData,
  type CertificateIssuer,
  contentAfter,
  nextRotationStep,
  type RotationStep,
} from './rotation.ts';

interface WithTexts {
  readonly data: Texts;
}

/** The Secret. A write names what was read before, and resolves to false when another client has written since. */
export interface SecretStorage<Read extends WithTexts> {
  readonly read: () => Promise<Read | undefined>;
  readonly write: (read: Read | undefined, texts: Texts) => Promise<boolean>;
}

interface WithBundles {
  readonly webhooks: readonly { readonly caBundle: string }[];
}

/** The webhook configurations with their CA bundles. A write resolves to false when another client has written since. */
export interface CaBundles<Configuration extends WithBundles> {
  readonly read: () => Promise<readonly Configuration[]>;
  readonly write: (configuration: Configuration, bundle: string) => Promise<boolean>;
}

export interface KeeperOptions<Read extends WithTexts, Configuration extends WithBundles> {
  readonly store: SecretStorage<Read>;
  readonly caBundles: CaBundles<Configuration>;
  readonly assess: Assess;
  readonly issuer: CertificateIssuer;
  /** Serves with a key pair; called with the same one again and again. */
  readonly serve: (pair: KeyPair) => void;
  /** Milliseconds for which two authorities are trusted, before and after one replaces the other. */
  readonly overlap: number;
  /** Milliseconds of a clock that is never set. */
  readonly uptime: () => number;
}

/** What one reconciliation did. */
export interface ReconcileResult {
  /** What the Secret was changed for. */
  readonly step: RotationStep['kind'] | undefined;
  /** Webhook configurations whose caBundle was written. */
  readonly bundlesWritten: number;
  /** The Secret has changed, by this replica or by another: reconcile again at once. */
  readonly again: boolean;
  /** What failed; the next reconciliation tries again. */
  readonly faults: readonly unknown[];
}

/**
 * One replica's part in keeping the certificates: reads the whole state, writes the caBundles, serves the stored pair, and
 * does the one step that is next. All replicas do the same, and no replica knows of another.
 */
export class CertificateKeeper<Read extends WithTexts, Configuration extends WithBundles> {
  readonly #options: KeeperOptions<Read, Configuration>;
  #remembered: CertificateData | undefined;
  #next: HeldCondition | undefined;
  #previous: HeldCondition | undefined;

  constructor(options: KeeperOptions<Read, Configuration>) {
    this.#options = options;
  }

  /** Rejects when the Secret cannot be read or written. */
  async reconcile(): Promise<ReconcileResult> {
    const { caBundles, store, assess, issuer, serve } = this.#options;
    const faults: unknown[] = [];
    // Before the Secret: a bundle replaces only what has not changed since, so it never replaces one that follows from a
    // newer Secret than the one we know.
    const configurations = await caBundles.read().catch((error: unknown) => void faults.push(error));
    const read = await store.read();
    const stored = assessed(read && certificateDataFrom(read.data), assess);

    const outdated =
      stored && configurations?.filter((configuration) => !hasBundle(configuration, stored.data));
    const step = this.#nextRotationStep(stored, read !== undefined, outdated?.length === 0);
    let bundlesWritten = 0;
    if (stored && isKept(stored.assessment.authority)) {
      const bundle = bundleOf(stored.data);
      for (const configuration of outdated ?? [])
        try {
          if (await caBundles.write(configuration, bundle)) bundlesWritten += 1;
        } catch (error) {
          faults.push(error);
        }
      // After the bundles, or API servers would meet a certificate of an authority that they do not trust yet.
      if (isKept(stored.assessment.serving)) {
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

function hasBundle({ webhooks }: WithBundles, data: CertificateData): boolean {
  const bundle = bundleOf(data);
  return webhooks.every(({ caBundle }) => isSameBundle(caBundle, bundle));
}
