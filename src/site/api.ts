import { catalogDocument } from '../catalog/catalog-document.ts';
import { deprecationFact } from '../catalog/entry.ts';
import type { SiteImage, SiteModel } from './model.ts';

// The bodies of the API. `openapi.ts` describes each of them.

export const imagesJson = (model: SiteModel): object => ({
  ...about(model),
  images: model.images.map(imageFields),
});

/** The catalog itself, which `check --catalog URL` reads. */
export const catalogJson = ({ lookup }: SiteModel): object => catalogDocument(lookup.catalog.entries);

export const imageJson = (model: SiteModel, image: SiteImage): object => ({
  ...about(model),
  ...imageFields(image),
  workloads: image.workloads?.map(({ tool, workload, asksFor }) => ({ tool, workload, asksFor })) ?? null,
});

export const deprecationsJson = (model: SiteModel): object => ({
  ...about(model),
  deprecations: model.images.flatMap((image) =>
    image.deprecation ? [{ name: image.entry.name, ...image.deprecation, use: useFields(image) }] : [],
  ),
});

export const toolJson = (model: SiteModel, tool: string): object => ({
  ...about(model),
  tool,
  workloads: model.use.known
    ? model.use.workloads
        .filter((workload) => workload.tool === tool)
        .map(({ workload, image, asksFor }) => ({
          workload,
          image,
          asksFor,
          deprecation: model.byShortName.get(image)?.deprecation ?? null,
        }))
    : null,
});

/** The images that a tool may use, in the shape drafted for builds-api (https://phabricator.wikimedia.org/T409726). */
export const toolImagesJson = (model: SiteModel, tool: string): object => ({
  images: model.images.flatMap(({ entry, urls, deprecation }) =>
    urls.other === null
      ? []
      : [
          {
            canonical_name: entry.name,
            image_type: 'standard',
            aliases: entry.aliases,
            ws_type: entry.extra?.wstype ?? null,
            resources: entry.extra?.resources ?? null,
            ref: urls.other,
            state: entry.state,
            digest: null,
            deprecation: deprecation
              ? {
                  replacement: deprecation.replacement,
                  valid_until: deprecation.removal,
                  is_valid: !deprecation.past,
                  url: deprecation.url,
                }
              : null,
          },
        ],
  ),
  messages: {
    info: model.use.known ? [] : ['the images that this tool runs are not known'],
    warning: model.images.flatMap(({ entry, workloads = [] }) => {
      const own = workloads.filter((workload) => workload.tool === tool).map(({ workload }) => workload);
      const fact = deprecationFact(entry, model.today);
      return fact === undefined || own.length === 0
        ? []
        : [`${fact}; used by ${[...new Set(own)].join(', ')}`];
    }),
    error: [],
  },
});

/** The fields with which every answer of `/api/v1` begins. */
const about = ({ lookup, today, outdated }: SiteModel): object => ({
  digest: lookup.catalog.digest,
  day: today,
  outdated: outdated ?? null,
});

const imageFields = (image: SiteImage): object => ({
  name: image.entry.name,
  state: image.entry.state,
  aliases: image.entry.aliases,
  urls: image.urls,
  extra: image.entry.extra
    ? { wstype: image.entry.extra.wstype, resources: image.entry.extra.resources ?? null }
    : null,
  deprecation: image.deprecation ?? null,
  use: useFields(image),
});

const useFields = ({ use }: SiteImage): object => (use ? { known: true, ...use } : { known: false });
