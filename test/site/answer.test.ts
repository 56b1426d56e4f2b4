import { describe, expect, it } from 'vitest';
import { siteFrom } from '../../src/site/answer.ts';
import { useNotKnown } from '../../src/site/use.ts';
import { lookupOf } from '../support/catalog.ts';
import { getSite, siteInput, someUse } from '../support/site.ts';

const IMAGES = '/api/v1/images';

describe('an answer of the site', () => {
  it('has a tag of its content, and may be kept for half a minute', () => {
    const { status, headers } = getSite(IMAGES);
    expect(status).toBe(200);
    expect(headers).toEqual({
      ETag: expect.stringMatching(/^"[\w-]{22}"$/),
      'Cache-Control': 'public, max-age=30',
      'Content-Type': 'application/json',
      Vary: 'Accept-Encoding',
      'Content-Security-Policy':
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    });
  });

  it('has the same tag for the same content, and another for another', () => {
    const tagOf = (input = siteInput()) => getSite(IMAGES, { input }).headers.ETag;
    expect(tagOf()).toBe(tagOf());
    expect(tagOf(siteInput(someUse))).not.toBe(tagOf());
  });

  it.each([
    ['the tag', (tag: string) => tag],
    ['the tag, weakened by a proxy', (tag: string) => `W/${tag}`],
    ['a list with the tag', (tag: string) => `"other", ${tag}`],
    ['*', () => '*'],
  ])('is 304 without a body when If-None-Match has %s', (_, ifNoneMatch) => {
    const tag = getSite(IMAGES).headers.ETag ?? '';
    const { status, headers, body } = getSite(IMAGES, { ifNoneMatch: ifNoneMatch(tag) });
    expect({ status, body }).toEqual({ status: 304, body: '' });
    expect(headers).toMatchObject({ ETag: tag, 'Cache-Control': 'public, max-age=30' });
    expect(headers).not.toHaveProperty('Content-Type');
  });

  it('is whole when If-None-Match has another tag', () => {
    expect(getSite(IMAGES, { ifNoneMatch: '"other"' }).status).toBe(200);
  });

  it('is the same for HEAD', () => {
    expect(getSite(IMAGES, { method: 'HEAD' })).toEqual(getSite(IMAGES));
  });

  it('ignores a query', () => {
    expect(getSite(`${IMAGES}?page=2`)).toEqual(getSite(IMAGES));
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', ''])('is 405 for the method %j', (method) => {
    const { status, headers } = getSite(IMAGES, { method });
    expect(status).toBe(405);
    expect(headers).toMatchObject({ Allow: 'GET, HEAD', 'Content-Type': 'application/problem+json' });
  });

  it('is 503 while there is no valid catalog', () => {
    const { status, headers, body } = siteFrom(undefined)({ method: 'GET', target: IMAGES });
    expect(status).toBe(503);
    expect(headers).toMatchObject({ 'Retry-After': '5', 'Cache-Control': 'no-store' });
    expect(JSON.parse(body)).toEqual({
      title: 'no catalog',
      status: 503,
      detail: 'there is no valid catalog yet; try again later',
    });
  });
});

describe('an answer to a client that accepts gzip', () => {
  const asked = { acceptEncoding: 'gzip, br' };

  it('has a tag of its own, and the text for the server to compress', () => {
    const plain = getSite(IMAGES);
    const { status, headers, body } = getSite(IMAGES, asked);
    expect({ status, body }).toEqual({ status: 200, body: plain.body });
    expect(headers).toEqual({
      ...plain.headers,
      'Content-Encoding': 'gzip',
      ETag: plain.headers.ETag?.replace(/"$/, '-gzip"'),
    });
  });

  it('is 304 for the tag of this encoding only', () => {
    const plain = getSite(IMAGES).headers.ETag;
    const { status, headers } = getSite(IMAGES, { ...asked, ifNoneMatch: `${plain?.slice(0, -1)}-gzip"` });
    expect(status).toBe(304);
    expect(headers).toMatchObject({ Vary: 'Accept-Encoding' });
    expect(headers).not.toHaveProperty('Content-Encoding');
    expect(getSite(IMAGES, { ...asked, ifNoneMatch: plain }).status).toBe(200);
  });

  it('is not compressed where it is short', () => {
    expect(getSite('/icon.svg', asked).headers).not.toHaveProperty('Content-Encoding');
  });
});

describe('cached answers', () => {
  const addresses = ['/', '/deprecations', '/deprecations?sort=tools', '/api/v1/images', '/style.css'];

  it.each(addresses)('are one object for each encoding: %s', (target) => {
    const answer = siteFrom(siteInput(someUse));
    for (const acceptEncoding of ['gzip', ''])
      expect(answer({ method: 'GET', target, acceptEncoding })).toBe(
        answer({ method: 'HEAD', target, acceptEncoding }),
      );
  });

  it.each(['/?q=python', '/?q=', '/nothing', '/images/unknown', '/tools/idle', '/images/python3.7'])(
    'are not those to searches, and of addresses that a client may choose: %s',
    (target) => {
      const answer = siteFrom(siteInput(someUse));
      const request = { method: 'GET', target };
      expect(answer(request)).not.toBe(answer(request));
      expect(answer(request)).toEqual(answer(request));
    },
  );

  it('are the same for a query that changes nothing, so that no flood of queries fills the memory', () => {
    const answer = siteFrom(siteInput());
    const [first, ...others] = ['', '?x=1', '?x=2&sort=name', '?sort=unknown'].map((query) =>
      answer({ method: 'GET', target: `/deprecations${query}` }),
    );
    for (const other of others) expect(other).toBe(first);
  });
});

describe('an unknown image', () => {
  it('is 404 with the image that was probably meant', () => {
    const { status, headers, body } = getSite('/api/v1/images/pyhton3.11');
    expect(status).toBe(404);
    expect(headers).toMatchObject({
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
    });
    expect(JSON.parse(body)).toEqual({
      title: 'not found',
      status: 404,
      detail: 'the catalog has no image of this name; did you mean python3.11?',
    });
  });

  it('is 404 without a suggestion when nothing is near', () => {
    expect(JSON.parse(getSite('/api/v1/images/zzzzzzzz').body)).toMatchObject({
      detail: 'the catalog has no image of this name',
    });
  });
});

describe('an alias', () => {
  it('redirects to the page of its image for good', () => {
    const { status, headers, body } = getSite('/images/tf-python37');
    expect({ status, body }).toEqual({ status: 308, body: '' });
    expect(headers).toMatchObject({ Location: 'python3.7', 'Cache-Control': 'public, max-age=30' });
  });
});

describe('a slash in a name', () => {
  it('is part of the name only where it is escaped', () => {
    const input = siteInput(useNotKnown, lookupOf({ 'a/b': {} }));
    expect(getSite('/images/a%2Fb', { input }).status).toBe(200);
    expect(getSite('/images/a/b', { input }).status).toBe(404);
  });
});

describe('an odd path', () => {
  it.each([
    '',
    '*',
    '/nothing',
    '//api/v1/images',
    '/api/v1/images/',
    '/api/v1/images/..',
    '/api/v1/images/../images',
    '/api/v1/images/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '/api/v1/images/python3.7%00',
    '/api/v1/images/%00',
    '/api/v1/images/%',
    '/api/v1/images/%ff',
    '/api/v1/images/%E2%80%AE',
    '/api/v1/images/<script>alert(1)</script>',
    '/images/..',
    '/images/%00',
    '/images/%',
    '/images/toString',
    '/images/<script>alert(1)</script>',
    '/tools/%2e%2e',
    '/tools/Upper',
    '/deprecations/',
    `/images/${'a'.repeat(16 * 1024)}`,
    `/${'a/'.repeat(8 * 1024)}`,
    '/api/v1/images/toString',
    '/api/v1/images/__proto__',
    '/v1/tool//images',
    '/v1/tool/images',
    `/api/v1/images/${'a'.repeat(16 * 1024)}`,
    `/api/v1/tools/${'a'.repeat(16 * 1024)}`,
    `/${'../'.repeat(5 * 1024)}`,
  ])('is 404: %.60s', (target) => {
    const { status, body } = getSite(target);
    expect(status).toBe(404);
    expect(body.length).toBeLessThan(1_500);
  });
});
