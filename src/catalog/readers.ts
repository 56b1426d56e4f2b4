import { type Entry, imagesOf, variantImagePath } from './entry.ts';
import { type ParsedEntry, pulledUrl } from './parsed-entry.ts';

/** A consumer of the catalog, and the field that it reads of an entry. */
export interface Reader {
  /** `reader:ID` acknowledges that it loses all entries. */
  readonly id: 'webservice' | 'jobs-api';
  /** Its name in messages. */
  readonly label: ReaderLabel;
  /** The value of the label `app.kubernetes.io/managed-by` on its Pods. */
  readonly client: string;
  /** False for webservice, which uses names alone. */
  readonly takesAliases: boolean;
  /** The path of the field, relative to the entry. */
  readonly field: string;
}

export type ReaderLabel = 'webservice' | 'jobs-api of 2026' | 'jobs-api until 2025';

/** tools-webservice, toolsws/backends/kubernetes.py, get_types. */
export const webservice: Reader = {
  id: 'webservice',
  label: 'webservice',
  client: 'webservice',
  takesAliases: false,
  field: variantImagePath('webservice'),
};

/** The label's value on the Pods of jobs. */
export const jobsClient = 'toolforge-jobs-framework';

const JOBS = { id: 'jobs-api', client: jobsClient, takesAliases: true } as const;

/** Whether webservice has a type of this name: it takes its types from this variant alone. */
export const isWebserviceType = (entry: Entry): boolean =>
  imagesOf(entry).some(({ path }) => path === webservice.field);

/** Whether some jobs-api finds an image in an entry. */
export const isForJobs = (entry: Entry): boolean =>
  imagesOf(entry).some(({ path }) => jobsFields.includes(path));

/** jobs-api, tjf/core/images.py, since January 2026. */
const jobsApi2026: Reader = { ...JOBS, label: 'jobs-api of 2026', field: 'image' };

/** jobs-api before January 2026. */
const jobsApi2025: Reader = {
  ...JOBS,
  label: 'jobs-api until 2025',
  field: variantImagePath('jobs-framework'),
};

/** The fields that any jobs-api reads. */
export const jobsFields: readonly string[] = [jobsApi2026.field, jobsApi2025.field];

/** The clients that belong to a reader. Their use is counted apart, even if the precedence does not name them. */
export const readerClients: readonly string[] = [webservice.client, JOBS.client];

/**
 * The consumers that read a catalog of this shape. A catalog between the shapes of 2025 and 2026 has both kinds of
 * jobs-api.
 */
export function readersOf(entries: readonly ParsedEntry[]): readonly Reader[] {
  const has2026 = entries.some((entry) => urlIn(entry, 'image') !== undefined);
  const has2025 = entries.some(
    (entry) => urlIn(entry, 'image') === undefined && urlIn(entry, jobsApi2025.field) !== undefined,
  );
  return [webservice, ...(has2026 ? [jobsApi2026] : []), ...(has2025 ? [jobsApi2025] : [])];
}

/** The URL that a reader finds in an entry, if any. */
export const urlFor = ({ field }: Reader, entry: ParsedEntry): string | undefined => urlIn(entry, field);

/** The URL at `image` or `variants.NAME.image`, without `:latest`; undefined if it is missing or empty. */
export function urlIn({ image, variants }: ParsedEntry, field: string): string | undefined {
  const found =
    field === 'image' ? image : variants.find(({ name }) => field === variantImagePath(name.text))?.image;
  return found && found.text !== '' ? pulledUrl(found.text) : undefined;
}
