import type { RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { selfSigned } from '../../src/certificates/issuer.ts';
import { checkedImage } from '../support/checked-image.ts';
import { answering, standInRegistry } from '../support/stand-in-registry.ts';

const FILLING = 'x'.repeat(1_000);

describe('an answer of a registry', () => {
  it('with a head of more than 16 KiB is cut off', async () => {
    let sent = 0;
    const endless: RequestListener = ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const more = (): void => {
        for (; !socket.destroyed; sent++) if (!socket.write(`x-${sent}: ${FILLING}\r\n`)) break;
      };
      socket.on('drain', more);
      more();
    };
    await using registry = await standInRegistry(endless);
    expect(await checkedImage([registry])).toMatchObject({
      reason: 'the head of its answer is longer than 16 KiB',
    });
  });

  it.each([
    [64 * 1024, 'the registry refuses it to the public (it answered 401)'],
    [64 * 1024 + 1, 'its answer is longer than 64 KiB'],
  ])('with a token of %i bytes in all: %s', async (bytes, reason) => {
    const listener: RequestListener = (request, response) => {
      const realm = `https://${request.headers.host}/token`;
      if (request.method === 'GET') return void response.end('{"token":"t0ken"}'.padEnd(bytes));
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end();
    };
    await using registry = await standInRegistry(listener);
    expect(await checkedImage([registry])).toMatchObject({ reason });
  });

  it('with a token of more than 64 KiB is cut off', async () => {
    const endless: RequestListener = (request, response) => {
      const realm = `https://${request.headers.host}/token`;
      if (request.method === 'HEAD')
        return void response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end();
      const more = (): void => {
        while (!response.destroyed && response.write(FILLING));
      };
      response.on('drain', more);
      more();
    };
    await using registry = await standInRegistry(endless);
    expect(await checkedImage([registry])).toMatchObject({ reason: 'its answer is longer than 64 KiB' });
  });

  it.each<[what: string, reason: string, listener: RequestListener]>([
    [
      'a reset',
      'the registry closed the connection without an answer',
      ({ socket }) => void socket.destroy(),
    ],
    [
      'no HTTP',
      'the connection failed (HPE_INVALID_CONSTANT)',
      ({ socket }) => void socket.end('hello\r\n\r\n'),
    ],
    [
      'a switch of protocols',
      'there was no answer within the 0.5 s',
      ({ socket }) =>
        void socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
    ],
    [
      'answers without end that are none',
      'there was no answer within the 0.5 s',
      ({ socket }) => {
        const more = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 5);
        socket.on('close', () => clearInterval(more));
      },
    ],
  ])('that is %s leaves the image unchecked', async (_, reason, listener) => {
    await using registry = await standInRegistry(listener);
    const patience = { image: reason.includes('0.5 s') ? 500 : 20_000, all: 20_000 };
    expect(await checkedImage([registry], { patience })).toMatchObject({ kind: 'unchecked', reason });
  });

  it('of a port without a server leaves the image unchecked', async () => {
    const registry = await standInRegistry(answering(404));
    await registry[Symbol.asyncDispose]();
    expect(await checkedImage([registry])).toMatchObject({ reason: 'the connection was refused' });
  });
});

describe('plain HTTP', () => {
  it('is not spoken', async () => {
    await using registry = await standInRegistry(answering(404), { plain: true });
    expect(await checkedImage([registry])).toMatchObject({ reason: 'it speaks no TLS that Node accepts' });
    expect(registry.requests).toEqual([]);
  });
});

describe('the certificate of a registry', () => {
  const served = async (options: { dnsNames: string[]; now?: Date }) => {
    const { certificate, key } = await selfSigned({ ipAddresses: [], now: new Date(), days: 1, ...options });
    const registry = await standInRegistry(answering(404), { tls: { cert: certificate, key } });
    return { registry, certificate };
  };

  it('of an unknown CA is refused, and the message names NODE_EXTRA_CA_CERTS', async () => {
    await using registry = await standInRegistry(answering(404));
    const { certificate: ca } = await selfSigned({
      dnsNames: ['registry.test'],
      ipAddresses: [],
      now: new Date(),
      days: 1,
    });
    expect(await checkedImage([registry], { ca })).toEqual({
      kind: 'unchecked',
      reason: 'its certificate is of an unknown CA',
      remedy: 'set NODE_EXTRA_CA_CERTS to a PEM file with the CA of the registry',
    });
    expect(registry.requests).toEqual([]);
  });

  it('for another name is refused', async () => {
    const { registry, certificate: ca } = await served({ dnsNames: ['elsewhere.test'] });
    await using _ = registry;
    expect(await checkedImage([registry], { ca })).toMatchObject({
      reason: 'its certificate is for another name',
    });
    expect(registry.requests).toEqual([]);
  });

  it('that has expired is refused', async () => {
    const now = new Date('2020-01-01');
    const { registry, certificate: ca } = await served({ dnsNames: ['registry.test'], now });
    await using _ = registry;
    expect(await checkedImage([registry], { ca })).toMatchObject({ reason: 'its certificate has expired' });
  });

  it('is checked under NODE_TLS_REJECT_UNAUTHORIZED=0, too', async () => {
    const { registry } = await served({ dnsNames: ['registry.test'] });
    await using _ = registry;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      expect(await checkedImage([registry])).toMatchObject({ reason: 'its certificate is of an unknown CA' });
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
  });
});
