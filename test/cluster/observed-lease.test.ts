import { describe, expect, test } from 'vitest';
import type { Lease } from '../../src/cluster/lease.ts';
import {
  electionTimes,
  nextElectionStep,
  noLease,
  type ObservedLease,
  observe,
  termEnd,
} from '../../src/cluster/observed-lease.ts';

const { duration, deadline, retry, answer } = electionTimes;

const lease = (version: string, fields: Partial<Lease> = {}): Lease => ({
  version,
  holder: 'somebody',
  duration,
  object: { metadata: { name: 'lease', uid: 'uid', resourceVersion: version }, spec: {} },
  ...fields,
});
const seenAt = (since: number, fields: Partial<Lease> = {}): ObservedLease => ({
  kind: 'seen',
  lease: lease('1', fields),
  since,
});

describe('what a look tells', () => {
  test('without a Lease: nothing', () => {
    expect(observe(seenAt(0), undefined, 5)).toEqual(noLease);
  });

  test('a version that is new stands since now, whatever times are written in it', () => {
    expect(observe(noLease, lease('1'), 5)).toEqual(seenAt(5));
    expect(observe(seenAt(0), lease('2'), 5)).toEqual({ kind: 'seen', lease: lease('2'), since: 5 });
  });

  test('a version that was seen before stands since then', () => {
    expect(observe(seenAt(0), lease('1'), 5)).toEqual(seenAt(0));
  });
});

describe('what to do next', () => {
  const step = (observed: ObservedLease, now: number) => nextElectionStep(observed, now, electionTimes);

  test('a Lease that is missing is made', () => {
    expect(step(noLease, 0)).toEqual({ kind: 'create' });
  });

  test('one that is held is held for longer, even when the term is over', () => {
    const held: ObservedLease = { kind: 'held', lease: lease('1'), asked: 0 };
    for (const now of [0, deadline, 10 * duration])
      expect(step(held, now)).toEqual({ kind: 'hold', lease: lease('1') });
  });

  test("somebody else's is taken when it has not changed for as long as it says", () => {
    expect(step(seenAt(100), 100)).toEqual({ kind: 'wait', left: duration });
    expect(step(seenAt(100), 99 + duration)).toEqual({ kind: 'wait', left: 1 });
    expect(step(seenAt(100), 100 + duration)).toEqual({ kind: 'hold', lease: lease('1') });
    const longer = { duration: 60_000 };
    expect(step(seenAt(0, longer), duration)).toEqual({ kind: 'wait', left: 60_000 - duration });
  });

  test('one that does not say how long is left alone as long as ours would be', () => {
    expect(step(seenAt(0, { duration: undefined }), 1)).toEqual({ kind: 'wait', left: duration - 1 });
  });

  test('one that nobody holds is taken at once', () => {
    const free = { holder: '' };
    expect(step(seenAt(0, free), 0)).toEqual({ kind: 'hold', lease: lease('1', free) });
  });
});

test('a term begins when it was asked for, and nobody has one who holds nothing', () => {
  expect(termEnd({ kind: 'held', lease: lease('1'), asked: 7 }, electionTimes)).toBe(7 + deadline);
  expect(termEnd(seenAt(7), electionTimes)).toBe(Number.NEGATIVE_INFINITY);
});

describe('the times', () => {
  test('leave a term time for a call that gets no answer, and for one after that', () => {
    expect(2 * retry + answer).toBeLessThan(deadline);
  });

  test('let clocks differ in speed by half', () => {
    expect(duration / deadline).toBeGreaterThanOrEqual(1.5);
  });
});
