import type { CertificateData } from './certificate-data.ts';

/** What has to stand in every caBundle: whatever signed, signs, or is about to sign what a replica serves. */
export const bundleOf = ({ authority, next, previous }: CertificateData): string =>
  [authority.certificate, next?.certificate, previous]
    .filter((certificate) => certificate !== undefined)
    .map((certificate) => `${certificate.trimEnd()}\n`)
    .join('');

/** Whether two bundles say the same: their order and the text around the certificates mean nothing. */
export function isSameBundle(one: string, other: string): boolean {
  const [certificates, others] = [certificatesIn(one), certificatesIn(other)];
  return (
    certificates.size === others.size && [...certificates].every((certificate) => others.has(certificate))
  );
}

const certificatesIn = (bundle: string): ReadonlySet<string> =>
  new Set(
    [...bundle.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g)].map(
      ([, body = '']) => body.replace(/\s/g, ''),
    ),
  );
