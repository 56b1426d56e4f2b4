import { type Entry, isDeprecated, isPastRemoval } from '../catalog/entry.ts';
import { byOwner, type Gathered } from './by-owner.ts';
import type { Standing } from './standing.ts';
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
  standingOf: (use: ImageUse) => Standing,
  today: string,
): AuditRow[] =>
  byOwner(index, standingOf, ({ image }, standing) =>
    standing.kind === 'data' ? [] : [imageInUse(image, standing, today)],
  );

/** What an image of the catalog or of a container is to the catalog. */
type Audited = Exclude<Standing, { readonly kind: 'data' }>;

function imageInUse(image: string, standing: Audited, today: string): ImageInUse {
  const status = statusOf(standing, today);
  const entry = 'entry' in standing ? standing.entry : undefined;
  const name = standing.kind === 'removed' ? standing.name : entry?.name;
  // There are fewer statuses than digits.
  return { key: `${statuses.indexOf(status)} ${name ?? image}`, status, name, entry };
}

function statusOf(standing: Audited, today: string): Status {
  switch (standing.kind) {
    case 'listed':
      if (isPastRemoval(standing.entry, today)) return 'past-removal';
      return isDeprecated(standing.entry) ? 'deprecated' : 'current';
    case 'built':
      return 'build-service';
    case 'orphaned':
    case 'removed':
    case 'unknown':
      return standing.kind;
  }
}
