import { webTypeChange } from '../catalog/change-message.ts';
import type { ReaderLoss } from '../catalog/changes/readers.ts';
import { deprecationFact, type Entry, isDeprecated } from '../catalog/entry.ts';
import type { Lookup } from '../catalog/lookup.ts';
import type { Successor } from '../catalog/successors.ts';
import { byOwner, type Gathered } from './by-owner.ts';
import type { ImageClassification } from './image-classification.ts';
import type { UsageIndex } from './usage-index.ts';
import type { ImageUse } from './workload.ts';

/** The effects that an edit can have on an image in use, the most severe first. */
export const effectKinds = [
  'no-image',
  'reader-loses-name',
  'short-name-gone',
  'moved',
  'name-lost',
  'url-changed',
  'web-type-changed',
  'renamed',
  'deprecated',
  'deprecation-changed',
  'undeprecated',
  'named',
] as const;

interface Effect {
  readonly kind: (typeof effectKinds)[number];
  /** One sentence, without a full stop. */
  readonly words: string;
}

export interface Affected {
  readonly key: string;
  /** The canonical name before the edit, if the image had one. */
  readonly name: string | undefined;
  readonly effect: Effect;
}

/** One of the two catalogs, with its classification of images. */
interface CatalogSide {
  readonly lookup: Lookup;
  readonly classify: (use: ImageUse) => ImageClassification;
}

export interface Edit {
  readonly before: CatalogSide;
  readonly after: CatalogSide;
  /** The entry that continues each old one, by old name. */
  readonly successors: ReadonlyMap<string, Successor>;
  /** The losses of each client's workloads, by old name. */
  readonly losses: ReadonlyMap<string, readonly ReaderLoss[]>;
  /** YYYY-MM-DD, UTC. */
  readonly today: string;
}

/** One row for each effect on each owner, ordered by tool, owner and severity. */
export const affectedBy = (index: UsageIndex, edit: Edit): Gathered<Affected>[] =>
  byOwner(index, edit.before.classify, (use, classification) => {
    const name = classification.kind === 'listed' ? classification.entry.name : undefined;
    return effectsOn(use, classification, edit).map((effect) => ({
      key: `${String(effectKinds.indexOf(effect.kind)).padStart(2, '0')} ${name ?? ''} ${effect.words}`,
      name,
      effect,
    }));
  });

function effectsOn(use: ImageUse, was: ImageClassification, edit: Edit): Effect[] {
  const is = edit.after.classify(use);
  if (was.kind !== 'listed') return is.kind === 'listed' ? [named(is.entry, edit.today)] : [];
  return [
    ...(is.kind === 'listed'
      ? [...nameEffects(was, is.entry, edit), ...stateEffects(was.entry, is.entry, edit.today)]
      : was.url === undefined
        ? []
        : [nameLost(was.entry)]),
    ...readerEffects(use, was.entry, edit),
    ...shortNameEffects(use, was, edit),
  ];
}

/** Losses of the consumer that manages the workload, for any of the entry's images. */
function readerEffects({ client: label }: ImageUse, { name }: Entry, { before, losses }: Edit): Effect[] {
  const client = before.lookup.clientOf(label);
  return (losses.get(name) ?? [])
    .filter((loss) => loss.client === client)
    .map((loss) => ({
      kind: loss.kind,
      words:
        loss.kind === 'web-type-changed'
          ? `the webservice type of ${name} ${webTypeChange(loss)} for the next start`
          : `running Pods continue, but ${loss.reader} cannot start ${name} again`,
    }));
}

type Listed = Extract<ImageClassification, { kind: 'listed' }>;

const named = (entry: Entry, today: string): Effect => ({
  kind: 'named',
  words: `the image becomes known as ${entry.name}${isDeprecated(entry) ? `: ${deprecationFact(entry, today)}` : ''}`,
});

const nameLost = ({ name }: Entry): Effect => ({
  kind: 'name-lost',
  words: `running Pods continue, but the image no longer has a name; it was ${name}`,
});

function nameEffects({ entry: was, url }: Listed, is: Entry, edit: Edit): Effect[] {
  if (was.name === is.name) return [];
  const successor = edit.successors.get(was.name);
  if (successor?.name === is.name)
    return [
      {
        kind: 'renamed',
        words:
          successor.how === 'merged'
            ? `${was.name} is merged into ${is.name}`
            : `${was.name} is called ${is.name} from now on`,
      },
    ];
  // For a short name, `resolutionEffects` reports the move.
  return url === undefined ? [] : [moved(url, was, is)];
}

const moved = (what: string, was: Entry, is: Entry): Effect => ({
  kind: 'moved',
  words: `${what} belongs to ${is.name} from now on, no longer to ${was.name}`,
});

function stateEffects(was: Entry, is: Entry, today: string): Effect[] {
  const [before, now] = [deprecationFact(was, today), deprecationFact(is, today)];
  if (before === undefined && now !== undefined) return [{ kind: 'deprecated', words: `from now on ${now}` }];
  if (before !== undefined && now === undefined)
    return [{ kind: 'undeprecated', words: `${is.name} is no longer deprecated` }];
  // A new name has its own effect, and a newer version in the catalog does not change this entry.
  if (was.name !== is.name || ownFact(was, today) === ownFact(is, today)) return [];
  return [{ kind: 'deprecation-changed', words: `the advice changes: ${now}` }];
}

/** The sentence about a deprecation without `newer`, which follows from other entries. */
function ownFact(entry: Entry, today: string): string | undefined {
  const { newer, ...own } = entry;
  return deprecationFact(newer === undefined ? entry : own, today);
}

/** Effects on the next Pods that ask for a short name, written or recorded. */
function shortNameEffects(use: ImageUse, { entry, shortName, url }: Listed, edit: Edit): Effect[] {
  const isWritten = url === undefined;
  if (shortName !== undefined) {
    if (!edit.after.lookup.shortNames.has(shortName)) return [shortNameGone(shortName, isWritten)];
    if (isWritten || shortName === use.requested) return resolutionEffects(shortName, use, entry, edit);
  }
  // A URL stays as it is. If it is the one to which the entry's name resolves, the client may have resolved that name.
  const was = edit.before.lookup.resolve(entry.name, use.client);
  return was.kind === 'short-name' && was.url === url ? resolutionEffects(entry.name, use, entry, edit) : [];
}

/** Changes of the URL and the entry to which a short name resolves for a client. */
function resolutionEffects(
  shortName: string,
  { client: label }: ImageUse,
  entry: Entry,
  edit: Edit,
): Effect[] {
  const { before, after } = edit;
  const was = before.lookup.resolve(shortName, label);
  const is = after.lookup.resolve(shortName, label);
  if (is.kind === 'no-variant') return was.kind === 'no-variant' ? [] : [noImage(is.entry)];
  if (is.kind !== 'short-name') return [];
  return [
    ...(edit.successors.get(entry.name)?.name === is.entry.name ? [] : [moved(shortName, entry, is.entry)]),
    ...(was.kind === 'short-name' && was.url !== is.url ? [urlChanged(shortName, was.url, is.url)] : []),
  ];
}

const shortNameGone = (shortName: string, isWritten: boolean): Effect => ({
  kind: 'short-name-gone',
  words: isWritten
    ? `new Pods do not start: ${shortName} no longer exists`
    : `running Pods continue, but ${shortName} no longer exists for the next start`,
});

const noImage = ({ name }: Entry): Effect => ({
  kind: 'no-image',
  words: `new Pods are denied: ${name} no longer has an image for this client`,
});

const urlChanged = (shortName: string, from: string, to: string): Effect => ({
  kind: 'url-changed',
  words: `${shortName} resolves to ${to} from now on, instead of ${from}`,
});
