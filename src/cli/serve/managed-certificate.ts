import { DOMAIN } from '../../catalog/public-names.ts';
import { assessCertificateData, type Names } from '../../certificates/assessment.ts';
import { createIssuer } from '../../certificates/issuer.ts';
import { CertificateReconciler, type ReconcileResult } from '../../certificates/reconciler.ts';
import { BackOff } from '../../cluster/back-off.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { CertificateSettings } from '../../settings.ts';
import type { CertificateOptions, ServingCertificate } from './certificate.ts';
import { ManagedPair } from './managed-pair.ts';
import { WakeSignal } from './wake-signal.ts';
import { watchHealth } from './watch-health.ts';

export interface ManagedOptions extends CertificateOptions {
  readonly settings: CertificateSettings;
  readonly namespace: string;
  /** The name of our Service. */
  readonly service: string;
}

/**
 * Milliseconds for each call. With the 5 s between two reconciliations (`defaultWatch.poll`) it stays within the 10 s in which
 * what is deleted or overwritten is to be repaired. Mostly a watch tells at once.
 */
export const CALL_TIMEOUT = 4_000;
/** After a reconciliation that failed, at first. */
const AGAIN = 1_000;
/** More than the steps from any state to the last: more of them lead nowhere. */
const STEPS_AT_ONCE = 8;

/** All webhooks of ours, whatever they are called for: docs and manifests name them so. */
const WEBHOOKS = `.${DOMAIN}`;

/** A key pair of our own authority. Both are kept in a Secret that all replicas share; API servers trust it by the caBundles. */
export function managedCertificate(cluster: Cluster, options: ManagedOptions): ServingCertificate {
  const { settings, namespace, now, log, metrics } = options;
  const { poll } = options.watch;
  const within = { timeout: CALL_TIMEOUT, signal: cluster.signal };
  const secret = cluster.secret({ namespace, name: settings.secret, ...within });
  const caBundles = cluster.webhookConfigurations({
    validating: settings.validatingConfiguration,
    mutating: settings.mutatingConfiguration,
    suffix: WEBHOOKS,
    ...within,
  });
  const pair = new ManagedPair(options);
  const names = namesOf(options);
  const keeper = new CertificateReconciler({
    store: { read: () => secret.read(), write: (read, texts) => secret.write(read, texts) },
    caBundles: { read: () => caBundles.read(), write: (read, bundle) => caBundles.write(read, bundle) },
    assess: (data) => assessCertificateData(data, names, now()),
    issuer: createIssuer({
      names,
      authorityDays: settings.caDays,
      servingDays: settings.certificateDays,
      now,
    }),
    serve: (stored) => pair.take(stored),
    overlap: settings.caOverlapSeconds * 1_000,
    uptime: () => performance.now(),
  });

  const wake = new WakeSignal();
  for (const collection of [secret.collection, ...caBundles.collections])
    cluster.watchForChanges(collection, {
      ...watchHealth(lastOf(collection.path), log, metrics),
      onChange: () => wake.wake(),
    });

  const backOff = new BackOff({ from: AGAIN, to: poll });
  /** Resolves to the milliseconds until the next one. Never rejects. */
  const reconcile = async (): Promise<number> => {
    try {
      let result: ReconcileResult;
      let steps = 0;
      do {
        result = await keeper.reconcile();
        note(result, options);
        steps += 1;
      } while (result.again && steps < STEPS_AT_ONCE);
      pair.note(result.faults);
      backOff.succeeded();
      return poll;
    } catch (error) {
      if (!cluster.signal.aborted) pair.note([error]);
      return backOff.failed();
    }
  };
  const looked = new Promise<void>((resolve) => {
    const keepReconciling = async (): Promise<void> => {
      while (!cluster.signal.aborted) {
        const pause = await reconcile();
        if (pair.state.kind === 'loaded') resolve();
        await wake.sleep(pause, cluster.signal);
      }
    };
    void keepReconciling();
  });
  return { state: () => pair.state, looked, close: () => {} };
}

function note({ step, bundlesWritten }: ReconcileResult, { log, metrics }: ManagedOptions): void {
  if (step) {
    metrics.certificateStep(step);
    log.info({ certificate: { step } }, 'certificate Secret updated');
  }
  if (bundlesWritten > 0) {
    metrics.caBundlesWritten(bundlesWritten);
    log.info({ certificate: { configurations: bundlesWritten } }, 'caBundle updated');
  }
}

/**
 * API servers call a Service by this one name. The others are for whoever comes through a tunnel, or by a URL that
 * leads to this machine.
 */
const namesOf = ({ service, namespace }: ManagedOptions): Names => ({
  dnsNames: [`${service}.${namespace}.svc`, 'localhost'],
  ipAddresses: ['127.0.0.1', '::1'],
});

const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
