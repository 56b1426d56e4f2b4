import { deprecationUrl } from '../catalog/entry.ts';
import { counted } from '../catalog/wording.ts';
import { containerLabel } from './container-label.ts';
import type { ContainerResolution } from './container-resolution.ts';
import { noImage } from './no-image.ts';
import { type RemovalPolicy, removedEntry, whyRemoved } from './past-removal.ts';
import type { Container } from './pod-images.ts';
import { quoted } from './quoting.ts';
import type { DenialPart } from './verdict.ts';

/** A Pod can't be told apart from a thousand; a message that spells all of them out helps nobody. */
const SPELLED_OUT = 10;

/** Why a Pod is denied, with a part for each container that can't have what it asks for; undefined where all can. */
export function podRefusal(
  outcomes: readonly ContainerResolution[],
  client: string | undefined,
  removal: RemovalPolicy,
): readonly DenialPart[] | undefined {
  const refusals: DenialPart[] = [];
  for (const outcome of outcomes) {
    const reason = refusal(outcome, client, removal);
    if (reason !== undefined) refusals.push(reason);
  }
  if (refusals.length === 0) return undefined;
  const more = refusals.length - SPELLED_OUT;
  return [
    ...refusals.slice(0, SPELLED_OUT),
    ...(more > 0 ? [{ field: 'spec', text: `and ${counted(more, 'more container')}` }] : []),
  ];
}

function refusal(
  outcome: ContainerResolution,
  client: string | undefined,
  removal: RemovalPolicy,
): DenialPart | undefined {
  const reason = removedReason(outcome, removal) ?? noImage(outcome, client);
  if (reason === undefined) return undefined;
  const { container } = outcome;
  return {
    field: fieldPath(container),
    text: `${containerLabel(container)} asks for ${quoted(container.image)}, and ${reason}`,
  };
}

/** As the API server writes it: `spec.containers[0].image`. */
const fieldPath = ({ at }: Container): string =>
  at
    .slice(1)
    .replaceAll(/\/(\d+)/g, '[$1]')
    .replaceAll('/', '.');

function removedReason(outcome: ContainerResolution, removal: RemovalPolicy): string | undefined {
  // Whoever lacks an image of such an entry is not sent to another one of the same.
  const entry = removedEntry(outcome, removal);
  if (!entry) return undefined;
  const url = deprecationUrl(entry);
  return `new Pods no longer get it: ${whyRemoved(entry, removal)}${url === undefined ? '' : `; see ${url}`}`;
}
