import { serviceTemplateKeys } from '../catalog/other-file.ts';
import type { YamlNode } from '../catalog/yaml/node.ts';
import { readYaml11 } from '../catalog/yaml/scalars.ts';
import type { AnchoredFields } from './anchors.ts';

/** The files that tools keep. */
export type ToolFileKind =
  | 'jobs.yaml'
  | 'service.template'
  | 'service.manifest'
  | 'toolforge.yaml'
  | 'Kubernetes manifest';

/**
 * The kind of a document, by its shape; undefined if it is none of a tool. The name of the file counts only where a
 * service.template has keys that are not known.
 */
export function toolFileKind(
  root: YamlNode | undefined,
  name: string,
  fields: AnchoredFields,
): ToolFileKind | undefined {
  if (root?.kind === 'sequence')
    return root.items.some((item) => isJob(item, fields)) ? 'jobs.yaml' : undefined;
  if (root?.kind !== 'mapping') return undefined;
  const has = (key: string): boolean => fields.field(root, key) !== undefined;
  if (has('apiVersion') && has('kind')) return 'Kubernetes manifest';
  if (fields.follow(fields.field(root, 'components'))?.kind === 'mapping') return 'toolforge.yaml';
  if (has('web') && (has('backend') || has('version'))) return 'service.manifest';
  const isTemplate =
    root.pairs.every(({ key }) => serviceTemplateKeys.has(key.text)) ||
    /(?:^|[\\/])service\.template$/.test(name);
  return isTemplate && (has('type') || has('backend')) ? 'service.template' : undefined;
}

/** `jobs load` requires all three fields, but one of them may have been forgotten. */
const isJob = (item: YamlNode, fields: AnchoredFields): boolean =>
  ['name', 'command', 'image'].filter((key) => fields.field(item, key)).length >= 2;

/** Whether a value is true to PyYAML: `yes` and `on` are, too. */
export const isTrue = (node: YamlNode | undefined): boolean =>
  node?.kind === 'scalar' && node.plain && readYaml11(node.text).value === true;
