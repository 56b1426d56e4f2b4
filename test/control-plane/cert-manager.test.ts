import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { issueServing } from '../../src/certificates/issuer.ts';
import type { KeyPair } from '../../src/certificates/key-pair.ts';
import { newKeys } from '../../src/certificates/key-pair.ts';
import { lifetime, selfSigner, writeCertificate } from '../../src/certificates/write-certificate.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { attachControlPlane } from './control-plane.ts';
import { apiOf, until } from './support/api.ts';
import { configMapWebhook, dryRunConfigMap, shakeHands } from './support/certificate-clients.ts';
import { type Program, startProgram } from './support/program.ts';

/*
 * Certificates by cert-manager, with the API server as the client. cert-manager cannot run here, so the test plays its parts: the
 * issuer, the kubelet that mounts the Secret, and cainjector that writes the caBundle. It proves that the program follows the mounted
 * pair without a failed call.
 */

const CALLED = 'mounted-certificates';
const CONFIGURATION = `/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/${CALLED}`;
const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);

/** The chart's Certificate of the CA has `rotationPolicy: Never`: its key stays when it is renewed. */
const authorityKeys = await newKeys();
const issueAuthority = (): KeyPair =>
  writeCertificate({
    commonName: 'image-config-admission-ca',
    keys: authorityKeys,
    signer: selfSigner('image-config-admission-ca', authorityKeys),
    validity: lifetime(new Date(), 3650),
    extensions: [
      { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
      { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
    ],
  });
const issue = (authority: KeyPair): Promise<KeyPair> =>
  issueServing(authority, { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'], now: new Date(), days: 90 });

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let program: Program;
let authority = issueAuthority();
let mounts = 0;

/** As a kubelet mounts a Secret: one directory for each version, and a link that is replaced in one step. */
function mount({ certificate, key }: KeyPair): void {
  const version = join(directory.path, `..version-${mounts++}`);
  mkdirSync(version);
  writeFileSync(join(version, 'tls.crt'), certificate);
  writeFileSync(join(version, 'tls.key'), key);
  symlinkSync(version, join(directory.path, '..new'));
  renameSync(join(directory.path, '..new'), join(directory.path, '..data'));
}

const writeCaBundle = (certificate: string): Promise<unknown> =>
  controlPlane.request(CONFIGURATION, {
    method: 'PATCH',
    contentType: 'application/json-patch+json',
    body: [
      {
        op: 'add',
        path: '/webhooks/0/clientConfig/caBundle',
        value: Buffer.from(certificate).toString('base64'),
      },
    ],
  });

/** The serial number of the certificate that a new connection gets. */
async function served(): Promise<string> {
  const answer = await shakeHands(program.tlsPort);
  if (answer.fault !== undefined) throw new Error(answer.fault);
  return answer.certificate.serialNumber;
}

const admit = (): Promise<string | undefined> => dryRunConfigMap(controlPlane, CALLED);

beforeAll(async () => {
  directory = await temporaryDirectory();
  mount(await issue(authority));
  for (const file of ['tls.crt', 'tls.key']) symlinkSync(join('..data', file), join(directory.path, file));
  await api.createNamespace(CALLED, { called: CALLED });
  program = await startProgram('--kubeconfig', controlPlane.kubeconfig, '--cert-dir', directory.path);
  await api.create(CONFIGURATION.slice(0, CONFIGURATION.lastIndexOf('/')), {
    metadata: { name: CALLED },
    webhooks: [
      configMapWebhook('mounted', CALLED, {
        url: `https://127.0.0.1:${program.tlsPort}/validate-image-config`,
      }),
    ],
  });
});

afterAll(async () => {
  await controlPlane.request(CONFIGURATION, { method: 'DELETE' });
  await controlPlane.kubectl(['delete', 'namespace', CALLED, '--wait=false']);
  await program?.[Symbol.asyncDispose]();
  await directory?.[Symbol.asyncDispose]();
});

describe('with a mounted pair and an injected caBundle', () => {
  it('calls fail until the CA is injected, and then succeed', async () => {
    expect(await admit()).toContain('certificate signed by unknown authority');
    await writeCaBundle(authority.certificate);
    await until(async () => (await admit()) === undefined, 'a call to succeed');
  });

  it('no call fails while the pair and the CA are renewed', async () => {
    const failures: string[] = [];
    let calls = 0;
    let going = true;
    const caller = (async () => {
      while (going) {
        const failure = await admit();
        if (failure !== undefined) failures.push(failure);
        calls++;
      }
    })();
    const renew = async (): Promise<void> => {
      const before = await served();
      mount(await issue(authority));
      await until(async () => (await served()) !== before, 'the new pair to be served');
    };

    await renew();
    // cert-manager renews the CA first; the new CA certificate reaches Pods and cainjector in any order.
    authority = issueAuthority();
    await renew();
    await writeCaBundle(authority.certificate);
    await pause(1_000);
    await renew();
    going = false;
    await caller;
    expect(failures).toEqual([]);
    expect(calls).toBeGreaterThan(50);
  });

  it('a half-written pair is not served', async () => {
    const before = await served();
    mount({ ...(await issue(authority)), key: '-----BEGIN' });
    await until(
      () => Promise.resolve(program.logged('certificate not loaded').length > 0),
      'the log line about it',
    );
    expect(await served()).toBe(before);
    expect(await admit()).toBeUndefined();
  });
});
