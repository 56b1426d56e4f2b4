import { describe, expect, it } from 'vitest';
import { type ResolveHost, resolveHost } from '../../src/registry/addresses.ts';
import { checkedImage, checkerOf } from '../support/checked-image.ts';
import { answering, OCI_MANIFEST, standInRegistry } from '../support/stand-in-registry.ts';

const there = answering(200, { 'content-type': OCI_MANIFEST });

describe('the host of a registry', () => {
  it('is resolved once, so a name that resolves anew leads nowhere else', async () => {
    await using registry = await standInRegistry(there);
    await using other = await standInRegistry(answering(404), { address: '127.0.0.2', port: registry.port });
    const lookups: string[] = [];
    const resolve: ResolveHost = async (hostname) => {
      lookups.push(hostname);
      return [{ address: lookups.length === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
    };
    const check = await checkerOf([registry], { resolve });
    const images = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${registry.host}/${name}`);
    await check(images.slice(0, 5));
    const found = await check(images);
    expect(images.map((image) => found.get(image)?.kind)).toEqual(images.map(() => 'present'));
    expect(lookups).toEqual(['registry.test']);
    expect(other.connections()).toBe(0);
  });

  it('has all of its addresses', async () => {
    expect(await resolveHost('127.0.0.1')).toEqual([{ address: '127.0.0.1', family: 4 }]);
  });

  it('is reached by its next address when the first does not answer', async () => {
    await using registry = await standInRegistry(there);
    const resolve: ResolveHost = async () =>
      ['127.0.0.3', '127.0.0.1'].map((address) => ({ address, family: 4 }));
    expect(await checkedImage([registry], { resolve })).toEqual({ kind: 'present' });
  });

  it.each([
    ['169.254.169.254', 4],
    ['::ffff:169.254.169.254', 6],
    ['0.0.0.0', 4],
    ['255.255.255.255', 4],
    ['224.0.0.1', 4],
    ['::', 6],
    ['fe80::1', 6],
    ['febf:ffff::1', 6],
    ['ff02::1', 6],
  ])('is not connected to at %s', async (address, family) => {
    await using registry = await standInRegistry(there);
    const resolve: ResolveHost = async () => [
      { address: '127.0.0.1', family: 4 },
      { address, family },
    ];
    expect(await checkedImage([registry], { resolve })).toMatchObject({
      kind: 'unchecked',
      reason: `the name of the host resolves to ${address}, which no registry has`,
    });
    expect(registry.connections()).toBe(0);
  });

  it('that does not resolve, or to nothing, or never, leaves the image unchecked', async () => {
    await using registry = await standInRegistry(there);
    const reasonWith = async (resolve: ResolveHost) => {
      const found = await checkedImage([registry], { resolve, patience: { image: 500, all: 20_000 } });
      return found?.kind === 'unchecked' ? found.reason : undefined;
    };
    const failure = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    expect(await reasonWith(() => Promise.reject(failure))).toBe('the name of the host does not resolve');
    expect(await reasonWith(async () => [])).toBe('the name of the host has no address');
    expect(await reasonWith(() => new Promise(() => {}))).toBe('there was no answer within the 0.5 s');
    expect(registry.connections()).toBe(0);
  });
});
