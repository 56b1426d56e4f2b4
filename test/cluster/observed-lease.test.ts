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

const { duration, deadline, retry, timeout } = electionTimes;

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

describe('an observation', () => {
  test('of a missing Lease is `noLease`', () => {
    expect(observe(seenAt(0), undefined, 5)).toEqual(noLease);
  });

  test('of a new version of the Lease has the time of the observation', () => {
    expect(observe(noLease, lease('1'), 5)).toEqual(seenAt(5));
    expect(observe(seenAt(0), lease('2'), 5)).toEqual({ kind: 'seen', lease: lease('2'), since: 5 });
  });

  test('of an unchanged version keeps the time of the first observation', () => {
    expect(observe(seenAt(0), lease('1'), 5)).toEqual(seenAt(0));
  });
});

describe('the next step of a candidate', () => {
  const step = (observed: ObservedLease, now: number) => nextElectionStep(observed, now, electionTimes);

  test('creates a missing Lease', () => {
    expect(step(noLease, 0)).toEqual({ kind: 'create' });
  });

  test('renews a held Lease, even after its term', () => {
    const held: ObservedLease = { kind: 'held', lease: lease('1'), sentAt: 0 };
    for (const now of [0, deadline, 10 * duration])
      expect(step(held, now)).toEqual({ kind: 'hold', lease: lease('1') });
  });

  test("takes another candidate's Lease once it has not changed for its duration", () => {
    expect(step(seenAt(100), 100)).toEqual({ kind: 'wait', left: duration });
    expect(step(seenAt(100), 99 + duration)).toEqual({ kind: 'wait', left: 1 });
    expect(step(seenAt(100), 100 + duration)).toEqual({ kind: 'hold', lease: lease('1') });
    const longer = { duration: 60_000 };
    expect(step(seenAt(0, longer), duration)).toEqual({ kind: 'wait', left: 60_000 - duration });
  });

  test('waits for our own duration if the Lease has none', () => {
    expect(step(seenAt(0, { duration: undefined }), 1)).toEqual({ kind: 'wait', left: duration - 1 });
  });

  test('takes a free Lease at once', () => {
    const free = { holder: '' };
    expect(step(seenAt(0, free), 0)).toEqual({ kind: 'hold', lease: lease('1', free) });
  });
});

test('a term counts from the time at which the write was sent, and needs a held Lease', () => {
  expect(termEnd({ kind: 'held', lease: lease('1'), sentAt: 7 }, electionTimes)).toBe(7 + deadline);
  expect(termEnd(seenAt(7), electionTimes)).toBe(Number.NEGATIVE_INFINITY);
});

describe('the default times', () => {
  test('leave time within a term for a call without a response and another one', () => {
    expect(2 * retry + timeout).toBeLessThan(deadline);
  });

  test('allow clocks to differ in speed by half', () => {
    expect(duration / deadline).toBeGreaterThanOrEqual(1.5);
  });
});
