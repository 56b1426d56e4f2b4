import { type ComponentChildren, h, type VNode } from 'preact';
import { deprecationFact } from '../../catalog/entry.ts';
import type { Phrase } from '../migration.ts';
import type { SiteImage, SiteModel } from '../model.ts';
import { pageOf, ROWS } from '../paging.ts';

export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** The page on which the table is sorted by this column. */
  readonly sortedAt?: string;
  /** Whether the table is sorted by this column. */
  readonly sorted?: 'ascending' | 'descending';
}

/**
 * A table that scrolls within the page where it does not fit, also by keyboard. On a phone each row is a list, in which
 * `data-name` says what a cell is.
 */
export const dataTable = <Row>(
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): VNode =>
  h(
    'div',
    { class: 'scroll', role: 'region', 'aria-label': caption, tabIndex: 0 },
    h(
      'table',
      null,
      h('caption', null, caption),
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          columns.map(({ name, sortedAt, sorted }) =>
            h(
              'th',
              { scope: 'col', ...(sorted && { 'aria-sort': sorted }) },
              sortedAt === undefined ? name : h('a', { href: sortedAt }, name),
            ),
          ),
        ),
      ),
      h(
        'tbody',
        null,
        rows.map((row) =>
          h(
            'tr',
            null,
            columns.map(({ name, cell }, index) =>
              index === 0 ? h('th', { scope: 'row' }, cell(row)) : h('td', { 'data-name': name }, cell(row)),
            ),
          ),
        ),
      ),
    ),
  );

/** A page of a long table, with links to the pages before and after it. */
export function pagedTable<Row>(
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { page, linkTo }: { readonly page: number; readonly linkTo: (page: number) => string },
): ComponentChildren {
  const { items, number, pages } = pageOf(rows, page, ROWS);
  const table = dataTable(caption, columns, items);
  if (pages === 1) return table;
  return [
    table,
    h(
      'nav',
      { 'aria-label': `Pages of the table: ${caption}` },
      number > 1 && h('a', { href: linkTo(number - 1), rel: 'prev' }, 'Previous page'),
      h('p', null, `Page ${number} of ${pages}, ${rows.length} rows`),
      number < pages && h('a', { href: linkTo(number + 1), rel: 'next' }, 'Next page'),
    ),
  ];
}

export const NOT_KNOWN = 'not known';

/** The number of tools or workloads that use an image, or `not known`. */
export const useText = ({ use }: SiteImage, what: 'tools' | 'workloads'): string =>
  use?.[what].toString() ?? NOT_KNOWN;

/** The command that runs a job with an image; undefined if jobs get no image. */
export const jobCommand = ({ entry, urls }: SiteImage): string | undefined =>
  urls.jobs === null ? undefined : `toolforge jobs run NAME --command COMMAND --image ${entry.name}`;

export const webserviceCommand = ({ entry, urls }: SiteImage): string | undefined =>
  urls.webservice === null ? undefined : `toolforge webservice ${entry.name} start`;

export const commandText = (command: string | undefined): ComponentChildren =>
  command === undefined ? '–' : h('code', null, command);

export const phrasesAsHtml = (parts: readonly Phrase[]): ComponentChildren =>
  parts.map((part) =>
    typeof part === 'string' ? part : 'code' in part ? h('code', null, part.code) : outsideLink(part.link),
  );

/** The sentence about a deprecated image, with its page; null for other images. */
export function deprecationText({ entry, deprecation }: SiteImage, { today }: SiteModel): ComponentChildren {
  const fact = deprecationFact(entry, today);
  if (!deprecation || fact === undefined) return null;
  const more = deprecation.url === null ? [] : [' More: ', outsideLink(deprecation.url), '.'];
  return h('p', { class: 'deprecated' }, `${fact}.`, ...more);
}

/** A link to an address of the web. Any other text, such as `javascript:…`, stays text. */
const outsideLink = (url: string): ComponentChildren =>
  /^https?:\/\//i.test(url) && URL.canParse(url)
    ? h('a', { href: url, rel: 'noopener noreferrer' }, url)
    : url;
