import { splitLatest } from '../catalog/image-reference.ts';
import type { Resolution } from '../catalog/lookup.ts';
import type { Container } from './pod-images.ts';
import type { RunningContainer } from './running.ts';

/** The image of a running container that an UPDATE asks for again, in other words. It is no new image, so it is never denied. */
export interface KeptImage {
  /** As the old object has it, where a short name is written: any other text would restart the container. */
  readonly image: string;
  /** What the short name resolves to today, where that is another image or none. */
  readonly instead?: Resolution;
}

/**
 * Whether a container keeps the image that it has: it asks for the same URL, for a short name that resolves to it, or for the
 * short name by which it got it, whatever that resolves to today. The unchanged manifest of a running Pod must not restart it.
 */
export function keptImage(
  { image }: Container,
  resolution: Resolution,
  running: RunningContainer | undefined,
): KeptImage | undefined {
  if (!running) return undefined;
  const url = urlOf(running.image);
  if (url === undefined) return undefined;
  const { name, latest } = splitLatest(image);
  if (latest && name === url) return { image };
  if (resolution.kind === 'short-name' && resolution.url === url) return { image: running.image };
  const { requested } = running;
  return latest && requested !== undefined && splitLatest(requested).name === name
    ? { image: running.image, instead: resolution }
    : undefined;
}

/** Whether two texts name one image that a catalog can list. */
export function isSameImage(one: string, other: string): boolean {
  const url = urlOf(one);
  return url !== undefined && url === urlOf(other);
}

/**
 * `HOST/PATH`, if the image is that or has the tag `latest` behind it: what a short name becomes. A `requested` annotation beside
 * anything else is stale, such as one that stayed while no replica answered.
 */
function urlOf(image: string): string | undefined {
  const { name, latest } = splitLatest(image);
  return latest && name.includes('/') ? name : undefined;
}
