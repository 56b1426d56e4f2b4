import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { selfSigned } from '../../src/certificates/issuer.ts';
import { checkPair, type KeyPair } from '../../src/certificates/key-pair.ts';
import { CertificateFiles } from '../../src/server/certificate-files.ts';
import { createMetrics } from '../../src/server/metrics/metrics.ts';
import { collectLog } from '../support/log.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { seriesIn } from '../support/webhook-server.ts';

const options = { dnsNames: ['localhost'], ipAddresses: [] };
const start = new Date('2026-11-22T12:00:00Z');
const notAfter = new Date('2026-11-27T12:00:00Z');
const [one, other] = await Promise.all([
  selfSigned({ ...options, now: start, days: 5 }),
  selfSigned({ ...options, now: start, days: 10 }),
]);

function setUp(directory: string) {
  const collected = collectLog();
  const metrics = createMetrics();
  const served: KeyPair[] = [];
  let now = start;
  const files = new CertificateFiles({
    directory,
    check: checkPair,
    serve: (pair) => served.push(pair),
    now: () => now,
    log: collected.log,
    metrics,
  });
  const write = async (certificate: string, key: string): Promise<void> => {
    await writeFile(join(directory, 'tls.crt'), certificate);
    await writeFile(join(directory, 'tls.key'), key);
    await files.reload();
  };
  const series = async (name: string) =>
    seriesIn(await metrics.text(), `image_config_admission_certificate_${name}`);
  const setNow = (date: string): void => {
    now = new Date(date);
  };
  return { ...collected, files, served, write, series, setNow };
}

describe('CertificateFiles', () => {
  test('has no certificate before the directory is read, and says so', async () => {
    await using directory = await temporaryDirectory();
    expect(setUp(directory.path).files.state).toEqual({ kind: 'none', fault: 'not read yet' });
  });

  test('serves a good pair once, however often it is reloaded', async () => {
    await using directory = await temporaryDirectory();
    const { files, served, write, logged, series } = setUp(directory.path);
    await write(one.certificate, one.key);
    await files.reload();
    expect(served).toEqual([one]);
    expect(files.state).toEqual({ kind: 'loaded', notAfter });
    expect(logged('certificate is served')).toHaveLength(1);
    expect(await series('expiry_timestamp_seconds')).toBe(notAfter.getTime() / 1000);
  });

  test('a new pair replaces the old one', async () => {
    await using directory = await temporaryDirectory();
    const { served, write } = setUp(directory.path);
    await write(one.certificate, one.key);
    await write(other.certificate, other.key);
    expect(served).toEqual([one, other]);
  });

  test.each<[string, [string, string], RegExp]>([
    ['mismatched', [other.certificate, one.key], /does not match: tls\.key is not the key of tls\.crt/],
    ['half-written', [other.certificate.slice(0, 300), other.key], /tls\.crt holds no whole certificate/],
    ['empty', ['', ''], /tls\.crt holds no whole certificate/],
  ])('a %s pair leaves the old one serving, and is logged once', async (_, [certificate, key], fault) => {
    await using directory = await temporaryDirectory();
    const { files, served, write, logged, series } = setUp(directory.path);
    await write(one.certificate, one.key);
    await write(certificate, key);
    await files.reload();
    expect(served).toEqual([one]);
    expect(files.state).toEqual({ kind: 'loaded', notAfter, fault: expect.stringMatching(fault) });
    expect(logged('certificate not loaded')).toMatchObject([
      {
        level: 'error',
        certificate: { directory: directory.path, fault: expect.stringMatching(fault), serving: true },
      },
    ]);
    expect(await series('reload_failures_total')).toBe(1);
    expect(await series('renewal_failing')).toBe(1);
    await write(other.certificate, other.key);
    expect(served).toEqual([one, other]);
    expect(await series('renewal_failing')).toBe(0);
    expect(files.state).not.toHaveProperty('fault');
  });

  test('a removed file leaves the old pair serving', async () => {
    await using directory = await temporaryDirectory();
    const { files, served, write } = setUp(directory.path);
    await write(one.certificate, one.key);
    await rm(join(directory.path, 'tls.key'));
    await files.reload();
    expect(served).toEqual([one]);
    expect(files.state).toMatchObject({ kind: 'loaded', fault: expect.stringContaining('tls.key') });
  });

  test('starts without a pair, and serves the first readable one', async () => {
    await using directory = await temporaryDirectory();
    const { files, served, write } = setUp(directory.path);
    await files.reload();
    expect(files.state).toEqual({ kind: 'none', fault: expect.stringContaining(`in ${directory.path}`) });
    await write(one.certificate, one.key);
    expect(served).toEqual([one]);
  });

  test('does not serve an expired pair, nor one before its first day', async () => {
    await using directory = await temporaryDirectory();
    const { files, served, write, setNow } = setUp(directory.path);
    setNow('2026-11-20T12:00:00Z');
    await write(one.certificate, one.key);
    expect(files.state).toMatchObject({
      kind: 'none',
      fault: expect.stringContaining('is not valid before'),
    });
    setNow('2026-11-22T12:00:00Z');
    await files.reload();
    expect(served).toEqual([one]);
    setNow('2027-11-22T12:00:00Z');
    await write(other.certificate, other.key);
    expect(served).toEqual([one]);
    expect(files.state).toMatchObject({ kind: 'loaded', fault: expect.stringContaining('expired at') });
  });

  test('never logs a key', async () => {
    await using directory = await temporaryDirectory();
    const { lines, write } = setUp(directory.path);
    await write(one.certificate, one.key);
    await write(one.certificate, one.key.slice(0, 900));
    expect(JSON.stringify(lines)).not.toContain('PRIVATE KEY-----');
    expect(JSON.stringify(lines)).not.toContain(one.key.slice(100, 140));
  });
});
