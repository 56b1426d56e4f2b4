import { counted } from '../catalog/counted.ts';
import { ASKER_LABEL } from '../catalog/pod-facts.ts';
import { containerLabel } from './container-label.ts';
import { quoted } from './legible.ts';
import type { Outcome } from './outcomes.ts';

/** A Pod can't be told apart from a thousand; a message that spells all of them out helps nobody. */
const SPELLED_OUT = 10;

/** Why a Pod is denied that asks for an entry without an image for it; undefined where every entry has one. */
export function noImage(outcomes: readonly Outcome[], asker: string | undefined): string | undefined {
  const refusals = outcomes.flatMap((outcome) => refusal(outcome, asker) ?? []);
  if (refusals.length === 0) return undefined;
  const more = refusals.length - SPELLED_OUT;
  return [
    ...refusals.slice(0, SPELLED_OUT),
    ...(more > 0 ? [`and ${counted(more, 'more container')}`] : []),
  ].join('\n');
}

function refusal({ container, fresh, resolution }: Outcome, asker: string | undefined): string | undefined {
  if (!fresh || resolution.kind !== 'no-variant') return undefined;
  const { entry, has } = resolution;
  return (
    `${containerLabel(container)} asks for ${quoted(container.image)}, and ${entry.name} has no image ` +
    `for ${askerLabel(asker)}: ` +
    (has.length === 0
      ? 'it has no image at all; ask for another name'
      : `it has only ${has.join(', ')}; ask for another name, or write the URL of one of these`)
  );
}

const askerLabel = (asker: string | undefined): string =>
  asker === undefined ? `Pods without the label ${ASKER_LABEL}` : `${quoted(asker)} (label ${ASKER_LABEL})`;
