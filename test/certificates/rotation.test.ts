import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../src/certificates/assessment.ts';
import type { CertificateData } from '../../src/certificates/certificate-data.ts';
import type { KeyPair } from '../../src/certificates/key-pair.ts';
import {
  contentAfter,
  nextRotationStep,
  type RotationStep,
  type RotationView,
} from '../../src/certificates/rotation.ts';

const pair = (name: string): KeyPair => ({ certificate: `${name} certificate`, key: `${name} key` });
const plain: CertificateData = { authority: pair('authority'), serving: pair('serving') };
const rolling: CertificateData = { ...plain, next: pair('next') };
const rolled: CertificateData = { ...plain, previous: 'previous certificate' };
const good: Assessment = { authority: 'good', serving: 'good' };

const stored = (data: CertificateData, assessment: Partial<Assessment> = {}) => ({
  data,
  assessment: {
    ...good,
    ...(data.next ? { next: 'good' as const } : {}),
    ...(data.previous ? { previous: 'good' as const } : {}),
    ...assessment,
  },
});

const step = (view: Partial<RotationView>): RotationStep | undefined =>
  nextRotationStep({
    stored: undefined,
    exists: view.stored !== undefined,
    remembered: undefined,
    nextHasHeld: false,
    previousHasHeld: false,
    ...view,
  });

describe('without a readable Secret, a replica', () => {
  it('starts over when it remembers nothing', () => {
    expect(step({ exists: false })).toEqual({ kind: 'start-over', previous: undefined });
    expect(step({ exists: true })).toEqual({ kind: 'start-over', previous: undefined });
  });

  it('restores what it remembers when the Secret was damaged', () => {
    expect(step({ exists: true, remembered: stored(plain) })).toEqual({ kind: 'restore', data: plain });
    const damaged = stored(
      { ...plain, authority: pair('junk') },
      { authority: 'invalid', serving: 'invalid' },
    );
    expect(step({ stored: damaged, remembered: stored(plain) })).toEqual({
      kind: 'restore',
      data: plain,
    });
  });

  it('begins to replace the authority when the Secret was deleted', () => {
    expect(step({ exists: false, remembered: stored(plain) })).toEqual({
      kind: 'begin-roll-over',
      data: plain,
    });
    expect(step({ exists: false, remembered: stored(rolling) })).toEqual({
      kind: 'restore',
      data: rolling,
    });
  });

  it('starts over when the remembered authority has expired', () => {
    const remembered = stored(plain, { authority: 'expired' });
    expect(step({ exists: true, remembered })).toEqual({ kind: 'start-over', previous: undefined });
  });
});

describe('with a stored Secret, a replica', () => {
  it('does nothing when all is good', () => {
    expect(step({ stored: stored(plain) })).toBeUndefined();
    expect(step({ stored: stored(plain), remembered: stored(rolling) })).toBeUndefined();
    expect(step({ stored: stored(rolling) })).toBeUndefined();
    expect(step({ stored: stored(rolled) })).toBeUndefined();
  });

  it.each(['due', 'expired', 'invalid'] as const)('renews a serving certificate that is %s', (serving) => {
    expect(step({ stored: stored(plain, { serving }) })).toEqual({
      kind: 'renew-serving',
      data: plain,
    });
  });

  it('adds a next authority to one that is due, and promotes it only after the overlap', () => {
    const due = { authority: 'due' } as const;
    expect(step({ stored: stored(plain, due) })).toEqual({ kind: 'begin-roll-over', data: plain });
    expect(step({ stored: stored(rolling, due) })).toBeUndefined();
    expect(step({ stored: stored(rolling, due), nextHasHeld: true })).toEqual({
      kind: 'promote',
      data: rolling,
      next: pair('next'),
    });
  });

  it('replaces an expired authority at once, and keeps it as the previous one', () => {
    const expired = { authority: 'expired', serving: 'expired' } as const;
    expect(step({ stored: stored(plain, expired) })).toEqual({
      kind: 'start-over',
      previous: 'authority certificate',
    });
    expect(step({ stored: stored(rolling, expired) })?.kind).toBe('promote');
  });

  it('drops the previous authority after the overlap, or when it is invalid', () => {
    const drop = { kind: 'drop', what: 'previous', data: rolled };
    expect(step({ stored: stored(rolled), previousHasHeld: true })).toEqual(drop);
    expect(step({ stored: stored(rolled, { previous: 'invalid' }) })).toEqual(drop);
  });

  it('drops a damaged next authority, or replaces it when the authority is due', () => {
    const next = { next: 'invalid' } as const;
    expect(step({ stored: stored(rolling, next), nextHasHeld: true })).toEqual({
      kind: 'drop',
      what: 'next',
      data: rolling,
    });
    expect(step({ stored: stored(rolling, { ...next, authority: 'due' }) })?.kind).toBe('begin-roll-over');
  });
});

describe('the content of the Secret', () => {
  const issuer = {
    authority: () => Promise.resolve(pair('new')),
    serving: ({ certificate }: KeyPair) => Promise.resolve(pair(`by ${certificate}`)),
  };

  it.each<[RotationStep, CertificateData]>([
    [
      { kind: 'start-over', previous: undefined },
      { authority: pair('new'), serving: pair('by new certificate') },
    ],
    [
      { kind: 'start-over', previous: 'old certificate' },
      { authority: pair('new'), serving: pair('by new certificate'), previous: 'old certificate' },
    ],
    [{ kind: 'restore', data: rolling }, rolling],
    [
      { kind: 'renew-serving', data: rolling },
      { ...rolling, serving: pair('by authority certificate') },
    ],
    [
      { kind: 'begin-roll-over', data: rolled },
      { ...rolled, next: pair('new') },
    ],
    [
      { kind: 'promote', data: rolling, next: pair('next') },
      { authority: pair('next'), serving: pair('by next certificate'), previous: 'authority certificate' },
    ],
    [{ kind: 'drop', what: 'previous', data: rolled }, plain],
    [{ kind: 'drop', what: 'next', data: rolling }, plain],
  ])('follows from the step %j', async (given, expected) => {
    expect(await contentAfter(given, issuer)).toStrictEqual(expected);
  });
});
