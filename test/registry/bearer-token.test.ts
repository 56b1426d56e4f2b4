import { describe, expect, it } from 'vitest';
import { bearerChallenge } from '../../src/registry/bearer-token.ts';

describe('a Bearer challenge', () => {
  it.each([
    ['Bearer realm="https://a/token",service="s"', { realm: 'https://a/token', service: 's' }],
    ['bearer REALM=https://a/token , service=s', { realm: 'https://a/token', service: 's' }],
    ['Basic realm="b", Bearer realm="https://a/token"', { realm: 'https://a/token' }],
    [
      'Bearer realm="https://a/token",scope="repository:a:pull,push"',
      { realm: 'https://a/token', scope: 'repository:a:pull,push' },
    ],
    ['Bearer realm="unfinished', {}],
  ])('is found in %s', (header, parameters) => {
    expect(Object.fromEntries(bearerChallenge(header) ?? [])).toEqual(parameters);
  });

  it.each([undefined, '', 'Basic realm="Bearer "', 'Negotiate'])('is not found in %j', (header) => {
    expect(bearerChallenge(header)).toBeUndefined();
  });
});
