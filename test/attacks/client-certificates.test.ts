import { type ConnectionOptions, connect, type SecureVersion } from 'node:tls';
import { describe, expect, test, vi } from 'vitest';
import { createAuthority, selfSigned } from '../../src/certificates/issuer.ts';
import type { KeyPair } from '../../src/certificates/key-pair.ts';
import { clientCertificate } from '../support/client-certificates.ts';
import { openRaw, type RawConnection, rawReview, shown } from '../support/https-client.ts';
import { allow, startServer } from '../support/webhook-server.ts';

const named = (commonName: string) => createAuthority({ commonName, now: new Date(), days: 1 });
const [authority, namesake, nextAuthority] = await Promise.all([
  named('clients'),
  named('clients'),
  named('later'),
]);
const apiServer = await clientCertificate({ authority });

/** A certificate signed by one that is no authority, with the whole chain. */
async function signedByTheApiServer(): Promise<KeyPair> {
  const { certificate, key } = await clientCertificate({ authority: apiServer });
  return { certificate: certificate + apiServer.certificate, key };
}

/** The pair of each impostor, and the reason in the log. */
const impostors: Readonly<Record<string, readonly [KeyPair | undefined, unknown]>> = {
  'no certificate': [undefined, 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE'],
  'one that signed itself, of the right name': [await clientCertificate(), 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  'one by another authority of the same name': [
    await clientCertificate({ authority: namesake }),
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ],
  'one that expired an hour ago': [
    await clientCertificate({ authority, from: -2, to: -1 }),
    'CERT_HAS_EXPIRED',
  ],
  'one that is valid in an hour': [
    await clientCertificate({ authority, from: 1, to: 2 }),
    'CERT_NOT_YET_VALID',
  ],
  'one that is for servers': [
    await clientCertificate({ authority, purpose: 'serverAuth' }),
    'INVALID_PURPOSE',
  ],
  // Node has no code for OpenSSL's reason.
  'one signed by the certificate of an API server': [await signedByTheApiServer(), expect.any(String)],
};

async function startGuarded() {
  const answered = vi.fn(allow);
  const server = await startServer({
    answerers: { '/review': answered },
    clientAuthorities: authority.certificate,
  });
  return { ...server, answered };
}

/** Sends a review as soon as possible, and resolves to the bytes received until an answer or the end of the connection. */
async function ask(port: number, options: ConnectionOptions): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
  let received = '';
  socket.on('data', (data) => {
    received += data;
    socket.destroy();
  });
  socket.on('error', () => {}).once('secureConnect', () => socket.write(rawReview('{}')));
  await new Promise((resolve) => socket.once('close', resolve));
  return received;
}

async function askOn({ socket, received }: RawConnection): Promise<void> {
  const before = received().length;
  socket.write(rawReview('{}'));
  await vi.waitFor(() => expect(received().slice(before)).toContain('200 OK'));
}

const versions: readonly SecureVersion[] = ['TLSv1.2', 'TLSv1.3'];

describe('with a client CA', () => {
  test('7 kinds of impostors, over 2 versions of TLS, get 0 bytes of an answer, and the log has the reason', async () => {
    await using server = await startGuarded();
    for (const [name, [pair]] of Object.entries(impostors))
      for (const version of versions) {
        const received = await ask(server.port, { ...shown(pair), minVersion: version, maxVersion: version });
        expect(received, `${name}, ${version}`).toBe('');
      }
    expect(server.answered).not.toHaveBeenCalled();
    const expected = Object.values(impostors).flatMap(([, reason]) => [reason, reason]);
    expect(expected).toHaveLength(14);
    await vi.waitFor(() =>
      expect(server.logged('client refused').map(({ client }) => client)).toEqual(
        expected.map((reason) => ({ reason })),
      ),
    );
  });

  test('the API server gets an answer, over both versions of TLS', async () => {
    await using server = await startGuarded();
    for (const version of versions)
      expect(
        await ask(server.port, { ...shown(apiServer), minVersion: version, maxVersion: version }),
      ).toContain('200 OK');
  });

  test('after a renewal of the serving certificate 0 of 14 impostors get an answer', async () => {
    await using server = await startGuarded();
    server.server.serveWith(
      await selfSigned({ dnsNames: ['localhost'], ipAddresses: [], now: new Date(), days: 1 }),
    );
    for (const [pair] of Object.values(impostors))
      for (const version of versions)
        expect(await ask(server.port, { ...shown(pair), minVersion: version, maxVersion: version })).toBe('');
    expect(await ask(server.port, shown(apiServer))).toContain('200 OK');
    expect(server.answered).toHaveBeenCalledOnce();
  });

  test('the ops port requires no client certificate', async () => {
    await using server = await startGuarded();
    expect((await fetch(`http://127.0.0.1:${server.opsPort}/livez`)).status).toBe(200);
  });
});

describe('a new client CA', () => {
  test('is trusted beside the old one while both are listed, and after the removal of the old one 0 of its sessions are resumed', async () => {
    await using server = await startGuarded();
    const next = await clientCertificate({ authority: nextAuthority });
    server.server.trust(authority.certificate + nextAuthority.certificate);
    for (const pair of [apiServer, next]) expect(await ask(server.port, shown(pair))).toContain('200 OK');

    for (const version of versions) {
      const limits = { minVersion: version, maxVersion: version } as const;
      const open = await openRaw(server.port, { ...shown(apiServer), ...limits });
      await askOn(open);
      // TLS 1.3 sends the ticket after the handshake and before the answer.
      const session = open.socket.getSession();
      const resumed = await openRaw(server.port, { session, ...shown(apiServer), ...limits });
      expect(resumed.socket.isSessionReused()).toBe(true);
      resumed.socket.destroy();

      server.server.trust(nextAuthority.certificate);
      for (const options of [{ session }, { session, ...shown(apiServer) }])
        expect(await ask(server.port, { ...options, ...limits }), version).toBe('');
      expect(await ask(server.port, shown(next))).toContain('200 OK');
      await askOn(open);
      open.socket.destroy();
      server.server.trust(authority.certificate + nextAuthority.certificate);
    }
  });

  test('is an error for a server that any client may call', async () => {
    await using server = await startServer();
    expect(() => server.server.trust(authority.certificate)).toThrow('requests no client certificates');
  });
});
