/** An image as the catalog has it, taken apart without asking whether it is right. */
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

/** The codes of what is wrong with an image by itself. */
export function imageFaults(image: string): string[] {
  // Its colon would be taken for that of a tag.
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

/** With a dot, in small letters, with a port or without. */
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

/** Parts of small letters and digits, joined by `.`, `_`, `__` or dashes; none of a tool's own builds. */
function isRepository(repository: string): boolean {
  const parts = repository.split('/');
  if (parts.length > 1 && parts[0]?.startsWith('tool-')) return false;
  return parts.every((part) => {
    const [start, ...joints] = part.split(new RegExp(`[${SMALL}]+`));
    const end = joints.pop();
    return start === '' && end === '' && joints.every((joint) => /^(\.|_|__|-+)$/.test(joint));
  });
}
