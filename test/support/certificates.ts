import type { X509Certificate } from 'node:crypto';

/** Object identifiers of RFC 5280, section 4.2, in DER as hexadecimal digits. */
const identifiers = {
  subjectKeyIdentifier: '551d0e',
  keyUsage: '551d0f',
  basicConstraints: '551d13',
  authorityKeyIdentifier: '551d23',
} as const;

/** Whether a certificate has an extension, by its bytes: Node exposes only some extensions. */
export function hasExtension(
  certificate: X509Certificate,
  name: keyof typeof identifiers,
  criticality?: 'critical',
): boolean {
  // An OBJECT IDENTIFIER, followed by BOOLEAN TRUE if the extension is critical.
  return certificate.raw.toString('hex').includes(`0603${identifiers[name]}${criticality ? '0101ff' : '04'}`);
}
