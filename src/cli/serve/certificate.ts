import { checkPair, newKeys } from '../../certificates/key-pair.ts';
import type { Log } from '../../log.ts';
import { CertificateFiles } from '../../server/certificate-files.ts';
import { type DirectoryWatchOptions, watchDirectory } from '../../server/file-watch.ts';
import type { CertificateState } from '../../server/health.ts';
import type { ServingPair } from '../../server/https-server.ts';
import type { Metrics } from '../../server/metrics/metrics.ts';

/** Where the serving certificate comes from, as far as it has come. */
export interface ServingCertificate {
  readonly state: () => CertificateState;
  /** Settles after the first try, or with the first success where there is no end of tries. */
  readonly looked: Promise<void>;
  close(): void;
}

export interface CertificateOptions {
  readonly serveWith: (pair: ServingPair) => void;
  readonly now: () => Date;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly watch: DirectoryWatchOptions;
}

/** `tls.crt` and `tls.key` of a directory, now and whenever they change. */
export function watchedCertificate(directory: string, options: CertificateOptions): ServingCertificate {
  const files = new CertificateFiles({ ...options, serve: options.serveWith, directory, check: checkPair });
  const { looked, close } = watchDirectory(directory, () => files.look(), options.watch);
  return { state: () => files.state, looked, close };
}

/** A self-signed pair for this machine, made anew at each start. */
export function selfSignedCertificate({
  serveWith,
  now,
  log,
  metrics,
}: CertificateOptions): ServingCertificate {
  let state: CertificateState = { kind: 'none', fault: 'the self-signed certificate is being made' };
  const make = async (): Promise<void> => {
    // Made on another core, while node-forge is loaded: by those who need it alone.
    const keys = newKeys();
    const { selfSigned } = await import('../../certificates/issuer.ts');
    const names = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1', '::1'] };
    const pair = await selfSigned({ ...names, now: now(), days: SELF_SIGNED_DAYS }, keys);
    const checked = checkPair(pair, now());
    if (checked.kind === 'bad') throw new Error(`the self-signed pair ${checked.fault}`);
    serveWith(pair);
    const { notAfter } = checked.validity;
    metrics.certificateServed(notAfter);
    log.info(
      { certificate: { selfSigned: true, notAfter: notAfter.toISOString() } },
      'certificate is served',
    );
    state = { kind: 'loaded', notAfter };
  };
  return { state: () => state, looked: make(), close: () => {} };
}

/** Longer than anybody leaves a trial running. */
const SELF_SIGNED_DAYS = 365;
