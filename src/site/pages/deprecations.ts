import { type ComponentChildren, h } from 'preact';
import { counted } from '../../catalog/wording.ts';
import { type DeprecationSort, deprecationSorts, type SiteLinks } from '../links.ts';
import type { SiteImage, SiteModel } from '../model.ts';
import { notKnown } from '../use.ts';
import type { PageContext, SitePage } from './document.ts';
import { type Column, pagedTable, useText } from './parts.ts';
import { tiles } from './tiles.ts';
import { hasHistory, notRecorded, useOverTime } from './use-over-time.ts';

/** The page of all deprecated images, with their replacements and the number of tools that still use them. */
export function deprecationsPage({ model, links, page }: PageContext, sort: DeprecationSort): SitePage {
  const images = model.images.filter(({ deprecation }) => deprecation);
  const sorted = images.toSorted(orders[sort]);
  return {
    title: 'Deprecations',
    section: 'deprecations',
    content: [
      tiles(images, model),
      model.use.known ? null : h('p', null, `Which tools use an image is ${notKnown(model.use)}.`),
      model.pastRemoval === undefined ? null : h('p', null, AFTER_REMOVAL[model.pastRemoval]),
      images.length === 0
        ? h('p', null, 'No image is deprecated.')
        : pagedTable('Deprecated images', columnsFor(sort, links), sorted, {
            page,
            linkTo: (number) => links.deprecations(sort, number),
          }),
      h('p', null, h('a', { href: links.csv }, 'The same as CSV')),
      images.length > 0 && plots(sorted, model, links),
    ],
  };
}

const AFTER_REMOVAL = {
  warn: 'After the removal date of an image, a new Pod on it still starts, with a warning.',
  deny: 'After the removal date of an image, no new Pod on it starts.',
} as const;

/** More plots would make the page too large for a phone; the pages of the images have theirs. */
const MOST_PLOTS = 30;

function plots(images: readonly SiteImage[], model: SiteModel, links: SiteLinks): ComponentChildren {
  const used = images.filter((image) => hasHistory(image, model));
  const drawn = used.slice(0, MOST_PLOTS).map((image) => {
    const { name } = image.entry;
    return useOverTime(image, model, h('a', { href: links.image(name) }, name));
  });
  const more = used.length - MOST_PLOTS;
  return [
    h('h2', null, 'Use over time'),
    drawn.length === 0 ? notRecorded(model) : h('div', { class: 'plots' }, drawn),
    more > 0 && h('p', null, `${counted(more, 'more image')} with a history: see their pages.`),
  ];
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
