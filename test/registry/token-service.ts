import { randomUUID, sign as signBytes, X509Certificate } from 'node:crypto';
import { registryCertificates, type StandInRegistry, standInRegistry } from '../support/stand-in-registry.ts';

export const ISSUER = 'tokens of tests';
export const SERVICE = 'registry of tests';

interface Access {
  readonly type: 'repository';
  readonly name: string;
  readonly actions: readonly string[];
}

/** A function that signs tokens for docker-registry: https://distribution.github.io/distribution/spec/auth/jwt/. */
export async function tokenSigner(): Promise<(access: readonly Access[]) => string> {
  const { cert, key } = await registryCertificates();
  return (access) => signedToken(access, cert, key);
}

function signedToken(access: readonly Access[], cert: string, key: string): string {
  const now = Math.floor(Date.now() / 1_000);
  const x5c = [new X509Certificate(cert).raw.toString('base64')];
  const claims = {
    iss: ISSUER,
    sub: '',
    aud: SERVICE,
    nbf: now - 60,
    iat: now,
    exp: now + 600,
    jti: randomUUID(),
    access,
  };
  const signed = [{ typ: 'JWT', alg: 'ES256', x5c }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = signBytes('sha256', Buffer.from(signed), { key: key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

/** Gives everyone a token to pull the repository that is asked for, but for `private`. */
export async function tokenService(): Promise<StandInRegistry> {
  const sign = await tokenSigner();
  return standInRegistry(({ url = '' }, response) => {
    const scope = new URL(url, 'https://tokens.test').searchParams.get('scope') ?? '';
    const [, name = '', actions = ''] = scope.split(':');
    if (name === 'private') return void response.writeHead(401).end();
    const token = sign([{ type: 'repository', name, actions: actions.split(',') }]);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token }));
  });
}
