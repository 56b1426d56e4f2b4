import { type Entry, isDeprecated, isPastRemoval } from '../catalog/entry.ts';
import { splitLatest } from '../catalog/image-reference.ts';
import { byOwner, type Gathered } from './by-owner.ts';
import type { ImageClassification } from './image-classification.ts';
import type { UsageIndex } from './usage-index.ts';
import type { ImageUse } from './workload.ts';

/** The statuses of an image in use, the most severe first. */
export const statuses = [
  /** Deprecated, and its removal date has passed. */
  'past-removal',
  /** Of a removed entry. */
  'removed',
  /** A former image of an entry: on another host, or a URL that the entry no longer has. */
  'orphaned',
  'deprecated',
  /** Neither of the catalog nor of the build service. */
  'unknown',
  /** Of an entry that is not deprecated. */
  'current',
  /** A tool's own image, from the build service. */
  'build-service',
] as const;

export type Status = (typeof statuses)[number];

/** Whether the status needs action. */
export const isFinding = (status: Status): boolean => status !== 'current' && status !== 'build-service';

export interface ImageInUse {
  readonly key: string;
  /** The canonical name, or else the image without `:latest`. */
  readonly group: string;
  readonly status: Status;
  /** The canonical name of the entry, also of a removed one. */
  readonly name: string | undefined;
  readonly entry: Entry | undefined;
  /** The name that an unknown short name probably means. */
  readonly meant: string | undefined;
}

/**
 * One image in use of one owner. All URLs and short names that resolve to one entry share a row, with the most severe status. An
 * image without an entry has a row of its own, the same with and without `:latest`.
 */
export type AuditRow = Gathered<ImageInUse>;

/** The images in use, ordered by tool, owner and severity. `today` is YYYY-MM-DD, UTC. */
export const auditRows = (
  index: UsageIndex,
  classify: (use: ImageUse) => ImageClassification,
  today: string,
): AuditRow[] =>
  withoutRemovedNames(
    byOwner(index, classify, ({ image }, classification) =>
      classification.kind === 'data' ? [] : [imageInUse(image, classification, today)],
    ),
  );

/**
 * Leaves out the second row of a removed entry. Its template still has the short name, which is unknown, and its Pods have the
 * URL, which is known to be removed.
 */
function withoutRemovedNames(rows: readonly AuditRow[]): AuditRow[] {
  const isAskedFor = (row: AuditRow, name: string): boolean =>
    rows.some(
      ({ owner, fact, askedBy }) =>
        owner === row.owner && fact.status === 'removed' && askedBy.includes(name),
    );
  return rows.filter(
    (row) =>
      row.fact.status !== 'unknown' || row.pods > 0 || !row.askedBy.every((name) => isAskedFor(row, name)),
  );
}

type Audited = Exclude<ImageClassification, { readonly kind: 'data' }>;

function imageInUse(image: string, classification: Audited, today: string): ImageInUse {
  const status = statusOf(classification, today);
  const entry = 'entry' in classification ? classification.entry : undefined;
  const name = classification.kind === 'removed' ? classification.name : entry?.name;
  const { name: url, latest } = splitLatest(image);
  const group = name ?? (latest ? url : image);
  const meant = classification.kind === 'unknown' ? classification.meant?.()?.name : undefined;
  // One digit sorts, since there are fewer than ten statuses.
  return { key: `${statuses.indexOf(status)} ${group}`, group, status, name, entry, meant };
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
