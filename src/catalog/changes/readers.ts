import type { Located, ParsedEntry, ParsedVariant } from '../parsed-entry.ts';
import { WHOLE_DOCUMENT } from '../positions.ts';
import type { Problem, WebType } from '../problem.ts';
import { jobsFields, type Reader, type ReaderLabel, urlFor, urlIn, webservice } from '../readers.ts';
import { useBy } from '../usage.ts';
import { assessed, type ComparedEntry, type Comparison, usersOf } from './comparison.ts';

/** Problems of readers that find no image, or another kind of webservice, in the successor of an entry. */
export function* readerChanges(comparison: Comparison): Iterable<Problem> {
  for (const reader of comparison.losers) yield loss(reader, comparison);
  for (const entry of comparison.entries) {
    for (const reader of readersThatLose(entry, comparison))
      if (!comparison.losers.includes(reader)) yield lossOfEntry(reader, entry, comparison);
    yield* webTypeChange(entry, comparison);
  }
}

/** What the workloads of one client lose with an entry. */
export type ReaderLoss = { readonly client: string } & (
  | { readonly kind: 'reader-loses-name'; readonly reader: ReaderLabel }
  | { readonly kind: 'web-type-changed'; readonly from: WebType; readonly to: WebType }
);

/** What the workloads of each client lose, by the name of the old entry. */
export function readerLosses(comparison: Comparison): ReadonlyMap<string, readonly ReaderLoss[]> {
  const losses = new Map<string, readonly ReaderLoss[]>();
  for (const entry of comparison.entries) {
    const lost = readersThatLose(entry, comparison).map(({ client, label }) => ({
      kind: 'reader-loses-name' as const,
      client,
      reader: label,
    }));
    const types = webTypes(entry);
    const changed = types
      ? [{ kind: 'web-type-changed' as const, client: webservice.client, from: types.from, to: types.to }]
      : [];
    if (lost.length + changed.length > 0) losses.set(entry.name, [...lost, ...changed]);
  }
  return losses;
}

/** The readers that could use an entry, still reach its successor by a name, and find no image there. */
export function readersThatLose(entry: ComparedEntry, comparison: Comparison): readonly Reader[] {
  const { successor, usedBy } = entry;
  if (!successor?.readable) return [];
  return usedBy.filter(
    (reader) => urlFor(reader, successor) === undefined && reaches(reader, entry, successor, comparison),
  );
}

/** Whether one of the names by which a reader asks for the old entry leads to its successor. */
export const reaches = (
  { takesAliases }: Pick<Reader, 'takesAliases'>,
  { name, shortNames }: ComparedEntry,
  successor: ParsedEntry,
  { is }: Comparison,
): boolean =>
  takesAliases
    ? shortNames.some((shortName) => is.byShortName(shortName) === successor)
    : is.named(name) === successor;

function loss({ id, label, client }: Reader, comparison: Comparison): Problem {
  const { usage, acknowledged, was } = comparison;
  const subject = `reader:${id}`;
  const entries = comparison.entries.filter(({ usedBy }) => usedBy.some((reader) => reader.label === label));
  const isAcknowledged = acknowledged.has(subject);
  return {
    code: 'reader-loses-all',
    reader: label,
    entries: entries.length,
    of: was.entries.length,
    severity: isAcknowledged ? 'warning' : 'error',
    use: useBy(
      usage,
      entries.flatMap(({ name }) => usersOf(name, [client], comparison)),
    ),
    acknowledged: isAcknowledged,
    subjects: [subject],
    at: WHOLE_DOCUMENT,
    field: '',
  };
}

function lossOfEntry(
  { label, client, field }: Reader,
  { name, successor }: ComparedEntry,
  comparison: Comparison,
): Problem {
  return {
    code: 'reader-loses-name',
    reader: label,
    entry: successor?.name.text ?? name,
    missing: field,
    ...assessed([name], usersOf(name, [client], comparison), comparison),
    at: successor?.name.at ?? WHOLE_DOCUMENT,
    field: successor?.name.text ?? name,
  };
}

interface WebTypes {
  readonly from: WebType;
  readonly to: WebType;
  readonly at: Located;
}

/** The kinds of webservice before and after; undefined if they are equal. */
function webTypes({ name, old, successor, usedBy }: ComparedEntry): WebTypes | undefined {
  if (successor?.name.text !== name || !usedBy.includes(webservice)) return undefined;
  const [was, is] = [webVariant(old), webVariant(successor)];
  // Lost images and a missing type have problems of their own.
  if (
    !successor?.readable ||
    !was?.wstype?.text ||
    !is?.wstype?.text ||
    urlFor(webservice, successor) === undefined
  )
    return undefined;
  const [from, to] = [webTypeOf(was), webTypeOf(is)];
  if (from.wstype === to.wstype && from.resources === to.resources) return undefined;
  return { from, to, at: (from.wstype === to.wstype ? is.resources : undefined) ?? is.wstype };
}

function* webTypeChange(entry: ComparedEntry, comparison: Comparison): Iterable<Problem> {
  const types = webTypes(entry);
  if (!types) return;
  const { name } = entry;
  const { from, to, at } = types;
  yield {
    code: 'web-type-changed',
    entry: name,
    from,
    to,
    ...assessed([name], usersOf(name, [webservice.client], comparison), comparison),
    at: at.at,
    field: `${name}.variants.webservice.extra`,
  };
}

const webVariant = ({ variants }: ParsedEntry): ParsedVariant | undefined =>
  variants.find(({ name }) => name.text === 'webservice');

/** The type of a webservice variant: `wstype` and `resources`, which are `default` if they are not given. */
const webTypeOf = ({ wstype, resources }: ParsedVariant): WebType => ({
  wstype: wstype?.text ?? '',
  resources: resources?.text ?? 'default',
});

/**
 * The problem of a document in which no entry has an image for any jobs-api, which then answers "Empty list of available
 * images" to every tool. It is an error only if the edit causes it, so it is not a rule: a stored catalog of this kind is served.
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

/** Whether no entry has an image for jobs. An unreadable entry may have one: its contents are unknown. */
const hasNothing = (entries: readonly ParsedEntry[]): boolean =>
  entries.length > 0 &&
  entries.every((entry) => entry.readable && jobsFields.every((field) => urlIn(entry, field) === undefined));
