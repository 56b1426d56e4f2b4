import type { X509Certificate } from 'node:crypto';

/** Object identifiers of RFC 5280, section 4.2, in DER as hexadecimal digits. */
const identifiers = {
  subjectKeyIdentifier: '551d0e',
  keyUsage: '551d0f',
  basicConstraints: '551d13',
  authorityKeyIdentifier: '551d23',
} as const;

/** An extension by its bytes, since Node exposes only some; undefined if the certificate has none of that name. */
export function extensionOf(
  certificate: X509Certificate,
  name: keyof typeof identifiers,
): { readonly critical: boolean; readonly value: string } | undefined {
  const hex = certificate.raw.toString('hex');
  // An OBJECT IDENTIFIER, BOOLEAN TRUE if the extension is critical, and an OCTET STRING of fewer than 128 bytes.
  const head = new RegExp(`0603${identifiers[name]}(0101ff)?04([0-7][0-9a-f])`).exec(hex);
  if (!head) return undefined;
  const [all, critical, length = ''] = head;
  const start = head.index + all.length;
  const value = hex.slice(start, start + 2 * Number.parseInt(length, 16));
  return { critical: critical !== undefined, value };
}
