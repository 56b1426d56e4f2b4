import { deprecationFact, type Entry, isPastRemoval } from '../catalog/entry.ts';
import { type ContainerResolution, resolvedEntry } from './container-resolution.ts';

/** What becomes of images past their removal date. */
export interface RemovalPolicy {
  /** YYYY-MM-DD, UTC. */
  readonly today: string;
  /** Whether a new Pod gets them all the same, with a warning, or is denied. */
  readonly pastRemoval: 'warn' | 'deny';
}

/** The entry of a container whose image new Pods don't get any more. What a Pod had before is not held against it. */
export function removedEntry(
  outcome: ContainerResolution,
  { today, pastRemoval }: RemovalPolicy,
): Entry | undefined {
  if (pastRemoval === 'warn' || !outcome.fresh || outcome.kept) return undefined;
  const entry = resolvedEntry(outcome);
  return entry && isPastRemoval(entry, today) ? entry : undefined;
}

/** Why nobody gets an image any more, and what to do. */
export function whyRemoved(entry: Entry, { today }: RemovalPolicy): string {
  const advice = entry.deprecation?.replacement === undefined ? '; ask for another image' : '';
  return `${deprecationFact(entry, today)}${advice}`;
}
