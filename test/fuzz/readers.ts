import { compareCatalogs } from '../../src/catalog/changes.ts';
import { readDocument } from '../../src/catalog/document.ts';
import { type ParsedEntry, parsedEntries } from '../../src/catalog/parsed-entry.ts';
import { type Problem, severityOf } from '../../src/catalog/problem.ts';
import type { Usage, Users } from '../../src/catalog/usage.ts';
import { defaultPolicy } from '../../src/settings.ts';
import type { Random } from '../support/random.ts';
import type { Compare, Written } from './edits.ts';
import { asJson, expectSame, type Fuzz } from './fuzz.ts';
import { anyPrecedence } from './generate/askers.ts';
import { goodCatalog, realCatalog } from './generate/catalogs.ts';
import { edited } from './generate/edits.ts';
import { anyImage } from './generate/images.ts';
import { written } from './generate/yaml.ts';
import { plainCatalog } from './oracle/entries.ts';
import type { Precedence } from './oracle/images.ts';
import {
  entryByName,
  lossesOf,
  type ReaderLoss,
  type RunningWorkload,
  type UsedBy,
  useOf,
} from './oracle/losses.ts';
import { isError, problemsOf } from './oracle/problems.ts';
import {
  type CatalogReader,
  clientOfWebhook,
  consumersOf,
  type Known,
  knownIn,
  plainValue,
  splitUrl,
  urlAt,
  urlsIn,
  type Value,
} from './oracle/readers.ts';
import type { Mapping } from './oracle/tree.ts';

/** Two catalogs without errors, and the workloads of a cluster. */
export interface ReadersCase {
  readonly before: Written;
  readonly after: Written;
  readonly workloads: readonly RunningWorkload[];
  /** Whether all workloads have been listed. */
  readonly isUsageKnown: boolean;
  readonly acknowledged: readonly string[];
  readonly precedence: Precedence;
}

const TODAY = '2026-11-22';

/** Edits between valid catalogs. Every loss of a reader is reported, and nothing else. */
export const readersFuzz = (compare: Compare = compareCatalogs): Fuzz<ReadersCase> => ({
  name: 'readers',
  ...asJson<ReadersCase>(),
  generate: anyReadersCase,
  check: (input) => checkReaders(input, compare),
  show: ({ before, after, ...rest }) =>
    `${JSON.stringify(rest)}\n--- before\n${before.text}\n--- after\n${after.text}`,
});

function anyReadersCase(random: Random): ReadersCase {
  const first = random.chance(5) ? realCatalog(random) : goodCatalog(random);
  const before = random.chance(4) ? goodEdit(first, random) : first;
  const after = goodEdit(before, random);
  const precedence = anyPrecedence(random);
  const workloads = random.chance(2) ? [] : anyWorkloads(before, random);
  const document = plainValue(before);
  const subjects = [
    ...knownIn(document).flatMap(({ name, aliases, urls }) => [
      name,
      ...aliases,
      ...urls.map((url) => `host:${splitUrl(url)[0]}`),
    ]),
    'reader:webservice',
    'reader:jobs-api',
  ];
  return {
    before: { document: before, text: written(before, random) },
    after: { document: after, text: written(after, random) },
    workloads,
    isUsageKnown: workloads.length > 0 ? !random.chance(4) : random.chance(2),
    acknowledged: random.chance(4) ? subjects.filter(() => random.chance(2)) : [],
    precedence,
  };
}

/** Repeats random edits until the catalog has no error; returns the catalog unchanged if that takes too long. */
function goodEdit(document: Mapping, random: Random): Mapping {
  for (let tries = 0; tries < 20; tries++) {
    const after = edited(document, random);
    const errors = problemsOf(after, { ...defaultPolicy, today: TODAY }).filter(isError);
    if (errors.length === 0) return after;
  }
  return document;
}

function anyWorkloads(document: Mapping, random: Random): RunningWorkload[] {
  const catalog = plainCatalog(document);
  return Array.from({ length: 1 + random.below(8) }, (_, index) => ({
    name: `tool-${random.of(['a', 'b', 'c'])}/Job/${index}`,
    client: random.of(['webservice', 'toolforge-jobs-framework', 'toolforge-jobs-framework', 'Helm', '*']),
    image: anyImage(catalog, random).replace(/:latest$/, ''),
  }));
}

/** A workload and its use of the old catalog. */
interface InUse {
  readonly workload: RunningWorkload;
  readonly client: string;
  readonly used: UsedBy;
}

/** The losses and problems of a pair of catalogs. */
interface Pair {
  readonly old: Value;
  readonly now: Value;
  readonly clients: readonly CatalogReader[];
  readonly inUse: readonly InUse[];
  readonly acknowledged: readonly string[];
}

/** The losses of an edit. */
type EditProblem = Extract<Problem, { readonly use: object }>;

function checkReaders(input: ReadersCase, compare: Compare): string[] {
  const pair = pairOf(input);
  const { problems: found } = compare(entriesIn(input.before), entriesIn(input.after), {
    usage: usageOf(pair.inUse, input.isUsageKnown),
    acknowledged: new Set(input.acknowledged),
    precedence: input.precedence,
  });
  const problems = found.filter((problem) => 'use' in problem);
  expectSame(problems.length, found.length, 'only losses are reported');
  const losses = lossesOf(
    pair.old,
    pair.now,
    pair.clients,
    pair.inUse.map(({ used }) => used.entry),
  );
  for (const loss of losses) expectReported(loss, problems, pair);
  for (const problem of problems) expectLost(problem, losses, pair);
  const places = problems.map((problem) => JSON.stringify([problem.code, problem.field, subjectOf(problem)]));
  expectSame(places, [...new Set(places)], 'each problem is reported once');
  if (problems.length === 0) return [losses.length === 0 ? 'harmless' : 'silent'];
  return ['reported', ...new Set(problems.map((problem) => `${severityOf(problem)} ${problem.code}`))];
}

/** The documents are valid, so the rules for single catalogs are skipped, which halves the time. */
function entriesIn({ text }: Written): readonly ParsedEntry[] {
  const { root } = readDocument(text, defaultPolicy);
  if (!root) throw new Error(`no catalog: ${text}`);
  return parsedEntries(root);
}

/** The property that tells apart two problems of one field. */
const subjectOf = (problem: EditProblem): unknown => {
  if (problem.code === 'url-changed') return problem.move ? problem.move.replaced : problem.from;
  if (problem.code === 'reader-loses-name') return [problem.reader, problem.subjects];
  if ('reader' in problem) return problem.reader;
  return 'alias' in problem ? problem.alias : undefined;
};

function pairOf({ before, after, workloads, acknowledged, precedence }: ReadersCase): Pair {
  const [old, now] = [plainValue(before.document), plainValue(after.document)];
  // Even without a precedence the webhook resolves URLs.
  const clients = Object.entries({ '*': [], ...precedence }).map(([client, sources]) =>
    clientOfWebhook(client, sources),
  );
  return {
    old,
    now,
    clients,
    inUse: workloads.flatMap((workload) => {
      const asks =
        clients.find(({ client }) => client === workload.client) ??
        clients.find(({ client }) => client === '*') ??
        clientOfWebhook('*', []);
      const isKnown = ['webservice', 'toolforge-jobs-framework', asks.client].includes(workload.client);
      const used = useOf(workload, old, asks);
      return used ? [{ workload, client: isKnown ? workload.client : '*', used }] : [];
    }),
    acknowledged,
  };
}

function usageOf(inUse: readonly InUse[], known: boolean): Usage {
  const by = (what: (used: UsedBy) => string | undefined, all = inUse) => {
    const names = new Set(all.flatMap(({ used }) => what(used) ?? []));
    return new Map([...names].map((name) => [name, usersOf(all.filter(({ used }) => what(used) === name))]));
  };
  const clients = new Set(inUse.map(({ client }) => client));
  return {
    known,
    entries: by(({ entry }) => entry),
    shortNames: by(({ shortName }) => shortName),
    urls: by(({ url }) => url),
    byClient: new Map(
      [...clients].map((client) => {
        const own = inUse.filter((each) => each.client === client);
        return [client, { entries: by(({ entry }) => entry, own), urls: by(({ url }) => url, own) }];
      }),
    ),
  };
}

const usersOf = (inUse: readonly InUse[]): Users => ({
  workloads: inUse.length,
  tools: [...new Set(inUse.map(({ workload }) => workload.name.split('/')[0] as string))],
  first: inUse.map(({ workload }) => workload.name).sort(),
});

// Completeness

function expectReported(loss: ReaderLoss, problems: readonly EditProblem[], pair: Pair): void {
  if (isOfAliasThatNoJobsApiKnows(loss, problems, pair)) return;
  const reporting = problems.filter((problem) => reports(problem, loss, pair));
  const inWords = `${loss.reader.label} loses ${loss.kind} by ${loss.by} of ${loss.entry.name}`;
  if (reporting.length === 0) throw new Error(`not reported: ${inWords}`);
  const hit = pair.inUse.find((each) => isHit(each, loss, problems, pair));
  if (!hit || reporting.some((problem) => problem.acknowledged)) return;
  if (!reporting.some((problem) => severityOf(problem) === 'error'))
    throw new Error(`only a warning, and in use by ${hit.workload.name}: ${inWords}`);
}

/** An alias of an entry for webservice alone. The rules for names concern readers, and webservice has no aliases. */
function isOfAliasThatNoJobsApiKnows(
  loss: ReaderLoss,
  problems: readonly EditProblem[],
  { old, now, inUse }: Pair,
): boolean {
  const alias = loss.kind === 'backwards' ? splitUrl(loss.by)[1] : loss.by;
  return (
    alias !== loss.entry.name &&
    loss.entry.aliases.includes(alias) &&
    !loss.entry.urls.includes(loss.by) &&
    entryByName(now, alias) === undefined &&
    !consumersOf(old).some((reader) => reader.label !== 'webservice' && reader.byName(old, alias)) &&
    !inUse.some(({ used }) => used.shortName === alias) &&
    !problems.some((problem) => 'alias' in problem && problem.alias === alias)
  );
}

/** Whether a problem reports this loss. */
function reports(problem: EditProblem, loss: ReaderLoss, { clients, now }: Pair): boolean {
  const { reader, entry, by, kind, before, after, leadsTo } = loss;
  const alias = kind === 'backwards' ? splitUrl(by)[1] : by;
  const isClient = clients.includes(reader);
  switch (problem.code) {
    case 'reader-loses-all':
      return kind !== 'url' && kind !== 'type' && (isClient || problem.reader === reader.label);
    case 'reader-loses-name':
      return (
        kind !== 'url' &&
        kind !== 'type' &&
        namesNowOf(entry, now).includes(problem.entry) &&
        (problem.reader === reader.label || (isClient && kind === 'name'))
      );
    case 'name-removed':
      if (problem.name !== entry.name) return false;
      if (kind === 'backwards')
        return (
          problem.successor === leadsTo?.name ||
          // A reader that cannot use the name does not need its URL either.
          (!isClient && problem.readers.some((label) => label === reader.label)) ||
          // The report of a removed name or alias covers its `HOST/ALIAS`.
          (!entry.urls.includes(by) && [entry.name, ...problem.aliases].includes(alias))
        );
      return (
        kind === 'name' &&
        (by === entry.name || problem.aliases.includes(by)) &&
        problem.readers.some((label) => label === reader.label)
      );
    case 'alias-removed':
      // Its `HOST/ALIAS` is gone, too, even if another entry has that URL as an image now.
      return problem.alias === alias && entryByName(now, alias) === undefined;
    case 'alias-moved':
      return problem.alias === alias && problem.from === entry.name;
    case 'web-type-changed':
      return kind === 'type' && problem.entry === entry.name;
    case 'url-changed': {
      if (kind === 'type') return false;
      // For jobs-api the URL of another field may be `HOST/ALIAS`.
      const isByAlias =
        kind === 'backwards' &&
        [entry.name, ...entry.aliases].includes(alias) &&
        (!isClient || !entry.urls.includes(by));
      const isOnHost = (url: string) => entry.urls.includes(url) && splitUrl(url)[0] === splitUrl(by)[0];
      if (!problem.move)
        return (
          (isByAlias && isOnHost(problem.from)) || problem.from === (kind === 'backwards' ? by : before?.url)
        );
      // With an added source of higher precedence a name has a new URL, and the old URL still resolves to the entry.
      if (!problem.move.replaced)
        return (
          kind === 'url' &&
          problem.subjects.includes(entry.name) &&
          leadsTo !== undefined &&
          before !== undefined &&
          urlAt(leadsTo.fields, before.source) === before.url
        );
      const { from, to } = problem.move.replaced;
      const isMoved = (url: string) => url.startsWith(from) && entry.urls.includes(url);
      if (kind !== 'backwards')
        return (
          before !== undefined &&
          isMoved(before.url) &&
          (after === undefined || after.url === `${to}${before.url.slice(from.length)}`)
        );
      return isMoved(by) || (isByAlias && entry.urls.some((url) => isMoved(url) && isOnHost(url)));
    }
    // Reported beside the removed name.
    case 'removed-without-deprecation':
      return false;
  }
}

/** The entries to which its names resolve in the new document. */
const namesNowOf = ({ name, aliases }: Known, now: Value): string[] => [
  name,
  ...[name, ...aliases].flatMap((shortName) => entryByName(now, shortName)?.name ?? []),
];

/** Whether a workload uses what is lost, so that the edit must be denied. */
function isHit(
  { used, client, workload }: InUse,
  loss: ReaderLoss,
  problems: readonly EditProblem[],
  pair: Pair,
): boolean {
  const { reader, entry, by, kind, before, leadsTo } = loss;
  if (used.entry !== entry.name) return false;
  const isClient = pair.clients.includes(reader);
  const getsIt = client === reader.client && used.url !== undefined && used.url === before?.url;
  // Another name of the entry may have moved.
  const isByAnother =
    used.shortName !== by &&
    problems.some((problem) => problem.code === 'alias-moved' && problem.alias === by);
  switch (kind) {
    case 'type':
      return client === 'webservice';
    case 'url':
      // An added source of higher precedence does not affect running Pods.
      if (leadsTo && before && urlAt(leadsTo.fields, before.source) === before.url) return false;
      return getsIt && !isByAnother;
    case 'name':
      if (!isClient)
        return (
          (client === reader.client && [entry.name, used.shortName].includes(by)) ||
          (used.shortName === by && leadsTo === undefined)
        );
      return (
        getsIt &&
        !isByAnother &&
        !problems.some(
          (problem) =>
            problem.code === 'reader-loses-all' ||
            (problem.code === 'reader-loses-name' && namesNowOf(entry, pair.now).includes(problem.entry)),
        )
      );
    case 'backwards':
      return isClient && (used.url === by || workload.image === by);
  }
}

// Soundness

function expectLost(problem: EditProblem, losses: readonly ReaderLoss[], pair: Pair): void {
  if (!isLost(problem, losses, pair)) throw new Error(`no reader loses it: ${JSON.stringify(problem)}`);
  if (problem.code === 'reader-loses-all')
    expectSame(
      severityOf(problem),
      problem.acknowledged ? 'warning' : 'error',
      'how grave it is to lose all',
    );
  if (severityOf(problem) !== 'error') return;
  const { use, acknowledged } = problem;
  const names = pair.inUse.map(({ workload }) => workload.name);
  if (acknowledged || use.first.some((name) => !names.includes(name)))
    throw new Error(`an error without a reason: ${JSON.stringify(problem)}`);
  if (problem.code !== 'reader-loses-all' && use.workloads === 0)
    throw new Error(`an error, and nothing in use: ${JSON.stringify(problem)}`);
  if (problem.code === 'reader-loses-all') return;
  const entries = new Set(
    pair.inUse.filter(({ workload }) => use.first.includes(workload.name)).map(({ used }) => used.entry),
  );
  const concerned = new Set([
    ...losses.filter((loss) => isAbout(problem, loss)).map(({ entry }) => entry.name),
    ...('name' in problem ? [problem.name] : []),
    ...('alias' in problem ? [entryByName(pair.old, problem.alias)?.name] : []),
  ]);
  expectSame(
    [...entries].filter((entry) => !concerned.has(entry)),
    [],
    `in use, and not concerned by ${JSON.stringify(problem)}`,
  );
}

/** Whether a problem and a loss may concern the same entry. */
function isAbout(problem: EditProblem, { entry, before, by, kind, leadsTo }: ReaderLoss): boolean {
  switch (problem.code) {
    case 'reader-loses-name':
    case 'web-type-changed':
      return [entry.name, leadsTo?.name].includes(problem.entry);
    case 'url-changed': {
      const url = kind === 'backwards' ? by : before?.url;
      if (!problem.move) return url === problem.from;
      const { replaced } = problem.move;
      return replaced ? url?.startsWith(replaced.from) === true : problem.subjects.includes(entry.name);
    }
    case 'name-removed':
    case 'removed-without-deprecation':
      return problem.name === entry.name;
    case 'alias-removed':
    case 'alias-moved':
      return entry.aliases.includes(problem.alias);
    case 'reader-loses-all':
      return true;
  }
}

function isLost(
  problem: EditProblem,
  losses: readonly ReaderLoss[],
  { old, now, inUse, clients }: Pair,
): boolean {
  const consumers = consumersOf(old);
  const names = (document: Value) => knownIn(document).map(({ name }) => name);
  switch (problem.code) {
    case 'reader-loses-all': {
      const reader = consumers.find(({ label }) => label === problem.reader);
      const uses = (document: Value) => names(document).some((name) => reader?.byName(document, name));
      return uses(old) && !uses(now);
    }
    case 'reader-loses-name':
      return losses.some(
        ({ kind, reader, entry, leadsTo }) =>
          kind === 'name' &&
          reader.label === problem.reader &&
          leadsTo !== undefined &&
          [entry.name, leadsTo.name].includes(problem.entry),
      );
    case 'name-removed': {
      const { name, readers, aliases } = problem;
      return (
        names(old).includes(name) &&
        !names(now).includes(name) &&
        readers.every((label) =>
          losses.some((loss) => loss.kind === 'name' && loss.by === name && loss.reader.label === label),
        ) &&
        aliases.every((alias) => entryByName(old, alias)?.name === name && !entryByName(now, alias)) &&
        (readers.length > 0 || (inUse.some(({ used }) => used.entry === name) && !entryByName(now, name)))
      );
    }
    case 'alias-removed':
      return (
        entryByName(now, problem.alias) === undefined &&
        (inUse.some(({ used }) => used.shortName === problem.alias) ||
          losses.some(
            ({ kind, by, reader }) =>
              kind === 'name' &&
              by === problem.alias &&
              consumers.some(({ label }) => label === reader.label),
          ))
      );
    case 'alias-moved': {
      const leadsTo = entryByName(now, problem.alias);
      return (
        entryByName(old, problem.alias)?.name === problem.from &&
        leadsTo?.name === problem.to &&
        ![leadsTo.name, ...leadsTo.aliases].includes(problem.from)
      );
    }
    case 'web-type-changed':
      return losses.some(({ kind, entry }) => kind === 'type' && entry.name === problem.entry);
    case 'url-changed': {
      const changed = losses.flatMap((loss) => {
        const from = loss.kind === 'backwards' ? loss.by : loss.before?.url;
        return from !== undefined && loss.kind !== 'type' ? [{ ...loss, from }] : [];
      });
      if (problem.move) {
        const { replaced, entries } = problem.move;
        const isMoved = ({ entry, from, kind }: (typeof changed)[number]) =>
          replaced ? from.startsWith(replaced.from) : kind === 'url' && problem.subjects.includes(entry.name);
        const moved = new Set(changed.filter(isMoved).map(({ entry }) => entry.name));
        return entries >= 2 && moved.size >= entries && (!replaced || replaced.from !== replaced.to);
      }
      const urls = knownIn(now).flatMap(({ fields }) => urlsIn(fields));
      return (
        // A name that one client alone can no longer use counts like another URL.
        changed.some(
          (loss) => loss.from === problem.from && (loss.kind !== 'name' || clients.includes(loss.reader)),
        ) && problem.to.every((url) => url !== problem.from && urls.includes(url))
      );
    }
    case 'removed-without-deprecation':
      return true;
  }
}
