import {
  entryBehind,
  entryCalled,
  isDeprecated,
  type PlainEntry,
  type Precedence,
  urlFor,
  withoutLatest,
} from './images.ts';
import { isAbsent, isObject, isTextOrAbsent, type Json } from './json.ts';

/** The settings that affect answers about containers. */
export interface ImageSettings {
  readonly catalog: readonly PlainEntry[];
  readonly precedence: Precedence;
  /** YYYY-MM-DD */
  readonly today: string;
  readonly pastRemoval: 'warn' | 'deny';
  readonly registryAdmission: 'absent' | 'present';
  /** The general help page, for deprecated entries without a page of their own. */
  readonly deprecationUrl: string | undefined;
}

export interface Container {
  readonly list: string;
  readonly index: number;
  readonly name: string | undefined;
  readonly image: string;
  /** New by this change. */
  readonly fresh: boolean;
  /** The image that it keeps from the old object, and whether only by its annotation. */
  readonly kept?: { readonly image: string; readonly byFact: boolean } | undefined;
}

/** The kept image, or else the requested one. */
export const meantBy = ({ image, kept }: Container): string => kept?.image ?? image;

export const LISTS = ['containers', 'initContainers', 'ephemeralContainers'];

/** The number of containers whose images are resolved. With more, the answer would exceed the request. */
export const MOST_CONTAINERS = 1_000;

export const tooMany = (whose: string, count: number): string =>
  `${whose} ${count} containers, and at most ${MOST_CONTAINERS} of one Pod get their images resolved`;

export const isPodSpec = (spec: Json): boolean =>
  isObject(spec) &&
  LISTS.every(
    (list) => isAbsent(spec[list]) || (Array.isArray(spec[list]) && spec[list].every(isContainer)),
  ) &&
  (isAbsent(spec.volumes) || (Array.isArray(spec.volumes) && spec.volumes.every(isVolume)));

const isVolume = (volume: Json): boolean =>
  isObject(volume) &&
  isTextOrAbsent(volume.name) &&
  (isAbsent(volume.image) || (isObject(volume.image) && isTextOrAbsent(volume.image.reference)));

const isContainer = (container: Json): boolean =>
  isObject(container) && isTextOrAbsent(container.name) && isTextOrAbsent(container.image);

/** The containers with an image. One that the old object has in the same list with the same image is not fresh. */
export function containersOf(spec: Json, lists: readonly string[] = LISTS, oldSpec?: Json): Container[] {
  const containers: Container[] = [];
  for (const list of lists) {
    (spec[list] ?? []).forEach(({ name, image }: Json, index: number) => {
      if (isAbsent(image) || image === '') return;
      const wasThere = (oldSpec?.[list] ?? []).some(
        (before: Json) => (before.name ?? null) === (name ?? null) && before.image === image,
      );
      containers.push({ list, index, name: name ?? undefined, image, fresh: !wasThere });
    });
  }
  return containers;
}

/** The URL of a short name; undefined for another image, or if the entry has none for this client. */
export function urlBehind(
  image: string,
  asker: string | undefined,
  { catalog, precedence }: ImageSettings,
): string | undefined {
  const shortName = withoutLatest(image);
  const entry = shortName === undefined ? undefined : entryCalled(catalog, shortName);
  return entry && urlFor(entry, asker, precedence);
}

/** Whether the entry of its short name has no image for this client, or is past the removal date and denied. */
export function isRefused(container: Container, asker: string | undefined, settings: ImageSettings): boolean {
  if (!container.fresh || container.kept) return false;
  const shortName = withoutLatest(container.image);
  const entry = shortName === undefined ? undefined : entryCalled(settings.catalog, shortName);
  const hasNothing = entry !== undefined && urlBehind(container.image, asker, settings) === undefined;
  return hasNothing || isRemoved(container, settings);
}

export function isRemoved(
  { image, kept }: Container,
  { catalog, today, pastRemoval }: ImageSettings,
): boolean {
  const entry = entryBehind(catalog, image);
  return (
    !kept &&
    pastRemoval === 'deny' &&
    isDeprecated(entry) &&
    entry.removal !== undefined &&
    entry.removal < today
  );
}
