import { h } from 'preact';
import { brief } from '../../catalog/wording.ts';
import type { PageContext, SitePage } from './document.ts';
import { didYouMean } from './home.ts';

/** For a path that leads nowhere. `image` is the name that was asked for, if an image was. */
export const notFoundPage = ({ model, links }: PageContext, image: string | undefined): SitePage => ({
  title: 'Not found',
  content:
    image === undefined
      ? h('p', null, 'There is no such page.')
      : h('p', null, `The catalog has no image ${brief(image)}.`, ...didYouMean(model, image, links.image)),
});
