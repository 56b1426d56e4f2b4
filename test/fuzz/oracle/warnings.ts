import { Buffer } from 'node:buffer';
import { type Container, type ImageSettings, isRemoved, meantBy, urlBehind } from './containers.ts';
import {
  deprecationOf,
  entryBehind,
  entryCalled,
  isDeprecated,
  type PlainEntry,
  urlFor,
  urlsOf,
  withoutLatest,
} from './images.ts';
import { isAbsent, type Json } from './json.ts';
import { suggestionsFor } from './suggestions.ts';

/** The expected warnings, the most important first. Each has alternatives, since any of several equally close names is valid. */
export type ExpectedWarnings = readonly (readonly string[])[];

/** Warnings about new images: misspelt names, then other tags, then unknown repositories, then URLs that the catalog does not list, then images past their removal date, then other deprecated ones. */
export function warningsOf(
  containers: readonly Container[],
  asker: string | undefined,
  settings: ImageSettings,
  whatFails = 'the Pod',
): ExpectedWarnings {
  const fresh = containers.filter((container) => container.fresh);
  // The denial reports an image past its removal date.
  const old = fresh.flatMap((container) => {
    const entry = entryBehind(settings.catalog, meantBy(container));
    return isDeprecated(entry) && !isRemoved(container, settings) ? [{ container, entry }] : [];
  });
  return [
    ...misspelt(
      fresh.filter(({ kept }) => !kept),
      settings.catalog,
      whatFails,
    ),
    ...fresh.flatMap((container) => otherTag(container, asker, settings)),
    ...strangers(
      fresh.filter(({ kept }) => !kept),
      asker,
      settings,
    ),
    ...fresh
      .filter((container) => !isRemoved(container, settings))
      .flatMap((container) => unlisted(container, asker, settings)),
    ...[true, false].flatMap((past) =>
      old
        .filter(({ entry }) => isPast(entry, settings.today) === past)
        .map(({ container, entry }) => [
          withAddress(`${labelOf(container)}: ${deprecationToday(entry, settings)}`, entry, settings),
        ]),
    ),
  ];
}

/** Warnings about containers that keep an image to which their name no longer resolves: what to write, and why. */
export const keptWarnings = (
  containers: readonly Container[],
  asker: string | undefined,
  settings: ImageSettings,
): ExpectedWarnings =>
  containers.flatMap((container) => {
    const { image, kept } = container;
    if (!kept?.byFact) return [];
    const name = withoutLatest(image) as string;
    const entry = entryCalled(settings.catalog, name);
    const owner = entryBehind(settings.catalog, kept.image);
    const isGiven = owner && urlBehind(owner.name, asker, settings) === withoutLatest(kept.image);
    const why =
      entry === undefined
        ? 'is no longer in the catalog'
        : urlBehind(name, asker, settings) === undefined
          ? `has no image any more for ${whoAsks(asker)}`
          : `now resolves to another image (${entry.name})`;
    const write = isGiven ? owner.name : kept.image.replaceAll(UNPRINTABLE, ' ');
    return [
      [`${labelOf(container)} keeps its image: write ${write} instead of ${quoted(image)}, which ${why}`],
    ];
  });

/** Image volumes need a URL. For a short name, any URL of its entry may be suggested. */
export const volumeWarnings = (
  spec: Json,
  asker: string | undefined,
  settings: ImageSettings,
): ExpectedWarnings =>
  (spec.volumes ?? []).flatMap(({ name, image }: Json) => {
    const reference = image?.reference ?? '';
    const shortName = withoutLatest(reference);
    const entry = shortName === undefined ? undefined : entryCalled(settings.catalog, shortName);
    const [url] = entry ? [urlBehind(reference, asker, settings) ?? urlsOf(entry)[0]] : [];
    if (url === undefined) return [];
    const label = isAbsent(name) ? 'volume without a name' : `volume ${quoted(name)}`;
    const what = `write ${url}:latest instead of ${quoted(reference)}`;
    return [[`${label}: ${what}; short names of image volumes are not resolved`]];
  });

const whoAsks = (asker: string | undefined): string => {
  const label = 'app.kubernetes.io/managed-by';
  return asker === undefined ? `Pods without the label ${label}` : `${quoted(asker)} (label ${label})`;
};

/** The number of containers that are compared with the whole catalog. */
const MOST_COMPARED = 10;

function misspelt(
  fresh: readonly Container[],
  catalog: readonly PlainEntry[],
  whatFails: string,
): ExpectedWarnings {
  const compared = new Set<string>();
  const expected: string[][] = [];
  for (const container of fresh) {
    const word = withoutLatest(container.image);
    if (word === undefined || !looksLikeShortName(word) || entryCalled(catalog, word)) continue;
    compared.add(word);
    if (compared.size > MOST_COMPARED) break;
    const names = suggestionsFor(word, catalog);
    const label = labelOf(container);
    const ask = (name: string) => `in the catalog; did you mean ${name}?`;
    const next = `The image stays as it is, and ${whatFails} will not start`;
    const ways = names.map((name) =>
      fitting(
        `${label}: no image ${quoted(word)} ${ask(name)} ${next}`,
        fitting(`${label}: no such image ${ask(name)} ${next}`, `${label}: no such image ${ask(name)}`),
      ),
    );
    if (ways.length > 0) expected.push(ways);
  }
  return expected;
}

/** A name or URL of the catalog with a tag that the catalog does not have. */
function otherTag(
  { image, ...container }: Container,
  asker: string | undefined,
  settings: ImageSettings,
): ExpectedWarnings {
  const name = image.includes('@') ? undefined : withoutTag(image);
  const entry = name === undefined ? undefined : entryBehind(settings.catalog, name);
  if (name === undefined || !entry || withoutLatest(image) !== undefined) return [];
  const label = labelOf({ image, ...container });
  const only = `${label}: the catalog has ${entry.name} with the tag latest only`;
  if (isDeprecated(entry)) {
    const fact = deprecationToday(entry, settings);
    return [[withAddress(fitting(`${only}; ${fact}`, `${label}: ${fact}`), entry, settings)]];
  }
  const url = urlsOf(entry).includes(name) ? name : urlOf(entry, asker, settings);
  if (url === undefined) return [];
  const write = `${only}; write ${url}:latest`;
  return [[fitting(`${write} instead of ${quoted(image)}`, fitting(write, `${only}; write that tag`))]];
}

/** The image without its tag. */
function withoutTag(image: string): string {
  const parts = image.split('/');
  const [name] = (parts.pop() as string).split(':');
  return [...parts, name].join('/');
}

const urlOf = (
  entry: PlainEntry,
  asker: string | undefined,
  { precedence }: ImageSettings,
): string | undefined => urlFor(entry, asker, precedence) ?? urlsOf(entry)[0];

/** Images on a host of the catalog that no entry has. Images of the build service are the tools' own. */
function strangers(
  fresh: readonly Container[],
  asker: string | undefined,
  settings: ImageSettings,
): ExpectedWarnings {
  const { catalog } = settings;
  const hosts = catalog.flatMap(urlsOf).map((url) => url.split('/')[0]);
  const compared = new Set<string>();
  const expected: string[][] = [];
  for (const container of fresh) {
    const url = withoutTag(container.image.split('@')[0] as string);
    const [host, ...path] = url.split('/');
    const repository = path.join('/');
    const isOurs = repository !== '' && hosts.includes(host) && entryBehind(catalog, url) === undefined;
    if (!isOurs || (path.length > 1 && /^tool-./.test(path[0] as string))) continue;
    compared.add(repository);
    if (compared.size > MOST_COMPARED) break;
    const label = labelOf(container);
    const none = `${label}: the catalog has no ${quoted(url)}`;
    const stays = `${none}; the image stays as it is`;
    const ways = suggestionsFor(path.at(-1) as string, catalog).map((name) => {
      const meant = urlOf(entryCalled(catalog, name) as PlainEntry, asker, settings);
      const ask = `; did you mean ${meant}:latest?`;
      return meant === undefined
        ? stays
        : fitting(none + ask, fitting(`${label}: the catalog has no such image${ask}`, stays));
    });
    expected.push(ways.length === 0 ? [stays] : ways);
  }
  return expected;
}

/** `HOST/ALIAS` resolves to an entry, but the catalog does not list such an image. */
function unlisted(
  container: Container,
  asker: string | undefined,
  settings: ImageSettings,
): ExpectedWarnings {
  const url = withoutLatest(container.image);
  const entry = url === undefined ? undefined : entryBehind(settings.catalog, url);
  if (!url?.includes('/') || !entry) return [];
  // Former images are listed, too.
  if ([...urlsOf(entry), ...entry.former].includes(url)) return [];
  const label = labelOf(container);
  const listed = urlFor(entry, asker, settings.precedence) ?? urlsOf(entry)[0];
  const write = listed === undefined ? `${entry.name} has no image` : `write ${listed}:latest`;
  const whole = `${label}: ${quoted(url)} is called like ${entry.name}, but the catalog does not list it; ${write}`;
  const short = `${label}: called like ${entry.name}, but not listed; `;
  return [[fitting(whole, fitting(short + write, `${short}write a URL that is`))]];
}

const looksLikeShortName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name);

/** Why a container is refused (`isRefused`), and what to do. */
export function whyRefused(
  container: Container,
  asker: string | undefined,
  settings: ImageSettings,
): { readonly because: 'it is removed' | 'there is none'; readonly entry: PlainEntry; readonly why: string } {
  const entry = entryBehind(settings.catalog, container.image) as PlainEntry;
  if (isRemoved(container, settings)) {
    const advice = entry.replacement === undefined ? '; ask for another image' : '';
    return { because: 'it is removed', entry, why: `${deprecationToday(entry, settings)}${advice}` };
  }
  const who = whoAsks(asker);
  const there = [
    ...(entry.image === undefined ? [] : ['image']),
    ...entry.variants.map(({ name }) => `variants.${name}.image`),
  ];
  const what =
    urlsOf(entry).length === 0
      ? 'it has no image at all; ask for another name'
      : `it has only ${there.join(', ')}; ask for another name, or write the URL of one of these`;
  return { because: 'there is none', entry, why: `${entry.name} has no image for ${who}: ${what}` };
}

const isPast = ({ removal }: PlainEntry, today: string): boolean => removal !== undefined && removal < today;

/** The deprecation fact, which also says whether the removal date has passed. */
export const deprecationToday = (entry: PlainEntry, { catalog, today }: ImageSettings): string =>
  isPast(entry, today)
    ? deprecationOf(entry, catalog).replace(
        `; removal on ${entry.removal}`,
        `; its removal date ${entry.removal} has passed`,
      )
    : deprecationOf(entry, catalog);

/** A shorter text if the whole does not fit. */
export const fitting = (whole: string, short: string): string =>
  bytes(whole) <= MOST_OF_ONE ? whole : short;

/** The whole address or none, since a part of it is useless. */
export function withAddress(warning: string, entry: PlainEntry, settings: ImageSettings): string {
  const address = addressOf(entry, settings);
  const whole = `${warning}; see ${address}`;
  return address !== undefined && bytes(whole) <= MOST_OF_ONE ? whole : warning;
}

/** The entry's own page, or else the general page. */
export const addressOf = ({ address }: PlainEntry, { deprecationUrl }: ImageSettings): string | undefined =>
  address ?? deprecationUrl;

export const labelOf = ({ list, name }: Container): string =>
  `${NOUNS[list]} ${name === undefined ? 'without a name' : quoted(name)}`;

const NOUNS: Readonly<Record<string, string>> = {
  containers: 'container',
  initContainers: 'init container',
  ephemeralContainers: 'ephemeral container',
};

/** Characters that no warning has. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** A user's text: at most 80 characters, without terminal control characters. */
export function quoted(text: string): string {
  const most = 80;
  const short = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return JSON.stringify(short.replaceAll(UNPRINTABLE, '\ufffd'));
}

/** The limits in bytes of one warning and of all warnings. */
const MOST_OF_ONE = 256;
const MOST_OF_ALL = 4_096;

const MORE = 'and more, which there is no room for';

/** The fault in the warnings, if any. Each is expected once and in order, as long as there is room. */
export function faultOf(warnings: readonly string[], expected: ExpectedWarnings): string | undefined {
  let room = MOST_OF_ALL - bytes(MORE);
  const given: string[] = [];
  for (const whole of expected) {
    const ways = whole.map(cut);
    if (ways.some((way) => given.includes(way))) continue;
    const next = warnings[given.length];
    if (next === MORE && ways.some((way) => bytes(way) > room))
      return warnings.length === given.length + 1 ? undefined : 'there are more warnings after the last one';
    if (next === undefined || !ways.includes(next)) return `${next} instead of ${ways.join(' or ')}`;
    if (bytes(next) > room) return `no room is left for ${next}`;
    given.push(next);
    room -= bytes(next);
  }
  const more = warnings[given.length];
  return more === undefined ? undefined : `unexpected: ${more}`;
}

/** Cuts a warning that is too long, and adds an ellipsis. */
function cut(warning: string): string {
  if (bytes(warning) <= MOST_OF_ONE) return warning;
  let kept = '';
  for (const character of warning) {
    if (bytes(`${kept}${character}…`) > MOST_OF_ONE) break;
    kept += character;
  }
  return `${kept}…`;
}

const bytes = (text: string): number => Buffer.byteLength(text);
