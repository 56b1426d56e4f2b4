import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { expect, test, vi } from 'vitest';
import { selfSigned } from '../../src/certificates/issuer.ts';
import { openRaw, rawReview, send } from '../support/https-client.ts';
import { startServer, testPair } from '../support/webhook-server.ts';

const handshakeError = async (socket: TLSSocket): Promise<string> => {
  const [error] = await once(socket, 'error');
  return error.code;
};

test('TLS 1.2 and 1.3 are spoken, 1.1 is not', async () => {
  await using server = await startServer();
  const versions: unknown[] = [];
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const { socket } = await openRaw(server.port, { minVersion: version, maxVersion: version });
    versions.push(socket.getProtocol());
    socket.destroy();
  }
  expect(versions).toEqual(['TLSv1.2', 'TLSv1.3']);

  const old = connect({
    host: '127.0.0.1',
    port: server.port,
    minVersion: 'TLSv1.1',
    maxVersion: 'TLSv1.1',
    // Or the client itself would refuse to speak it.
    ciphers: 'DEFAULT@SECLEVEL=0',
    rejectUnauthorized: false,
  });
  expect(await handshakeError(old)).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
});

test('HTTP/1.1 is chosen, HTTP/2 is not offered', async () => {
  await using server = await startServer();
  const both = await openRaw(server.port, { ALPNProtocols: ['h2', 'http/1.1'] });
  expect(both.socket.alpnProtocol).toBe('http/1.1');
  both.socket.destroy();
  const only = connect({
    host: '127.0.0.1',
    port: server.port,
    ALPNProtocols: ['h2'],
    rejectUnauthorized: false,
  });
  expect(await handshakeError(only)).toMatch(/NO_APPLICATION_PROTOCOL|ECONNRESET/);
});

test('a new pair is for new connections; the open ones go on', async () => {
  await using server = await startServer();
  const before = await openRaw(server.port);
  const old = before.socket.getPeerX509Certificate()?.fingerprint256;
  const options = { dnsNames: ['localhost'], ipAddresses: [], now: new Date(), days: 1 };
  server.server.serveWith(await selfSigned(options));

  const after = await openRaw(server.port);
  expect(after.socket.getPeerX509Certificate()?.fingerprint256).not.toBe(old);
  // The TLS floor is kept over the swap, though Node forgets it.
  const tooOld = connect({
    host: '127.0.0.1',
    port: server.port,
    maxVersion: 'TLSv1.1',
    minVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
    rejectUnauthorized: false,
  });
  expect(await handshakeError(tooOld)).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  before.socket.write(rawReview('{}'));
  await vi.waitFor(() => expect(before.received()).toContain('HTTP/1.1 200 OK'));
  before.socket.destroy();
  after.socket.destroy();
});

test('a pair that does not match throws, and the old one goes on serving', async () => {
  await using server = await startServer();
  const options = { dnsNames: ['localhost'], ipAddresses: [], now: new Date(), days: 1 };
  const { key } = await selfSigned(options);
  const { certificate } = await testPair();
  expect(() => server.server.serveWith({ certificate, key })).toThrow(/key values mismatch/i);
  expect((await send({ port: server.port, body: '{}' })).status).toBe(200);
});

test('a connection may stay silent, as those do that Go opens ahead; it ends with the idle time', async () => {
  await using server = await startServer({ timeouts: { idle: 300, body: 20 } });
  const silent = await openRaw(server.port);
  // Its own time is the body's; the silent connection has another, and lives.
  const { closed, socket } = await openRaw(server.port);
  socket.write(
    'POST /review HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n',
  );
  await closed;
  expect(silent.socket.closed).toBe(false);
  await silent.closed;
});

test('a peer that never finishes its handshake is let go', async () => {
  await using server = await startServer({ timeouts: { handshake: 50 } });
  const { connect: connectPlain } = await import('node:net');
  const socket = connectPlain(server.port, '127.0.0.1');
  await once(socket, 'close');
  await vi.waitFor(() => expect(server.told('handshake failed')).toHaveLength(1));
});

test('one connection more than allowed takes the place of the one that said nothing, and is counted', async () => {
  await using server = await startServer({ limits: { maxConnections: 2 } });
  const asked = await openRaw(server.port);
  asked.socket.write(rawReview('{}'));
  await vi.waitFor(() => expect(asked.received()).toContain('HTTP/1.1 200 OK'));
  const silent = await openRaw(server.port);
  const newest = await openRaw(server.port);
  await silent.closed;
  expect(await server.series('image_config_admission_connections_dropped_total')).toBe(1);
  for (const { socket, received } of [asked, newest]) {
    const before = received().length;
    socket.write(rawReview('{}'));
    await vi.waitFor(() => expect(received().slice(before)).toContain('HTTP/1.1 200 OK'));
    socket.destroy();
  }
});
