import type { Span } from './positions.ts';
import type { Problem } from './problem.ts';
import { IMAGE_CONFIG } from './public-names.ts';
import { encodingOf } from './text-encoding.ts';
import { brief } from './wording.ts';
import { childOf, kindOf, pairOf, pairsOf, type YamlNode } from './yaml/node.ts';
import { parseYaml } from './yaml/parse.ts';
import { readYaml11 } from './yaml/scalars.ts';
import { sourceOffsets } from './yaml/source-offsets.ts';

/** A catalog in a file, and its positions there. */
export interface FoundCatalog {
  readonly text: string;
  /** Turns an offset of the catalog's text into one of the file's. */
  offsetInFile(offset: number): number;
  /** Empty for a bare catalog, else `ConfigMap tf-public/image-config`. */
  readonly label: string;
  readonly annotations: ReadonlyMap<string, string>;
  /** The place where the file makes the ConfigMap immutable. */
  readonly immutable?: Span;
}

export type CatalogSearch =
  | {
      readonly catalogs: readonly FoundCatalog[];
      /** Problems of the manifests themselves; their positions refer to the file. */
      readonly problems: readonly Problem[];
    }
  | { readonly unreadable: string };

/** Manifests nest deeper than catalogs. This is more than CustomResourceDefinitions reach. */
const MAX_DEPTH = 100;

/**
 * Finds the catalogs of a file. The file is a stream of manifests if one of its documents has `apiVersion` and `kind`.
 * Otherwise the whole text, well-formed or not, is a bare catalog, whose problems say what is wrong.
 */
export function findCatalogs(fileText: string): CatalogSearch {
  const parsed = parseYaml(fileText, MAX_DEPTH);
  const documents = 'kind' in parsed ? [] : parsed.documents.map(({ root }) => root);
  if (!documents.some(isManifest)) return { catalogs: [bareCatalog(fileText)], problems: [] };

  const objects = documents.flatMap(objectsIn);
  const configMaps = objects.filter(isImageConfig).map(({ object }) => object);
  if (configMaps.length === 0) {
    const none = `these are manifests, and none of them is a ConfigMap ${IMAGE_CONFIG.name}`;
    return { unreadable: [none, ...objects.flatMap(otherName)].join('; ') };
  }
  const catalogs: FoundCatalog[] = [];
  const problems: Problem[] = [];
  for (const configMap of configMaps) {
    const found = catalogIn(configMap, fileText);
    if ('code' in found) problems.push(found);
    else catalogs.push(found);
  }
  return { catalogs, problems };
}

const bareCatalog = (text: string): FoundCatalog => ({
  text,
  offsetInFile: (offset) => offset,
  label: '',
  annotations: new Map(),
});

const isManifest = (root: YamlNode | undefined): boolean =>
  textAt(root, 'apiVersion') !== undefined && textAt(root, 'kind') !== undefined;

interface KindedObject {
  readonly kind: string | undefined;
  readonly object: YamlNode | undefined;
}

/**
 * The objects of a document. `kubectl get -o yaml` prints a List of several objects; the API itself answers with a
 * ConfigMapList, whose items have no kind of their own.
 */
function objectsIn(root: YamlNode | undefined): readonly KindedObject[] {
  const kind = textAt(root, 'kind');
  const items = childOf(root, 'items');
  if (!kind?.endsWith('List') || items?.kind !== 'sequence') return [{ kind, object: root }];
  return items.items.map((object) => ({
    kind: textAt(object, 'kind') ?? kind.slice(0, -'List'.length),
    object,
  }));
}

const isImageConfig = ({ kind, object }: KindedObject): boolean =>
  kind === 'ConfigMap' && textAt(childOf(object, 'metadata'), 'name') === IMAGE_CONFIG.name;

/** A message about a ConfigMap that has a catalog under another name; empty for any other object. */
function otherName({ kind, object }: KindedObject): string[] {
  const name = textAt(childOf(object, 'metadata'), 'name');
  const hasKey = ['data', 'binaryData'].some((field) => childOf(childOf(object, field), IMAGE_CONFIG.key));
  if (kind !== 'ConfigMap' || name === undefined || !hasKey) return [];
  const only = `the consumers read only ${IMAGE_CONFIG.name}`;
  return [
    HASHED_NAME.test(name)
      ? `${name} has a hash suffix of kustomize, and ${only}: set \`disableNameSuffixHash: true\` under \`generatorOptions\``
      : `${brief(name)} has the key ${IMAGE_CONFIG.key}, and ${only}: rename it`,
  ];
}

/** kustomize appends ten letters and digits to the names that its generators make. */
const HASHED_NAME = /^image-config-[a-z0-9]{5,10}$/;

function catalogIn(configMap: YamlNode | undefined, fileText: string): FoundCatalog | Problem {
  const data = pairOf(configMap, 'data');
  const value = childOf(data?.value, IMAGE_CONFIG.key);
  if (value?.kind !== 'scalar') {
    const binary = textAt(childOf(configMap, 'binaryData'), IMAGE_CONFIG.key);
    const start = data?.key.at.start ?? configMap?.at.start ?? 0;
    return {
      code: 'missing-data-key',
      keys: pairsOf(data?.value).map(({ key }) => key.text),
      ...(binary !== undefined && { binary: encodingOf(Buffer.from(binary, 'base64')) }),
      ...(value && { found: kindOf(value) }),
      at: { start, end: start },
      field: `data.${IMAGE_CONFIG.key}`,
    };
  }
  const offsets = sourceOffsets(fileText, value);
  const metadata = childOf(configMap, 'metadata');
  const namespace = textAt(metadata, 'namespace');
  return {
    text: value.text,
    offsetInFile: (offset) => offsets(offset),
    label: `ConfigMap ${namespace === undefined ? '' : `${namespace}/`}${IMAGE_CONFIG.name}`,
    annotations: textsOf(childOf(metadata, 'annotations')),
    ...immutableIn(configMap),
  };
}

/** kubectl reads YAML 1.1, in which `yes` and `on` are true, too. */
function immutableIn(configMap: YamlNode | undefined): Pick<FoundCatalog, 'immutable'> {
  const pair = pairOf(configMap, 'immutable');
  const isTrue =
    pair?.value.kind === 'scalar' && pair.value.plain && readYaml11(pair.value.text).value === true;
  return isTrue ? { immutable: pair.key.at } : {};
}

function textAt(node: YamlNode | undefined, key: string): string | undefined {
  const value = childOf(node, key);
  return value?.kind === 'scalar' ? value.text : undefined;
}

function textsOf(node: YamlNode | undefined): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  if (node?.kind !== 'mapping') return texts;
  for (const { key, value } of node.pairs) if (value.kind === 'scalar') texts.set(key.text, value.text);
  return texts;
}
