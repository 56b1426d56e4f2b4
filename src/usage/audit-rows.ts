import { type Entry, isDeprecated, isPastRemoval } from '../catalog/entry.ts';
import { byOwner, type Gathered } from './by-owner.ts';
import type { ImageClassification } from './image-classification.ts';
import type { UsageIndex } from './usage-index.ts';
import type { ImageUse } from './workload.ts';

/** What is to be said of an image that is in use, in the order of its weight. */
export const statuses = [
  /** Deprecated, and the day of its removal is over. */
  'past-removal',
  /** Of an entry that is gone. */
  'removed',
  /** An image of an entry as it was once: on another host, or under a URL that the entry has no more. */
  'orphaned',
  'deprecated',
  /** None of the catalog, as far as anybody can tell. */
  'unknown',
  /** Of an entry that is not deprecated. */
  'current',
  /** A tool's own. */
  'build-service',
] as const;

export type Status = (typeof statuses)[number];

/** Nothing has to be done about the others. */
export const isFinding = (status: Status): boolean => status !== 'current' && status !== 'build-service';

export interface ImageInUse {
  readonly key: string;
  readonly status: Status;
  /** The canonical name, of an entry that is gone, too. */
  readonly name: string | undefined;
  readonly entry: Entry | undefined;
}

/** One row for each image of each owner: by its entry, whatever URL or short name leads there, else as it is written. */
export type AuditRow = Gathered<ImageInUse>;

/** Who uses what, by tool, owner and the weight of the status. `today` is YYYY-MM-DD, UTC. */
export const auditRows = (
  index: UsageIndex,
  classify: (use: ImageUse) => ImageClassification,
  today: string,
): AuditRow[] =>
  byOwner(index, classify, ({ image }, classification) =>
    classification.kind === 'data' ? [] : [imageInUse(image, classification, today)],
  );

/** What an image of the catalog or of a container is to the catalog. */
type Audited = Exclude<ImageClassification, { readonly kind: 'data' }>;

function imageInUse(image: string, classification: Audited, today: string): ImageInUse {
  const status = statusOf(classification, today);
  const entry = 'entry' in classification ? classification.entry : undefined;
  const name = classification.kind === 'removed' ? classification.name : entry?.name;
  // There are fewer statuses than digits.
  return { key: `${statuses.indexOf(status)} ${name ?? image}`, status, name, entry };
}

function statusOf(classification: Audited, today: string): Status {
  switch (classification.kind) {
    case 'listed':
      if (isPastRemoval(classification.entry, today)) return 'past-removal';
      return isDeprecated(classification.entry) ? 'deprecated' : 'current';
    case 'built':
      return 'build-service';
    case 'orphaned':
    case 'removed':
    case 'unknown':
      return classification.kind;
  }
}
