import type { Lookup } from '../catalog/lookup.ts';
import { type Outcome, outcomesOf, rewrittenTo } from './outcomes.ts';
import { readPodChange } from './pod-change.ts';
import { type Container, containersOf } from './pod-images.ts';
import type { AdmissionRequest } from './review.ts';

/** Why a container's image was rewritten or left alone: what `review` shows. */
export interface Explanation {
  readonly list: string;
  readonly container: string | undefined;
  readonly image: string;
  readonly outcome: string;
}

/** The same judgement as `mutatePod`, in words. */
export function explainPod(request: AdmissionRequest, lookup: Lookup): Explanation[] {
  const change = readPodChange(request);
  if (!('untouched' in change))
    return outcomesOf(change, lookup).map((outcome) => explained(outcome.container, inWords(outcome)));
  return (change.pod ? containersOf(change.pod) : []).map((container) =>
    explained(container, `left alone: ${change.untouched}`),
  );
}

const explained = ({ list, name, image }: Container, outcome: string): Explanation => ({
  list,
  container: name,
  image,
  outcome,
});

function inWords(outcome: Outcome): string {
  const { resolution } = outcome;
  switch (resolution.kind) {
    case 'short-name':
      return outcome.fresh
        ? `${resolution.entry.name}: rewritten to ${rewrittenTo(outcome)}`
        : `left alone: this update does not change it; it names ${resolution.entry.name}`;
    case 'no-variant':
      return outcome.fresh
        ? `denied: ${resolution.entry.name} has no image for who asks`
        : `left alone: this update does not change it; it names ${resolution.entry.name}`;
    case 'url':
      return `left alone: it is an image of ${resolution.entry.name} already`;
    case 'unknown-short-name':
      return 'left alone: the catalog has no such name';
    case 'foreign':
      return 'left alone: not in the catalog (another registry, tag or digest)';
  }
}
