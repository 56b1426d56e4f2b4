import type { Lease } from './lease.ts';

/** Milliseconds. */
export interface ElectionTimes {
  /** How long a Lease is left to its holder after it was seen to change. */
  readonly duration: number;
  /** How long who holds it leads by one write. */
  readonly deadline: number;
  /** Between two looks, or two writes of who holds it. */
  readonly retry: number;
  /** For each call. */
  readonly answer: number;
}

/** Those of client-go, by which Kubernetes elects its own; `answer` is ours. */
export const electionTimes: ElectionTimes = {
  // One small call every two seconds by each replica: what is given back is taken within that time.
  retry: 2_000,
  // A connection that died without a word costs no term: asked after 2 s, given up after 4, asked again on a new one
  // after another 2, there are 2 left for the answer.
  answer: 4_000,
  // So that an API server may restart, which takes it some 5 s.
  deadline: 10_000,
  // Between the end of a term and the next one's beginning: what the first had on its way arrives, and a clock may run
  // half as fast again as another one.
  duration: 15_000,
};

/** What a candidate knows of the Lease. All times are milliseconds of its own clock, one that is never set. */
export type ObservedLease =
  /** There is none, or nothing is known. */
  | { readonly kind: 'none' }
  /** As somebody left it. `since`: when it was seen first; it may have been written long before, and never after. */
  | { readonly kind: 'seen'; readonly lease: Lease; readonly since: number }
  /** As we wrote it. `asked`: before that was sent, so others saw it later. */
  | { readonly kind: 'held'; readonly lease: Lease; readonly asked: number };

export const noLease: ObservedLease = { kind: 'none' };

/** A version that is known already stands as long as it did. */
export function observe(before: ObservedLease, lease: Lease | undefined, now: number): ObservedLease {
  if (lease === undefined) return noLease;
  if (before.kind === 'seen' && before.lease.version === lease.version) return before;
  return { kind: 'seen', lease, since: now };
}

export type ElectionStep =
  | { readonly kind: 'create' }
  /** Take it, or take it for longer: whoever has written since what we know wins. */
  | { readonly kind: 'hold'; readonly lease: Lease }
  /** `left`: milliseconds until it may be taken. */
  | { readonly kind: 'wait'; readonly left: number };

/**
 * What to do next. Whose a Lease is follows from its version alone, never from the name in it or the times: that name may be
 * a predecessor's or a twin's, those times another machine's. So who finds a Lease in its own name that it did not write,
 * or whose write was never confirmed, waits like everybody.
 *
 * Nor does making a Lease give it to who made it: somebody may have deleted one whose holder has not noticed yet, and who
 * leads until its term ends.
 */
export function nextElectionStep(observed: ObservedLease, now: number, times: ElectionTimes): ElectionStep {
  switch (observed.kind) {
    case 'none':
      return { kind: 'create' };
    case 'held':
      return { kind: 'hold', lease: observed.lease };
    case 'seen': {
      const { lease, since } = observed;
      const left = lease.holder === '' ? 0 : since + (lease.duration ?? times.duration) - now;
      return left > 0 ? { kind: 'wait', left } : { kind: 'hold', lease };
    }
  }
}

/** When the term ends that our last write began. */
export const termEnd = (observed: ObservedLease, times: ElectionTimes): number =>
  observed.kind === 'held' ? observed.asked + times.deadline : Number.NEGATIVE_INFINITY;
