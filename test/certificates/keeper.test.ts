import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { assessCertificateData } from '../../src/certificates/assessment.ts';
import type { Texts } from '../../src/certificates/certificate-data.ts';
import { createIssuer } from '../../src/certificates/certificate-issuer.ts';
import { CertificateKeeper } from '../../src/certificates/keeper.ts';
import type { KeyPair } from '../../src/certificates/key-pair.ts';

const DAY = 24 * 60 * 60 * 1000;
const names = { dnsNames: ['a-service.ours.svc'], ipAddresses: [] };

/** One replica with a Secret and a configuration in memory, real certificates, and clocks that are set by hand. */
function oneReplica() {
  let now = Date.UTC(2026, 10, 22);
  let uptime = 0;
  let secret: { data: Texts } | undefined;
  const webhooks = [{ caBundle: '' }];
  let refusal: Error | undefined;
  let served: KeyPair | undefined;
  const keeper = new CertificateKeeper({
    store: {
      read: async () => secret,
      write: async (_, data) => {
        secret = { data };
        return true;
      },
    },
    caBundles: {
      read: async () => [{ webhooks }],
      write: async (_, caBundle) => {
        if (refusal) throw refusal;
        webhooks[0] = { caBundle };
        return true;
      },
    },
    assess: (data) => assessCertificateData(data, names, new Date(now)),
    issuer: createIssuer({ names, authorityDays: 300, servingDays: 90, now: () => new Date(now) }),
    serve: (pair) => {
      served = pair;
    },
    overlap: 60_000,
    uptime: () => uptime,
  });
  const look = async (): Promise<(string | undefined)[]> => {
    const steps: (string | undefined)[] = [];
    for (;;) {
      const { step, again } = await keeper.reconcile();
      if (!again) return steps;
      steps.push(step);
    }
  };
  const believed = (): boolean => {
    const leaf = new X509Certificate(served?.certificate ?? '');
    return (webhooks[0]?.caBundle ?? '')
      .split(/(?<=-----END CERTIFICATE-----\n)/)
      .filter((certificate) => certificate !== '')
      .some((certificate) => {
        const authority = new X509Certificate(certificate);
        return leaf.checkIssued(authority) && leaf.verify(authority.publicKey);
      });
  };
  return {
    keeper,
    look,
    believed,
    pass: (milliseconds: number): void => {
      now += milliseconds;
      uptime += milliseconds;
    },
    refuse: (error: Error | undefined): void => {
      refusal = error;
    },
    authorities: () => webhooks[0]?.caBundle.match(/BEGIN/g)?.length ?? 0,
    serving: () => served?.certificate,
  };
}

test('a first start makes everything, and a second look does nothing', async () => {
  const { keeper, look, believed, authorities } = oneReplica();
  expect(await look()).toEqual(['start-over']);
  expect(believed()).toBe(true);
  expect(authorities()).toBe(1);
  expect(await keeper.reconcile()).toEqual({ step: undefined, bundlesWritten: 0, again: false, faults: [] });
});

test('a serving certificate is renewed after two thirds of its life, by the same authority', async () => {
  const { look, pass, believed, serving } = oneReplica();
  await look();
  const first = serving();
  pass(59 * DAY);
  expect(await look()).toEqual([]);
  pass(2 * DAY);
  expect(await look()).toEqual(['renew-serving']);
  expect(serving()).not.toBe(first);
  expect(believed()).toBe(true);
});

test('an authority is followed by another one, step by step, and always believed', async () => {
  const { look, pass, believed, authorities } = oneReplica();
  await look();
  for (let days = 0; days < 198; days += 3) {
    pass(3 * DAY);
    await look();
  }
  pass(3 * DAY);
  expect(await look()).toContain('begin-roll-over');
  const seen: [string, number][] = [];
  for (let seconds = 0; seconds < 150; seconds += 5) {
    pass(5_000);
    for (const step of await look()) seen.push([step ?? 'lost', authorities()]);
    expect(believed()).toBe(true);
  }
  expect(seen).toEqual([
    ['promote', 2],
    ['drop', 1],
  ]);
});

test('a caller that cannot be told is a fault and no obstacle, but nobody changes the authority meanwhile', async () => {
  const { keeper, look, pass, refuse, believed } = oneReplica();
  await look();
  refuse(new Error('forbidden'));
  pass(201 * DAY);
  expect(await look()).toContain('begin-roll-over');
  for (let minute = 0; minute < 5; minute += 1) {
    pass(60_000);
    const { faults, step } = await keeper.reconcile();
    expect(faults).toEqual([new Error('forbidden')]);
    expect(step).toBeUndefined();
  }
  expect(believed()).toBe(true);
  refuse(undefined);
  // Told by the first, found told by the second: from then on it counts.
  await look();
  await look();
  const steps: (string | undefined)[] = [];
  for (let seconds = 0; seconds < 60; seconds += 5) {
    expect(steps).toEqual([]);
    pass(5_000);
    steps.push(...(await look()));
  }
  expect(steps).toEqual(['promote']);
});
