import { X509Certificate } from 'node:crypto';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { selfSigned } from '../../../src/certificates/issuer.ts';
import type { KeyPair } from '../../../src/certificates/key-pair.ts';
import { catalogThread } from '../../support/bundle.ts';
import { openRaw, send } from '../../support/https-client.ts';
import { type RunningSite, siteOptionsFrom, startSite as start } from '../../support/running-site.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const fixture = fileURLToPath(new URL('../../fixtures/image-config/images-v1.2026.yaml', import.meta.url));

const thread = await catalogThread();

const startSite = (argv: readonly string[], today?: () => string): Promise<RunningSite> =>
  start(argv, { thread }, today);

test('site serves the images of a file, and says that their use is not known', async () => {
  await using running = await startSite(['--catalog', fixture]);
  const response = await running.get('/api/v1/images');
  expect(response.status).toBe(200);
  const { images, ...about } = (await response.json()) as { images: { use: unknown }[] };
  expect(about).toMatchObject({ day: '2026-11-30', outdated: null });
  expect(images).toHaveLength(41);
  expect(images.every(({ use }) => JSON.stringify(use) === '{"known":false,"since":null}')).toBe(true);
});

test('site shows the last good catalog after a bad edit of the file, and says so', async () => {
  await using files = await temporaryDirectory();
  const catalog = join(files.path, 'images.yaml');
  await copyFile(fixture, catalog);
  await using running = await startSite(['--catalog', catalog]);
  const about = async () => (await (await running.get('/api/v1/images/python3.11')).json()) as object;
  const good = await about();
  expect(good).toMatchObject({ outdated: null });

  await writeFile(catalog, 'python3.11: {}\n');
  await vi.waitFor(
    async () =>
      expect(await about()).toEqual({
        ...good,
        outdated: expect.stringMatching(
          /^the newest text of the catalog has 2 errors; this is the last good one$/,
        ),
      }),
    { timeout: 20_000 },
  );

  await writeFile(catalog, (await readFile(fixture, 'utf8')).replaceAll('tf-node12', 'tf-nodejs12'));
  await vi.waitFor(async () => expect(await about()).toMatchObject({ outdated: null }), { timeout: 20_000 });
  expect((await running.get('/api/v1/images/tf-nodejs12')).status).toBe(200);
});

test('site answers 503 until a file with a valid catalog appears', async () => {
  await using files = await temporaryDirectory();
  const catalog = join(files.path, 'images.yaml');
  await using running = await startSite(['--catalog', catalog]);
  expect((await running.get('/api/v1/images')).status).toBe(503);
  await copyFile(fixture, catalog);
  await vi.waitFor(async () => expect((await running.get('/api/v1/images')).status).toBe(200), {
    timeout: 20_000,
  });
});

test('site compares removal dates with the day of each request', async () => {
  await using files = await temporaryDirectory();
  const catalog = join(files.path, 'images.yaml');
  const fields = 'deprecation: {removal: "2026-11-30"}';
  await writeFile(catalog, `old: {state: deprecated, image: r.example/old, variants: {}, ${fields}}\n`);
  let day = '2026-11-30';
  await using running = await startSite(['--catalog', catalog], () => day);
  const past = async () => (await (await running.get('/api/v1/images/old')).json()) as object;
  expect(await past()).toMatchObject({ day, deprecation: { past: false } });
  day = '2026-12-01';
  expect(await past()).toMatchObject({ day, deprecation: { past: true } });
});

test('site listens on loopback unless --host says otherwise', () => {
  expect(siteOptionsFrom([])).toMatchObject({ host: '127.0.0.1', port: 8082 });
});

test('site --cert-dir speaks HTTPS only, with the newest pair in the directory', async () => {
  await using files = await temporaryDirectory();
  const names = { dnsNames: ['images.example.org'], ipAddresses: [], now: new Date(), days: 2 };
  const pairs = [await selfSigned(names), await selfSigned(names)];
  const write = async (pair: KeyPair | undefined): Promise<void> => {
    await writeFile(join(files.path, 'tls.crt'), pair?.certificate ?? '');
    await writeFile(join(files.path, 'tls.key'), pair?.key ?? '');
  };
  await write(pairs[0]);
  await using running = await startSite(['--catalog', fixture, '--cert-dir', files.path]);
  const { port } = running;
  const reply = await send({ port, path: '/api/v1/images/python3.11', method: 'GET' });
  expect([reply.status, JSON.parse(reply.body)]).toMatchObject([200, { name: 'python3.11' }]);
  await expect(running.get('/')).rejects.toThrow();

  await write(pairs[1]);
  const serialNumber = new X509Certificate(pairs[1]?.certificate ?? '').serialNumber;
  await vi.waitFor(async () => {
    const { socket } = await openRaw(port);
    const served = socket.getPeerX509Certificate()?.serialNumber;
    socket.destroy();
    expect(served).toBe(serialNumber);
  });
});
