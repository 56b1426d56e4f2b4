import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { createAuthority, createIssuer, issueServing, selfSigned } from '../../src/certificates/issuer.ts';
import { checkPair, type KeyPair } from '../../src/certificates/key-pair.ts';
import { extensionOf } from '../support/certificates.ts';
import { defaultCiphers } from '../support/default-ciphers.ts';
import { rsaCertificates } from '../support/rsa-certificates.ts';

const now = new Date('2026-11-22T12:00:00.789Z');
const service = 'image-config-admission.image-config-admission.svc';
let authority: KeyPair;

beforeAll(async () => {
  authority = await createAuthority({ commonName: 'image-config-admission CA', now, days: 10 });
});

const options = { dnsNames: [service, 'localhost'], ipAddresses: ['127.0.0.1', '::1'], now, days: 5 };

// Each of the two makes `X509Certificate.ca` false, so a test of that cannot tell when one of them is lost.
/** cA is FALSE by default. */
const NO_AUTHORITY = { critical: true, value: '3000' };
/** digitalSignature alone. */
const SIGNS_NO_CERTIFICATE = { critical: true, value: '03020780' };

describe('an authority', () => {
  it('is self-signed and may sign others, by critical extensions', async () => {
    const { certificate } = await createAuthority({
      commonName: 'image-config-admission CA',
      now,
      days: 3650,
    });
    const read = new X509Certificate(certificate);
    expect(read.subject).toBe('CN=image-config-admission CA');
    expect(read.issuer).toBe(read.subject);
    expect(read.ca).toBe(true);
    expect(read.verify(read.publicKey)).toBe(true);
    // cA TRUE, pathLenConstraint 0.
    expect(extensionOf(read, 'basicConstraints')).toEqual({ critical: true, value: '30060101ff020100' });
    // keyCertSign and cRLSign.
    expect(extensionOf(read, 'keyUsage')).toEqual({ critical: true, value: '03020106' });
    expect(extensionOf(read, 'subjectKeyIdentifier')).toMatchObject({ critical: false });
    expect(extensionOf(read, 'authorityKeyIdentifier')).toMatchObject({ critical: false });
  });

  it('has a key on P-256 that matches its certificate', async () => {
    const authority = await createAuthority({ commonName: 'ca', now, days: 1 });
    const { publicKey } = new X509Certificate(authority.certificate);
    expect(publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(checkPair(authority, now).kind).toBe('good');
  });

  it('is valid from five minutes ago, for the given number of days', async () => {
    const { certificate } = await createAuthority({ commonName: 'ca', now, days: 2 });
    const read = new X509Certificate(certificate);
    expect(new Date(read.validFrom).toISOString()).toBe('2026-11-22T11:55:00.000Z');
    expect(new Date(read.validTo).toISOString()).toBe('2026-11-24T12:00:00.000Z');
  });

  it('writes a date after 2049 as GeneralizedTime, as RFC 5280 requires', async () => {
    const { certificate } = await createAuthority({ commonName: 'ca', now, days: 30 * 365 });
    const read = new X509Certificate(certificate);
    expect(new Date(read.validTo).toISOString()).toBe('2056-11-14T12:00:00.000Z');
    // 0x18 is GeneralizedTime with four digits of year, 0x17 is UTCTime with two.
    expect(read.raw.includes(Buffer.from('\x17\x0d261122115500Z', 'latin1'))).toBe(true);
    expect(read.raw.includes(Buffer.from('\x18\x0f20561114120000Z', 'latin1'))).toBe(true);
  });

  it('has a unique serial number, positive and 20 bytes long', async () => {
    const serials = await Promise.all(
      [1, 2, 3].map(async () => {
        const { certificate } = await createAuthority({ commonName: 'ca', now, days: 1 });
        return new X509Certificate(certificate).serialNumber;
      }),
    );
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{39}$/);
    expect(new Set(serials).size).toBe(3);
  });
});

describe('a serving certificate', () => {
  it("serves at OpenSSL's security level 3, also to a client of that level, and not at level 4", async () => {
    const pair = await issueServing(authority, { ...options, now: new Date() });
    const ca = authority.certificate;
    for (const [level, handshake] of [
      [3, 'verified'],
      [4, 'ERR_SSL_EE_KEY_TOO_SMALL'],
    ] as const)
      expect(await shakeHands(pair, ca, `DEFAULT@SECLEVEL=${level}`)).toBe(handshake);
  });

  it('is issued by an RSA authority of an earlier version, and names it as issuer', async () => {
    const { authority: rsa } = await rsaCertificates(now, [service]);
    const pair = await issueServing(rsa, options);
    const [ca, leaf] = [new X509Certificate(rsa.certificate), new X509Certificate(pair.certificate)];
    expect(leaf.verify(ca.publicKey)).toBe(true);
    expect(leaf.checkIssued(ca)).toBe(true);
    expect(checkPair(pair, now).kind).toBe('good');
  });

  it('verifies against its authority, and names it as issuer', async () => {
    const pair = await issueServing(authority, options);
    const ca = new X509Certificate(authority.certificate);
    const leaf = new X509Certificate(pair.certificate);
    expect(leaf.verify(ca.publicKey)).toBe(true);
    expect(leaf.checkIssued(ca)).toBe(true);
    expect(leaf.issuer).toBe('CN=image-config-admission CA');
    expect(leaf.ca).toBe(false);
    expect(checkPair(pair, now).kind).toBe('good');
  });

  it('is not issued at the very end of its authority, nor later', async () => {
    const end = new Date(new X509Certificate(authority.certificate).validTo);
    const at = (time: number) => issueServing(authority, { ...options, now: new Date(time) });
    const reason = `cannot sign a certificate: the authority expired at ${end.toISOString()}`;
    await expect(at(end.getTime())).rejects.toThrow(reason);
    await expect(at(end.getTime() + 1_000)).rejects.toThrow(reason);
    const last = new X509Certificate((await at(end.getTime() - 1_000)).certificate);
    expect(new Date(last.validTo)).toEqual(end);
  });

  it('names its key and that of its authority by the SHA-1 of their bits, as RFC 5280 describes', async () => {
    const ca = new X509Certificate(authority.certificate);
    const leaf = new X509Certificate((await issueServing(authority, options)).certificate);
    // The bits of a P-256 key are the last 65 bytes of its SubjectPublicKeyInfo.
    const identifierOf = ({ publicKey }: X509Certificate): string =>
      createHash('sha1')
        .update(publicKey.export({ type: 'spki', format: 'der' }).subarray(-65))
        .digest('hex');
    expect(extensionOf(leaf, 'subjectKeyIdentifier')?.value).toBe(`0414${identifierOf(leaf)}`);
    expect(extensionOf(ca, 'subjectKeyIdentifier')?.value).toBe(`0414${identifierOf(ca)}`);
    expect(extensionOf(leaf, 'authorityKeyIdentifier')?.value).toBe(`30168014${identifierOf(ca)}`);
    expect(extensionOf(ca, 'authorityKeyIdentifier')?.value).toBe(`30168014${identifierOf(ca)}`);
  });

  it('has the given names and addresses, and serves TLS only', async () => {
    const leaf = new X509Certificate((await issueServing(authority, options)).certificate);
    expect(leaf.subjectAltName).toBe(
      `DNS:${service}, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1`,
    );
    expect(leaf.checkHost(service)).toBe(service);
    expect(leaf.checkHost('elsewhere.svc')).toBeUndefined();
    expect(leaf.checkIP('::1')).toBe('::1');
    // serverAuth of RFC 5280 section 4.2.1.12.
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(extensionOf(leaf, 'basicConstraints')).toEqual(NO_AUTHORITY);
    expect(extensionOf(leaf, 'keyUsage')).toEqual(SIGNS_NO_CERTIFICATE);
    expect(extensionOf(leaf, 'authorityKeyIdentifier')).toMatchObject({ critical: false });
  });

  it('may have a Service name that is too long for a common name', async () => {
    const long = `${'a'.repeat(63)}.${'b'.repeat(63)}.svc`;
    const leaf = new X509Certificate(
      (await issueServing(authority, { ...options, dnsNames: [long] })).certificate,
    );
    expect(leaf.checkHost(long)).toBe(long);
  });

  it('ends with its authority at the latest, since no chain would verify after that', async () => {
    const leaf = new X509Certificate((await issueServing(authority, { ...options, days: 365 })).certificate);
    expect(new Date(leaf.validTo)).toEqual(new Date(new X509Certificate(authority.certificate).validTo));
  });

  it('is not issued by an expired authority', async () => {
    const later = new Date('2026-12-24T12:00:00Z');
    await expect(issueServing(authority, { ...options, now: later })).rejects.toThrow(
      'cannot sign a certificate: the authority expired at 2026-12-02T12:00:00.000Z',
    );
  });

  it('is issued by an authority that was stored and read again', async () => {
    const stored = JSON.parse(JSON.stringify(authority)) as KeyPair;
    const leaf = new X509Certificate((await issueServing(stored, options)).certificate);
    expect(leaf.checkIssued(new X509Certificate(authority.certificate))).toBe(true);
  });
});

it('an issuer issues no serving certificate that is too weak for this process, and says why', async () => {
  const issuer = createIssuer({ names: options, authorityDays: 10, servingDays: 5, now: () => now });
  using _ = defaultCiphers('DEFAULT@SECLEVEL=5');
  await expect(issuer.serving(authority)).rejects.toThrow(
    /^the certificate of the program is refused by OpenSSL \(.*ee key too small\): the ciphers and the security level \(SECLEVEL\) are those of Node's --tls-cipher-list/,
  );
});

/** The result of a handshake of a server and a client with these ciphers. */
async function shakeHands({ certificate, key }: KeyPair, ca: string, ciphers: string): Promise<string> {
  let server: Server;
  try {
    server = createServer({ cert: certificate, key, ciphers });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect({ host: '127.0.0.1', port, servername: 'localhost', ca, ciphers });
  try {
    await once(client, 'secureConnect');
    return client.authorized ? 'verified' : `${client.authorizationError}`;
  } finally {
    client.destroy();
    server.close();
  }
}

it('selfSigned creates a pair that is its own issuer and no authority', async () => {
  const pair = await selfSigned(options);
  const leaf = new X509Certificate(pair.certificate);
  expect(leaf.issuer).toBe(leaf.subject);
  expect(leaf.verify(leaf.publicKey)).toBe(true);
  expect(leaf.ca).toBe(false);
  expect(extensionOf(leaf, 'basicConstraints')).toEqual(NO_AUTHORITY);
  expect(extensionOf(leaf, 'keyUsage')).toEqual(SIGNS_NO_CERTIFICATE);
  expect(checkPair(pair, now).kind).toBe('good');
});
