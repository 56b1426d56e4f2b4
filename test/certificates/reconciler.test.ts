import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { assessCertificateData } from '../../src/certificates/assessment.ts';
import { type CertificateData, type Texts, textsOf } from '../../src/certificates/certificate-data.ts';
import { createIssuer } from '../../src/certificates/issuer.ts';
import type { KeyPair } from '../../src/certificates/key-pair.ts';
import {
  CertificateReconciler,
  type HeldCondition,
  hasHeld,
  trackCondition,
} from '../../src/certificates/reconciler.ts';
import { defaultCiphers } from '../support/default-ciphers.ts';
import { rsaCertificates } from '../support/rsa-certificates.ts';

const DAY = 24 * 60 * 60 * 1000;
const START = Date.UTC(2026, 10, 22);
const names = { dnsNames: ['a-service.ours.svc'], ipAddresses: [] };

/** One replica with a Secret and a configuration in memory, real certificates, and fake clocks. */
function oneReplica(stored?: CertificateData) {
  let now = START;
  let uptime = 0;
  let secret: { data: Texts } | undefined = stored && { data: textsOf(stored) };
  const webhooks = [{ caBundle: '' }];
  let refusal: Error | undefined;
  let overtaken = false;
  let served: KeyPair | undefined;
  const reconciler = new CertificateReconciler({
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
        if (overtaken) return false;
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
      const { step, again } = await reconciler.reconcile();
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
    reconciler,
    reconcile,
    trusted,
    pass: (milliseconds: number): void => {
      now += milliseconds;
      uptime += milliseconds;
    },
    refuse: (error: Error | undefined): void => {
      refusal = error;
    },
    /** Whether another client has written each caBundle since it was read. */
    overtake: (isOvertaken: boolean): void => {
      overtaken = isOvertaken;
    },
    authorities: () => webhooks[0]?.caBundle.match(/BEGIN/g)?.length ?? 0,
    serving: () => served?.certificate,
    stored: () => secret?.data,
  };
}

describe('the reconciler', () => {
  it('issues all certificates at the first start, and then has nothing to do', async () => {
    const { reconciler, reconcile, trusted, authorities } = oneReplica();
    expect(await reconcile()).toEqual(['start-over']);
    expect(trusted()).toBe(true);
    expect(authorities()).toBe(1);
    expect(await reconciler.reconcile()).toEqual({
      step: undefined,
      bundlesWritten: 0,
      again: false,
      faults: [],
    });
  });

  it('counts the configurations whose caBundle it has written, not those that another client has changed', async () => {
    const { reconciler, overtake } = oneReplica();
    const written = async () => (await reconciler.reconcile()).bundlesWritten;
    expect(await written()).toBe(0);
    overtake(true);
    expect(await written()).toBe(0);
    overtake(false);
    expect([await written(), await written()]).toEqual([1, 0]);
  });

  it('never serves a pair of the Secret that no API server trusts, and renews it', async () => {
    const issuer = createIssuer({ names, authorityDays: 300, servingDays: 90, now: () => new Date(START) });
    const [authority, other] = await Promise.all([issuer.authority(), issuer.authority()]);
    const { reconciler, trusted, serving } = oneReplica({ authority, serving: await issuer.serving(other) });
    expect((await reconciler.reconcile()).step).toBe('renew-serving');
    expect(serving()).toBeUndefined();
    await reconciler.reconcile();
    expect(trusted()).toBe(true);
  });

  it('renews a serving certificate after two thirds of its life, with the same authority', async () => {
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

  it('serves the RSA pair of an earlier version, and one of its own below the same authority where the security level refuses that pair', async () => {
    const rsa = await rsaCertificates(new Date(START), names.dnsNames);
    const { reconcile, trusted, serving, authorities } = oneReplica(rsa);
    expect(await reconcile()).toEqual([]);
    expect(serving()).toBe(rsa.serving.certificate);
    using _ = defaultCiphers('DEFAULT@SECLEVEL=3');
    expect(await reconcile()).toEqual(['renew-serving']);
    expect(serving()).not.toBe(rsa.serving.certificate);
    expect(trusted()).toBe(true);
    expect(authorities()).toBe(1);
  });

  it('leaves the Secret as it is, and says why, where the security level refuses all its certificates', async () => {
    const { reconcile, stored } = oneReplica();
    await reconcile();
    const before = stored();
    using _ = defaultCiphers('DEFAULT@SECLEVEL=5');
    await expect(reconcile()).rejects.toThrow('the certificate of the program is refused by OpenSSL');
    expect(stored()).toBe(before);
  });

  it('replaces an authority step by step, and its certificate is trusted all the time', async () => {
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

  it('reports a caBundle that it cannot write, and keeps the authority until it can', async () => {
    const { reconciler, reconcile, pass, refuse, trusted } = oneReplica();
    await reconcile();
    refuse(new Error('forbidden'));
    pass(201 * DAY);
    expect(await reconcile()).toContain('begin-roll-over');
    for (let minute = 0; minute < 5; minute += 1) {
      pass(60_000);
      const { faults, step } = await reconciler.reconcile();
      expect(faults).toEqual([new Error('forbidden')]);
      expect(step).toBeUndefined();
    }
    expect(trusted()).toBe(true);
    refuse(undefined);
    // The first reconciliation writes the bundle, the second finds it: the overlap begins.
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
});

const OVERLAP = 60_000;

/** The condition after these observations. */
const afterObserving = (...observations: readonly (readonly [what: string | undefined, uptime: number])[]) =>
  observations.reduce<HeldCondition | undefined>(
    (before, [what, uptime]) => trackCondition(before, what, OVERLAP, uptime),
    undefined,
  );

const soFar = [0, 20_000, 40_000].map((uptime) => ['a', 1_000 + uptime] as const);

describe('a condition', () => {
  it('holds since the first of equal observations', () => {
    expect(hasHeld(afterObserving(...soFar, ['a', 60_999]), OVERLAP)).toBe(false);
    expect(hasHeld(afterObserving(...soFar, ['a', 61_000]), OVERLAP)).toBe(true);
  });

  it('starts again after a change or an absence', () => {
    expect(afterObserving(...soFar, ['b', 61_000])).toEqual({ what: 'b', held: 0, observedAt: 61_000 });
    expect(afterObserving(...soFar, [undefined, 50_000], ['a', 61_000])).toEqual({
      what: 'a',
      held: 0,
      observedAt: 61_000,
    });
  });

  it('counts the time between two observations as a third of the overlap at most', () => {
    expect(hasHeld(afterObserving(['a', 0], ['a', 15_000], ['a', 30_000], ['a', DAY]), OVERLAP)).toBe(false);
    expect(hasHeld(afterObserving(['a', 0], ['a', DAY], ['a', 2 * DAY]), OVERLAP)).toBe(false);
  });

  it('holds in the end, even if it is seldom observed', () => {
    expect(hasHeld(afterObserving(['a', 0], ['a', DAY], ['a', 2 * DAY], ['a', 3 * DAY]), OVERLAP)).toBe(true);
  });

  it('does not hold without an observation', () => {
    expect(hasHeld(undefined, 0)).toBe(false);
  });
});
