import type { ParsedEntry } from '../parsed-entry.ts';
import type { Problem } from '../problem.ts';
import { jobsFields, urlIn } from '../readers.ts';
import { WHOLE_DOCUMENT } from '../span.ts';

/**
 * No entry has an image for any jobs-api, which then answers "Empty list of available images" to every tool. An edit that
 * brings this about is an error. It is no rule of the catalog alone: one that is stored like that goes on being served.
 */
export function* nothingForJobs(
  after: readonly ParsedEntry[],
  before: readonly ParsedEntry[],
): Iterable<Problem> {
  if (!hasNothing(after)) return;
  yield {
    code: 'nothing-for-jobs',
    severity: hasNothing(before) ? 'warning' : 'error',
    at: WHOLE_DOCUMENT,
    field: '',
  };
}

/** Of an entry that is no mapping its fault is reported; what it should have is not known. */
const hasNothing = (entries: readonly ParsedEntry[]): boolean =>
  entries.length > 0 &&
  entries.every((entry) => entry.readable && jobsFields.every((field) => urlIn(entry, field) === undefined));
