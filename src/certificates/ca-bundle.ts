import { X509Certificate } from 'node:crypto';
import type { CertificateData } from './certificate-data.ts';

/**
 * The PEM text for every caBundle: the authority, with the next and the previous one where there are any, since during a
 * replacement replicas may serve certificates of either.
 */
export const bundleOf = ({ authority, next, previous }: CertificateData): string =>
  [authority.certificate, next?.certificate, previous]
    .filter((certificate) => certificate !== undefined)
    .map((certificate) => `${certificate.trimEnd()}\n`)
    .join('');

/** Whether two PEM texts hold the same set of certificates. Their order and the text around them do not matter. */
export function isSameBundle(one: string, other: string): boolean {
  const [certificates, others] = [certificatesIn(one), certificatesIn(other)];
  return (
    certificates.size === others.size && [...certificates].every((certificate) => others.has(certificate))
  );
}

const certificatesIn = (bundle: string): ReadonlySet<string> =>
  new Set((bundle.match(CERTIFICATE) ?? []).map((certificate) => certificate.replace(/\s/g, '')));

const BEGIN = '-----BEGIN CERTIFICATE-----';
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * Why this PEM is not a usable CA bundle, in words that follow "FILE …"; undefined when it is one. Node itself accepts a
 * text without a certificate, or with half of one, and then trusts no client. An expired certificate is no fault: the old
 * authority stays beside the new one during a replacement, and each handshake checks the dates.
 */
export function faultOfCaBundle(pem: string): string | undefined {
  const certificates = pem.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) return `holds no certificate in PEM (${BEGIN})`;
  if (certificates.length < pem.split(BEGIN).length - 1) return 'holds a certificate that is cut short';
  for (const [index, certificate] of certificates.entries()) {
    const fault = faultOfAuthority(certificate);
    if (fault) return `holds a certificate, number ${index + 1}, that ${fault}`;
  }
  return undefined;
}

function faultOfAuthority(pem: string): string | undefined {
  try {
    const certificate = new X509Certificate(pem);
    if (certificate.ca) return undefined;
    return `is no authority (CA:TRUE is missing): ${certificate.subject.replaceAll('\n', ', ')}`;
  } catch (error) {
    return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}
