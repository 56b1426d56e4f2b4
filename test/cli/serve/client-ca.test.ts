import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createAuthority } from '../../../src/certificates/issuer.ts';
import type { KeyPair } from '../../../src/certificates/key-pair.ts';
import { readClientCa } from '../../../src/cli/serve/client-ca.ts';
import { clientCertificate } from '../../support/client-certificates.ts';
import { send } from '../../support/https-client.ts';
import { collectLog } from '../../support/log.ts';
import { startServe } from '../../support/running-serve.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const named = (commonName: string) => createAuthority({ commonName, now: new Date(), days: 1 });
const [one, other] = await Promise.all([named('one'), named('other')]);
const [byOne, byOther] = await Promise.all([
  clientCertificate({ authority: one }),
  clientCertificate({ authority: other }),
]);

async function setUp() {
  const directory = await temporaryDirectory();
  const file = join(directory.path, 'ca.crt');
  await writeFile(file, one.certificate);
  return { ...directory, file };
}

async function follow(file: string) {
  const collected = collectLog();
  const trust = vi.fn();
  const clients = await readClientCa(file);
  const { close, attempted } = clients.follow({ ...collected, trust, watch: { poll: 20, settle: 5 } });
  await attempted;
  return { ...collected, trust, [Symbol.dispose]: close };
}

test('a changed client CA is trusted once, and an unchanged file changes nothing', async () => {
  await using directory = await setUp();
  using following = await follow(directory.file);
  expect(following.logged('client certificates required')).toHaveLength(1);
  expect(following.trust).not.toHaveBeenCalled();

  const both = one.certificate + other.certificate;
  await writeFile(`${directory.file}.new`, both);
  await rename(`${directory.file}.new`, directory.file);
  await vi.waitFor(() => expect(following.trust.mock.calls).toEqual([[both]]));
  await writeFile(directory.file, both);
  await writeFile(directory.file, other.certificate);
  await vi.waitFor(() => expect(following.trust).toHaveBeenLastCalledWith(other.certificate));
  expect(following.logged('client CA replaced').length).toBeGreaterThanOrEqual(2);
});

test('an invalid client CA leaves the last good one in force, and is logged once', async () => {
  await using directory = await setUp();
  using following = await follow(directory.file);
  await writeFile(directory.file, 'no certificate');
  await vi.waitFor(() => expect(following.logged('client CA not loaded')).toHaveLength(1));
  await rm(directory.file);
  await vi.waitFor(() => expect(following.logged('client CA not loaded')).toHaveLength(2));
  expect(following.logged('client CA not loaded')).toMatchObject([
    {
      level: 'error',
      clientAuthorities: {
        fault: `${directory.file} holds no certificate in PEM (-----BEGIN CERTIFICATE-----)`,
      },
    },
    { level: 'error', clientAuthorities: { fault: `cannot read ${directory.file}: no such file` } },
  ]);
  expect(following.trust).not.toHaveBeenCalled();
  await writeFile(directory.file, other.certificate);
  await vi.waitFor(() => expect(following.trust.mock.calls).toEqual([[other.certificate]]));
});

test('serve requires client certificates from its first handshake on, and follows the file', async () => {
  await using directory = await setUp();
  await using serve = await startServe(
    { catalog: join(directory.path, 'images.yaml'), clientCa: directory.file },
    { thread: new URL('file:///nowhere/thread.mjs') },
  );
  const ask = (client: KeyPair): Promise<number | string> =>
    send({ port: serve.tlsPort, path: '/nowhere', client }).then(
      ({ status }) => status,
      ({ code }) => code,
    );
  await vi.waitFor(async () => expect(await ask(byOne)).toBe(404), { timeout: 20_000 });
  expect(await ask(byOther)).not.toBe(404);
  expect((await fetch(`http://127.0.0.1:${serve.opsPort}/livez`)).status).toBe(200);
  await writeFile(directory.file, other.certificate);
  await vi.waitFor(async () => expect(await ask(byOther)).toBe(404));
  expect(await ask(byOne)).not.toBe(404);
});
