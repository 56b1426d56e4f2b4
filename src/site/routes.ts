import { deprecationsJson, imageJson, imagesJson, toolImagesJson, toolJson } from './api.ts';
import { deprecationsCsv } from './deprecations-csv.ts';
import { servedLinks } from './links.ts';
import { isToolName, nearestImage, type SiteModel } from './model.ts';
import { openApi } from './openapi.ts';
import { deprecationsPage, sortFrom } from './pages/deprecations.ts';
import { type PageContext, renderPage, type SitePage } from './pages/document.ts';
import { homePage, searchPage } from './pages/home.ts';
import { imagePage } from './pages/image.ts';
import { notFoundPage } from './pages/not-found.ts';
import { toolPage } from './pages/tool.ts';
import { styleSheet } from './style-sheet.ts';

/** What a route finds for one request. */
export type Found =
  | { readonly kind: 'content'; readonly type: string; readonly text: string }
  /** `location` is relative to the path of the request. */
  | { readonly kind: 'moved'; readonly location: string }
  /** `image` is the name of an image that the catalog does not have. */
  | { readonly kind: 'missing'; readonly detail: string; readonly image?: string };

interface Asked {
  readonly path: string;
  /** The decoded segment that `{…}` stands for. */
  readonly parameter: string;
  readonly query: URLSearchParams;
}

export interface SiteRoute {
  /** `{…}` stands for one segment. */
  readonly path: string;
  readonly find: (model: SiteModel, asked: Asked) => Found;
  /** The key of an answer that is worth keeping while the model is the same: one of a few. */
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

/** Every page, and its style sheet. */
export const pageRoutes: readonly SiteRoute[] = [
  {
    path: '/',
    keep: (query) => (query.has('q') ? undefined : ''),
    find(model, { path, query }) {
      const asked = query.get('q');
      return page(model, path, (context) =>
        asked === null ? homePage(context) : searchPage(context, asked),
      );
    },
  },
  {
    path: '/deprecations',
    keep: (query) => sortFrom(query.get('sort')),
    find: (model, { path, query }) =>
      page(model, path, (context) => deprecationsPage(context, sortFrom(query.get('sort')))),
  },
  {
    path: '/images/{image}',
    find(model, { path, parameter }) {
      const image = model.byShortName.get(parameter);
      if (!image) return missingImage(model, parameter);
      const { name } = image.entry;
      if (name !== parameter) return { kind: 'moved', location: encodeURIComponent(name) };
      return page(model, path, (context) => imagePage(context, image));
    },
  },
  {
    path: '/tools/{tool}',
    find: ofTool((model, tool, path) => page(model, path, (context) => toolPage(context, tool))),
  },
  {
    path: '/style.css',
    keep: always,
    find: () => ({ kind: 'content', type: 'text/css; charset=utf-8', text: styleSheet }),
  },
];

/** The page that a path leads to when there is nothing at it. */
export const notFound = (model: SiteModel, path: string, image: string | undefined): string =>
  html(model, path, (context) => notFoundPage(context, image));

const html = (model: SiteModel, path: string, pageOf: (context: PageContext) => SitePage): string => {
  const context = { model, links: servedLinks(path) };
  return renderPage(pageOf(context), context);
};

const page = (model: SiteModel, path: string, pageOf: (context: PageContext) => SitePage): Found => ({
  kind: 'content',
  type: 'text/html; charset=utf-8',
  text: html(model, path, pageOf),
});

const json = (value: object): Found => ({
  kind: 'content',
  type: 'application/json',
  text: `${JSON.stringify(value)}\n`,
});

function ofTool(find: (model: SiteModel, tool: string, path: string) => Found): SiteRoute['find'] {
  return (model, { parameter, path }) =>
    isToolName(parameter)
      ? find(model, parameter, path)
      : { kind: 'missing', detail: 'a tool has a name of up to 58 lower-case letters, digits and -' };
}

function missingImage(model: SiteModel, image: string): Found {
  const meant = nearestImage(model, image);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  return { kind: 'missing', detail: `the catalog has no image of this name${hint}`, image };
}
