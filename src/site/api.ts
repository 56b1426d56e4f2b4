import { catalogDocument } from '../catalog/catalog-document.ts';
import { deprecationFact } from '../catalog/entry.ts';
import type { SiteImage, SiteModel } from './model.ts';
import { minuteOf, notKnown } from './use.ts';

// The bodies of the API. `openapi.ts` describes each of them.

export const imagesJson = (model: SiteModel): object => ({
  ...about(model),
  images: model.images.map((image) => imageFields(model, image)),
});

/** The catalog itself, which `check --catalog URL` reads. */
export const catalogJson = ({ lookup }: SiteModel): object => catalogDocument(lookup.catalog.entries);

export const imageJson = (model: SiteModel, image: SiteImage): object => ({
  ...about(model),
  ...imageFields(model, image),
  workloads: image.workloads?.map(({ tool, workload, asksFor }) => ({ tool, workload, asksFor })) ?? null,
});

export const deprecationsJson = (model: SiteModel): object => ({
  ...about(model),
  deprecations: model.images.flatMap((image) =>
    image.deprecation ? [{ name: image.entry.name, ...image.deprecation, use: useFields(model, image) }] : [],
  ),
});

export const toolJson = (model: SiteModel, tool: string): object => ({
  ...about(model),
  tool,
  workloads: model.byTool
    ? (model.byTool.get(tool) ?? []).map(({ workload, image, asksFor }) => ({
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
    info: [
      ...(model.use.known ? [] : [`the images that this tool runs are ${notKnown(model.use)}`]),
      ...(model.staleSince === undefined
        ? []
        : [`changes after ${minuteOf(model.staleSince)} are not known`]),
    ],
    warning: warningsFor(model, tool),
    error: [],
  },
});

/** One line for each deprecated image that the tool runs, in the order of the images. */
function warningsFor(model: SiteModel, tool: string): string[] {
  const own = model.byTool?.get(tool) ?? [];
  const names = [...new Set(own.map(({ image }) => image))].sort();
  return names.flatMap((name) => {
    const entry = model.byShortName.get(name)?.entry;
    const fact = entry && deprecationFact(entry, model.today);
    const users = new Set(own.filter(({ image }) => image === name).map(({ workload }) => workload));
    return fact === undefined ? [] : [`${fact}; used by ${[...users].join(', ')}`];
  });
}

/** The fields with which every answer of `/api/v1` begins. */
const about = ({ lookup, today, outdated, staleSince }: SiteModel): object => ({
  digest: lookup.catalog.digest,
  day: today,
  outdated: outdated ?? null,
  staleSince: staleSince ?? null,
});

const imageFields = (model: SiteModel, image: SiteImage): object => ({
  name: image.entry.name,
  state: image.entry.state,
  aliases: image.entry.aliases,
  urls: image.urls,
  extra: image.entry.extra
    ? { wstype: image.entry.extra.wstype, resources: image.entry.extra.resources ?? null }
    : null,
  deprecation: image.deprecation ?? null,
  use: useFields(model, image),
});

const useFields = ({ use: all }: SiteModel, { use }: SiteImage): object =>
  all.known ? { known: true, ...use } : { known: false, since: all.since ?? null };
