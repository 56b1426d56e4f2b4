import { DOMAIN } from '../../catalog/public-names.ts';
import { certificateAssessor, type Names } from '../../certificates/assessment.ts';
import { createIssuer } from '../../certificates/issuer.ts';
import { type KeyPair, validityOfCertificate } from '../../certificates/key-pair.ts';
import { CertificateReconciler, type ReconcileResult } from '../../certificates/reconciler.ts';
import { BackOff } from '../../cluster/back-off.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { recordServed } from '../../server/certificate-files.ts';
import type { CertificateState } from '../../server/health.ts';
import type { CertificateSettings } from '../../settings.ts';
import type { CertificateOptions, ServingCertificate } from './certificate.ts';
import { watchHealth } from './watch-health.ts';

interface ManagedOptions extends CertificateOptions {
  readonly settings: CertificateSettings;
  readonly namespace: string;
  /** The name of our Service. */
  readonly service: string;
}

/**
 * Milliseconds for each API call. Together with the 5 s between two reconciliations (`defaultWatch.poll`) this stays below
 * 10 s, within which a deleted Secret or an overwritten caBundle is repaired. Usually a watch reports the change at once.
 */
export const CALL_TIMEOUT = 4_000;
/** Milliseconds until the first retry after a failed reconciliation. */
const FIRST_RETRY = 1_000;
/** The most reconciliations in a row without a pause. No state needs as many steps, so more would not help. */
const MAX_STEPS = 8;

/** The suffix of all our webhooks' names in the manifests. */
const WEBHOOK_SUFFIX = `.${DOMAIN}`;

/**
 * Serves a pair signed by our own authority. All replicas share the Secret that holds both, and API servers trust the
 * authority by the caBundles. Reconciles after each change, and every few seconds.
 */
export function managedCertificate(cluster: Cluster, options: ManagedOptions): ServingCertificate {
  const { log, metrics, watch } = options;
  const served = new ServedPair(options);
  const { reconciler, collections } = certificateReconciler(cluster, served, options);

  const wake = new WakeSignal();
  for (const collection of collections)
    cluster.watchForChanges(collection, {
      ...watchHealth(lastSegment(collection.path), log, metrics),
      onChange: () => wake.wake(),
    });

  const backOff = new BackOff({ from: FIRST_RETRY, to: watch.poll });
  /** Resolves to the milliseconds until the next reconciliation. Never rejects. */
  const reconcile = async (): Promise<number> => {
    try {
      let result: ReconcileResult;
      let steps = 0;
      do {
        result = await reconciler.reconcile();
        recordResult(result, options);
        steps += 1;
      } while (result.again && steps < MAX_STEPS);
      served.recordFaults(result.faults);
      backOff.succeeded();
      return watch.poll;
    } catch (error) {
      if (!cluster.signal.aborted) served.recordFaults([error]);
      return backOff.failed();
    }
  };
  const attempted = new Promise<void>((resolve) => {
    const keepReconciling = async (): Promise<void> => {
      while (!cluster.signal.aborted) {
        const pause = await reconcile();
        if (served.state.kind === 'loaded') resolve();
        await wake.sleep(pause, cluster.signal);
      }
    };
    void keepReconciling();
  });
  return { state: () => served.state, attempted, close: () => {} };
}

/** The reconciler on the objects of the cluster, with the collections of these objects. */
function certificateReconciler(cluster: Cluster, served: ServedPair, options: ManagedOptions) {
  const { settings, namespace, now } = options;
  const limits = { timeout: CALL_TIMEOUT, signal: cluster.signal };
  const secret = cluster.secret({ namespace, name: settings.secret, ...limits });
  const configurations = cluster.webhookConfigurations({
    validating: settings.validatingConfiguration,
    mutating: settings.mutatingConfiguration,
    suffix: WEBHOOK_SUFFIX,
    ...limits,
  });
  const names = namesOf(options);
  const assess = certificateAssessor(names);
  const reconciler = new CertificateReconciler({
    store: { read: () => secret.read(), write: (read, texts) => secret.write(read, texts) },
    caBundles: {
      read: () => configurations.read(),
      write: (read, bundle) => configurations.write(read, bundle),
    },
    assess: (data) => assess(data, now()),
    issuer: createIssuer({
      names,
      authorityDays: settings.caDays,
      servingDays: settings.certificateDays,
      now,
    }),
    serve: (pair) => served.replace(pair),
    overlap: settings.caOverlapSeconds * 1_000,
    uptime: () => performance.now(),
  });
  return { reconciler, collections: [secret.collection, ...configurations.collections] };
}

/** API servers call a Service by the first name. The others are for calls through a tunnel, or by a URL to this machine. */
const namesOf = ({ service, namespace }: ManagedOptions): Names => ({
  dnsNames: [`${service}.${namespace}.svc`, 'localhost'],
  ipAddresses: ['127.0.0.1', '::1'],
});

const lastSegment = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function recordResult({ step, bundlesWritten }: ReconcileResult, { log, metrics }: CertificateOptions): void {
  if (step) {
    metrics.certificateStep(step);
    log.info({ certificate: { step } }, 'certificate Secret updated');
  }
  if (bundlesWritten > 0) {
    metrics.caBundlesWritten(bundlesWritten);
    log.info({ certificate: { configurations: bundlesWritten } }, 'caBundle updated');
  }
}

/** The pair that is served, and the faults of the last reconciliation. */
class ServedPair {
  readonly #options: CertificateOptions;
  #pair: KeyPair | undefined;
  #state: CertificateState = { kind: 'none', fault: 'the Secret was not read yet' };
  #lastFaults = '';

  constructor(options: CertificateOptions) {
    this.#options = options;
  }

  get state(): CertificateState {
    return this.#state;
  }

  /** Serves with this pair. The same pair again does nothing. */
  replace(pair: KeyPair): void {
    if (pair.certificate === this.#pair?.certificate && pair.key === this.#pair.key) return;
    this.#options.serveWith(pair);
    this.#pair = pair;
    const { notAfter } = validityOfCertificate(pair.certificate);
    this.#state = { kind: 'loaded', notAfter };
    recordServed({ managed: true }, notAfter, this.#options);
  }

  /** Logs the faults of a reconciliation when they have changed, and their end. */
  recordFaults(errors: readonly unknown[]): void {
    const faults = errors.map((error) => (error instanceof Error ? error.message : String(error))).join('; ');
    if (faults === this.#lastFaults) return;
    this.#lastFaults = faults;
    const { log, metrics } = this.#options;
    metrics.certificateRenewalFailing(faults !== '');
    const serving = this.#pair !== undefined;
    if (faults === '') {
      log.info({ certificate: { serving } }, 'certificates reconciled again');
      return;
    }
    if (!serving) this.#state = { kind: 'none', fault: `none from the Secret yet: ${faults}` };
    // Only a warning while a certificate is served: the first failed renewal leaves a third of its life to recover.
    log[serving ? 'warn' : 'error'](
      { certificate: { fault: faults, serving } },
      'certificates not reconciled',
    );
  }
}

/** A sleep that `wake` ends early. A `wake` before the sleep counts, too, so no change is missed. */
export class WakeSignal {
  #due = false;
  #endSleep = (): void => {};

  wake(): void {
    this.#due = true;
    this.#endSleep();
  }

  /** Sleeps at most so many milliseconds, and ends early on `wake` or when the signal aborts. */
  async sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (!this.#due && !signal.aborted)
      await new Promise<void>((resolve) => {
        const endSleep = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', endSleep);
          resolve();
        };
        const timer = setTimeout(endSleep, milliseconds);
        signal.addEventListener('abort', endSleep, { once: true });
        this.#endSleep = endSleep;
      });
    this.#due = false;
  }
}
