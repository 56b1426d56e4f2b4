import { deprecationsJson, imageJson, imagesJson, toolImagesJson, toolJson } from './api.ts';
import { deprecationsCsv } from './deprecations-csv.ts';
import { isToolName, type SiteModel } from './model.ts';
import { openApi } from './openapi.ts';

/** What a route finds for one request. */
export type Found =
  | { readonly kind: 'content'; readonly type: string; readonly text: string }
  | { readonly kind: 'missing'; readonly detail: string };

export interface SiteRoute {
  /** `{…}` stands for one segment. */
  readonly path: string;
  /** `parameter` is the decoded segment. */
  readonly find: (model: SiteModel, parameter: string) => Found;
}

/** Every address of the API. `openapi.ts` describes the same paths; a test compares both. */
export const apiRoutes: readonly SiteRoute[] = [
  { path: '/api/v1/images', find: (model) => json(imagesJson(model)) },
  {
    path: '/api/v1/images/{image}',
    find(model, shortName) {
      const image = model.byShortName.get(shortName);
      return image ? json(imageJson(model, image)) : missingImage(model, shortName);
    },
  },
  { path: '/api/v1/deprecations', find: (model) => json(deprecationsJson(model)) },
  {
    path: '/api/v1/deprecations.csv',
    find: (model) => ({ kind: 'content', type: 'text/csv; charset=utf-8', text: deprecationsCsv(model) }),
  },
  { path: '/api/v1/tools/{tool}', find: ofTool(toolJson) },
  { path: '/v1/tool/{tool}/images', find: ofTool(toolImagesJson) },
  { path: '/openapi.json', find: () => json(openApi) },
];

const json = (value: object): Found => ({
  kind: 'content',
  type: 'application/json',
  text: `${JSON.stringify(value)}\n`,
});

function ofTool(body: (model: SiteModel, tool: string) => object): SiteRoute['find'] {
  return (model, tool) =>
    isToolName(tool)
      ? json(body(model, tool))
      : { kind: 'missing', detail: 'a tool has a name of up to 58 lower-case letters, digits and -' };
}

/** Longer than any short name. */
const LONGEST_ASKED = 100;

function missingImage({ lookup }: SiteModel, shortName: string): Found {
  const meant = shortName.length <= LONGEST_ASKED ? lookup.suggest(shortName) : undefined;
  const hint = meant ? `; did you mean ${meant.name}?` : '';
  return { kind: 'missing', detail: `the catalog has no image of this name${hint}` };
}
