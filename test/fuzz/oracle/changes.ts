import { entriesOf, type ReadEntry } from './entries.ts';
import { withoutLatest } from './images.ts';
import type { Tree } from './tree.ts';

/** What is seen to be in use, and what an admin has said is meant. Undefined: nobody has looked. */
export interface EditCircumstances {
  readonly inUse:
    | {
        readonly entries: readonly string[];
        readonly shortNames: readonly string[];
        readonly urls: readonly string[];
        /** Whether everybody has been looked at; what is seen counts either way. */
        readonly complete: boolean;
      }
    | undefined;
  readonly acknowledged: readonly string[];
}

/** `error code field` or `warning code field`, of everything that an edit takes from those who use the catalog. */
export function changesOf(before: Tree, after: Tree, circumstances: EditCircumstances): string[] {
  const old = entriesOf(before);
  const now = entriesOf(after);
  return [
    ...old.flatMap((entry) => nameChange(entry, now, circumstances)),
    ...old.flatMap((entry, index) => aliasChanges(entry, old.slice(0, index), old, now, circumstances)),
    ...old.flatMap((entry) => urlChanges(entry, old, now, circumstances)),
    ...old.flatMap((entry) => hostsLeft(entry, old, now, circumstances)),
  ];
}

/** An error only where somebody is known to use it, and nobody has said that this is all right. */
function severity(
  what: 'entries' | 'shortNames' | 'urls',
  used: string,
  subject: string,
  { inUse, acknowledged }: EditCircumstances,
): string {
  return inUse?.[what].includes(used) && !acknowledged.includes(subject) ? 'error' : 'warning';
}

const called = (entries: readonly ReadEntry[], name: string) => entries.find((entry) => entry.name === name);
const withAlias = (entries: readonly ReadEntry[], alias: string) =>
  entries.find(({ aliases }) => aliases.some(({ text }) => text === alias));
const aliasField = (entry: ReadEntry, alias: string) =>
  entry.aliases.find(({ text }) => text === alias)?.field ?? '';

/** `registry/image` and `registry/image:latest` pull the same. */
const pulled = (image: string): string => withoutLatest(image) ?? image;

/** A name that lives on as an alias is removed all the same: webservice takes no aliases. */
function nameChange(
  { name, state }: ReadEntry,
  now: readonly ReadEntry[],
  circumstances: EditCircumstances,
): string[] {
  if (called(now, name)) return [];
  const grave = severity('entries', name, name, circumstances);
  const heir = withAlias(now, name);
  if (heir) return [`${grave} name-removed ${aliasField(heir, name)}`];
  return [
    `${grave} name-removed ${name}`,
    ...(state === 'deprecated' ? [] : [`${grave} removed-without-deprecation ${name}`]),
  ];
}

/**
 * The entry that goes on as an old one: of its name; else one that was not there before, and has its name for an alias
 * or one of its images.
 */
function heirOf(
  entry: ReadEntry,
  old: readonly ReadEntry[],
  now: readonly ReadEntry[],
): ReadEntry | undefined {
  const candidates = [
    withAlias(now, entry.name),
    ...entry.images.map(({ url }) => now.find(({ images }) => images.some((image) => image.url === url))),
  ];
  return called(now, entry.name) ?? candidates.find((candidate) => candidate && !called(old, candidate.name));
}

function aliasChanges(
  entry: ReadEntry,
  earlier: readonly ReadEntry[],
  old: readonly ReadEntry[],
  now: readonly ReadEntry[],
  circumstances: EditCircumstances,
): string[] {
  const heir = heirOf(entry, old, now);
  return entry.aliases.flatMap(({ text: alias }, index) => {
    const ledElsewhere =
      alias === entry.name ||
      entry.aliases.slice(0, index).some(({ text }) => text === alias) ||
      called(earlier, alias) ||
      withAlias(earlier, alias);
    if (ledElsewhere) return [];
    if (heir?.aliases.some(({ text }) => text === alias)) return [];
    const grave = severity('shortNames', alias, alias, circumstances);
    const named = called(now, alias);
    const owner = named ?? withAlias(now, alias);
    // Of an entry that can't be read nobody knows which aliases it has.
    if (!owner)
      return heir?.readable === false ? [] : [`${grave} alias-removed ${(heir ?? entry).name}.aliases`];
    if (owner === heir) return [];
    return [`${grave} alias-moved ${named ? named.name : aliasField(owner, alias)}`];
  });
}

function urlChanges(
  entry: ReadEntry,
  old: readonly ReadEntry[],
  now: readonly ReadEntry[],
  circumstances: EditCircumstances,
): string[] {
  const heir = heirOf(entry, old, now);
  if (!heir?.readable) return [];
  const told: { from: string; to: string | undefined }[] = [];
  return entry.images.flatMap(({ text, path }) => {
    const from = pulled(text);
    const at = heir.images.find((image) => image.path === path);
    const to = at && pulled(at.text);
    const goesOnElsewhere = !at && heir.images.some((image) => pulled(image.text) === from);
    if (to === from || goesOnElsewhere || told.some((each) => each.from === from && each.to === to))
      return [];
    told.push({ from, to });
    return [`${severity('urls', from, from, circumstances)} url-changed ${heir.name}${path}`];
  });
}

/** Who runs `HOST/ALIAS` has a name for it while the entry has an image on that host. */
function hostsLeft(
  entry: ReadEntry,
  old: readonly ReadEntry[],
  now: readonly ReadEntry[],
  circumstances: EditCircumstances,
): string[] {
  const heir = heirOf(entry, old, now);
  if (!heir?.readable) return [];
  const own = entry.images.map(({ text }) => pulled(text));
  const left = own
    .map(hostIn)
    .filter((host, index, hosts) => hosts.indexOf(host) === index)
    .filter((host) => !heir.images.some(({ text }) => hostIn(pulled(text)) === host));
  const names = [...new Set([entry.name, ...entry.aliases.map(({ text }) => text)])];
  return left
    .flatMap((host) => names.map((name) => `${host}/${name}`))
    .filter((url) => !own.includes(url) && circumstances.inUse?.urls.includes(url))
    .map((url) => `${severity('urls', url, url, circumstances)} url-changed ${heir.name}`);
}

const hostIn = (url: string): string => (url.includes('/') ? (url.split('/')[0] ?? '') : '');
