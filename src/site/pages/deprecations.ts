import { type ComponentChildren, h } from 'preact';
import { daysBetween } from '../../history/day.ts';
import { type DeprecationSort, deprecationSorts, type SiteLinks } from '../links.ts';
import type { SiteImage, SiteModel } from '../model.ts';
import type { PageContext, SitePage } from './document.ts';
import { type Column, dataTable, NOT_KNOWN, useText } from './parts.ts';

/** The page of all deprecated images, with their replacements and the number of tools that still use them. */
export function deprecationsPage({ model, links }: PageContext, sort: DeprecationSort): SitePage {
  const images = model.images.filter(({ deprecation }) => deprecation);
  return {
    title: 'Deprecations',
    section: 'deprecations',
    content: [
      tiles(images, model),
      images.length === 0
        ? h('p', null, 'No image is deprecated.')
        : dataTable('Deprecated images', columnsFor(sort, links), images.toSorted(orders[sort])),
      h('p', null, h('a', { href: links.csv }, 'The same as CSV')),
    ],
  };
}

function tiles(images: readonly SiteImage[], { use, today }: SiteModel): ComponentChildren {
  const workloads = images.flatMap((image) => image.workloads ?? []);
  const known = (count: number): string => (use.known ? String(count) : NOT_KNOWN);
  const next = images
    .flatMap(({ deprecation }) => deprecation?.removal ?? [])
    .filter((removal) => removal >= today)
    .sort()[0];
  const numbers: [string, string][] = [
    ['Deprecated images', String(images.length)],
    ['Of them in use', known(images.filter(({ use: count }) => count?.workloads).length)],
    ['Tools on them', known(new Set(workloads.map(({ tool }) => tool)).size)],
    ['Workloads on them', known(new Set(workloads.map(({ tool, workload }) => `${tool}/${workload}`)).size)],
    ['Days to the next removal', next === undefined ? 'none planned' : String(daysBetween(today, next))],
  ];
  return h(
    'dl',
    { class: 'tiles' },
    numbers.map(([name, value]) => h('div', null, h('dt', null, name), h('dd', null, value))),
  );
}

const byName = (one: SiteImage, other: SiteImage): number => (one.entry.name < other.entry.name ? -1 : 1);

const usersOf = ({ use }: SiteImage, what: 'tools' | 'workloads'): number => use?.[what] ?? 0;

/** An image without a removal date sorts after all others. */
const removalOf = ({ deprecation }: SiteImage): string => deprecation?.removal ?? '9999';

const orders: Readonly<Record<DeprecationSort, (one: SiteImage, other: SiteImage) => number>> = {
  name: byName,
  removal: (one, other) => removalOf(one).localeCompare(removalOf(other)) || byName(one, other),
  tools: (one, other) => usersOf(other, 'tools') - usersOf(one, 'tools') || byName(one, other),
  workloads: (one, other) => usersOf(other, 'workloads') - usersOf(one, 'workloads') || byName(one, other),
};

function columnsFor(sort: DeprecationSort, links: SiteLinks): readonly Column<SiteImage>[] {
  const imageLink = (name: string | null | undefined): ComponentChildren =>
    name ? h('a', { href: links.image(name) }, name) : '–';
  const sortable = (own: DeprecationSort, name: string): Omit<Column<SiteImage>, 'cell'> => ({
    name,
    sortedAt: links.deprecations(own),
    ...(own === sort && { sorted: own === 'name' || own === 'removal' ? 'ascending' : 'descending' }),
  });
  return [
    { ...sortable('name', 'Image'), cell: ({ entry }) => imageLink(entry.name) },
    {
      name: 'Replacement, or newer',
      cell: ({ deprecation }) =>
        deprecation?.newer ? ['newer: ', imageLink(deprecation.newer)] : imageLink(deprecation?.replacement),
    },
    {
      ...sortable('removal', 'Removal'),
      cell: ({ deprecation }) =>
        deprecation?.removal ? `${deprecation.removal}${deprecation.past ? ' (passed)' : ''}` : '–',
    },
    { ...sortable('tools', 'Tools'), cell: (image) => useText(image, 'tools') },
    { ...sortable('workloads', 'Workloads'), cell: (image) => useText(image, 'workloads') },
  ];
}

/** The order that a query asks for. */
export const sortFrom = (text: string | null): DeprecationSort =>
  deprecationSorts.find((sort) => sort === text) ?? deprecationSorts[0];
