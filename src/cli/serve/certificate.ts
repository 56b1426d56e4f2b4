import { checkPair, pairChecker } from '../../certificates/key-pair.ts';
import type { Log } from '../../log.ts';
import { CertificateFiles, recordServed } from '../../server/certificate-files.ts';
import { type DirectoryWatchOptions, watchDirectory } from '../../server/file-watch.ts';
import type { CertificateState } from '../../server/health.ts';
import type { ServingPair } from '../../server/http-servers.ts';
import type { Metrics } from '../../server/metrics/metrics.ts';
import { UsageError } from '../command-result.ts';

/** A source of the serving certificate. */
export interface ServingCertificate {
  readonly state: () => CertificateState;
  /**
   * Settles after the first attempt. For a managed certificate it settles after the first success, since the attempts are
   * repeated until then.
   */
  readonly attempted: Promise<void>;
  close(): void;
}

export interface CertificateOptions {
  readonly serveWith: (pair: ServingPair) => void;
  readonly now: () => Date;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly watch: DirectoryWatchOptions;
}

/** Serves `tls.crt` and `tls.key` of a directory, and reloads them when they change. */
export function watchedCertificate(directory: string, options: CertificateOptions): ServingCertificate {
  const files = new CertificateFiles({
    ...options,
    serve: options.serveWith,
    directory,
    check: pairChecker(),
  });
  const { attempted, close } = watchDirectory(directory, () => files.reload(), options.watch);
  return { state: () => files.state, attempted, close };
}

/** Serves a self-signed pair for this machine. Each start creates a new one. */
export function selfSignedCertificate(options: CertificateOptions): ServingCertificate {
  const { serveWith, now } = options;
  let state: CertificateState = { kind: 'none', fault: 'the self-signed certificate is not created yet' };
  const create = async (): Promise<void> => {
    const { selfSigned } = await import('../../certificates/issuer.ts');
    const names = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1', '::1'] };
    const pair = await selfSigned({ ...names, now: now(), days: SELF_SIGNED_DAYS });
    const checked = checkPair(pair, now());
    if (checked.kind === 'bad') throw new UsageError(`the self-signed certificate ${checked.fault}`);
    serveWith(pair);
    const { notAfter } = checked.validity;
    recordServed({ selfSigned: true }, notAfter, options);
    state = { kind: 'loaded', notAfter };
  };
  return { state: () => state, attempted: create(), close: () => {} };
}

/** Longer than any trial of the program lasts. */
const SELF_SIGNED_DAYS = 365;
