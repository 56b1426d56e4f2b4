import { Counter, Gauge, type Registry } from 'prom-client';

export type CertificateMetrics = ReturnType<typeof certificateMetrics>;

/** Metrics of the serving certificate, and of the writes to the cluster that renew it. */
export function certificateMetrics(registry: Registry) {
  const registers = [registry];
  const expiry = new Gauge({
    name: 'image_config_admission_certificate_expiry_timestamp_seconds',
    help: 'Unix time at which the serving certificate expires; 0 while there is none.',
    registers,
  });
  const failures = new Counter({
    name: 'image_config_admission_certificate_reload_failures_total',
    help: 'Pairs of certificate and key that were not loaded.',
    registers,
  });
  const failing = new Gauge({
    name: 'image_config_admission_certificate_renewal_failing',
    help: '1 while the certificates cannot be reconciled with the cluster, or a newer pair of --cert-dir cannot be used.',
    registers,
  });
  const steps = new Counter({
    name: 'image_config_admission_certificate_steps_total',
    help: 'Writes of the Secret with the certificates, by the step of the rotation.',
    labelNames: ['step'] as const,
    registers,
  });
  const bundles = new Counter({
    name: 'image_config_admission_ca_bundles_written_total',
    help: 'Webhook configurations whose caBundle was updated.',
    registers,
  });

  return {
    certificateServed: (notAfter: Date): void => expiry.set(notAfter.getTime() / 1000),
    certificateReloadFailed: (): void => failures.inc(),
    certificateRenewalFailing: (isFailing: boolean): void => failing.set(isFailing ? 1 : 0),
    certificateStep: (step: string): void => steps.inc({ step }),
    caBundlesWritten: (count: number): void => bundles.inc(count),
  };
}
