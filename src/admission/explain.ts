import { entryOfAnyTag, type Lookup, unknownRepository } from '../catalog/lookup.ts';
import {
  type ContainerResolution,
  calledLike,
  containerResolutions,
  rewrittenTo,
} from './container-resolution.ts';
import { type Container, containersOf } from './pod.ts';
import { type RequestedImages, readPodChange, type Untouched } from './pod-change.ts';
import { type RemovalPolicy, removedEntry } from './pod-refusal.ts';
import { quoted } from './quoting.ts';
import type { AdmissionRequest } from './review.ts';
import type { WebhookRules } from './webhook-rules.ts';
import { readWorkloadChange } from './workload.ts';

/** Why the image of a container is rewritten or left alone. `review` prints it. */
export interface Explanation {
  readonly list: string;
  readonly container: string | undefined;
  readonly image: string;
  readonly outcome: string;
}

/** Explains the answer of `mutatePod`, container by container. */
export const explainPod = (
  request: AdmissionRequest,
  lookup: Lookup,
  removal: RemovalPolicy,
  webhook: WebhookRules,
): Explanation[] => explanations(readPodChange(request, webhook), lookup, removal, OF_A_POD);

/** Explains what will happen to the Pods of a template that `warnWorkload` checks. */
export const explainWorkload = (
  request: AdmissionRequest,
  lookup: Lookup,
  removal: RemovalPolicy,
  webhook: WebhookRules,
): Explanation[] => explanations(readWorkloadChange(request, webhook), lookup, removal, OF_A_TEMPLATE);

/** The words that differ between a Pod and a template. */
interface Words {
  readonly denied: string;
  readonly rewritten: (name: string, url: string) => string;
}

const OF_A_POD: Words = {
  denied: 'denied',
  rewritten: (name, url) => `${name}: rewritten to ${url}`,
};

const OF_A_TEMPLATE: Words = {
  denied: 'left alone: its Pods are denied',
  rewritten: (name, url) => `left alone: its Pods get ${url} (${name})`,
};

function explanations(
  asked: RequestedImages | Untouched,
  lookup: Lookup,
  removal: RemovalPolicy,
  words: Words,
): Explanation[] {
  if (!('untouched' in asked))
    return containerResolutions(asked, lookup).map((resolved) =>
      explained(resolved.container, inWords(resolved, lookup, removal, words)),
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
  resolved: ContainerResolution,
  lookup: Lookup,
  removal: RemovalPolicy,
  words: Words,
): string {
  const { container, fresh, resolution, kept } = resolved;
  const removed = removedEntry(resolved, removal);
  if (removed) return `${words.denied}: ${removed.name} is past its removal date`;
  if (kept && kept.image !== container.image) return `rewritten to ${kept.image}, which it has already`;
  switch (resolution.kind) {
    case 'short-name':
    case 'no-variant': {
      const { name } = resolution.entry;
      if (!fresh) return `left alone: this update does not change it; it names ${name}`;
      const url = rewrittenTo(resolved);
      return url === undefined
        ? `${words.denied}: ${name} has no image for this client`
        : words.rewritten(name, url);
    }
    case 'url':
      return calledLike(resolved)
        ? `left alone: it is called like ${resolution.entry.name}, but the catalog does not list it`
        : `left alone: it is an image of ${resolution.entry.name} already`;
    case 'unknown-short-name':
      return 'left alone: the catalog has no such name';
    case 'foreign': {
      const unknown = unknownRepository(container.image, lookup);
      if (unknown)
        return `left alone: the catalog has images on ${unknown.host}, but no repository ${quoted(unknown.repository)}`;
      const entry = entryOfAnyTag(container.image, lookup);
      return entry
        ? `left alone: the catalog has ${entry.name} with the tag latest only`
        : 'left alone: not in the catalog';
    }
  }
}
