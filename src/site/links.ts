/** The links from one page to the others. They are relative, so that a site works below any path. */
export interface SiteLinks {
  /** A file is served without headers of ours, so its page itself has the Content-Security-Policy. */
  readonly kind: 'served' | 'files';
  readonly home: (page?: number) => string;
  readonly styleSheet: string;
  readonly icon: string;
  /** The target of the search form; undefined for files, which cannot search. */
  readonly search: string | undefined;
  readonly api: string;
  readonly csv: string;
  readonly deprecations: (sort: DeprecationSort, page?: number) => string;
  readonly image: (name: string, page?: number) => string;
  readonly tool: (tool: string, page?: number) => string;
}

/** The columns that the deprecations can be sorted by; the first is the default. */
export const deprecationSorts = ['name', 'removal', 'tools', 'workloads'] as const;

export type DeprecationSort = (typeof deprecationSorts)[number];

/** Links of the page that is served at this path. */
export function servedLinks(path: string): SiteLinks {
  const root = rootFrom(path);
  return {
    kind: 'served',
    home: (page) => root + queryOf({ page }),
    styleSheet: `${root}style.css`,
    icon: `${root}icon.svg`,
    search: root,
    api: `${root}openapi.json`,
    csv: `${root}api/v1/deprecations.csv`,
    deprecations: (sort, page) =>
      `${root}deprecations${queryOf({ sort: sort === deprecationSorts[0] ? undefined : sort, page })}`,
    image: (name, page) => `${root}images/${segment(name)}${queryOf({ page })}`,
    tool: (tool, page) => `${root}tools/${segment(tool)}${queryOf({ page })}`,
  };
}

/** Links of the page in this file, whose path begins with a slash. */
export function fileLinks(file: string): SiteLinks {
  const root = rootFrom(file);
  return {
    kind: 'files',
    home: (page) => root + pageFile('index', page),
    styleSheet: `${root}style.css`,
    icon: `${root}icon.svg`,
    search: undefined,
    api: `${root}openapi.json`,
    csv: `${root}api/v1/deprecations.csv`,
    deprecations: (sort, page) => root + deprecationsFile(sort, page),
    image: (name, page) => `${root}images/${pageFile(segment(fileName(name)), page)}`,
    tool: (tool, page) => `${root}tools/${pageFile(segment(fileName(tool)), page)}`,
  };
}

export const deprecationsFile = (sort: DeprecationSort, page?: number): string =>
  pageFile(sort === deprecationSorts[0] ? 'deprecations' : `deprecations-by-${sort}`, page);

/** The file of a page of a list. No name of an image or a tool has a comma in its file name. */
export const pageFile = (name: string, page = 1): string => `${name}${page === 1 ? '' : `,${page}`}.html`;

/** The query for a page of a list; empty for the first page in the first order. */
function queryOf({
  sort,
  page = 1,
}: {
  readonly sort?: string | undefined;
  readonly page?: number | undefined;
}) {
  const query = new URLSearchParams({
    ...(sort !== undefined && { sort }),
    ...(page > 1 && { page: String(page) }),
  }).toString();
  return query === '' ? '' : `?${query}`;
}

/** A segment of a path. Half of a surrogate pair, which no address can have, becomes U+FFFD. */
const segment = (text: string): string => encodeURIComponent(text.toWellFormed());

/**
 * The name of a file for an image or a tool. Valid names stay as they are; any other name is encoded, so that it cannot leave
 * the folder.
 */
export const fileName = (name: string): string => segment(name);

/** No page is deeper. A path that leads nowhere may be deeper; its page has absolute links. */
const DEEPEST = 8;

function rootFrom(path: string): string {
  const depth = path.split('/', DEEPEST + 3).length - 2;
  if (depth > DEEPEST) return '/';
  return depth <= 0 ? './' : '../'.repeat(depth);
}
