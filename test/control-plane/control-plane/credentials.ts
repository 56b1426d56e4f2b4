import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority, issueCertificate } from './certificates.ts';

export interface Credentials {
  /** The CA certificate as in kubeconfigs and `caBundle`s: base64 of the PEM. */
  readonly caData: string;
  /** A bearer token of the group system:masters. */
  readonly adminToken: string;
  readonly controllerManagerToken: string;
}

/** Writes certificates, keys and tokens into the directory, under the names in servers.ts. */
export async function writeCredentials(directory: string): Promise<Credentials> {
  const authority = await createAuthority(directory);
  const names = ['IP:127.0.0.1', 'DNS:localhost', 'DNS:kubernetes.default.svc'];
  await issueCertificate(directory, 'kube-apiserver', authority, names);

  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeSecret(
    directory,
    'service-account.key',
    privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
  );

  const adminToken = randomBytes(16).toString('hex');
  const controllerManagerToken = randomBytes(16).toString('hex');
  const tokens = [
    `${adminToken},admin,admin,system:masters`,
    `${controllerManagerToken},system:kube-controller-manager,system:kube-controller-manager,`,
  ];
  writeSecret(directory, 'tokens.csv', tokens.join('\n'));
  return {
    caData: readFileSync(authority.certificate).toString('base64'),
    adminToken,
    controllerManagerToken,
  };
}

const writeSecret = (directory: string, name: string, content: string) =>
  writeFileSync(join(directory, name), content, { mode: 0o600 });
