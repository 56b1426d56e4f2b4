import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';

/**
 * Why this PEM is not a usable CA bundle, in words that follow "FILE …"; undefined when it is one. Node itself would take a
 * text without a certificate, or with half of one, and then trust no client. Dates are no fault: while an authority is
 * replaced the old one stands beside the new one, and each handshake checks the date anyway.
 */
export function faultOfCaBundle(pem: string): string | undefined {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (certificates.length === 0) return 'holds no certificate in PEM (-----BEGIN CERTIFICATE-----)';
  if (certificates.length < pem.split('-----BEGIN CERTIFICATE-----').length - 1)
    return 'holds a certificate that is cut short';
  for (const [index, certificate] of certificates.entries()) {
    const fault = faultOfAuthority(certificate);
    if (fault) return `holds a certificate, number ${index + 1}, that ${fault}`;
  }
  return undefined;
}

function faultOfAuthority(pem: string): string | undefined {
  try {
    const certificate = new X509Certificate(pem);
    // The last word is OpenSSL's.
    createSecureContext({ ca: pem });
    if (certificate.ca) return undefined;
    return `is no authority (CA:TRUE is missing): ${certificate.subject.replaceAll('\n', ', ')}`;
  } catch (error) {
    return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}
