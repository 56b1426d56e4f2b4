import { once } from 'node:events';
import type { Server as PlainServer } from 'node:http';
import { connect as connectPlain, createServer, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { describe, expect, test, vi } from 'vitest';
import { selfSigned } from '../../src/certificates/issuer.ts';
import {
  createHttpsServer,
  createOpsServer,
  defaultTimeouts,
  listen,
} from '../../src/server/http-servers.ts';
import { openRaw, rawReview, send } from '../support/https-client.ts';
import { collectLog } from '../support/log.ts';
import { startServer, testPair } from '../support/webhook-server.ts';

const handshakeError = async (socket: TLSSocket): Promise<string> => {
  const [error] = await once(socket, 'error');
  return error.code;
};

describe('the TLS server', () => {
  test('accepts TLS 1.2 and 1.3, and not 1.1', async () => {
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
      // Otherwise the client itself would refuse it.
      ciphers: 'DEFAULT@SECLEVEL=0',
      rejectUnauthorized: false,
    });
    expect(await handshakeError(old)).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  });

  test('chooses HTTP/1.1, and does not offer HTTP/2', async () => {
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

  test('uses a new pair for new connections, and keeps the open ones', async () => {
    await using server = await startServer();
    const before = await openRaw(server.port);
    const old = before.socket.getPeerX509Certificate()?.fingerprint256;
    const options = { dnsNames: ['localhost'], ipAddresses: [], now: new Date(), days: 1 };
    server.server.serveWith(await selfSigned(options));

    const after = await openRaw(server.port);
    expect(after.socket.getPeerX509Certificate()?.fingerprint256).not.toBe(old);
    // The swap keeps the lowest TLS version, though Node forgets it.
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

  test('throws on a pair that does not match, and goes on serving the old one', async () => {
    await using server = await startServer();
    const options = { dnsNames: ['localhost'], ipAddresses: [], now: new Date(), days: 1 };
    const { key } = await selfSigned(options);
    const { certificate } = await testPair();
    expect(() => server.server.serveWith({ certificate, key })).toThrow(/key values mismatch/i);
    expect((await send({ port: server.port, body: '{}' })).status).toBe(200);
  });

  test('keeps a connection without a request, such as those Go opens ahead, until the idle timeout', async () => {
    await using server = await startServer({ timeouts: { idle: 300, body: 20 } });
    const silent = await openRaw(server.port);
    // This one ends with the timeout for a body, and the silent one outlives it.
    const { closed, socket } = await openRaw(server.port);
    socket.write(
      'POST /review HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n',
    );
    await closed;
    expect(silent.socket.closed).toBe(false);
    await silent.closed;
  });

  test('closes a connection that does not finish its handshake', async () => {
    await using server = await startServer({ timeouts: { handshake: 50 } });
    const socket = connectPlain(server.port, '127.0.0.1');
    await once(socket, 'close');
    await vi.waitFor(() => expect(server.logged('handshake failed')).toHaveLength(1));
  });

  test('closes a connection without a request when there is one too many, and counts it', async () => {
    await using server = await startServer({ limits: { maxConnections: 2 } });
    const asked = await openRaw(server.port);
    asked.socket.write(rawReview('{}'));
    await vi.waitFor(() => expect(asked.received()).toContain('HTTP/1.1 200 OK'));
    const silent = await openRaw(server.port);
    const newest = await openRaw(server.port);
    await silent.closed;
    expect(await server.series('image_config_admission_connections_dropped_total')).toBe(1);
    expect(server.logged('too many connections')).toMatchObject([
      { level: 'warn', connections: { closed: 1, max: 2 } },
    ]);
    for (const { socket, received } of [asked, newest]) {
      const before = received().length;
      socket.write(rawReview('{}'));
      await vi.waitFor(() => expect(received().slice(before)).toContain('HTTP/1.1 200 OK'));
      socket.destroy();
    }
  });
});

test('the servers have the timeouts that they are given, and read any number of headers in a head of 16 KiB', () => {
  const boundsOf = ({ headersTimeout, requestTimeout, keepAliveTimeout, timeout }: PlainServer) => ({
    ...{ headersTimeout, requestTimeout, keepAliveTimeout, timeout },
  });
  const idle = 120_000;
  const secure = createHttpsServer(defaultTimeouts, 'any');
  expect({ ...boundsOf(secure as unknown as PlainServer), count: secure.maxHeadersCount }).toEqual({
    ...{ headersTimeout: idle, requestTimeout: idle, keepAliveTimeout: idle, timeout: idle },
    count: 0,
  });
  expect(boundsOf(createOpsServer(5_000))).toEqual({
    ...{ headersTimeout: 5_000, requestTimeout: 5_000, keepAliveTimeout: 5_000 },
    timeout: 10_000,
  });
});

describe('the ops server', () => {
  async function openPlain(port: number): Promise<Socket> {
    const socket = connectPlain({ host: '127.0.0.1', port }).on('error', () => {});
    await once(socket, 'connect');
    return socket;
  }

  const livez = (port: number): Promise<Response> => fetch(`http://127.0.0.1:${port}/livez`);

  test('answers /livez while 400 connections to the ops port send no request', async () => {
    await using server = await startServer();
    const idle = await Promise.all(Array.from({ length: 400 }, () => openPlain(server.opsPort)));
    expect((await livez(server.opsPort)).status).toBe(200);
    for (const socket of idle) socket.destroy();
  });

  test('closes connections to the ops port without a complete request', async () => {
    await using server = await startServer({ timeouts: { ops: 100 } });
    const silent = await openPlain(server.opsPort);
    const halfway = await openPlain(server.opsPort);
    halfway.write('GET /livez HTTP/1.1\r\nHost:');
    const done = await openPlain(server.opsPort);
    done.write('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await Promise.all([silent, halfway, done].map((socket) => once(socket.resume(), 'close')));
  });
});

describe('listen', () => {
  const listenOptions = { host: '127.0.0.1', port: 0, option: '--tls-port', log: collectLog().log };

  test('port 0 chooses a free port and returns it', async () => {
    const listening = await listen(createServer(), listenOptions);
    expect(listening.port).toBeGreaterThan(0);
    listening.destroy();
  });

  test('a port in use is an error that names the option to choose another', async () => {
    const { port, destroy } = await listen(createServer(), listenOptions);
    await expect(listen(createServer(), { ...listenOptions, port })).rejects.toThrow(
      `cannot listen on 127.0.0.1, port ${port}: the port is in use; choose another with --tls-port`,
    );
    destroy();
  });

  test('an address of another machine is an error that names --host', async () => {
    await expect(listen(createServer(), { ...listenOptions, host: '192.0.2.1' })).rejects.toThrow(
      'cannot listen on 192.0.2.1, port 0: this machine has no such address; see --host',
    );
  });

  test.each([
    ['EACCES', 'not permitted; choose a port above 1023 with --tls-port'],
    ['ENOTFOUND', 'this machine has no such address; see --host'],
    ['EOTHER', 'listen EOTHER'],
  ])('the error code %s rejects with a readable message', async (code, words) => {
    const server = createServer();
    server.listen = () => {
      server.emit('error', Object.assign(new Error(`listen ${code}`), { code }));
      return server;
    };
    await expect(listen(server, { ...listenOptions, host: undefined, port: 443 })).rejects.toThrow(
      `cannot listen on all addresses, port 443: ${words}`,
    );
  });

  test('logs connections that the system refuses, once a second at most, with their number and the last error', async () => {
    const { log, logged } = collectLog();
    const server = createServer();
    const listening = await listen(server, { ...listenOptions, log });
    vi.useFakeTimers();
    try {
      for (const code of ['ENOBUFS', 'EPROTO', 'ENOMEM']) server.emit('error', new Error(code));
      vi.advanceTimersByTime(1_000);
      expect(logged('connection not accepted')).toMatchObject([
        { level: 'error', connections: 1, err: { message: 'ENOBUFS' } },
        { level: 'error', connections: 2, err: { message: 'ENOMEM' } },
      ]);
    } finally {
      vi.useRealTimers();
      listening.destroy();
    }
  });

  test('destroy closes open connections', async () => {
    const listening = await listen(createServer(), listenOptions);
    const socket = connectPlain(listening.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => {});
    listening.destroy();
    await once(socket, 'close');
  });
});
