import { type Draft, type DraftAlias, type DraftImage, draftImages } from './draft.ts';
import { splitHost, splitLatest } from './image-reference.ts';
import type { Problem, Use } from './problem.ts';
import { WHOLE_DOCUMENT } from './span.ts';

/** Who uses what in the cluster, as far as anybody can tell. */
export interface Usage {
  /** False until everybody has been looked at: what nobody is seen to use may be in use then. */
  readonly known: boolean;
  /** Digest of the catalog that these names and URLs are by; absent where that is the one that is compared with. */
  readonly judgedBy?: string;
  /** By canonical name, whatever was asked for. */
  readonly entries: ReadonlyMap<string, Use>;
  /** By the name or alias as it was written. */
  readonly shortNames: ReadonlyMap<string, Use>;
  readonly urls: ReadonlyMap<string, Use>;
}

export const unknownUsage: Usage = {
  known: false,
  entries: new Map(),
  shortNames: new Map(),
  urls: new Map(),
};

const NO_USE: Use = { known: true, workloads: 0, tools: 0, first: [] };
const UNKNOWN_USE: Use = { known: false, workloads: 0, tools: 0, first: [] };

export interface ChangeContext {
  readonly usage: Usage;
  /** Names and aliases whose change an admin has acknowledged. */
  readonly acknowledged: ReadonlySet<string>;
}

/** The annotation of the ConfigMap that says which removals and moves are meant: names and aliases, by commas. */
export const ACKNOWLEDGE = 'image-config.toolforge.org/acknowledge';

/** The names that the annotations of the old and the new object acknowledge. */
export const acknowledgedNames = (...annotations: readonly (string | undefined)[]): ReadonlySet<string> =>
  new Set(annotations.flatMap((names) => names?.split(',') ?? []).map((name) => name.trim()));

/** What an edit takes away from those who use the catalog. Positions are those of the new document. */
export function* compareCatalogs(
  before: readonly Draft[],
  after: readonly Draft[],
  context: ChangeContext,
): Iterable<Problem> {
  const now = new Names(before, after);
  const told = new Set<string>();
  for (const old of before) {
    const heir = now.heirOf(old);
    yield* nameChange(old, now, context);
    told.add(old.name.text);
    const kept = new Set(heir?.aliases.map(({ text }) => text));
    for (const { text: alias } of old.aliases) {
      // In an old document with faults a short name may stand twice: it led to the first, so only that one loses it.
      if (told.has(alias)) continue;
      told.add(alias);
      // Where another entry has it now as well, that is told as a duplicate.
      if (kept.has(alias)) continue;
      yield* aliasChange(alias, old, heir, now, context);
    }
    if (heir) yield* urlChanges(old, heir, context);
  }
}

/** Where names and aliases of the new document lead. */
class Names {
  readonly names: ReadonlyMap<string, Draft>;
  readonly #before: ReadonlySet<string>;
  readonly #aliases = new Map<string, { readonly draft: Draft; readonly alias: DraftAlias }>();
  readonly #byUrl = new Map<string, Draft>();

  constructor(before: readonly Draft[], after: readonly Draft[]) {
    this.#before = new Set(before.map(({ name }) => name.text));
    this.names = new Map(after.map((draft) => [draft.name.text, draft]));
    for (const draft of after) {
      for (const alias of draft.aliases) {
        if (!this.#aliases.has(alias.text)) this.#aliases.set(alias.text, { draft, alias });
      }
      for (const { url } of draftImages(draft)) {
        if (!this.#byUrl.has(url)) this.#byUrl.set(url, draft);
      }
    }
  }

  alias(text: string) {
    return this.#aliases.get(text);
  }

  /** The entry that goes on as an old one: by its name, else the new entry that took its name for an alias, or its image. */
  heirOf(old: Draft): Draft | undefined {
    const named = this.names.get(old.name.text);
    if (named) return named;
    const candidates = [
      this.alias(old.name.text)?.draft,
      ...draftImages(old).map(({ url }) => this.#byUrl.get(url)),
    ];
    // An entry that was there before goes on as itself: what it takes over has moved.
    return candidates.find((draft) => draft && !this.#before.has(draft.name.text));
  }
}

function* nameChange({ name, state }: Draft, now: Names, context: ChangeContext): Iterable<Problem> {
  if (now.names.has(name.text)) return;
  const alias = now.alias(name.text);
  // webservice takes no aliases, so a name that becomes one is gone for its users.
  yield {
    code: 'name-removed',
    name: name.text,
    ...(alias && { nowAliasOf: alias.draft.name.text }),
    ...judged(name.text, context.usage.entries, context),
    at: alias?.alias.at ?? WHOLE_DOCUMENT,
    field: alias?.alias.field ?? name.text,
  };
  if (alias || state?.text === 'deprecated') return;
  yield {
    code: 'removed-without-deprecation',
    name: name.text,
    ...judged(name.text, context.usage.entries, context),
    at: WHOLE_DOCUMENT,
    field: name.text,
  };
}

function* aliasChange(
  alias: string,
  old: Draft,
  heir: Draft | undefined,
  now: Names,
  context: ChangeContext,
): Iterable<Problem> {
  const named = now.names.get(alias);
  const owner = named ?? now.alias(alias)?.draft;
  if (!owner) {
    // An entry that is no mapping has its fault told; nothing is known of its aliases.
    if (heir?.readable === false) return;
    yield {
      code: 'alias-removed',
      alias,
      entry: old.name.text,
      ...judged(alias, context.usage.shortNames, context),
      at: heir?.name.at ?? WHOLE_DOCUMENT,
      field: `${(heir ?? old).name.text}.aliases`,
    };
  } else if (owner !== heir) {
    const place = named ? undefined : now.alias(alias);
    yield {
      code: 'alias-moved',
      alias,
      from: old.name.text,
      to: owner.name.text,
      ...judged(alias, context.usage.shortNames, context),
      at: place?.alias.at ?? owner.name.at,
      field: place?.alias.field ?? owner.name.text,
    };
  }
}

function* urlChanges(old: Draft, heir: Draft, context: ChangeContext): Iterable<Problem> {
  if (!heir.readable) return;
  const nowAt = new Map(draftImages(heir).map((image) => [below(heir, image), image]));
  const kept = new Set([...nowAt.values()].map(urlOf));
  const told = new Set<string>();
  for (const oldImage of draftImages(old)) {
    const path = below(old, oldImage);
    const from = urlOf(oldImage);
    const same = nowAt.get(path);
    const to = same && urlOf(same);
    // A field that goes while another one of the entry keeps its URL takes nothing from anybody.
    if (to === from || (!same && kept.has(from))) continue;
    const change = `${from} ${to}`;
    if (told.has(change)) continue;
    told.add(change);
    yield {
      code: 'url-changed',
      entry: heir.name.text,
      from,
      to,
      ...judged(from, context.usage.urls, context),
      at: same?.image.at ?? heir.name.at,
      field: `${heir.name.text}${path}`,
    };
  }
  yield* hostsLeft(old, heir, kept, context);
}

/** `HOST/ALIAS` leads to an entry while that has an image on HOST: with the last one, all who run it lose their name. */
function* hostsLeft(
  old: Draft,
  heir: Draft,
  kept: ReadonlySet<string>,
  context: ChangeContext,
): Iterable<Problem> {
  const own = new Set(draftImages(old).map(urlOf));
  const hosts = new Set(Array.from(own, (url) => splitHost(url).host));
  for (const url of kept) hosts.delete(splitHost(url).host);
  for (const host of hosts) {
    for (const shortName of new Set([old.name, ...old.aliases].map(({ text }) => text))) {
      const from = `${host}/${shortName}`;
      if (own.has(from) || !context.usage.urls.has(from)) continue;
      yield {
        code: 'url-changed',
        entry: heir.name.text,
        from,
        to: undefined,
        ...judged(from, context.usage.urls, context),
        at: heir.name.at,
        field: heir.name.text,
      };
    }
  }
}

/** The path of an image below its entry, which may have been renamed. */
const below = ({ name }: Draft, { field }: DraftImage): string => field.slice(name.text.length);

/** What is pulled: without a tag, `latest` is. */
function urlOf({ image }: DraftImage): string {
  const { name, latest } = splitLatest(image.text);
  return latest ? name : image.text;
}

/** An error only where somebody is known to use it, and nobody has said that this is all right. */
function judged(
  subject: string,
  uses: ReadonlyMap<string, Use>,
  { usage, acknowledged }: ChangeContext,
): { readonly severity: 'error' | 'warning'; readonly use: Use; readonly acknowledged: boolean } {
  const use = uses.get(subject) ?? (usage.known ? NO_USE : UNKNOWN_USE);
  const isAcknowledged = acknowledged.has(subject);
  return {
    severity: use.workloads > 0 && !isAcknowledged ? 'error' : 'warning',
    use,
    acknowledged: isAcknowledged,
  };
}
