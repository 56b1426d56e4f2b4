import { describe, expect, test } from 'vitest';
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

describe('without anything readable', () => {
  test('a replica that remembers nothing starts over', () => {
    expect(step({ exists: false })).toEqual({ kind: 'start-over', previous: undefined });
    expect(step({ exists: true })).toEqual({ kind: 'start-over', previous: undefined });
  });

  test('one that remembers puts it back where it was damaged', () => {
    expect(step({ exists: true, remembered: stored(plain) })).toEqual({ kind: 'restore', data: plain });
    const damaged = stored(
      { ...plain, authority: pair('junk') },
      { authority: 'useless', serving: 'useless' },
    );
    expect(step({ stored: damaged, remembered: stored(plain) })).toEqual({
      kind: 'restore',
      data: plain,
    });
  });

  test('and changes to another authority where it was deleted, as somebody seems to want', () => {
    expect(step({ exists: false, remembered: stored(plain) })).toEqual({
      kind: 'begin-roll-over',
      data: plain,
    });
    expect(step({ exists: false, remembered: stored(rolling) })).toEqual({
      kind: 'restore',
      data: rolling,
    });
  });

  test('what is remembered and has expired meanwhile is of no use', () => {
    const remembered = stored(plain, { authority: 'expired' });
    expect(step({ exists: true, remembered })).toEqual({ kind: 'start-over', previous: undefined });
  });
});

describe('with something stored', () => {
  test('that is good there is nothing to do', () => {
    expect(step({ stored: stored(plain) })).toBeUndefined();
    expect(step({ stored: stored(plain), remembered: stored(rolling) })).toBeUndefined();
    expect(step({ stored: stored(rolling) })).toBeUndefined();
    expect(step({ stored: stored(rolled) })).toBeUndefined();
  });

  test.each(['due', 'expired', 'useless'] as const)(
    'a serving certificate that is %s is renewed',
    (serving) => {
      expect(step({ stored: stored(plain, { serving }) })).toEqual({
        kind: 'renew-serving',
        data: plain,
      });
    },
  );

  test('an authority that is due gets a successor, which signs nothing before it has stood', () => {
    const due = { authority: 'due' } as const;
    expect(step({ stored: stored(plain, due) })).toEqual({ kind: 'begin-roll-over', data: plain });
    expect(step({ stored: stored(rolling, due) })).toBeUndefined();
    expect(step({ stored: stored(rolling, due), nextHasHeld: true })).toEqual({
      kind: 'promote',
      data: rolling,
      next: pair('next'),
    });
  });

  test('an authority that has expired is replaced at once; who still believes it may go on', () => {
    const expired = { authority: 'expired', serving: 'expired' } as const;
    expect(step({ stored: stored(plain, expired) })).toEqual({
      kind: 'start-over',
      previous: 'authority certificate',
    });
    expect(step({ stored: stored(rolling, expired) })?.kind).toBe('promote');
  });

  test('the previous authority goes when it has been kept long enough, or is of no use', () => {
    const drop = { kind: 'drop', what: 'previous', data: rolled };
    expect(step({ stored: stored(rolled), previousHasHeld: true })).toEqual(drop);
    expect(step({ stored: stored(rolled, { previous: 'useless' }) })).toEqual(drop);
  });

  test('a successor that was damaged goes, or is made anew', () => {
    const next = { next: 'useless' } as const;
    expect(step({ stored: stored(rolling, next), nextHasHeld: true })).toEqual({
      kind: 'drop',
      what: 'next',
      data: rolling,
    });
    expect(step({ stored: stored(rolling, { ...next, authority: 'due' }) })?.kind).toBe('begin-roll-over');
  });
});

describe('what is stored after a step', () => {
  const make = {
    authority: () => Promise.resolve(pair('new')),
    serving: ({ certificate }: KeyPair) => Promise.resolve(pair(`by ${certificate}`)),
  };

  test.each<[RotationStep, CertificateData]>([
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
  ])('%j', async (given, expected) => {
    expect(await contentAfter(given, make)).toEqual(expected);
  });
});
