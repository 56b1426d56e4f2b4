import { faultOfName, splitHost, splitReference } from '../../catalog/image-reference.ts';
import type { FoundCatalog } from '../../catalog/manifest.ts';
import { type ParsedImage, parsedImages } from '../../catalog/parsed-entry.ts';
import type { Problem } from '../../catalog/problem.ts';
import { type ImageCheck, imageChecker, type RegistryTerms } from '../../registry/check-images.ts';
import { catalogsOf, type LintTerms, lintCatalog, placed, type Source } from '../lint-file.ts';

/** The problems of a file's images with registries, with positions in that file. */
export type RegistryCheck = (source: Source, terms: LintTerms) => Promise<readonly Problem[]>;

/**
 * Returns a check that asks for each image once in all files, and reports it at its first place in each. Images that are no
 * valid reference, or on another host than `registries`, have a problem of their own and are not asked for.
 */
export function checkRegistries(terms: RegistryTerms): RegistryCheck {
  const check = imageChecker(terms);
  return async (source, { policy, today }) => {
    const problems: Problem[] = [];
    for (const catalog of catalogsOf(source).catalogs) {
      const images = imagesToCheck(catalog, { policy, today });
      const checked = await check(images.keys());
      for (const [asked, { image, field }] of images) {
        const found = problemOf(asked, checked.get(asked));
        if (found) problems.push(placed({ ...found, at: image.at, field }, catalog));
      }
    }
    return problems;
  };
}

/** By what is asked for: the image with a tag or digest. */
function imagesToCheck(catalog: FoundCatalog, terms: LintTerms): ReadonlyMap<string, ParsedImage> {
  const images = new Map<string, ParsedImage>();
  for (const image of lintCatalog(catalog, terms).loaded.parsed.flatMap(parsedImages)) {
    const { name, tag, digest } = splitReference(image.image.text);
    const asked = digest === undefined ? `${name}:${tag ?? 'latest'}` : `${name}@${digest}`;
    const isValid = faultOfName(name) === undefined && REFERENCE.test(asked.slice(name.length));
    if (isValid && terms.policy.registries.includes(splitHost(name).host) && !images.has(asked))
      images.set(asked, image);
  }
  return images;
}

/** A tag, or a digest: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests. */
const REFERENCE = /^(?::\w[\w.-]{0,127}|@sha256:[0-9a-f]{64}|@sha512:[0-9a-f]{128})$/;

function problemOf(image: string, check: ImageCheck | undefined) {
  switch (check?.kind) {
    case 'absent':
      return { code: 'image-absent', image } as const;
    case 'unchecked':
      return { code: 'image-unchecked', image, reason: check.reason, remedy: check.remedy } as const;
    case 'present':
    case undefined:
      return undefined;
  }
}
