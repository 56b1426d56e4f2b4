import { type KeyPair, validityOfCertificate } from '../../certificates/key-pair.ts';
import type { CertificateState } from '../../server/health.ts';
import type { CertificateOptions } from './certificate.ts';

/** The pair that is served, and what keeps a better one from being it. */
export class ManagedPair {
  readonly #options: CertificateOptions;
  #served: KeyPair | undefined;
  #state: CertificateState = { kind: 'none', fault: 'the Secret was not looked at yet' };
  #faults = '';

  constructor(options: CertificateOptions) {
    this.#options = options;
  }

  get state(): CertificateState {
    return this.#state;
  }

  /** The same again does nothing. */
  take(pair: KeyPair): void {
    if (pair.certificate === this.#served?.certificate && pair.key === this.#served.key) return;
    const { serveWith, metrics, log } = this.#options;
    serveWith(pair);
    this.#served = pair;
    const { notAfter } = validityOfCertificate(pair.certificate);
    this.#state = { kind: 'loaded', notAfter };
    metrics.certificateServed(notAfter);
    log.info({ certificate: { managed: true, notAfter: notAfter.toISOString() } }, 'certificate is served');
  }

  /** What a look ran into; nothing when it was well. Told once, and not at every look. */
  note(errors: readonly unknown[]): void {
    const faults = errors.map((error) => (error instanceof Error ? error.message : String(error))).join('; ');
    if (faults === this.#faults) return;
    this.#faults = faults;
    const { log } = this.#options;
    const serving = this.#served !== undefined;
    if (faults === '') {
      log.info({ certificate: { serving } }, 'certificates reconciled again');
      return;
    }
    if (!serving) this.#state = { kind: 'none', fault: `none from the Secret yet: ${faults}` };
    // While one is served there is time: a third of its life.
    log[serving ? 'warn' : 'error'](
      { certificate: { fault: faults, serving } },
      'certificates not reconciled',
    );
  }
}
