import type { X509Certificate } from 'node:crypto';

/** Object identifiers of RFC 5280, section 4.2, as they stand in the DER text. */
const identifiers = {
  subjectKeyIdentifier: '551d0e',
  keyUsage: '551d0f',
  basicConstraints: '551d13',
  authorityKeyIdentifier: '551d23',
} as const;

/** Whether a certificate carries an extension, looked up in its bytes: node shows only some of them. */
export function hasExtension(
  certificate: X509Certificate,
  name: keyof typeof identifiers,
  criticality?: 'critical',
): boolean {
  // OBJECT IDENTIFIER, and where critical BOOLEAN TRUE after it.
  return certificate.raw.toString('hex').includes(`0603${identifiers[name]}${criticality ? '0101ff' : '04'}`);
}
