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
  const reconcile = async (): Promise<(string | undefined)[]> => {
    const steps: (string | undefined)[] = [];
    for (;;) {
      const { step, again } = await keeper.reconcile();
      if (!again) return steps;
      steps.push(step);
    }
  };
  const trusted = (): boolean => {
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
    reconcile,
    trusted,
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

test('a first start makes everything, and a second reconcile does nothing', async () => {
  const { keeper, reconcile, trusted, authorities } = oneReplica();
  expect(await reconcile()).toEqual(['start-over']);
  expect(trusted()).toBe(true);
  expect(authorities()).toBe(1);
  expect(await keeper.reconcile()).toEqual({ step: undefined, bundlesWritten: 0, again: false, faults: [] });
});

test('a serving certificate is renewed after two thirds of its life, by the same authority', async () => {
  const { reconcile, pass, trusted, serving } = oneReplica();
  await reconcile();
  const first = serving();
  pass(59 * DAY);
  expect(await reconcile()).toEqual([]);
  pass(2 * DAY);
  expect(await reconcile()).toEqual(['renew-serving']);
  expect(serving()).not.toBe(first);
  expect(trusted()).toBe(true);
});

test('an authority is followed by another one, step by step, and always trusted', async () => {
  const { reconcile, pass, trusted, authorities } = oneReplica();
  await reconcile();
  for (let days = 0; days < 198; days += 3) {
    pass(3 * DAY);
    await reconcile();
  }
  pass(3 * DAY);
  expect(await reconcile()).toContain('begin-roll-over');
  const seen: [string, number][] = [];
  for (let seconds = 0; seconds < 150; seconds += 5) {
    pass(5_000);
    for (const step of await reconcile()) seen.push([step ?? 'lost', authorities()]);
    expect(trusted()).toBe(true);
  }
  expect(seen).toEqual([
    ['promote', 2],
    ['drop', 1],
  ]);
});

test('a caBundle that cannot be written is a fault and stops nothing, but the authority does not change meanwhile', async () => {
  const { keeper, reconcile, pass, refuse, trusted } = oneReplica();
  await reconcile();
  refuse(new Error('forbidden'));
  pass(201 * DAY);
  expect(await reconcile()).toContain('begin-roll-over');
  for (let minute = 0; minute < 5; minute += 1) {
    pass(60_000);
    const { faults, step } = await keeper.reconcile();
    expect(faults).toEqual([new Error('forbidden')]);
    expect(step).toBeUndefined();
  }
  expect(trusted()).toBe(true);
  refuse(undefined);
  // Written by the first, found in place by the second: from then on it counts.
  await reconcile();
  await reconcile();
  const steps: (string | undefined)[] = [];
  for (let seconds = 0; seconds < 60; seconds += 5) {
    expect(steps).toEqual([]);
    pass(5_000);
    steps.push(...(await reconcile()));
  }
  expect(steps).toEqual(['promote']);
});
