import { join } from 'node:path';
import { run } from './command.ts';

/** Paths of a certificate and its key, in PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Creates a CA by `openssl` 3. The tests' certificates do not depend on src. */
export function createAuthority(directory: string): Promise<KeyPair> {
  return create(directory, 'ca', [
    '-addext',
    'basicConstraints=critical,CA:TRUE',
    '-addext',
    'keyUsage=critical,keyCertSign',
  ]);
}

/** Issues a serving certificate; `names` as openssl writes them: `IP:127.0.0.1`, `DNS:localhost`. */
export function issueCertificate(
  directory: string,
  name: string,
  authority: KeyPair,
  names: readonly string[],
): Promise<KeyPair> {
  return create(directory, name, [
    ...['-CA', authority.certificate, '-CAkey', authority.key],
    ...['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', `subjectAltName=${names.join(',')}`],
    ...['-addext', 'keyUsage=critical,digitalSignature', '-addext', 'extendedKeyUsage=serverAuth'],
  ]);
}

async function create(directory: string, name: string, kind: readonly string[]): Promise<KeyPair> {
  const pair = { certificate: join(directory, `${name}.crt`), key: join(directory, `${name}.key`) };
  const subject = ['-subj', `/CN=test control plane ${name}`, '-days', '30'];
  const key = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    pair.key,
    '-out',
    pair.certificate,
  ];
  // An empty configuration: that of the distribution would add extensions.
  const args = ['req', '-x509', '-config', '/dev/null', ...subject, ...key, ...kind];
  const { code, stderr } = await run('openssl', args, { env: { PATH: process.env.PATH ?? '' } });
  if (code !== 0) throw new Error(`openssl could not make the certificate ${name}: ${stderr}`);
  return pair;
}
