/** The parts of an image in a catalog, valid or not. */
export interface ImageParts {
  /** Without tag and digest. */
  readonly url: string;
  readonly host: string;
  readonly repository: string;
  readonly hasTag: boolean;
  readonly hasDigest: boolean;
}

export function partsOf(image: string): ImageParts {
  const [beforeDigest, ...digest] = image.split('@');
  const path = (beforeDigest as string).split('/');
  const [last, ...tag] = (path.pop() as string).split(':');
  const url = [...path, last].join('/');
  const [host, ...repository] = url.split('/');
  return {
    url,
    host: repository.length === 0 ? '' : (host as string),
    repository: repository.length === 0 ? url : repository.join('/'),
    hasTag: tag.length > 0,
    hasDigest: digest.length > 0,
  };
}

/** The problem codes of a single image. */
export function imageFaults(image: string): string[] {
  // The colon of a scheme would look like that of a tag.
  if (image.includes('://')) return ['invalid-image'];
  const { url, host, repository, hasTag, hasDigest } = partsOf(image);
  return [
    ...(hasDigest ? ['image-digest'] : []),
    ...(hasTag ? ['image-tag'] : []),
    ...(url.length <= 255 && isHost(host) && isRepository(repository) ? [] : ['invalid-image']),
  ];
}

const SMALL = 'abcdefghijklmnopqrstuvwxyz0123456789';
const consistsOf = (text: string, letters: string): boolean =>
  Array.from(text).every((letter) => letters.includes(letter));

/** A lowercase host with a dot, with or without a port. */
function isHost(host: string): boolean {
  const [name, port, ...more] = host.split(':');
  const labels = (name as string).split('.');
  return (
    host.includes('.') &&
    more.length === 0 &&
    (port === undefined || (port.length >= 1 && port.length <= 5 && consistsOf(port, '0123456789'))) &&
    labels.every(
      (label) =>
        label !== '' && consistsOf(label, `${SMALL}-`) && !label.startsWith('-') && !label.endsWith('-'),
    )
  );
}

/** Path components of lowercase letters and digits, joined by `.`, `_`, `__` or dashes; no tool's own image. */
function isRepository(repository: string): boolean {
  const parts = repository.split('/');
  if (parts.length > 1 && parts[0]?.startsWith('tool-')) return false;
  return parts.every((part) => {
    const [start, ...joints] = part.split(new RegExp(`[${SMALL}]+`));
    const end = joints.pop();
    return start === '' && end === '' && joints.every((joint) => /^(\.|_|__|-+)$/.test(joint));
  });
}
