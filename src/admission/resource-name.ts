import type { AdmissionRequest } from './review.ts';

/** The resource with its subresource: `pods/ephemeralcontainers`. */
export const resourceName = ({ resource, subResource }: AdmissionRequest): string =>
  subResource === undefined ? resource.resource : `${resource.resource}/${subResource}`;
