import type { ImageUse } from './workload.ts';

/** What is in use somewhere, by its text. Nobody has to say when it no longer is. */
const held = new Map<string, WeakRef<readonly ImageUse[]>>();

const letGo = new FinalizationRegistry((text: string) => {
  // There may be another one by now.
  if (!held.get(text)?.deref()) held.delete(text);
});

/**
 * One object for images that are alike: ten thousand Pods have a few hundred sets of images. It is asked for while a
 * collection is read, page by page, so that neither all pages together nor what is made of them hold each set many times.
 */
export function sameImages(images: readonly ImageUse[]): readonly ImageUse[] {
  const text = JSON.stringify(images);
  const known = held.get(text)?.deref();
  if (known) return known;
  held.set(text, new WeakRef(images));
  letGo.register(images, text);
  return images;
}
