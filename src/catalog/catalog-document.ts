import type { Entry } from './entry.ts';

/** The entries in the shape of `images-v1.yaml`: the same catalog when it is read again. */
export const catalogDocument = (entries: readonly Entry[]): Readonly<Record<string, object>> =>
  Object.fromEntries(entries.map((entry) => [entry.name, entryDocument(entry)]));

const entryDocument = ({
  state,
  image,
  aliases,
  variants,
  formerImages,
  deprecation,
  extra,
}: Entry): object => ({
  state,
  ...(image !== undefined && { image }),
  ...(aliases.length > 0 && { aliases }),
  variants: Object.fromEntries(
    variants.map(([name, url]) => [
      name,
      { image: url, ...(name === 'webservice' && extra !== undefined && { extra }) },
    ]),
  ),
  ...(formerImages !== undefined && { 'former-images': formerImages }),
  ...(deprecation !== undefined && { deprecation }),
});
