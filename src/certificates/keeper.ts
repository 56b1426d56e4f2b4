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

/** The Secret. A write says what was read before, and comes to false when somebody else was faster. */
export interface SecretStorage<Read extends WithTexts> {
  readonly read: () => Promise<Read | undefined>;
  readonly write: (read: Read | undefined, texts: Texts) => Promise<boolean>;
}

interface WithBundles {
  readonly webhooks: readonly { readonly caBundle: string }[];
}

/** Who calls us, and whom they believe. A write comes to false when somebody else was faster. */
export interface CaBundles<Configuration extends WithBundles> {
  readonly read: () => Promise<readonly Configuration[]>;
  readonly write: (configuration: Configuration, bundle: string) => Promise<boolean>;
}

export interface KeeperOptions<Read extends WithTexts, Configuration extends WithBundles> {
  readonly store: SecretStorage<Read>;
  readonly caBundles: CaBundles<Configuration>;
  readonly assess: Assess;
  readonly issuer: CertificateIssuer;
  /** Puts a pair to use; called with the same one again and again. */
  readonly serve: (pair: KeyPair) => void;
  /** Milliseconds for which two authorities are believed, before and after the one follows the other. */
  readonly overlap: number;
  /** Milliseconds of a clock that is never set. */
  readonly uptime: () => number;
}

/** What a look led to. */
export interface ReconcileResult {
  /** What the Secret was changed for. */
  readonly step: RotationStep['kind'] | undefined;
  /** Webhook configurations that were told whom to believe. */
  readonly bundlesWritten: number;
  /** The Secret has changed, by us or by somebody who was faster: look again at once. */
  readonly again: boolean;
  /** What could not be done; the next look tries again. */
  readonly faults: readonly unknown[];
}

/**
 * One replica's part in keeping the certificates: looks at everything, tells callers whom to believe, serves what is
 * stored, and does the one thing that is next. All replicas do just that, and none needs to know of another.
 */
export class CertificateKeeper<Read extends WithTexts, Configuration extends WithBundles> {
  readonly #options: KeeperOptions<Read, Configuration>;
  #remembered: CertificateData | undefined;
  #next: HeldCondition | undefined;
  #previous: HeldCondition | undefined;

  constructor(options: KeeperOptions<Read, Configuration>) {
    this.#options = options;
  }

  /** Rejects when the Secret could not be looked at, or not be written. */
  async reconcile(): Promise<ReconcileResult> {
    const { caBundles: callers, store, assess, issuer, serve } = this.#options;
    const faults: unknown[] = [];
    // Before the Secret: a bundle replaces only what has not changed since, so it never replaces one that follows from a
    // newer Secret than the one we know.
    const configurations = await callers.read().catch((error: unknown) => void faults.push(error));
    const read = await store.read();
    const stored = assessed(read && certificateDataFrom(read.data), assess);

    const untold = stored && configurations?.filter((configuration) => !isTold(configuration, stored.data));
    const step = this.#nextRotationStep(stored, read !== undefined, untold?.length === 0);
    let told = 0;
    if (stored && isKept(stored.assessment.authority)) {
      const bundle = bundleOf(stored.data);
      for (const configuration of untold ?? [])
        try {
          if (await callers.write(configuration, bundle)) told += 1;
        } catch (error) {
          faults.push(error);
        }
      // Afterwards, or callers that do not know its authority yet would meet it.
      if (isKept(stored.assessment.serving)) {
        this.#remembered = stored.data;
        serve(stored.data.serving);
      }
    }
    if (!step) return { step: undefined, bundlesWritten: told, again: false, faults };
    const written = await store.write(read, textsOf(await contentAfter(step, issuer)));
    return { step: written ? step.kind : undefined, bundlesWritten: told, again: true, faults };
  }

  #nextRotationStep(
    stored: AssessedData | undefined,
    exists: boolean,
    allTold: boolean,
  ): RotationStep | undefined {
    const { assess, overlap, uptime } = this.#options;
    const now = uptime();
    this.#next = trackCondition(
      this.#next,
      allTold ? stored?.data.next?.certificate : undefined,
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

function isTold({ webhooks }: WithBundles, data: CertificateData): boolean {
  const bundle = bundleOf(data);
  return webhooks.every(({ caBundle }) => isSameBundle(caBundle, bundle));
}
