import type { Lease } from './lease.ts';

/** Milliseconds. */
export interface ElectionTimes {
  /** How long other candidates wait after they have seen the Lease change (client-go: LeaseDuration). */
  readonly duration: number;
  /** How long the holder leads after one write (client-go: RenewDeadline). */
  readonly deadline: number;
  /** Between two reads, or two writes of the holder (client-go: RetryPeriod). */
  readonly retry: number;
  /** For each call. */
  readonly timeout: number;
}

/** client-go's defaults, which Kubernetes' own components use; `timeout` is ours. */
export const electionTimes: ElectionTimes = {
  // Each replica makes one small call every two seconds. A released Lease is taken within that time.
  retry: 2_000,
  // A silently dead connection costs no term: a write after 2 s times out after 4 s and is repeated on a new connection
  // after another 2 s, which leaves 2 s for the response.
  timeout: 4_000,
  // Longer than a restart of the API server, which takes some 5 s.
  deadline: 10_000,
  // The 5 s between the end of a term and the next one are for requests in flight, and for clocks that differ in speed by up
  // to a half.
  duration: 15_000,
};

/** What a candidate knows about the Lease. Times are milliseconds of its own monotonic clock. */
export type ObservedLease =
  /** Absent or not read yet. */
  | { readonly kind: 'none' }
  /** Read, and not known to be ours. `since`: when we first saw this version, which is later than its write. */
  | { readonly kind: 'seen'; readonly lease: Lease; readonly since: number }
  /** Written by us. `sentAt`: the time before the request, so every other candidate sees this version later. */
  | { readonly kind: 'held'; readonly lease: Lease; readonly sentAt: number };

export const noLease: ObservedLease = { kind: 'none' };

/** The new observation. A version that was seen before keeps its time. */
export function observe(before: ObservedLease, lease: Lease | undefined, now: number): ObservedLease {
  if (lease === undefined) return noLease;
  if (before.kind === 'seen' && before.lease.version === lease.version) return before;
  return { kind: 'seen', lease, since: now };
}

export type ElectionStep =
  | { readonly kind: 'create' }
  /** Take or renew. The write fails if another candidate has written since. */
  | { readonly kind: 'hold'; readonly lease: Lease }
  /** `left`: milliseconds until the Lease may be taken. */
  | { readonly kind: 'wait'; readonly left: number };

/**
 * The next step of a candidate. It holds the Lease only by the version of its last confirmed write. The name in the Lease may
 * be that of a predecessor or a twin, and the times are from another machine's clock. A candidate that finds its own name
 * without such a write waits like the others.
 *
 * Creating a Lease starts no term either: an admin may have deleted the Lease, and its holder leads until the end of its own
 * term.
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

/** The end of the term that our last write started; -Infinity without one. */
export const termEnd = (observed: ObservedLease, times: ElectionTimes): number =>
  observed.kind === 'held' ? observed.sentAt + times.deadline : Number.NEGATIVE_INFINITY;
