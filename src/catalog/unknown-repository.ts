import { imagesOf } from './entry.ts';
import { splitHost, splitReference } from './image-reference.ts';
import type { Lookup } from './lookup.ts';

/**
 * Host and repository of an image that no entry has, on a host where the catalog has images: a repository that is gone or
 * misspelt, rather than another registry's. Whatever its tag or digest is.
 */
export function unknownRepository(
  image: string,
  lookup: Lookup,
): { readonly host: string; readonly repository: string } | undefined {
  const { name } = splitReference(image);
  const { host, repository } = splitHost(name);
  if (repository === '' || lookup.resolve(name, undefined).kind !== 'foreign') return undefined;
  const isKnown = lookup.catalog.entries.some((entry) =>
    imagesOf(entry).some((listed) => splitHost(listed.image).host === host),
  );
  return isKnown ? { host, repository } : undefined;
}
