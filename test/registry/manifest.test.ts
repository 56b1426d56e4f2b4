import type { RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { checkedImage } from '../support/checked-image.ts';
import {
  answering,
  OCI_MANIFEST,
  type StandInRegistry,
  standInRegistry,
} from '../support/stand-in-registry.ts';

const there = answering(200, { 'content-type': OCI_MANIFEST });

const challenge = (realm: string): Readonly<Record<string, string>> => ({
  'www-authenticate': `Bearer realm="${realm}",service="the registry",scope="repository:secret:*"`,
});

/** Gives tokens at /token, and answers `then` to requests with the right one. */
const withTokens =
  (realm: (own: string) => string, then: RequestListener, token: unknown = 't0ken'): RequestListener =>
  (request, response) => {
    if (request.url?.startsWith('/token')) return void response.writeHead(200).end(JSON.stringify({ token }));
    if (request.headers.authorization === 'Bearer t0ken') return then(request, response);
    response.writeHead(401, challenge(realm(`https://${request.headers.host}/token`))).end();
  };

const own = (url: string): string => url;

const authorizations = ({ requests }: StandInRegistry): unknown[] =>
  requests.map(({ headers }) => headers.authorization);

describe('a token', () => {
  it('is taken from the registry itself, for pulling this repository alone', async () => {
    await using registry = await standInRegistry(withTokens(own, there));
    expect(await checkedImage([registry])).toEqual({ kind: 'present' });
    expect(registry.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'HEAD /v2/node20/manifests/latest',
      'GET /token?service=the+registry&scope=repository%3Anode20%3Apull',
      'HEAD /v2/node20/manifests/latest',
    ]);
    expect(authorizations(registry)).toEqual([undefined, undefined, 'Bearer t0ken']);
  });

  it('is taken from another host that --registries names, which never sees it', async () => {
    await using tokens = await standInRegistry(withTokens(own, there), { name: 'other.test' });
    await using registry = await standInRegistry(withTokens(() => `https://${tokens.host}/token`, there));
    expect(await checkedImage([registry, tokens])).toEqual({ kind: 'present' });
    expect(authorizations(tokens)).toEqual([undefined]);
  });

  it('is not taken from a host that --registries does not name', async () => {
    await using stranger = await standInRegistry(withTokens(own, there), { name: 'other.test' });
    await using registry = await standInRegistry(withTokens(() => `https://${stranger.host}/token`, there));
    expect(await checkedImage([registry])).toMatchObject({
      kind: 'unchecked',
      reason: `it leads to "https://${stranger.host}/token", and only https on a host of --registries is asked`,
    });
    expect(stranger.connections()).toBe(0);
  });

  it.each([
    ['plain http', (url: string) => url.replace('https:', 'http:')],
    ['another port', (url: string) => url.replace(/:\d+/, ':1')],
    ['no URL', () => 'token'],
    ['nothing', () => ''],
    ['a file', () => 'file:///etc/passwd'],
    [
      'the host as a user',
      (url: string) => url.replace('https://', 'https://example.org@').replace('@', '/@'),
    ],
  ])('is not taken by way of %s', async (_, realm) => {
    await using registry = await standInRegistry(withTokens(realm, there));
    expect(await checkedImage([registry])).toMatchObject({
      reason: expect.stringContaining('only https on a host of --registries'),
    });
    expect(registry.requests).toHaveLength(1);
  });

  it('is fetched once, however often the registry asks for one', async () => {
    const never = (_: unknown, response: Parameters<RequestListener>[1]): void =>
      void response.writeHead(401, challenge('https://registry.test/token')).end();
    await using registry = await standInRegistry(withTokens(own, never));
    expect(await checkedImage([registry])).toMatchObject({
      reason: 'the registry refuses it to the public (it answered 401)',
    });
    expect(registry.requests).toHaveLength(3);
  });

  it.each([
    ['refused', answering(403), 'gives no anonymous token (it answered 403)'],
    ['no JSON', answering(200), 'answered without a token'],
    [
      'redirected',
      answering(302, { location: 'https://example.org/' }),
      'gives no anonymous token (it answered 302)',
    ],
  ])('that is %s leaves the image unchecked', async (_, tokens, reason) => {
    const listener: RequestListener = (request, response) =>
      request.url?.startsWith('/token')
        ? tokens(request, response)
        : void response.writeHead(401, challenge(`https://${request.headers.host}/token`)).end();
    await using registry = await standInRegistry(listener);
    expect(await checkedImage([registry])).toMatchObject({ reason: expect.stringContaining(reason) });
  });

  it.each(['null', '17', '"t0ken"', '[]', '{"token":', ''])('is not found in %s', async (body) => {
    const listener: RequestListener = (request, response) => {
      if (request.method === 'GET') return void response.end(body);
      response.writeHead(401, challenge(`https://${request.headers.host}/token`)).end();
    };
    await using registry = await standInRegistry(listener);
    expect(await checkedImage([registry])).toMatchObject({
      reason: `"${registry.host}" answered without a token`,
    });
  });

  it('may be called access_token, and have no service', async () => {
    const listener: RequestListener = (request, response) => {
      const { authorization, host } = request.headers;
      if (request.method === 'GET') return void response.end('{"access_token":"t0ken"}');
      if (authorization === 'Bearer t0ken') return there(request, response);
      response.writeHead(401, { 'www-authenticate': `Bearer realm="https://${host}/token?account=a"` }).end();
    };
    await using registry = await standInRegistry(listener);
    expect(await checkedImage([registry])).toEqual({ kind: 'present' });
    const [, request] = registry.requests;
    expect(request?.path).toBe('/token?account=a&scope=repository%3Anode20%3Apull');
    expect(request?.headers.accept).toBe('application/json');
  });

  it.each([['a\r\nhost: other.test'], [''], [17], [null], [{}]])('that is %j is not sent', async (token) => {
    await using registry = await standInRegistry(withTokens(own, there, token));
    expect(await checkedImage([registry])).toMatchObject({
      reason: expect.stringContaining('answered without a token'),
    });
    expect(registry.requests).toHaveLength(2);
  });
});

describe('a redirect', () => {
  const to = (location: string): RequestListener => answering(307, { location });

  it('is followed to a host that --registries names', async () => {
    await using other = await standInRegistry(there, { name: 'other.test' });
    await using registry = await standInRegistry(to(`https://${other.host}/v2/moved/manifests/latest`));
    expect(await checkedImage([registry, other])).toEqual({ kind: 'present' });
    expect(other.requests.map(({ path }) => path)).toEqual(['/v2/moved/manifests/latest']);
  });

  it('to another host does not take the token along', async () => {
    await using other = await standInRegistry(there, { name: 'other.test' });
    await using registry = await standInRegistry(withTokens(own, to(`https://${other.host}/elsewhere`)));
    expect(await checkedImage([registry, other])).toEqual({ kind: 'present' });
    expect(authorizations(registry)).toEqual([undefined, undefined, 'Bearer t0ken']);
    expect(authorizations(other)).toEqual([undefined]);
  });

  it('is not followed to a host that --registries does not name', async () => {
    await using stranger = await standInRegistry(there, { name: 'other.test' });
    await using registry = await standInRegistry(to(`https://${stranger.host}/`));
    expect(await checkedImage([registry])).toMatchObject({
      kind: 'unchecked',
      reason: expect.stringContaining(`it leads to "https://${stranger.host}/"`),
    });
    expect(stranger.connections()).toBe(0);
  });

  it.each([
    'http://registry.test/',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/',
    'https://',
    '',
  ])('is not followed to %j', async (location) => {
    await using registry = await standInRegistry(to(location));
    expect(await checkedImage([registry])).toMatchObject({ kind: 'unchecked' });
    expect(registry.requests.length).toBeLessThanOrEqual(5);
  });

  it('in a circle ends', async () => {
    await using registry = await standInRegistry(to('/v2/node20/manifests/latest'));
    expect(await checkedImage([registry])).toMatchObject({
      reason: 'the registry redirects again and again',
    });
    expect(registry.requests).toHaveLength(5);
  });
});

describe('a busy registry', () => {
  /** Answers this first, and then with the image. */
  const first = (status: number, headers: Readonly<Record<string, string>>): RequestListener => {
    let asked = 0;
    return (request, response) =>
      asked++ === 0 ? answering(status, headers)(request, response) : there(request, response);
  };

  it.each([
    [429, {}, 1_000],
    [429, { 'retry-after': '2' }, 2_000],
    [429, { 'retry-after': '0' }, 1_000],
    [429, { 'retry-after': '-5' }, 1_000],
    [429, { 'retry-after': 'soon' }, 1_000],
    [503, { 'retry-after': 'Tue, 01 Dec 2026 00:00:03 GMT' }, 3_000],
    [503, { 'retry-after': 'Tue, 01 Dec 2020 00:00:03 GMT' }, 1_000],
  ])('that answers %i with %j is asked again after %i ms', async (status, headers, milliseconds) => {
    await using registry = await standInRegistry(first(status, headers));
    const waits: number[] = [];
    const found = await checkedImage([registry], {
      now: () => Date.parse('2026-12-01T00:00:00Z'),
      pause: async (wait) => void waits.push(wait),
    });
    expect(found).toEqual({ kind: 'present' });
    expect(waits).toEqual([milliseconds]);
  });

  it.each(['31536000', '9'.repeat(400), 'Tue, 01 Dec 2099 00:00:00 GMT', '5'])(
    'is not waited for when it says %s',
    async (retryAfter) => {
      await using registry = await standInRegistry(first(429, { 'retry-after': retryAfter }));
      const patience = { image: 5_000, all: 20_000 };
      expect(await checkedImage([registry], { patience })).toMatchObject({
        reason: `"${registry.host}" is busy (it answered 429)`,
      });
      expect(registry.requests).toHaveLength(1);
    },
  );

  it('is asked three times at most', async () => {
    await using registry = await standInRegistry(answering(429));
    expect(await checkedImage([registry])).toMatchObject({ reason: expect.stringContaining('is busy') });
    expect(registry.requests).toHaveLength(3);
  });
});
