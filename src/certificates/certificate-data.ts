import type { KeyPair } from './key-pair.ts';

/** What the Secret holds. */
export interface CertificateData {
  readonly authority: KeyPair;
  /** Signed by the authority. */
  readonly serving: KeyPair;
  /** The authority to be: it stands in every caBundle for a while before it signs anything. */
  readonly next?: KeyPair;
  /** The certificate of the authority before: replicas may still serve what it signed. */
  readonly previous?: string;
}

/** The texts of a Secret by their keys; undefined where a key is not to be there. */
export type Texts = Readonly<Record<string, string | undefined>>;

/** Undefined when a text that has to be there is missing. Whether the texts are any good is for `assessCertificateData`. */
export function certificateDataFrom(texts: Texts): CertificateData | undefined {
  const authority = pairFrom(texts, 'ca');
  const serving = pairFrom(texts, 'tls');
  const next = pairFrom(texts, 'next-ca');
  const previous = texts['previous-ca.crt'];
  if (!authority || !serving) return undefined;
  return { authority, serving, ...(next ? { next } : {}), ...(previous ? { previous } : {}) };
}

/** The keys are those of kubernetes.io/tls, and two pairs of our own beside them. */
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
