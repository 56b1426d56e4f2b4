import { once } from 'node:events';
import { type ConnectionOptions, connect, getCiphers } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRaw, send } from '../support/https-client.ts';
import { startServer, type TestServer, testPair } from '../support/webhook-server.ts';

let server: TestServer & AsyncDisposable;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** Whether a handshake comes to its end. */
async function shakesHands(options: ConnectionOptions): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port: server.port, rejectUnauthorized: false, ...options });
  return once(socket, 'secureConnect')
    .then(
      () => true,
      () => false,
    )
    .finally(() => socket.destroy());
}

/** Or the client itself would refuse to speak what is weak. */
const ANYTHING = '@SECLEVEL=0';

test.each(['TLSv1', 'TLSv1.1'] as const)('0 handshakes of %s come to their end', async (version) => {
  const only = { minVersion: version, maxVersion: version };
  expect(await shakesHands({ ...only, ciphers: `ALL:${ANYTHING}` })).toBe(false);
});

describe.each(['as it starts', 'with another serving certificate'])('a server, %s', (state) => {
  beforeAll(async () => {
    if (state !== 'as it starts') server.server.serveWith(await testPair());
  });

  test('takes 3 of the 50 and more cipher suites of TLS 1.2: each with a key of its own, and authenticated', async () => {
    const suites = getCiphers().filter((suite) => !suite.startsWith('tls_'));
    expect(suites.length).toBeGreaterThan(50);
    const taken: string[] = [];
    for (const suite of suites) {
      const ciphers = `${suite.toUpperCase()}:${ANYTHING}`;
      if (await shakesHands({ maxVersion: 'TLSv1.2', ciphers })) taken.push(suite);
    }
    // As many again would be there for a certificate with an elliptic key.
    expect(taken.sort()).toEqual([
      'ecdhe-rsa-aes128-gcm-sha256',
      'ecdhe-rsa-aes256-gcm-sha384',
      'ecdhe-rsa-chacha20-poly1305',
    ]);
  });

  test('takes 3 suites of TLS 1.3', async () => {
    const taken: string[] = [];
    for (const suite of getCiphers().filter((name) => name.startsWith('tls_')))
      if (await shakesHands({ minVersion: 'TLSv1.3', ciphers: suite.toUpperCase() })) taken.push(suite);
    expect(taken.sort()).toEqual([
      'tls_aes_128_gcm_sha256',
      'tls_aes_256_gcm_sha384',
      'tls_chacha20_poly1305_sha256',
    ]);
  });

  test('makes 0 of 10 renegotiations, which would cost it much and its peer little', async () => {
    for (let tried = 0; tried < 10; tried++) {
      const { socket } = await openRaw(server.port, { maxVersion: 'TLSv1.2' });
      const refused = new Promise((resolve) => socket.once('error', resolve));
      socket.renegotiate({}, () => expect.fail('it was made'));
      expect(await refused).toMatchObject({ code: 'ERR_SSL_NO_RENEGOTIATION' });
    }
    expect((await send({ port: server.port, body: '{}' })).status).toBe(200);
  });
});
