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
import { closeness } from './words.ts';

/** What the answers about containers depend on. */
export interface ImageSettings {
  readonly catalog: readonly PlainEntry[];
  readonly precedence: Precedence;
  /** YYYY-MM-DD */
  readonly today: string;
  readonly pastRemoval: 'warn' | 'deny';
}

export interface Container {
  readonly list: string;
  readonly index: number;
  readonly name: string | undefined;
  readonly image: string;
  /** Brought in by this change. */
  readonly fresh: boolean;
}

export const LISTS = ['containers', 'initContainers', 'ephemeralContainers'];

/** More than a thousand in one Pod: the answer would be larger than what was asked. */
export const MOST_CONTAINERS = 1_000;

export const isPodSpec = (spec: Json): boolean =>
  isObject(spec) &&
  LISTS.every((list) => isAbsent(spec[list]) || (Array.isArray(spec[list]) && spec[list].every(isContainer)));

const isContainer = (container: Json): boolean =>
  isObject(container) && isTextOrAbsent(container.name) && isTextOrAbsent(container.image);

/** Those that have an image at all. One that was there before, in the same list with the same image, is not fresh. */
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

/** The URL that a short name stands for; undefined where an image is none, or there is nothing for this asker. */
export function urlBehind(
  image: string,
  asker: string | undefined,
  { catalog, precedence }: ImageSettings,
): string | undefined {
  const shortName = withoutLatest(image);
  const entry = shortName === undefined ? undefined : entryCalled(catalog, shortName);
  return entry && urlFor(entry, asker, precedence);
}

/** It asks, by a short name, for an entry that has nothing for this asker; or for one past its removal date. */
export function isRefused(container: Container, asker: string | undefined, settings: ImageSettings): boolean {
  if (!container.fresh) return false;
  const shortName = withoutLatest(container.image);
  const entry = shortName === undefined ? undefined : entryCalled(settings.catalog, shortName);
  const hasNothing = entry !== undefined && urlBehind(container.image, asker, settings) === undefined;
  return hasNothing || isRemoved(container, settings);
}

export function isRemoved({ image }: Container, { catalog, today, pastRemoval }: ImageSettings): boolean {
  const entry = entryBehind(catalog, image);
  return (
    pastRemoval === 'deny' && isDeprecated(entry) && entry.removal !== undefined && entry.removal < today
  );
}

/** What has to be said of containers, and what may not. */
export interface ContainerWarnings {
  /** Names of the deprecated entries that this very change brings in. */
  readonly deprecated: readonly string[];
  /** Short names that it brings in and nobody knows, with the entries that are called most like them; often none. */
  readonly unknown: ReadonlyMap<string, readonly string[]>;
}

export const SILENCE: ContainerWarnings = { deprecated: [], unknown: new Map() };

export function warningsOf(containers: readonly Container[], settings: ImageSettings): ContainerWarnings {
  const deprecated: string[] = [];
  const unknown = new Map<string, string[]>();
  for (const { image } of containers.filter(({ fresh }) => fresh)) {
    const entry = entryBehind(settings.catalog, image);
    if (isDeprecated(entry)) deprecated.push(entry.name);
    const shortName = withoutLatest(image);
    if (!entry && shortName !== undefined && looksLikeShortName(shortName))
      unknown.set(shortName, closest(shortName, settings.catalog));
  }
  return { deprecated, unknown };
}

const looksLikeShortName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name);

/** Canonical names of the entries that have a name or alias at the least distance, if any is close at all. */
function closest(word: string, catalog: readonly PlainEntry[]): string[] {
  const close = catalog.flatMap(({ name, aliases }) =>
    [name, ...aliases].flatMap((known) => {
      const edits = closeness(word, known);
      return edits === undefined ? [] : [{ name, edits }];
    }),
  );
  const least = Math.min(...close.map(({ edits }) => edits));
  return close.filter(({ edits }) => edits === least).map(({ name }) => name);
}
