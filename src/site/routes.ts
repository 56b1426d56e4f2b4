import { jsonText } from '../json.ts';
import { catalogJson, deprecationsJson, imageJson, imagesJson, toolImagesJson, toolJson } from './api.ts';
import { deprecationsCsv } from './deprecations-csv.ts';
import type { SiteLinks } from './links.ts';
import { isToolName, nearestImage, type SiteModel } from './model.ts';
import { openApi } from './openapi.ts';
import { deprecationsPage, sortFrom } from './pages/deprecations.ts';
import { type PageContext, renderPage, type SitePage } from './pages/document.ts';
import { homePage, searchPage } from './pages/home.ts';
import { imagePage } from './pages/image.ts';
import { notFoundPage } from './pages/not-found.ts';
import { toolPage } from './pages/tool.ts';
import { pageFrom } from './paging.ts';
import { icon, styleSheet } from './style-sheet.ts';

/** The result of a route for one request. */
export type Found =
  | { readonly kind: 'content'; readonly type: string; readonly text: string }
  /** `location` is relative to the path of the request. */
  | { readonly kind: 'moved'; readonly location: string }
  /** `image` is the name of an image that the catalog does not have. */
  | { readonly kind: 'missing'; readonly detail: string; readonly image?: string };

interface Asked {
  readonly path: string;
  /** The links of the page that is asked for. */
  readonly links: SiteLinks;
  /** The decoded segment that `{…}` stands for. */
  readonly parameter: string;
  readonly query: URLSearchParams;
}

export interface SiteRoute {
  /** `{…}` stands for one segment. */
  readonly path: string;
  readonly find: (model: SiteModel, asked: Asked) => Found;
  /** The key under which the answer is cached for this model, one of a few keys; undefined if the answer is not cached. */
  readonly keep?: (query: URLSearchParams) => string | undefined;
}

const always = (): string => '';

/** Every address of the API. `openapi.ts` describes the same paths; a test compares both. */
export const apiRoutes: readonly SiteRoute[] = [
  { path: '/api/v1/images', keep: always, find: (model) => json(imagesJson(model)) },
  {
    path: '/api/v1/images/{image}',
    find(model, { parameter }) {
      const image = model.byShortName.get(parameter);
      return image ? json(imageJson(model, image)) : missingImage(model, parameter);
    },
  },
  { path: '/api/v1/catalog', keep: always, find: (model) => json(catalogJson(model)) },
  { path: '/api/v1/deprecations', keep: always, find: (model) => json(deprecationsJson(model)) },
  {
    path: '/api/v1/deprecations.csv',
    keep: always,
    find: (model) => ({ kind: 'content', type: 'text/csv; charset=utf-8', text: deprecationsCsv(model) }),
  },
  { path: '/api/v1/tools/{tool}', find: ofTool((model, tool) => json(toolJson(model, tool))) },
  { path: '/v1/tool/{tool}/images', find: ofTool((model, tool) => json(toolImagesJson(model, tool))) },
  { path: '/openapi.json', keep: always, find: () => json(openApi) },
];

/** Every page, with the style sheet and the icon of all. */
export const pageRoutes: readonly SiteRoute[] = [
  {
    path: '/',
    keep: (query) => (query.has('q') || pageFrom(query) > 1 ? undefined : ''),
    find(model, asked) {
      const text = asked.query.get('q');
      return page(model, asked, (context) => (text === null ? homePage(context) : searchPage(context, text)));
    },
  },
  {
    path: '/deprecations',
    keep: (query) => (pageFrom(query) > 1 ? undefined : sortFrom(query.get('sort'))),
    find: (model, asked) =>
      page(model, asked, (context) => deprecationsPage(context, sortFrom(asked.query.get('sort')))),
  },
  {
    path: '/images/{image}',
    find(model, asked) {
      const { parameter } = asked;
      const image = model.byShortName.get(parameter);
      if (!image) return missingImage(model, parameter);
      const { name } = image.entry;
      if (name !== parameter) return { kind: 'moved', location: encodeURIComponent(name) };
      return page(model, asked, (context) => imagePage(context, image));
    },
  },
  {
    path: '/tools/{tool}',
    find: ofTool((model, tool, asked) => page(model, asked, (context) => toolPage(context, tool))),
  },
  {
    path: '/style.css',
    keep: always,
    find: () => ({ kind: 'content', type: 'text/css; charset=utf-8', text: styleSheet }),
  },
  {
    path: '/icon.svg',
    keep: always,
    find: () => ({ kind: 'content', type: 'image/svg+xml', text: icon }),
  },
];

/** The page for a path at which there is nothing. */
export function notFound(model: SiteModel, links: SiteLinks, image: string | undefined): string {
  const context = { model, links, page: 1 };
  return renderPage(notFoundPage(context, image), context);
}

/** A page with this address, which `--public-url` makes absolute. */
function page(
  model: SiteModel,
  { path, links, query }: Asked,
  contentOf: (context: PageContext) => SitePage,
): Found {
  const context = { model, links, page: pageFrom(query) };
  const canonical = model.publicUrl === undefined ? undefined : `${model.publicUrl}${path}`;
  const text = renderPage({ ...contentOf(context), canonical }, context);
  return { kind: 'content', type: 'text/html; charset=utf-8', text };
}

const json = (value: object): Found => ({
  kind: 'content',
  type: 'application/json',
  text: jsonText(value),
});

function ofTool(find: (model: SiteModel, tool: string, asked: Asked) => Found): SiteRoute['find'] {
  return (model, asked) =>
    isToolName(asked.parameter)
      ? find(model, asked.parameter, asked)
      : { kind: 'missing', detail: 'a tool has a name of up to 58 lower-case letters, digits and -' };
}

function missingImage(model: SiteModel, image: string): Found {
  const meant = nearestImage(model, image);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  return { kind: 'missing', detail: `the catalog has no image of this name${hint}`, image };
}
