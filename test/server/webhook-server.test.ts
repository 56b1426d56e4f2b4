import { connect } from 'node:tls';
import { expect, test, vi } from 'vitest';
import { createAuthority } from '../../src/certificates/issuer.ts';
import { clientCertificate } from '../support/client-certificates.ts';
import { openRaw, send } from '../support/https-client.ts';
import { closedServer, seriesIn, startServer, testPair } from '../support/webhook-server.ts';

const HOST = '127.0.0.1';
const ports = { host: HOST, tlsPort: 0, opsPort: 0 };

test('a server runs only once it is open', () => {
  const { server } = closedServer();
  expect(() => server.runUntilSignal(() => {}, 0)).toThrow('open() has to be called first');
});

test('a server without a certificate fails each handshake, and serves once it has one', async () => {
  const { server, logged } = closedServer();
  const { tlsPort } = await server.open(ports);
  await expect(openRaw(tlsPort)).rejects.toThrow();
  await vi.waitFor(() => expect(logged('handshake failed')).toMatchObject([{ level: 'debug' }]));
  server.serveWith(await testPair());
  expect((await send({ port: tlsPort, body: '{}' })).status).toBe(200);
  server.close();
});

test('a server whose port is taken names its option, and leaves no port open once it is closed', async () => {
  await using first = await startServer();
  const listening = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
  for (const [taken, option] of [
    [{ opsPort: first.opsPort }, '--ops-port'],
    [{ tlsPort: first.port }, '--tls-port'],
  ] as const) {
    const { server } = closedServer();
    await expect(server.open({ ...ports, ...taken })).rejects.toThrow(
      `cannot listen on ${HOST}, port ${Object.values(taken)[0]}: the port is in use; choose another with ${option}`,
    );
    server.close();
    // The two of the first server.
    await vi.waitFor(() => expect(listening()).toBe(2));
  }
});

test('a closed server has no port and no connection', async () => {
  const { server, port, opsPort } = await startServer();
  const open = await openRaw(port);
  server.close();
  await open.closed;
  await expect(openRaw(port)).rejects.toThrow('ECONNREFUSED');
  await expect(fetch(`http://${HOST}:${opsPort}/livez`)).rejects.toThrow();
});

test('a server is ready by its catalog and its certificate, on /readyz and in the metrics', async () => {
  const notAfter = new Date(Date.now() + 3_600_000);
  const { server, metrics } = closedServer({
    catalog: () => ({ kind: 'absent', serving: undefined }),
    certificate: () => ({ kind: 'loaded', notAfter }),
  });
  const ready = async () => seriesIn(await metrics.text(), 'image_config_admission_ready');
  expect([server.readiness().ready, await ready()]).toEqual([true, 1]);
  const late = closedServer({ catalog: () => ({ kind: 'absent', serving: undefined }) });
  expect(late.server.readiness().ready).toBe(false);
});

test('a server that requests client certificates follows a new client CA, whichever comes first', async () => {
  const named = (commonName: string) => createAuthority({ commonName, now: new Date(), days: 1 });
  const [old, next] = await Promise.all([named('old'), named('next')]);
  const apiServer = await clientCertificate({ authority: next });
  const client = { cert: apiServer.certificate, key: apiServer.key };
  for (const trustsFirst of [true, false]) {
    const { server } = closedServer({ clientAuthorities: old.certificate });
    if (trustsFirst) server.trust(next.certificate);
    server.serveWith(await testPair());
    if (!trustsFirst) server.trust(next.certificate);
    const { tlsPort } = await server.open(ports);
    const socket = connect({ host: HOST, port: tlsPort, rejectUnauthorized: false, ...client });
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const answer = await new Promise((resolve, reject) => socket.on('data', resolve).on('error', reject));
    expect(String(answer)).toMatch(/^HTTP\/1\.1 404/);
    server.close();
  }
});

test('a server that requests no client certificates takes no client CA', async () => {
  const { server } = closedServer();
  expect(() => server.trust('a CA')).toThrow('this server requests no client certificates');
});
