import type { RequestListener, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { checkedImage, checkerOf } from '../support/checked-image.ts';
import { answering, OCI_MANIFEST, standInRegistry } from '../support/stand-in-registry.ts';

const there = answering(200, { 'content-type': OCI_MANIFEST });

describe('a check of images', () => {
  it('asks by HEAD for the manifest, with all four types and nothing of an account', async () => {
    await using registry = await standInRegistry(there);
    expect(await checkedImage([registry], {}, 'a/b/node20')).toEqual({ kind: 'present' });
    expect(registry.requests).toEqual([
      {
        method: 'HEAD',
        path: '/v2/a/b/node20/manifests/latest',
        headers: {
          host: registry.host,
          connection: 'close',
          accept: [
            'application/vnd.oci.image.index.v1+json',
            'application/vnd.oci.image.manifest.v1+json',
            'application/vnd.docker.distribution.manifest.list.v2+json',
            'application/vnd.docker.distribution.manifest.v2+json',
          ].join(', '),
        },
      },
    ]);
  });

  it.each([
    ['', 'latest'],
    [':latest', 'latest'],
    [':1.2', '1.2'],
    [`@sha256:${'a'.repeat(64)}`, `sha256:${'a'.repeat(64)}`],
    [`:1.2@sha256:${'a'.repeat(64)}`, `sha256:${'a'.repeat(64)}`],
  ])('asks for node20%s as %s', async (suffix, reference) => {
    await using registry = await standInRegistry(there);
    await checkedImage([registry], {}, `node20${suffix}`);
    expect(registry.requests.map(({ path }) => path)).toEqual([`/v2/node20/manifests/${reference}`]);
  });

  it('takes 404 for absent', async () => {
    await using registry = await standInRegistry(answering(404));
    expect(await checkedImage([registry])).toEqual({ kind: 'absent' });
  });

  it.each([
    [400, 'the registry answered 400'],
    [401, 'the registry refuses it to the public (it answered 401)'],
    [403, 'the registry refuses it to the public (it answered 403)'],
    [405, 'the registry answered 405'],
    [500, 'the registry answered 500'],
    [502, 'the registry answered 502'],
  ])('takes %i for neither present nor absent', async (status, reason) => {
    await using registry = await standInRegistry(answering(status));
    expect(await checkedImage([registry])).toMatchObject({ kind: 'unchecked', reason });
    expect(registry.requests).toHaveLength(1);
  });

  it.each([
    ['a page', { 'content-type': 'text/html; charset=utf-8' }],
    ['nothing', {}],
    [
      'a manifest of docker before 1.10',
      { 'content-type': 'application/vnd.docker.distribution.manifest.v1+json' },
    ],
  ])('does not take 200 with %s for an image', async (_, headers) => {
    await using registry = await standInRegistry(answering(200, headers));
    expect(await checkedImage([registry])).toMatchObject({
      kind: 'unchecked',
      reason: expect.stringContaining('is no manifest of an image'),
    });
  });

  it('reads the type of a manifest in any case, without its parameters', async () => {
    const headers = { 'content-type': 'Application/VND.oci.image.manifest.v1+json ; charset=utf-8;q=1' };
    await using registry = await standInRegistry(answering(200, headers));
    expect(await checkedImage([registry])).toEqual({ kind: 'present' });
  });

  it('is not disturbed by a host that is none', async () => {
    await using registry = await standInRegistry(there);
    const { host } = registry;
    const check = await checkerOf([registry], { registries: ['registry.test:99999', host] });
    const images = [`${host}/node20`, 'registry.test:99999/node20'];
    const found = await check(images);
    expect(images.map((image) => found.get(image)?.kind)).toEqual(['present', 'unchecked']);
  });

  it('notices the digest of another image', async () => {
    const [asked, other] = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`];
    const headers = { 'content-type': OCI_MANIFEST, 'docker-content-digest': other };
    await using registry = await standInRegistry(answering(200, headers));
    expect(await checkedImage([registry], {}, `node20@${asked}`)).toMatchObject({
      kind: 'unchecked',
      reason: `the registry answered with the digest "${other}"`,
    });
    expect(await checkedImage([registry], {}, `node20@${other}`)).toEqual({ kind: 'present' });
  });

  it('asks for four images at once, and for each of them once', async () => {
    const waiting: ServerResponse[] = [];
    const seen: number[] = [];
    const inFours: RequestListener = (_, response) => {
      waiting.push(response);
      seen.push(waiting.length);
      // All four wait here, so a fifth would be seen.
      if (waiting.length === 4)
        for (const held of waiting.splice(0)) held.writeHead(200, { 'content-type': OCI_MANIFEST }).end();
    };
    await using registry = await standInRegistry(inFours);
    const check = await checkerOf([registry]);
    const images = Array.from({ length: 12 }, (_, index) => `${registry.host}/image${index}`);
    await check([...images, ...images]);
    const found = await check(images);
    expect(images.map((image) => found.get(image)?.kind)).toEqual(images.map(() => 'present'));
    expect(registry.requests).toHaveLength(12);
    expect(Math.max(...seen)).toBe(4);
  });

  it('gives up on an image that gets no answer in its time, and goes on with the others', async () => {
    const listener: RequestListener = (request, response) => {
      if (!request.url?.includes('hangs')) there(request, response);
    };
    await using registry = await standInRegistry(listener);
    const check = await checkerOf([registry], { patience: { image: 2_000, all: 20_000 } });
    const [hangs, answers] = [`${registry.host}/hangs`, `${registry.host}/answers`];
    const found = await check([hangs, answers]);
    expect(found.get(hangs)).toMatchObject({ reason: 'there was no answer within the 2 s' });
    expect(found.get(answers)).toEqual({ kind: 'present' });
  });

  it('gives up on all images when their time is over, and asks for no further one', async () => {
    await using registry = await standInRegistry(() => {});
    const check = await checkerOf([registry], { patience: { image: 20_000, all: 500 } });
    const images = Array.from({ length: 50 }, (_, index) => `${registry.host}/image${index}`);
    const found = await check(images);
    expect(new Set(images.map((image) => JSON.stringify(found.get(image)))).size).toBe(1);
    expect(found.get(images[0] ?? '')).toMatchObject({
      reason: 'there was no answer within the 0.5 s for all images',
    });
    expect(registry.connections()).toBeLessThanOrEqual(4);
    // The time is that of all calls.
    expect((await check([`${registry.host}/later`])).get(`${registry.host}/later`)).toEqual(
      found.get(images[0] ?? ''),
    );
    expect(registry.connections()).toBeLessThanOrEqual(4);
  });
});
