import type { KeyPair } from './key-pair.ts';

/** The content of the certificate Secret. */
export interface CertificateData {
  readonly authority: KeyPair;
  /** Signed by the authority. */
  readonly serving: KeyPair;
  /** The authority that will replace it. Every caBundle has it for a while before it signs anything. */
  readonly next?: KeyPair;
  /** The certificate of the replaced authority: replicas may still serve a certificate that it signed. */
  readonly previous?: string;
}

/** The texts of a Secret by key; a key with undefined is removed. */
export type Texts = Readonly<Record<string, string | undefined>>;

/** Undefined when a required text is missing. It does not check the texts; `assessCertificateData` does. */
export function certificateDataFrom(texts: Texts): CertificateData | undefined {
  const authority = pairFrom(texts, 'ca');
  const serving = pairFrom(texts, 'tls');
  const next = pairFrom(texts, 'next-ca');
  const previous = texts['previous-ca.crt'];
  if (!authority || !serving) return undefined;
  return { authority, serving, ...(next ? { next } : {}), ...(previous ? { previous } : {}) };
}

/** Uses the keys of a kubernetes.io/tls Secret (`tls.crt`, `tls.key`) and adds ours for the authorities. */
export const textsOf = ({ authority, serving, next, previous }: CertificateData): Texts => ({
  'tls.crt': serving.certificate,
  'tls.key': serving.key,
  'ca.crt': authority.certificate,
  'ca.key': authority.key,
  'next-ca.crt': next?.certificate,
  'next-ca.key': next?.key,
  'previous-ca.crt': previous,
});

function pairFrom(texts: Texts, name: string): KeyPair | undefined {
  const certificate = texts[`${name}.crt`];
  const key = texts[`${name}.key`];
  return certificate && key ? { certificate, key } : undefined;
}
