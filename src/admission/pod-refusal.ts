import { counted } from '../catalog/counted.ts';
import { containerLabel } from './container-label.ts';
import { quoted } from './legible.ts';
import { noImage } from './no-image.ts';
import type { Outcome } from './outcomes.ts';
import { type RemovalPolicy, removedEntry, whyRemoved } from './past-removal.ts';

/** A Pod can't be told apart from a thousand; a message that spells all of them out helps nobody. */
const SPELLED_OUT = 10;

/** Why a Pod is denied, with a line for each container that can't have what it asks for; undefined where all can. */
export function podRefusal(
  outcomes: readonly Outcome[],
  asker: string | undefined,
  removal: RemovalPolicy,
): string | undefined {
  const refusals: string[] = [];
  for (const outcome of outcomes) {
    const reason = refusal(outcome, asker, removal);
    if (reason !== undefined) refusals.push(reason);
  }
  if (refusals.length === 0) return undefined;
  const more = refusals.length - SPELLED_OUT;
  return [
    ...refusals.slice(0, SPELLED_OUT),
    ...(more > 0 ? [`and ${counted(more, 'more container')}`] : []),
  ].join('\n');
}

function refusal(outcome: Outcome, asker: string | undefined, removal: RemovalPolicy): string | undefined {
  const reason = removedReason(outcome, removal) ?? noImage(outcome, asker);
  if (reason === undefined) return undefined;
  const { container } = outcome;
  return `${containerLabel(container)} asks for ${quoted(container.image)}, and ${reason}`;
}

function removedReason(outcome: Outcome, removal: RemovalPolicy): string | undefined {
  // Whoever lacks an image of such an entry is not sent to another one of the same.
  const entry = removedEntry(outcome, removal);
  if (!entry) return undefined;
  const url = entry.deprecation?.url;
  return `new Pods no longer get it: ${whyRemoved(entry, removal)}${url === undefined ? '' : `; see ${url}`}`;
}
