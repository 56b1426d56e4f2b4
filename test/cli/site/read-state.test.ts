import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readState } from '../../../src/cli/site/read-state.ts';
import { etagOf } from '../../../src/site/etag.ts';
import { MAX_STATE_BYTES } from '../../../src/site/state.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

async function serverOf(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/state.json`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

test('readState reads the text and its tag, and nothing while the tag is the same', async () => {
  await using server = await serverOf((request, response) => {
    if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end();
    else response.writeHead(200, { ETag: '"1"' }).end('{}');
  });
  expect(await readState(server.url)).toEqual({ text: '{}', etag: '"1"' });
  expect(await readState(server.url, '"1"')).toBeUndefined();
  expect(await readState(server.url, '"0"')).toEqual({ text: '{}', etag: '"1"' });
});

test('readState reads a file, and nothing while its text is the same', async () => {
  await using files = await temporaryDirectory();
  const file = join(files.path, 'state.json');
  await writeFile(file, '{}');
  expect(await readState(file)).toEqual({ text: '{}', etag: etagOf('{}') });
  expect(await readState(file, etagOf('{}'))).toBeUndefined();
});

test.each<[string, RequestListener, RegExp]>([
  [
    'another status',
    (_, response) => response.writeHead(404).end('x'.repeat(100_000)),
    /HTTP status 404 instead of 200; is it the ops port of serve, with \/state\.json\?$/,
  ],
  [
    'a redirect',
    (_, response) => response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end(),
    /unexpected redirect$/,
  ],
  [
    'a body above the limit',
    (_, response) => void response.writeHead(200).end(Buffer.alloc(MAX_STATE_BYTES + 1, ' ')),
    /it is larger than 16 MiB$/,
  ],
  [
    'a body that is above the limit when it is unpacked',
    (_, response) =>
      void response
        .writeHead(200, { 'Content-Encoding': 'gzip' })
        .end(gzipSync(Buffer.alloc(MAX_STATE_BYTES + 1, ' '))),
    /it is larger than 16 MiB$/,
  ],
  [
    'a body that ends early',
    (_, response) => {
      response.writeHead(200, { 'Content-Length': '1000' }).write('{');
      setImmediate(() => response.destroy());
    },
    /./,
  ],
])('readState rejects %s', async (_, listener, reason) => {
  await using server = await serverOf(listener);
  await expect(readState(server.url)).rejects.toThrow(
    expect.objectContaining({ message: expect.stringMatching(reason) }),
  );
  await expect(readState(server.url)).rejects.toThrow(`cannot read the state at ${server.url}: `);
});

test('readState says why no connection is made, and why a file cannot be read', async () => {
  const server = await serverOf(() => {});
  await server[Symbol.asyncDispose]();
  await expect(readState(server.url)).rejects.toThrow(/^cannot read the state at http.*ECONNREFUSED/);
  await expect(readState('/no/such/file')).rejects.toThrow(
    /^cannot read the state at \/no\/such\/file: ENOENT/,
  );
});

test('readState gives up when its signal aborts', async () => {
  await using server = await serverOf(() => {});
  const stop = new AbortController();
  const reading = readState(server.url, undefined, stop.signal);
  stop.abort();
  await expect(reading).rejects.toThrow('aborted');
});
