import { assessCertificateData, type Names } from '../../certificates/assessment.ts';
import { createIssuer } from '../../certificates/certificate-issuer.ts';
import { CertificateKeeper, type ReconcileResult } from '../../certificates/keeper.ts';
import { BackOff } from '../../cluster/back-off.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { CertificateSettings } from '../../settings.ts';
import type { CertificateOptions, ServingCertificate } from './certificate.ts';
import { ManagedPair } from './managed-pair.ts';
import { Wake } from './wake.ts';
import { watchLife } from './watch-life.ts';

export interface ManagedOptions extends CertificateOptions {
  readonly settings: CertificateSettings;
  readonly namespace: string;
  /** The name of our Service. */
  readonly service: string;
}

/**
 * Milliseconds for an answer. With the 5 s between looks that nothing asks for (`defaultWatch.poll`) it stays within the
 * 10 s in which whatever somebody deletes or overwrites is to be repaired. Mostly a watch tells at once.
 */
const ANSWER = 4_000;
/** After a look that failed, at first. */
const AGAIN = 1_000;
/** More than there are steps from any state to the last: who needs more is not getting anywhere. */
const STEPS_AT_ONCE = 8;

/** All webhooks of ours, whatever they are called for: docs and manifests name them so. */
const WEBHOOKS = '.image-config.toolforge.org';

/** A pair by an authority of our own, both kept in a Secret that all replicas share, and believed by our callers. */
export function managedCertificate(cluster: Cluster, options: ManagedOptions): ServingCertificate {
  const { settings, namespace, now, log, metrics } = options;
  const { poll } = options.watch;
  const within = { timeout: ANSWER, signal: cluster.signal };
  const secret = cluster.secret({ namespace, name: settings.secret, ...within });
  const callers = cluster.webhookConfigurations({
    validating: settings.validatingConfiguration,
    mutating: settings.mutatingConfiguration,
    suffix: WEBHOOKS,
    ...within,
  });
  const pair = new ManagedPair(options);
  const names = namesOf(options);
  const keeper = new CertificateKeeper({
    store: { read: () => secret.read(), write: (read, texts) => secret.write(read, texts) },
    caBundles: { read: () => callers.read(), write: (read, bundle) => callers.write(read, bundle) },
    assess: (material) => assessCertificateData(material, names, now()),
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

  const wake = new Wake();
  for (const collection of [secret.collection, ...callers.collections])
    cluster.watchForChanges(collection, {
      ...watchLife(lastOf(collection.path), log, metrics),
      onChange: () => wake.wake(),
    });

  const backOff = new BackOff({ from: AGAIN, to: poll });
  /** Comes to how long to wait for the next one. Never rejects. */
  const look = async (): Promise<number> => {
    try {
      let looked: ReconcileResult;
      let steps = 0;
      do {
        looked = await keeper.reconcile();
        note(looked, options);
        steps += 1;
      } while (looked.again && steps < STEPS_AT_ONCE);
      pair.note(looked.faults);
      backOff.succeeded();
      return poll;
    } catch (error) {
      if (!cluster.signal.aborted) pair.note([error]);
      return backOff.failed();
    }
  };
  const looked = new Promise<void>((resolve) => {
    const keepLooking = async (): Promise<void> => {
      while (!cluster.signal.aborted) {
        const pause = await look();
        if (pair.state.kind === 'loaded') resolve();
        await wake.sleep(pause, cluster.signal);
      }
    };
    void keepLooking();
  });
  return { state: () => pair.state, looked, close: () => {} };
}

function note({ step, bundlesWritten: told }: ReconcileResult, { log, metrics }: ManagedOptions): void {
  if (step) {
    metrics.certificateStep(step);
    log.info({ certificate: { step } }, 'certificates change');
  }
  if (told > 0) {
    metrics.caBundlesWritten(told);
    log.info({ certificate: { configurations: told } }, 'callers are told whom to believe');
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
