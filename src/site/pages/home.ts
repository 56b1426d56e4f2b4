import { type ComponentChildren, h, type VNode } from 'preact';
import { isDeprecated } from '../../catalog/entry.ts';
import { brief, counted } from '../../catalog/wording.ts';
import { nearestImage, type SiteImage, type SiteModel } from '../model.ts';
import { ROWS } from '../paging.ts';
import type { PageContext, SitePage } from './document.ts';
import { type Column, commandText, dataTable, jobCommand, pagedTable, webserviceCommand } from './parts.ts';

/** The images that users should take, and a search. */
export const homePage = ({ model, links, page }: PageContext): SitePage => ({
  title: 'Images',
  section: 'images',
  content: [
    h('p', null, 'These are the images that a job or a webservice of a tool should use.'),
    searchForm(links.search, ''),
    pagedTable(
      'Images to use',
      columnsFor(links.image),
      model.images.filter(({ entry }) => !isDeprecated(entry)),
      { page, linkTo: links.home },
    ),
  ],
});

/** In characters; more than any image URL has. */
const LONGEST_SEARCH = 300;

/** The page of search results for a name, an alias, an image URL, or a part of a name or alias. */
export function searchPage({ model, links }: PageContext, query: string): SitePage {
  const asked = query.trim();
  const found = asked.length <= LONGEST_SEARCH ? imagesLike(model, asked) : [];
  return {
    title: 'Search',
    content: [
      searchForm(links.search, asked.slice(0, LONGEST_SEARCH)),
      found.length === 0
        ? h('p', null, `No image matches ${brief(asked)}.`, ...didYouMean(model, asked, links.image))
        : [
            dataTable('Images found', columnsFor(links.image), found.slice(0, ROWS)),
            found.length > ROWS && h('p', null, `${counted(found.length - ROWS, 'more image')} found.`),
          ],
    ],
  };
}

/** The image that a text names exactly; else all images with the text in their name or an alias. */
function imagesLike({ lookup, images, byShortName }: SiteModel, asked: string): readonly SiteImage[] {
  const resolution = lookup.resolve(asked, undefined);
  const exact = 'entry' in resolution ? byShortName.get(resolution.entry.name) : undefined;
  if (exact) return [exact];
  const part = asked.toLowerCase();
  return images.filter(({ entry }) =>
    [entry.name, ...entry.aliases].some((name) => name.toLowerCase().includes(part)),
  );
}

/** A link to the image that was probably meant; empty if none is near. */
export function didYouMean(
  model: SiteModel,
  asked: string,
  link: (name: string) => string,
): readonly (string | VNode)[] {
  const meant = nearestImage(model, asked);
  return meant === undefined ? [] : [' Did you mean ', h('a', { href: link(meant) }, meant), '?'];
}

const searchForm = (action: string | undefined, asked: string): ComponentChildren =>
  action === undefined
    ? null
    : h(
        'form',
        { action, method: 'get', role: 'search' },
        h('label', { for: 'q' }, 'Name, alias or image URL'),
        h('input', { type: 'search', id: 'q', name: 'q', value: asked, maxLength: LONGEST_SEARCH }),
        h('button', { type: 'submit' }, 'Search'),
      );

const columnsFor = (link: (name: string) => string): readonly Column<SiteImage>[] => [
  { name: 'Image', cell: ({ entry }) => h('a', { href: link(entry.name) }, entry.name) },
  { name: 'State', cell: (image) => stateText(image, link) },
  { name: 'For a job', cell: (image) => commandText(jobCommand(image)) },
  { name: 'For a webservice', cell: (image) => commandText(webserviceCommand(image)) },
];

/** The state of an image; of a deprecated one with what to take instead, since its own commands follow. */
function stateText({ entry, deprecation }: SiteImage, link: (name: string) => string): ComponentChildren {
  const instead = deprecation?.replacement ?? deprecation?.newer;
  if (!instead) return entry.state;
  const word = deprecation?.replacement ? 'use' : 'newer:';
  return [`${entry.state}; ${word} `, h('a', { href: link(instead) }, instead)];
}
