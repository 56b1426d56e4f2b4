import type { Lookup } from '../catalog/lookup.ts';
import { unknownRepository } from '../catalog/lookup.ts';
import {
  type ContainerResolution,
  calledLike,
  containerResolutions,
  rewrittenTo,
} from './container-resolution.ts';
import { type RemovalPolicy, removedEntry } from './past-removal.ts';
import { type ImagesAsked, readPodChange, type Untouched } from './pod-change.ts';
import { type Container, containersOf } from './pod-images.ts';
import { quoted } from './quoting.ts';
import type { AdmissionRequest } from './review.ts';
import type { WebhookRules } from './webhook-rules.ts';
import { readWorkloadChange } from './workload-change.ts';

/** Why a container's image was rewritten or left alone: what `review` shows. */
export interface Explanation {
  readonly list: string;
  readonly container: string | undefined;
  readonly image: string;
  readonly outcome: string;
}

/** The same judgement as `mutatePod`, in words. */
export const explainPod = (
  request: AdmissionRequest,
  lookup: Lookup,
  removal: RemovalPolicy,
  webhook: WebhookRules,
): Explanation[] => explanations(readPodChange(request, webhook), lookup, removal, OF_A_POD);

/** What `warnWorkload` looks at, in words: what becomes of the Pods. */
export const explainWorkload = (
  request: AdmissionRequest,
  lookup: Lookup,
  removal: RemovalPolicy,
  webhook: WebhookRules,
): Explanation[] => explanations(readWorkloadChange(request, webhook), lookup, removal, OF_A_TEMPLATE);

/** What differs between a Pod and the template of Pods to come. */
interface Words {
  readonly denied: string;
  readonly resolved: (name: string, url: string) => string;
}

const OF_A_POD: Words = {
  denied: 'denied',
  resolved: (name, url) => `${name}: rewritten to ${url}`,
};

const OF_A_TEMPLATE: Words = {
  denied: 'left alone: its Pods are denied',
  resolved: (name, url) => `left alone: its Pods get ${url} (${name})`,
};

function explanations(
  asked: ImagesAsked | Untouched,
  lookup: Lookup,
  removal: RemovalPolicy,
  words: Words,
): Explanation[] {
  if (!('untouched' in asked))
    return containerResolutions(asked, lookup).map((outcome) =>
      explained(outcome.container, inWords(outcome, lookup, removal, words)),
    );
  return (asked.pod ? containersOf(asked.pod) : []).map((container) =>
    explained(container, `left alone: ${asked.untouched}`),
  );
}

const explained = ({ list, name, image }: Container, outcome: string): Explanation => ({
  list,
  container: name,
  image,
  outcome,
});

function inWords(
  outcome: ContainerResolution,
  lookup: Lookup,
  removal: RemovalPolicy,
  { denied, resolved }: Words,
): string {
  const { container, fresh, resolution, kept } = outcome;
  const removed = removedEntry(outcome, removal);
  if (removed) return `${denied}: ${removed.name} is past its removal date`;
  if (kept && kept.image !== container.image) return `rewritten to ${kept.image}, which it has already`;
  switch (resolution.kind) {
    case 'short-name':
    case 'no-variant': {
      const { name } = resolution.entry;
      if (!fresh) return `left alone: this update does not change it; it names ${name}`;
      const url = rewrittenTo(outcome);
      return url === undefined ? `${denied}: ${name} has no image for who asks` : resolved(name, url);
    }
    case 'url':
      return calledLike(outcome)
        ? `left alone: it is called like ${resolution.entry.name}, but the catalog does not list it`
        : `left alone: it is an image of ${resolution.entry.name} already`;
    case 'unknown-short-name':
      return 'left alone: the catalog has no such name';
    case 'foreign': {
      const unknown = unknownRepository(outcome.container.image, lookup);
      return unknown
        ? `left alone: the catalog has images on ${unknown.host}, but no repository ${quoted(unknown.repository)}`
        : 'left alone: not in the catalog (another registry, tag or digest)';
    }
  }
}
