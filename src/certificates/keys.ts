import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

export interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/**
 * RSA, since node-forge writes no other certificates; 2048 bits, since a larger key costs every handshake and serving
 * certificates live for days. Made by OpenSSL off the main thread: forge would block it for seconds.
 */
export const newKeys = (): Promise<Keys> => promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
