/** The links from one page to the others. They are relative, so that a site works below any path. */
export interface SiteLinks {
  /** A file is served without headers of ours, so its page itself has the Content-Security-Policy. */
  readonly kind: 'served' | 'files';
  readonly home: string;
  readonly styleSheet: string;
  readonly icon: string;
  /** The target of the search form; undefined for files, which cannot search. */
  readonly search: string | undefined;
  readonly api: string;
  readonly csv: string;
  readonly deprecations: (sort: DeprecationSort) => string;
  readonly image: (name: string) => string;
  readonly tool: (tool: string) => string;
}

/** The columns that the deprecations can be sorted by; the first is the default. */
export const deprecationSorts = ['name', 'removal', 'tools', 'workloads'] as const;

export type DeprecationSort = (typeof deprecationSorts)[number];

/** Links of the page that is served at this path. */
export function servedLinks(path: string): SiteLinks {
  const root = rootFrom(path);
  return {
    kind: 'served',
    home: root,
    styleSheet: `${root}style.css`,
    icon: `${root}icon.svg`,
    search: root,
    api: `${root}openapi.json`,
    csv: `${root}api/v1/deprecations.csv`,
    deprecations: (sort) => `${root}deprecations${sort === deprecationSorts[0] ? '' : `?sort=${sort}`}`,
    image: (name) => `${root}images/${encodeURIComponent(name)}`,
    tool: (tool) => `${root}tools/${encodeURIComponent(tool)}`,
  };
}

/** Links of the page in this file, whose path begins with a slash. */
export function fileLinks(file: string): SiteLinks {
  const root = rootFrom(file);
  return {
    kind: 'files',
    home: `${root}index.html`,
    styleSheet: `${root}style.css`,
    icon: `${root}icon.svg`,
    search: undefined,
    api: `${root}openapi.json`,
    csv: `${root}api/v1/deprecations.csv`,
    deprecations: (sort) => root + deprecationsFile(sort),
    image: (name) => `${root}images/${encodeURIComponent(fileName(name))}.html`,
    tool: (tool) => `${root}tools/${encodeURIComponent(fileName(tool))}.html`,
  };
}

export const deprecationsFile = (sort: DeprecationSort): string =>
  sort === deprecationSorts[0] ? 'deprecations.html' : `deprecations-by-${sort}.html`;

/**
 * The name of a file for an image or a tool. Valid names stay as they are; any other name is encoded, so that it cannot leave
 * the folder.
 */
export const fileName = (name: string): string => encodeURIComponent(name);

/** No page is deeper. A path that leads nowhere may be deeper; its page has absolute links. */
const DEEPEST = 8;

function rootFrom(path: string): string {
  const depth = path.split('/', DEEPEST + 3).length - 2;
  if (depth > DEEPEST) return '/';
  return depth <= 0 ? './' : '../'.repeat(depth);
}
