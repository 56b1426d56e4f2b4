import { brief } from '../catalog/wording.ts';

/** Why it is not known whether an image exists, and what to do: the facts of the problem `image-unchecked`. */
export class Unchecked extends Error {
  override readonly name = 'Unchecked';
  readonly remedy: string;

  constructor(reason: string, remedy: string, options?: ErrorOptions) {
    super(reason, options);
    this.remedy = remedy;
  }
}

/** An error of the network as `Unchecked`. Text of the peer, such as the names in its certificate, is left out. */
export function uncheckedBy(error: unknown): Unchecked {
  if (error instanceof Unchecked) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  const [reason, remedy] = failures[code] ?? [`the connection failed (${code})`, LATER];
  return new Unchecked(reason, remedy, { cause: error });
}

/** A text of a registry in a message: in quotes, and not longer than texts of a catalog are shown. */
export const peerText = (text: string): string => JSON.stringify(brief(text));

export const LATER = 'try again later, or ask the admins of the registry';

const UNKNOWN_CA: Words = [
  'its certificate is of an unknown CA',
  'set NODE_EXTRA_CA_CERTS to a PEM file with the CA of the registry',
];
const NO_NAME: Words = [
  'the name of the host does not resolve',
  'correct the host, or run this where the name resolves',
];

type Words = readonly [reason: string, remedy: string];

/** By the codes of https://nodejs.org/api/tls.html#x509-certificate-error-codes and https://nodejs.org/api/errors.html. */
const failures: Readonly<Record<string, Words>> = {
  ENOTFOUND: NO_NAME,
  EAI_AGAIN: NO_NAME,
  ECONNREFUSED: ['the connection was refused', 'correct host and port, or start the registry'],
  ECONNRESET: ['the registry closed the connection without an answer', LATER],
  EPROTO: ['it speaks no TLS that Node accepts', 'serve the registry over HTTPS: plain HTTP is never asked'],
  HPE_HEADER_OVERFLOW: ['the head of its answer is longer than 16 KiB', LATER],
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_CA,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_CA,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_CA,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_CA,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_CA,
  CERT_HAS_EXPIRED: ['its certificate has expired', 'ask the admins of the registry to renew it'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'its certificate is for another name',
    'use a name of the certificate in the URL and in --registries',
  ],
};
