/**
 * Where Pods say what was known of their images when they were admitted. Admission writes it; who looks at Pods later reads
 * it, and trusts it no more than anything else that a user could have written.
 */
const DOMAIN = 'image-config.toolforge.org';

/** The keys of the annotations that say what was found out about one container. */
export const annotationKeys = {
  /** The short name as it was written, where it was rewritten. */
  requested: (container: string) => `requested.${DOMAIN}/${container}`,
  name: (container: string) => `name.${DOMAIN}/${container}`,
  deprecated: (container: string) => `deprecated.${DOMAIN}/${container}`,
} as const;

const PREFIXES = Object.values(annotationKeys).map((keyOf) => keyOf(''));

/** A key of any container's, also of one that the Pod has not. */
export const isOurAnnotation = (key: string): boolean =>
  // Most annotations are somebody else's: one look for the domain tells.
  key.includes(DOMAIN) && PREFIXES.some((prefix) => key.startsWith(prefix));

/** On a Pod of which any container runs a deprecated image: `"true"`. */
export const DEPRECATED_LABEL = `${DOMAIN}/deprecated`;

/** Who asks for the images of a Pod. */
export const CLIENT_LABEL = 'app.kubernetes.io/managed-by';
