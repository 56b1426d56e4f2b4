import { X509Certificate } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { issueServing } from '../../../src/certificates/issuer.ts';
import type { Json } from '../../support/reviews.ts';
import { shakeHands } from '../support/certificate-clients.ts';
import { OURS } from '../support/installed.ts';
import type { World } from './world.ts';

const SECRET = `/api/v1/namespaces/${OURS}/secrets/${OURS}-certificates`;
const CONFIGURATION = `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/zz-${OURS}`;
const DAY = 86_400_000;
const WITHIN = { timeout: 60_000, interval: 50 };

const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString();
const encoded = (text: string): string => Buffer.from(text).toString('base64');

/**
 * Replaces the serving certificate three times by one that was issued 80 days ago for 90. The replicas serve it, find that it is due,
 * and renew it.
 */
export async function renewServing(world: World): Promise<string> {
  const handshakes = await strictly(world, async () => {
    for (let time = 0; time < 3; time += 1) {
      const { data } = await world.api.get(SECRET);
      const authority = { certificate: decoded(data['ca.crt']), key: decoded(data['ca.key']) };
      const due = await issueServing(authority, {
        ...namesIn(decoded(data['tls.crt'])),
        now: new Date(Date.now() - 80 * DAY),
        days: 90,
      });
      await world.api.merge(SECRET, {
        data: { 'tls.crt': encoded(due.certificate), 'tls.key': encoded(due.key) },
      });
      await expect.poll(() => stored(world, 'tls.crt'), WITHIN).not.toBe(due.certificate);
      await untilServed(world);
    }
  });
  return `three times; ${handshakes}`;
}

/** Deletes the Secret, which makes the program roll over to another authority. */
export async function rollOver(world: World): Promise<string> {
  const before = await stored(world, 'ca.crt');
  const handshakes = await strictly(world, async () => {
    await world.api.remove(SECRET);
    await expect
      .poll(async () => {
        const { data } = await world.api.get(SECRET).catch(() => ({ data: {} }));
        const isOver =
          data['ca.crt'] !== undefined && !('next-ca.crt' in data) && !('previous-ca.crt' in data);
        return isOver && decoded(data['ca.crt']) !== before;
      }, WITHIN)
      .toBe(true);
    await untilServed(world);
  });
  return `the old one is no longer trusted; ${handshakes}`;
}

/**
 * Opens new connections meanwhile, since the API server reuses its own. Each must be verified by the caBundle that the webhook
 * configuration has at that moment.
 */
async function strictly(world: World, during: () => Promise<void>): Promise<string> {
  let over = false;
  let count = 0;
  const faults: string[] = [];
  const connecting = (async () => {
    while (!over) {
      const { webhooks } = await world.api.get(CONFIGURATION);
      const bundles = new Set<string>(webhooks.map(({ clientConfig }: Json) => clientConfig.caBundle));
      for (const bundle of bundles)
        for (const { tlsPort } of world.installed.replicas) {
          const { fault } = await shakeHands(tlsPort, decoded(bundle));
          if (fault !== undefined) faults.push(fault);
          count += 1;
        }
      await pause(20);
    }
  })();
  await during().finally(() => {
    over = true;
  });
  await connecting;
  expect(faults).toEqual([]);
  return `${count} other new connections, all verified`;
}

const stored = async ({ api }: World, key: string): Promise<string> =>
  decoded((await api.get(SECRET)).data[key]);

/** Waits until both replicas serve the stored certificate. */
async function untilServed(world: World): Promise<void> {
  const [expected, bundle] = [await stored(world, 'tls.crt'), await stored(world, 'ca.crt')];
  for (const { tlsPort } of world.installed.replicas)
    await expect
      .poll(async () => {
        const answer = await shakeHands(tlsPort, bundle);
        return answer.fault ?? answer.certificate.fingerprint256;
      }, WITHIN)
      .toBe(new X509Certificate(expected).fingerprint256);
}

function namesIn(certificate: string): { dnsNames: string[]; ipAddresses: string[] } {
  const names = (new X509Certificate(certificate).subjectAltName ?? '').split(', ');
  const of = (kind: string) =>
    names.filter((name) => name.startsWith(kind)).map((name) => name.slice(kind.length));
  return { dnsNames: of('DNS:'), ipAddresses: of('IP Address:') };
}
