import { areFieldsOfOneEntry } from './loose-fields.ts';
import { childOf, type MappingNode, type YamlNode } from './yaml/node.ts';

/** Recognizes another file of tools, clusters or programs by its shape, and names it; undefined if the shape is unknown. */
export function otherFile(root: YamlNode | undefined): string | undefined {
  if (root?.kind === 'sequence') {
    return root.items.length > 0 && root.items.every(isJob)
      ? 'a jobs.yaml, which `toolforge jobs load` reads'
      : undefined;
  }
  return root?.kind === 'mapping' ? otherMapping(root) : undefined;
}

function otherMapping(root: MappingNode): string | undefined {
  const has = (...keys: string[]): boolean => keys.every((key) => childOf(root, key) !== undefined);
  if (has('apiVersion', 'kind')) return 'a Kubernetes manifest';
  if (areFieldsOfOneEntry(root)) return 'the fields of one entry without its name';
  if (childOf(root, 'components')?.kind === 'mapping')
    return 'a toolforge.yaml, which `toolforge components` reads';
  if (has('web', 'backend')) return 'a service.manifest, which webservice writes';
  if (root.pairs.every(({ key }) => serviceTemplateKeys.has(key.text)))
    return 'a service.template, which `toolforge webservice` reads';
  if (has('name', 'version') && ['dependencies', 'devDependencies', 'scripts'].some((key) => has(key)))
    return 'a package.json, which npm reads';
  return undefined;
}

/** Whether an item is a job. `jobs load` requires all three fields, but one of them may have been forgotten. */
const isJob = (item: YamlNode): boolean =>
  item.kind === 'mapping' && ['name', 'command', 'image'].filter((key) => childOf(item, key)).length >= 2;

/** The keys that tools-webservice reads of a service.template, and those that people write there. */
export const serviceTemplateKeys: ReadonlySet<string> = new Set([
  'type',
  'backend',
  'release',
  'cpu',
  'mem',
  'replicas',
  'buildservice-image',
  'extra_args',
  'canonical',
  'health-check-path',
  'mount',
]);
