/**
 * Image references of the catalog and of Pods: `HOST[:PORT]/PATH[:TAG][@DIGEST]`, by the grammar of
 * https://github.com/distribution/reference (reference.go). Short names are not references (`tf-node12-DEPRECATED` has
 * capitals), so only `splitLatest` applies to them.
 */

/** Splits off the tag. `latest` is true if it is absent or `latest`; any other tag, or a digest, names a fixed image. */
export function splitLatest(image: string): { readonly name: string; readonly latest: boolean } {
  const { name, tag, digest } = splitReference(image);
  return { name, latest: digest === undefined && (tag === undefined || tag === 'latest') };
}

/** Splits a URL at the first slash. The host is empty without a slash; the repository is the whole path after it. */
export function splitHost(url: string): { readonly host: string; readonly repository: string } {
  const slash = url.indexOf('/');
  return slash < 0
    ? { host: '', repository: url }
    : { host: url.slice(0, slash), repository: url.slice(slash + 1) };
}

/** The parts of a reference, unchecked. A colon before the last slash belongs to a port. */
export function splitReference(image: string): {
  readonly name: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
} {
  const at = image.indexOf('@');
  const digest = at < 0 ? undefined : image.slice(at + 1);
  const rest = at < 0 ? image : image.slice(0, at);
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  return colon < 0
    ? { name: rest, tag: undefined, digest }
    : { name: rest.slice(0, colon), tag: rest.slice(colon + 1), digest };
}

/** Whether a URL is an image of the build service: `HOST/tool-NAME/IMAGE`. */
export const isBuilt = (url: string): boolean => /^tool-[^/]+\//.test(splitHost(url).repository);

const HOST = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::[0-9]{1,5})?$/;
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;
/** NameTotalLengthMax of distribution/reference, in characters. */
export const MAX_IMAGE_LENGTH = 255;

/** Why the catalog can't have the image `host/path`; undefined if it can. */
export function faultOfName(name: string): { readonly reason: string; readonly remedy: string } | undefined {
  if (name === '')
    return {
      reason: 'it is empty',
      remedy:
        'write registry/repository, such as docker-registry.svc.toolforge.org/toolforge-python311-sssd-web',
    };
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]{0,20}:\/\//.exec(name)?.[0];
  if (scheme) return { reason: `it starts with the scheme ${scheme}`, remedy: `write it without ${scheme}` };
  if (name.length > MAX_IMAGE_LENGTH)
    return {
      reason: `it has ${name.length} characters`,
      remedy: `shorten it to at most ${MAX_IMAGE_LENGTH}`,
    };
  const { host, repository } = splitHost(name);
  if (!host.includes('.')) {
    return {
      reason:
        host === '' || !name.includes('/')
          ? 'it has no registry host'
          : `its host ${JSON.stringify(host)} has no dot`,
      remedy:
        'start it with the full host name of the registry: the consumers take the part before the first slash for a host only if it has a dot',
    };
  }
  if (!HOST.test(host)) {
    return /[A-Z]/.test(host)
      ? {
          reason: `its host ${JSON.stringify(host)} has capitals`,
          remedy: `write ${host.toLowerCase()}: image URLs are compared letter by letter`,
        }
      : {
          reason: `its host ${JSON.stringify(host)} is malformed`,
          remedy: 'write a host name of letters, digits, dots and dashes, with a port if need be',
        };
  }
  if (repository === '') return { reason: 'nothing follows the host', remedy: 'write registry/repository' };
  const components = repository.split('/');
  if (/^tool-/.test(components[0] ?? '') && components.length > 1) {
    return {
      reason: `${components[0]}/ is the place of a tool's own builds`,
      remedy:
        'use an image outside tool-*/: jobs-api takes it for a build-service image and never maps it back',
    };
  }
  const malformed = components.find((component) => !PATH_COMPONENT.test(component));
  return malformed === undefined
    ? undefined
    : {
        reason:
          malformed === ''
            ? 'its path has an empty part'
            : `the part ${JSON.stringify(malformed)} of its path is malformed`,
        remedy: 'use lower-case letters and digits, joined by single dots, underscores or dashes',
      };
}
