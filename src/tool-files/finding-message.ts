import { deprecationUrl, imagesOf, listsImage } from '../catalog/entry.ts';
import { splitLatest } from '../catalog/image-reference.ts';
import { brief, inAList, type Words } from '../catalog/wording.ts';
import type { ImageCode, ImageFinding, ToolFinding } from './finding.ts';
import type { ToolFileKind } from './shape.ts';

/** The words of a finding: everything that holds of an image, the gravest first, and what to do. */
export function describeToolFinding(finding: ToolFinding): Words {
  if (finding.code === 'backend-gone') return withoutBackend(finding.backend, finding.file);
  if (finding.code === 'deprecated-builder')
    return {
      message: 'the component is built with deprecated versions of the builder',
      remedy: 'delete use_deprecated_versions, and build the component again',
    };
  const facts = [finding.code, ...finding.also].map((code) => factOf(code, finding));
  return { message: facts.join('; '), remedy: remedyOf(finding) };
}

const withoutBackend = (backend: string, file: ToolFileKind): Words => ({
  message: `the backend ${quote(backend)} no longer exists`,
  remedy:
    file === 'service.manifest'
      ? 'stop the webservice and start it again: webservice writes this file'
      : 'delete the line: kubernetes is the only backend',
});

const quote = (text: string): string => JSON.stringify(brief(text));

const isTypeOf = (file: ToolFileKind): boolean => file === 'service.template' || file === 'service.manifest';

function factOf(code: ImageCode, { image, entry, deprecation, file }: ImageFinding): string {
  const name = entry?.name ?? '';
  switch (code) {
    case 'image-past-removal':
    case 'image-deprecated':
      return deprecation ?? `${name} is deprecated`;
    case 'image-unknown':
      return entry
        ? `${quote(image)} is an alias of ${name}, and webservice takes names only`
        : `the catalog has no ${isTypeOf(file) ? 'type' : 'image'} ${quote(image)}`;
    case 'no-image-for-asker':
      return `${name} has no image for ${clientOf(file)}`;
    case 'image-old-url':
      return entry && listsImage(entry, splitLatest(image).name)
        ? `${quote(image)} is a former image of ${name}`
        : `${quote(image)} is called like ${name}, but the catalog does not list it`;
    case 'image-alias':
      return `${quote(image)} is an alias of ${name}`;
  }
}

const clientOf = (file: ToolFileKind): string => {
  if (isTypeOf(file)) return 'webservice';
  return file === 'jobs.yaml' ? 'jobs' : 'these Pods';
};

function remedyOf(finding: ImageFinding): string {
  const { entry, file, replacement, instead, meant } = finding;
  const text = replacement ?? instead ?? meant;
  const address = finding.deprecation === undefined || !entry ? undefined : deprecationUrl(entry);
  const see = address === undefined ? '' : `; see ${address}`;
  if (text === undefined) return `${withoutText(finding)}${see}`;
  const asks = replacement === undefined && instead === undefined ? 'did you mean ' : 'write ';
  const end = asks === 'write ' ? '' : '?';
  if (file === 'service.manifest' && end === '')
    return `webservice writes this file: stop it, and start it with the type ${text}${see}`;
  // The name of a deprecated image is right, and no advice.
  if (replacement === undefined && instead !== undefined && entry?.newer !== undefined)
    return `choose another image, such as ${entry.newer}, or write ${text}${see}`;
  return `${asks}${text}${end}${see}`;
}

function withoutText({ code, entry }: ImageFinding): string {
  if (code === 'no-image-for-asker' && entry) {
    const paths = imagesOf(entry).map(({ path }) => path);
    return `choose another image: this one has ${paths.length === 0 ? 'none at all' : `only ${inAList(paths)}`}`;
  }
  return entry?.newer === undefined
    ? 'choose another image: image-config-admission list has all'
    : `choose another image, such as ${entry.newer}`;
}
