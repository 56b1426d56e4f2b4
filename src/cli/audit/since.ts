import type { Gathered } from '../../usage/by-owner.ts';

/** `2026-11-22T12:00:00Z`, as Kubernetes writes it. */
export const sinceSecond = ({ since }: Pick<Gathered<unknown>, 'since'>): string | undefined =>
  since === undefined ? undefined : new Date(since).toISOString().replace(/\.\d+Z$/, 'Z');

/** `2026-11-22`, UTC. */
export const sinceDay = (row: Pick<Gathered<unknown>, 'since'>): string | undefined =>
  sinceSecond(row)?.slice(0, 10);
