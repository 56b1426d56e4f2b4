import { oldestFirst, type ReadEntry } from './entries.ts';
import { type Precedence, withoutLatest } from './images.ts';
import { legibleIn, meantEntries } from './problems.ts';
import type { Tree } from './tree.ts';

/** The usage, the acknowledgements, and the precedence of the clients. */
export interface EditCircumstances {
  /** Undefined: unknown. */
  readonly inUse: Uses | undefined;
  readonly acknowledged: readonly string[];
  readonly precedence: Precedence;
  /** Whether entries that the edit leaves alone come first: of two that conflict, the first counts. */
  readonly inOrder?: boolean;
}

/** Names and URLs in use, for all clients and for each one. */
interface Uses extends ClientUses {
  readonly shortNames: readonly string[];
  /** By the label `managed-by`; an unknown client is `*`. */
  readonly byClient: Readonly<Record<string, ClientUses>>;
  /** Whether all workloads are known. The known ones count in any case. */
  readonly complete: boolean;
}

export interface ClientUses {
  readonly entries: readonly string[];
  readonly urls: readonly string[];
}

/** A loss of a client by an edit. */
export interface ReportedChange {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly field: string;
  /** The subjects that an acknowledgement must name. */
  readonly subjects: readonly string[];
}

export function changesOf(before: Tree, after: Tree, circumstances: EditCircumstances): ReportedChange[] {
  const old = meantEntries(before);
  const written = meantEntries(after);
  const now = circumstances.inOrder ? oldestFirst(legibleIn(after), old) : written;
  const edit: Edit = { old, now, ...circumstances };
  const concerned = edit.old.filter((entry) => isConcerned(entry, edit));
  return [
    ...losesAll(edit).map(({ id }) => change(`reader:${id}`, true, 'reader-loses-all', '', edit)),
    ...concerned.flatMap((entry) => [
      ...nameChange(entry, edit),
      ...aliasChanges(entry, edit),
      ...readerLosses(entry, edit),
      ...typeChange(entry, edit),
    ]),
    ...urlChanges(concerned, edit),
  ];
}

interface Edit extends EditCircumstances {
  readonly old: readonly ReadEntry[];
  readonly now: readonly ReadEntry[];
}

const change = (
  subject: string | readonly string[],
  used: boolean,
  code: string,
  field: string,
  { acknowledged }: Edit,
): ReportedChange => {
  const subjects = [subject].flat();
  const isAcknowledged = subjects.every((each) => acknowledged.includes(each));
  return { severity: used && !isAcknowledged ? 'error' : 'warning', code, field, subjects };
};

/** Whether the list of images of jobs-api would be empty. The content of an entry that is no mapping is unknown. */
export function hasNothingForJobs(document: Tree): boolean {
  const entries = meantEntries(document);
  return (
    entries.length > 0 &&
    entries.every(
      (entry) => entry.readable && ![JOBS_2026, JOBS_2025].some((reader) => readsOf(reader, entry)),
    )
  );
}

// How names and URLs resolve

/** `registry/image` and `registry/image:latest` are the same image. An empty text is no image. */
const pulled = (image: string | undefined): string | undefined =>
  image ? (withoutLatest(image) ?? image) : undefined;

interface Field {
  /** The path below the entry. */
  readonly path: string;
  readonly url: string;
}

const fieldsIn = (images: readonly { readonly text: string; readonly path: string }[]): Field[] =>
  images.flatMap(({ text, path }) => {
    const url = pulled(text);
    return url === undefined ? [] : [{ path, url }];
  });
const imagesOf = (entry: ReadEntry): Field[] => fieldsIn(entry.images);
const urlFieldsOf = (entry: ReadEntry): Field[] => [...imagesOf(entry), ...fieldsIn(entry.former)];

const called = (entries: readonly ReadEntry[], name: string) => entries.find((entry) => entry.name === name);
const withAlias = (entries: readonly ReadEntry[], alias: string) =>
  entries.find(({ aliases }) => aliases.some(({ text }) => text === alias));
const byShortName = (entries: readonly ReadEntry[], shortName: string) =>
  called(entries, shortName) ?? withAlias(entries, shortName);

function byUrl(entries: readonly ReadEntry[], url: string): ReadEntry | undefined {
  const listed = entries.find((entry) => urlFieldsOf(entry).some((field) => field.url === url));
  if (listed || !url.includes('/')) return listed;
  const named = byShortName(entries, url.slice(url.indexOf('/') + 1));
  return named && urlFieldsOf(named).some((field) => hostIn(field.url) === hostIn(url)) ? named : undefined;
}

const hostIn = (url: string): string => (url.includes('/') ? (url.split('/')[0] ?? '') : '');

const aliasField = (entry: ReadEntry | undefined, alias: string): string =>
  entry?.aliases.find(({ text }) => text === alias)?.field ?? '';

/** The names that resolved to the entry, its own first, each once. */
const shortNamesOf = (entry: ReadEntry, { old }: Edit): string[] =>
  [...new Set([entry.name, ...entry.aliases.map(({ text }) => text)])].filter(
    (shortName) => byShortName(old, shortName) === entry,
  );

// Readers

interface Reader {
  readonly id: 'webservice' | 'jobs-api';
  /** The `managed-by` of its workloads. */
  readonly client: string;
  readonly source: string;
  readonly takesAliases: boolean;
}

const WEBSERVICE: Reader = {
  id: 'webservice',
  client: 'webservice',
  source: '.variants.webservice.image',
  takesAliases: false,
};
const JOBS_2026: Reader = {
  id: 'jobs-api',
  client: 'toolforge-jobs-framework',
  source: '.image',
  takesAliases: true,
};
const JOBS_2025: Reader = { ...JOBS_2026, source: '.variants.jobs-framework.image' };

const at = (entry: ReadEntry, path: string): string | undefined =>
  imagesOf(entry).find((field) => field.path === path)?.url;

const readsOf = (reader: Reader, entry: ReadEntry): string | undefined => at(entry, reader.source);

/** The old document shows which jobs-api reads it. */
const readersOf = ({ old }: Edit): Reader[] => [
  WEBSERVICE,
  ...(old.some((entry) => readsOf(JOBS_2026, entry)) ? [JOBS_2026] : []),
  ...(old.some((entry) => readsOf(JOBS_2025, entry) && !readsOf(JOBS_2026, entry)) ? [JOBS_2025] : []),
];

const readersOfEntry = (entry: ReadEntry, edit: Edit): Reader[] =>
  readersOf(edit).filter((reader) => readsOf(reader, entry));

const isConcerned = (entry: ReadEntry, edit: Edit): boolean =>
  readersOfEntry(entry, edit).length > 0 || (edit.inUse?.entries ?? []).includes(entry.name);

const losesAll = (edit: Edit): Reader[] =>
  edit.now.every(({ readable }) => readable)
    ? readersOf(edit).filter(
        (reader) =>
          edit.old.some((entry) => readsOf(reader, entry)) &&
          !edit.now.some((entry) => readsOf(reader, entry)),
      )
    : [];

// Successors

function successorOf(entry: ReadEntry, { old, now }: Edit): ReadEntry | undefined {
  const same = called(now, entry.name) ?? withAlias(now, entry.name);
  if (same) return same;
  const isNew = ({ name }: ReadEntry) => called(old, name) === undefined;
  const urls = imagesOf(entry).map(({ url }) => url);
  const first = (matches: (candidate: ReadEntry, url: string) => boolean) =>
    urls.flatMap((url) => now.find((candidate) => matches(candidate, url)) ?? [])[0];
  return (
    first(
      (candidate, url) => isNew(candidate) && urlFieldsOf(candidate).some((field) => field.url === url),
    ) ??
    first(
      (candidate, url) => !isNew(candidate) && fieldsIn(candidate.former).some((field) => field.url === url),
    )
  );
}

// Names

function nameChange(entry: ReadEntry, edit: Edit): ReportedChange[] {
  const { name, state } = entry;
  if (called(edit.now, name)) return [];
  const alias = withAlias(edit.now, name);
  const readers = readersOfEntry(entry, edit);
  // webservice takes no aliases.
  if (alias && !readers.includes(WEBSERVICE)) return [];
  const used = alias
    ? ['webservice', '*'].some((client) => isUsedBy(client, 'entries', name, edit))
    : (edit.inUse?.entries ?? []).includes(name);
  return [
    change(name, used, 'name-removed', alias ? aliasField(alias, name) : name, edit),
    ...(successorOf(entry, edit) || state === 'deprecated'
      ? []
      : [change(name, used, 'removed-without-deprecation', name, edit)]),
  ];
}

const isUsedBy = (client: string, what: keyof ClientUses, subject: string, { inUse }: Edit): boolean =>
  inUse !== undefined &&
  Object.hasOwn(inUse.byClient, client) &&
  (inUse.byClient[client] as ClientUses)[what].includes(subject);

function aliasChanges(entry: ReadEntry, edit: Edit): ReportedChange[] {
  const successor = successorOf(entry, edit);
  if (successor?.readable === false) return [];
  const [, ...aliases] = [entry.name, ...shortNamesOf(entry, edit).filter((each) => each !== entry.name)];
  return aliases.flatMap((alias) => {
    const used = edit.inUse?.shortNames.includes(alias) ?? false;
    const owner = byShortName(edit.now, alias);
    if (!owner) {
      const takesAliases = readersOfEntry(entry, edit).some((reader) => reader.takesAliases);
      // Without a successor, the removal of the entry covers it.
      return successor && (takesAliases || used)
        ? [change(alias, used, 'alias-removed', `${successor.name}.aliases`, edit)]
        : [];
    }
    if (owner === successor || successor?.aliases.some(({ text }) => text === alias)) return [];
    const field = owner.name === alias ? alias : aliasField(owner, alias);
    return [change(alias, used, 'alias-moved', field, edit)];
  });
}

// The results of readers

/** Whether a name that resolved to the entry for this client or reader resolves to its successor. */
function stillLeads(entry: ReadEntry, successor: ReadEntry, takesAliases: boolean, edit: Edit): boolean {
  if (!takesAliases) return successor.name === entry.name;
  return shortNamesOf(entry, edit).some((shortName) => byShortName(edit.now, shortName) === successor);
}

function losersOf(entry: ReadEntry, successor: ReadEntry, edit: Edit): Reader[] {
  return readersOfEntry(entry, edit).filter(
    (reader) =>
      stillLeads(entry, successor, reader.takesAliases, edit) &&
      !readsOf(reader, successor) &&
      !losesAll(edit).includes(reader),
  );
}

function readerLosses(entry: ReadEntry, edit: Edit): ReportedChange[] {
  const successor = successorOf(entry, edit);
  if (!successor?.readable) return [];
  return losersOf(entry, successor, edit).map(({ client }) =>
    change(
      entry.name,
      isUsedBy(client, 'entries', entry.name, edit),
      'reader-loses-name',
      successor.name,
      edit,
    ),
  );
}

function typeChange(entry: ReadEntry, edit: Edit): ReportedChange[] {
  const { name } = entry;
  const successor = called(edit.now, name);
  if (!successor?.readable || !readsOf(WEBSERVICE, entry) || !readsOf(WEBSERVICE, successor)) return [];
  if (!entry.wstype || !successor.wstype) return [];
  const typeOf = ({ wstype, resources }: ReadEntry) => `${wstype} ${resources || 'default'}`;
  if (typeOf(entry) === typeOf(successor)) return [];
  const used = isUsedBy('webservice', 'entries', name, edit);
  return [change(name, used, 'web-type-changed', `${name}.variants.webservice.extra`, edit)];
}

// URLs

/** A URL that no longer resolves to its entry, or to which a name no longer resolves. */
interface UrlChange {
  readonly entry: ReadEntry;
  readonly from: string;
  readonly to: readonly string[];
  readonly field: string;
  readonly used: boolean;
  /** A source of higher precedence was added, and the field of the old URL is unchanged. */
  readonly isAdded: boolean;
  /** The old URL resolves to another entry now, which is more than a move. */
  readonly isOthers: boolean;
}

function urlChanges(concerned: readonly ReadEntry[], edit: Edit): ReportedChange[] {
  const changes = concerned.flatMap((entry) => urlChangesOf(entry, edit));
  const moves = changes.map((each) => moveOf(each, changes));
  const single = changes.filter((_, index) => moves[index] === undefined);
  const kinds = [...new Set(moves.filter((move) => move !== undefined))];
  return [
    ...single.map(({ entry, field, used, isAdded }) =>
      change(entry.name, used && !isAdded, 'url-changed', field, edit),
    ),
    ...kinds.map((kind) => {
      const moved = changes.filter((_, index) => moves[index] === kind);
      const used = moved.some((each) => each.used && !each.isAdded);
      const subjects = kind === ADDED ? moved.map(({ entry }) => entry.name) : [`host:${kind.split(' ')[0]}`];
      return change(subjects, used, 'url-changed', '', edit);
    }),
  ];
}

/** No URL has a space. */
const ADDED = 'an earlier source was added';

/** `OLD NEW` if two or more entries change in the same way. */
function moveOf(change: UrlChange, changes: readonly UrlChange[]): string | undefined {
  return replacements(change).find((kind) =>
    changes.some((other) => other.entry !== change.entry && replacements(other).includes(kind)),
  );
}

/** The replaced host or prefix of the URL. */
function replacements({ from, to: [to, ...more], isAdded, isOthers }: UrlChange): string[] {
  if (isAdded) return [ADDED];
  if (isOthers) return [];
  if (to === undefined || to === from || more.length > 0) return [];
  const rest = (url: string) => url.slice(hostIn(url).length);
  if (hostIn(from) !== '' && hostIn(to) !== '' && rest(from) === rest(to))
    return [`${hostIn(from)} ${hostIn(to)}`];
  let common = 0;
  while (common < Math.min(from.length, to.length) && from.at(-1 - common) === to.at(-1 - common)) common++;
  const [old, now] = [from, to].map((url) => url.slice(0, url.length - common));
  return old && now && common > 0 ? [`${old} ${now}`] : [];
}

function urlChangesOf(entry: ReadEntry, edit: Edit): UrlChange[] {
  const successor = successorOf(entry, edit);
  if (successor?.readable === false) return [];
  const own = urlFieldsOf(entry);
  const urls = [...new Set(own.map(({ url }) => url))];
  const lostUrls = urls.filter((url) => {
    const owner = byUrl(edit.now, url);
    return byUrl(edit.old, url) === entry && (successor ? owner !== successor : owner !== undefined);
  });
  const gets = successor ? othersGot(entry, successor, edit) : [];
  return urls.flatMap((from) => {
    const isLost = lostUrls.includes(from);
    const changed = gets.filter((each) => each.from === from);
    if (!isLost && changed.length === 0) return [];
    const paths = own
      .filter(({ path, url }) => url === from && (isLost || changed.some((each) => each.path === path)))
      .map(({ path }) => path);
    const sameField = successor && at(successor, paths[0] ?? '');
    const to = (changed.length > 0 ? changed.map((each) => each.to) : [sameField]).filter(
      (url) => url !== undefined,
    );
    const field = sameField === undefined ? '' : paths[0];
    const isFirstOfHost = lostUrls.find((url) => hostIn(url) === hostIn(from)) === from;
    const used = isLost
      ? [
          from,
          ...(successor && isFirstOfHost
            ? hostNamesLost(entry, successor, hostIn(from), edit).filter((url) => !lostUrls.includes(url))
            : []),
        ].some((url) => edit.inUse?.urls.includes(url))
      : [...changed.map(({ client }) => client), '*'].some((client) => isUsedBy(client, 'urls', from, edit));
    return [
      {
        entry,
        from,
        to: [...new Set(to)],
        field: `${(successor ?? entry).name}${field}`,
        used,
        isAdded: !isLost && changed.every(({ isAdded }) => isAdded),
        isOthers: isLost && byUrl(edit.now, from) !== undefined,
      },
    ];
  });
}

interface OtherGot {
  readonly client: string;
  readonly path: string;
  readonly from: string;
  readonly to: string | undefined;
  readonly isAdded: boolean;
}

/** The clients that a reader or the precedence names. The others resolve as `*`. */
const clientsOf = ({
  precedence,
}: Edit): { readonly client: string; readonly sources: readonly string[] }[] =>
  [...new Set([WEBSERVICE.client, JOBS_2026.client, ...Object.keys(precedence)])].map((client) => ({
    client,
    sources: (Object.hasOwn(precedence, client) ? precedence[client] : precedence['*']) ?? [],
  }));

/** Clients and readers whose URL differs between the entry and its successor. */
function othersGot(entry: ReadEntry, successor: ReadEntry, edit: Edit): OtherGot[] {
  const losesAnyway =
    losersOf(entry, successor, edit).length > 0 || losesAll(edit).some((reader) => readsOf(reader, entry));
  const askers = [
    ...readersOf(edit).map(({ client, source, takesAliases }) => ({
      client,
      sources: [source],
      takesAliases,
      mayLose: false,
    })),
    ...clientsOf(edit).map(({ client, sources }) => ({
      client,
      sources: sources.map((source) => (source === 'image' ? '.image' : `.variants.${source}.image`)),
      takesAliases: true,
      mayLose: !losesAnyway,
    })),
  ];
  return askers.flatMap(({ client, sources, takesAliases, mayLose }) => {
    if (!stillLeads(entry, successor, takesAliases, edit)) return [];
    const path = sources.find((source) => at(entry, source));
    if (path === undefined) return [];
    const from = at(entry, path) as string;
    const to = sources.map((source) => at(successor, source)).find((url) => url !== undefined);
    if (to === from || (to === undefined && !mayLose)) return [];
    return [{ client, path, from, to, isAdded: at(successor, path) === from }];
  });
}

/** `HOST/NAME` and `HOST/ALIAS` that no longer resolve to the entry, while the short name does. */
const hostNamesLost = (entry: ReadEntry, successor: ReadEntry, host: string, edit: Edit): string[] =>
  host === ''
    ? []
    : shortNamesOf(entry, edit)
        .filter((shortName) => byShortName(edit.now, shortName) === successor)
        .map((shortName) => `${host}/${shortName}`)
        .filter((url) => byUrl(edit.old, url) === entry && byUrl(edit.now, url) !== successor);
