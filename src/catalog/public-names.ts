/**
 * The names that clusters, tools and people store or type. None of them can change without breaking what is stored; each is
 * written in this file alone.
 */

/** The ConfigMap that holds the catalog. jobs-api and webservice have these three names in their code. */
export const IMAGE_CONFIG = { namespace: 'tf-public', name: 'image-config', key: 'images-v1.yaml' } as const;

/** The domain of all annotations and labels of this project, and of the names of its webhooks. */
export const DOMAIN = 'image-config.toolforge.org';

/**
 * Annotation of the ConfigMap: the losses that an edit intends, as names, `reader:webservice`, `host:OLD` and `immutable`,
 * separated by commas. After `@` follow the first digits of the digest of the text that is stored before the edit.
 */
export const ACKNOWLEDGE = `${DOMAIN}/acknowledge`;

/** Annotation of the ConfigMap: the digest of a text that is accepted in spite of its errors (break-glass). */
export const ACCEPT = `${DOMAIN}/accept`;

/** Annotation of the ConfigMap: `"true"` lets it be deleted. */
export const ALLOW_DELETE = `${DOMAIN}/allow-delete`;

/**
 * Keys of the annotations about one container of a Pod. They record facts about its image at admission. Readers check
 * their values, since users can write annotations, too.
 */
export const annotationKeys = {
  /** The short name that admission rewrote, as the user wrote it. */
  requested: (container: string) => `requested.${DOMAIN}/${container}`,
  name: (container: string) => `name.${DOMAIN}/${container}`,
  deprecated: (container: string) => `deprecated.${DOMAIN}/${container}`,
} as const;

const PREFIXES = Object.values(annotationKeys).map((keyOf) => keyOf(''));

/** Whether a key is one of `annotationKeys`, for any container, including one that the Pod does not have. */
export const isOurAnnotation = (key: string): boolean =>
  // Most annotations have another domain: this one search excludes them.
  key.includes(DOMAIN) && PREFIXES.some((prefix) => key.startsWith(prefix));

/** Label of a Pod with at least one container on a deprecated image: `"true"`. */
export const DEPRECATED_LABEL = `${DOMAIN}/deprecated`;

/** Label of a Pod that names its client, such as `webservice`. */
export const CLIENT_LABEL = 'app.kubernetes.io/managed-by';
