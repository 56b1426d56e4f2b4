import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import type { CertificateState } from './health.ts';
import type { ServingPair } from './http-servers.ts';
import type { CertificateMetrics } from './metrics/certificates.ts';

/** Checks a pair. `fault` completes the sentence "the pair in DIR …". */
type CheckPair = (
  pair: ServingPair,
  now: Date,
) =>
  | { readonly kind: 'good'; readonly validity: { readonly notAfter: Date } }
  | { readonly kind: 'bad'; readonly fault: string };

export interface CertificateFilesOptions {
  readonly directory: string;
  readonly check: CheckPair;
  /** Called with each new good pair. */
  readonly serve: (pair: ServingPair) => void;
  readonly now: () => Date;
  readonly log: Log;
  readonly metrics: CertificateMetrics;
}

/**
 * `tls.crt` and `tls.key` of a directory: reads both, checks the pair, compares, swaps, and keeps the last good one. A bad
 * pair never stops the server: often only half of it is written yet.
 */
export class CertificateFiles {
  readonly #options: CertificateFilesOptions;
  #served: ServingPair | undefined;
  #state: CertificateState = { kind: 'none', fault: 'not read yet' };

  constructor(options: CertificateFilesOptions) {
    this.#options = options;
  }

  get state(): CertificateState {
    return this.#state;
  }

  /** Reads the directory again. Never rejects. */
  async reload(): Promise<void> {
    const { directory, check, now } = this.#options;
    const read = await readPair(directory);
    if ('fault' in read) return this.#reject(read.fault);
    const checked = check(read, now());
    if (checked.kind === 'bad') return this.#reject(`the pair in ${directory} ${checked.fault}`);
    this.#take(read, checked.validity.notAfter);
  }

  #take(pair: ServingPair, notAfter: Date): void {
    const { directory, serve, metrics } = this.#options;
    const same = pair.certificate === this.#served?.certificate && pair.key === this.#served.key;
    if (!same) {
      serve(pair);
      this.#served = pair;
      recordServed({ directory }, notAfter, this.#options);
    }
    this.#state = { kind: 'loaded', notAfter };
    metrics.certificateRenewalFailing(false);
  }

  /** Logs a fault once, and not at every reload. */
  #reject(fault: string): void {
    const { directory, log, metrics } = this.#options;
    const known = this.#state.fault === fault;
    this.#state = { ...this.#state, fault };
    if (known) return;
    metrics.certificateRenewalFailing(true);
    metrics.certificateReloadFailed();
    log.error(
      { certificate: { directory, fault, serving: this.#state.kind === 'loaded' } },
      'certificate not loaded',
    );
  }
}

/** Records in the log and the metrics that a new certificate is served; `origin` says where it comes from. */
export function recordServed(
  origin: { readonly directory: string } | { readonly managed: true } | { readonly selfSigned: true },
  notAfter: Date,
  { log, metrics }: Pick<CertificateFilesOptions, 'log' | 'metrics'>,
): void {
  metrics.certificateServed(notAfter);
  log.info({ certificate: { ...origin, notAfter: notAfter.toISOString() } }, 'certificate is served');
}

async function readPair(directory: string): Promise<ServingPair | { readonly fault: string }> {
  try {
    const [certificate, key] = await Promise.all([
      readFile(join(directory, 'tls.crt'), 'utf8'),
      readFile(join(directory, 'tls.key'), 'utf8'),
    ]);
    return { certificate, key };
  } catch (error) {
    return { fault: `cannot read the pair in ${directory}: ${(error as Error).message}` };
  }
}
