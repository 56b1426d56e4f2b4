/**
 * The domain of the annotations that record what was known of a Pod's images at admission. Later readers trust them no more
 * than anything else that a user could have written.
 */
const DOMAIN = 'image-config.toolforge.org';

/** The keys of the annotations about one container. */
export const annotationKeys = {
  /** The short name as it was written, where it was rewritten. */
  requested: (container: string) => `requested.${DOMAIN}/${container}`,
  name: (container: string) => `name.${DOMAIN}/${container}`,
  deprecated: (container: string) => `deprecated.${DOMAIN}/${container}`,
} as const;

const PREFIXES = Object.values(annotationKeys).map((keyOf) => keyOf(''));

/** Whether the key is one of ours, for any container, also for one that the Pod has not. */
export const isOurAnnotation = (key: string): boolean =>
  // Most annotations have another domain: one search sorts them out.
  key.includes(DOMAIN) && PREFIXES.some((prefix) => key.startsWith(prefix));

/** On a Pod of which any container runs a deprecated image: `"true"`. */
export const DEPRECATED_LABEL = `${DOMAIN}/deprecated`;

/** The label that names the client of a Pod. */
export const CLIENT_LABEL = 'app.kubernetes.io/managed-by';
