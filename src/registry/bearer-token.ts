import type { RegistryAnswer, RegistryRequest } from './request.ts';
import { LATER, peerText, Unchecked } from './unchecked.ts';

/** The parameters of the Bearer challenge in `WWW-Authenticate`; undefined without one. */
export function bearerChallenge(header: string | undefined): ReadonlyMap<string, string> | undefined {
  const start = header === undefined ? -1 : header.search(/(?:^|, ?)bearer /i);
  if (header === undefined || start < 0) return undefined;
  const parameters = header.slice(start).matchAll(/[\s,]([a-z_]+)=(?:"([^"]*)"|([^\s,"]+))/gi);
  return new Map(
    Array.from(parameters, ([, name = '', inQuotes, bare = '']) => [name.toLowerCase(), inQuotes ?? bare]),
  );
}

/**
 * The request for an anonymous token to pull one repository: https://distribution.github.io/distribution/spec/auth/token/.
 * The scope is ours, whatever the challenge asks for. `allowed` throws for a URL that must not be asked.
 */
export function tokenRequest(
  challenge: ReadonlyMap<string, string>,
  repository: string,
  allowed: (url: string) => URL,
): RegistryRequest {
  const url = allowed(challenge.get('realm') ?? '');
  const service = challenge.get('service');
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', `repository:${repository}:pull`);
  return { url, method: 'GET', headers: { accept: 'application/json' } };
}

export function tokenIn({ status, body }: RegistryAnswer, { host }: URL): string {
  if (status !== 200)
    throw new Unchecked(
      `${peerText(host)} gives no anonymous token (it answered ${status})`,
      'look with an account: only what everyone may pull can be checked',
    );
  const token = tokenField(body);
  if (token === undefined) throw new Unchecked(`${peerText(host)} answered without a token`, LATER);
  return token;
}

function tokenField(body: string): string | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { token, access_token: accessToken } = answer as Readonly<Record<string, unknown>>;
  const found = token ?? accessToken;
  // What may stand in a header: RFC 9110, section 11.2.
  return typeof found === 'string' && /^[\w.~+/=-]+$/.test(found) ? found : undefined;
}
