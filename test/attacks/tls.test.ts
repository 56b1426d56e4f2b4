import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ConnectionOptions, connect, createServer, getCiphers, type Server } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRaw, send } from '../support/https-client.ts';
import { rsaCertificates } from '../support/rsa-certificates.ts';
import { startServer, type TestServer, testPair } from '../support/webhook-server.ts';

/** Without this the client itself would refuse weak ciphers. */
const ANYTHING = 'ALL:@SECLEVEL=0';
const OLD = ['TLSv1', 'TLSv1.1'] as const;

let server: TestServer & AsyncDisposable;
/** A server that accepts everything. It shows what this client supports: only that can test our server. */
let control: Server;

beforeAll(async () => {
  server = await startServer();
  const pairs = [await testPair(), await rsaPair()];
  control = createServer({
    cert: pairs.map(({ certificate }) => certificate),
    key: pairs.map(({ key }) => key),
    minVersion: 'TLSv1',
    ciphers: ANYTHING,
    dhparam: 'auto',
  });
  await once(control.listen(0, '127.0.0.1'), 'listening');
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  control.close();
});

const rsaPair = async () => (await rsaCertificates(new Date(), ['localhost'])).serving;

type Outcome = 'done' | { readonly refused: string };

async function shakeHands(port: number, options: ConnectionOptions): Promise<Outcome> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
  return once(socket, 'secureConnect')
    .then(
      () => 'done' as const,
      (error: NodeJS.ErrnoException) => ({ refused: error.code ?? error.message }),
    )
    .finally(() => socket.destroy());
}

const withOurs = (options: ConnectionOptions): Promise<Outcome> => shakeHands(server.port, options);
const withControl = (options: ConnectionOptions): Promise<Outcome> =>
  shakeHands((control.address() as AddressInfo).port, options);

test.each(OLD)('0 handshakes of %s succeed, although this client supports it', async (version) => {
  const only = { minVersion: version, maxVersion: version, ciphers: ANYTHING };
  expect(await withControl(only)).toBe('done');
  expect(await withOurs(only)).toEqual({ refused: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
});

/** Suites that this client does not support fail before a byte is sent. */
const suite12 = (suite: string): ConnectionOptions => ({
  maxVersion: 'TLSv1.2',
  ciphers: `${suite.toUpperCase()}:@SECLEVEL=0`,
});

describe.each([
  ['at its start', 'ecdsa', undefined],
  ['with a renewed serving certificate, now of RSA', 'rsa', rsaPair],
])('a server %s', (_, algorithm, renewed) => {
  beforeAll(async () => {
    if (renewed) server.server.serveWith(await renewed());
  });

  test('accepts 3 of the 20 and more cipher suites of TLS 1.2 that this client supports, all with forward secrecy and authenticated encryption', async () => {
    const spoken: string[] = [];
    const taken: string[] = [];
    for (const suite of getCiphers().filter((name) => !name.startsWith('tls_'))) {
      if ((await withControl(suite12(suite))) !== 'done') continue;
      spoken.push(suite);
      const outcome = await withOurs(suite12(suite));
      if (outcome === 'done') taken.push(suite);
      // OpenSSL 3.0 of Node 20 names it SSLV3, and OpenSSL 3.5 of Node 22 and newer SSL/TLS.
      else
        expect(outcome, suite).toEqual({
          refused: expect.stringMatching(/^ERR_SSL_SSL(V3|\/TLS)_ALERT_HANDSHAKE_FAILURE$/),
        });
    }
    expect(spoken.length).toBeGreaterThanOrEqual(20);
    expect(taken.sort()).toEqual([
      `ecdhe-${algorithm}-aes128-gcm-sha256`,
      `ecdhe-${algorithm}-aes256-gcm-sha384`,
      `ecdhe-${algorithm}-chacha20-poly1305`,
    ]);
  });

  test('accepts 3 suites of TLS 1.3', async () => {
    const taken: string[] = [];
    for (const suite of getCiphers().filter((name) => name.startsWith('tls_')))
      if ((await withOurs({ minVersion: 'TLSv1.3', ciphers: suite.toUpperCase() })) === 'done')
        taken.push(suite);
    expect(taken.sort()).toEqual([
      'tls_aes_128_gcm_sha256',
      'tls_aes_256_gcm_sha384',
      'tls_chacha20_poly1305_sha256',
    ]);
  });

  test('makes 0 of 10 renegotiations, which would cost the server much more than its peer', async () => {
    for (let tried = 0; tried < 10; tried++) {
      const { socket } = await openRaw(server.port, { maxVersion: 'TLSv1.2' });
      const refused = new Promise((resolve) => socket.once('error', resolve));
      socket.renegotiate({}, () => expect.fail('it was made'));
      expect(await refused).toMatchObject({ code: 'ERR_SSL_NO_RENEGOTIATION' });
    }
    expect((await send({ port: server.port, body: '{}' })).status).toBe(200);
  });
});
