import { describe, expect, test } from 'vitest';
import { type CatalogState, type Health, readiness, whyOutdated } from '../../src/server/health.ts';

const now = new Date('2026-11-22T12:00:00Z');
const notAfter = new Date('2026-12-22T12:00:00Z');
const good: Health = {
  certificate: { kind: 'loaded', notAfter },
  catalog: { kind: 'valid', serving: 'sha256:ab', entries: 41, warnings: 1 },
  draining: false,
  enforce: true,
};

describe('readiness', () => {
  test('is ready with a certificate and a valid catalog, while not draining', () => {
    expect(readiness(good, now)).toEqual({
      ready: true,
      checks: [
        { name: 'certificate', ready: true, reason: 'valid until 2026-12-22T12:00:00.000Z' },
        { name: 'catalog', ready: true, reason: 'valid: 41 entries, 1 warning, sha256:ab' },
        { name: 'shutdown', ready: true, reason: 'serving' },
      ],
    });
  });

  test.each<[Partial<Health>, boolean, string]>([
    [{ certificate: { kind: 'none', fault: 'tls.crt is missing' } }, false, 'tls.crt is missing'],
    [
      { certificate: { kind: 'loaded', notAfter: new Date('2026-11-22T11:59:59Z') } },
      false,
      'expired at 2026-11-22T11:59:59.000Z',
    ],
    [
      { certificate: { kind: 'loaded', notAfter, fault: 'the key does not match' } },
      true,
      'valid until 2026-12-22T12:00:00.000Z; a newer pair was not loaded: the key does not match',
    ],
    [{ catalog: { kind: 'unknown' } }, false, 'not read yet'],
    [
      { catalog: { kind: 'invalid', errors: 3, serving: 'sha256:ab' } },
      true,
      'invalid: 3 errors; the last good catalog is served: sha256:ab',
    ],
    [
      { catalog: { kind: 'invalid', errors: 1, serving: undefined } },
      true,
      'invalid: 1 error; no catalog is served',
    ],
    [{ catalog: { kind: 'absent', serving: undefined } }, true, 'absent; no catalog is served'],
    [
      { catalog: { kind: 'unreadable', fault: 'permission denied', seen: false, serving: undefined } },
      false,
      'unreadable: permission denied; no catalog is served',
    ],
    [
      { catalog: { kind: 'unreadable', fault: 'permission denied', seen: false, serving: 'sha256:ab' } },
      true,
      'unreadable: permission denied; the last good catalog is served: sha256:ab',
    ],
    // The edit that repairs it has to pass.
    [
      { catalog: { kind: 'unreadable', fault: 'it has no such key', seen: true, serving: undefined } },
      true,
      'unreadable: it has no such key; no catalog is served',
    ],
    [
      { catalog: { kind: 'unchecked', fault: 'the thread crashed', serving: undefined } },
      false,
      'could not be checked: the thread crashed; no catalog is served',
    ],
    [
      { catalog: { kind: 'unchecked', fault: 'the thread crashed', serving: 'sha256:ab' } },
      true,
      'could not be checked: the thread crashed; the last good catalog is served: sha256:ab',
    ],
    [{ draining: true }, false, 'shutting down'],
  ])('with %j, ready is %s', (change, ready, reason) => {
    const found = readiness({ ...good, ...change }, now);
    expect(found.ready).toBe(ready);
    expect(found.checks.map((check) => check.reason)).toContain(reason);
  });
});

describe('the reason why the newest catalog is not served', () => {
  const serving = 'sha256:ab';

  test.each<[CatalogState, string | undefined]>([
    [{ kind: 'unknown' }, undefined],
    [{ kind: 'valid', serving, entries: 1, warnings: 0 }, undefined],
    [
      { kind: 'invalid', errors: 2, serving },
      'the newest text of the catalog has 2 errors; this is the last good one',
    ],
    [{ kind: 'absent', serving }, 'the catalog is absent; this is the last good one'],
    [
      { kind: 'unreadable', fault: 'x', seen: true, serving },
      'the newest text of the catalog cannot be read; this is the last good one',
    ],
    [
      { kind: 'unchecked', fault: 'x', serving },
      'the newest text of the catalog cannot be read; this is the last good one',
    ],
  ])('%j is given as %s', (state, reason) => {
    expect(whyOutdated(state)).toBe(reason);
  });
});
