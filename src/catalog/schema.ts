import type { ErrorObject } from 'ajv';
import { ambiguous } from './ambiguous-scalars.ts';
import { catalogSchema, entrySchema, type FieldSchema } from './catalog-schema.ts';
import { validateShape } from './catalog-validator.ts';
import { nearest } from './did-you-mean.ts';
import { fieldPath } from './field.ts';
import { isLikeEntry } from './loose-fields.ts';
import type { Span } from './positions.ts';
import type { Problem } from './problem.ts';
import { childOf, kindOf, type MappingNode, type Pair, pairOf, pairsOf, type YamlNode } from './yaml/node.ts';
import { readAlike, readYaml11 } from './yaml/scalars.ts';

/** Problems of a document that does not have the shape that the consumers need. */
export function* shapeProblems(root: MappingNode): Iterable<Problem> {
  validateShape(valueFor(root));
  for (const error of validateShape.errors ?? []) {
    const place = locate(root, error.instancePath);
    if (place.node.kind !== 'opaque') yield* problemsOf(error, place);
  }
  validateShape.errors = null;
  yield* unknownVariants(root);
}

interface Located {
  readonly node: YamlNode;
  readonly path: readonly (string | number)[];
  /** The key of the node, or the node itself in a list. Problems about missing fields point there. */
  readonly at: Span;
}

function* problemsOf(error: ErrorObject, { node, path, at }: Located): Iterable<Problem> {
  const field = fieldPath(path);
  switch (error.keyword) {
    case 'required': {
      const missing = String(error.params.missingProperty);
      yield { code: 'missing-field', missing, at, field: fieldPath([...path, missing]) };
      return;
    }
    case 'additionalProperties':
      yield unknownKey(
        node,
        path,
        String(error.params.additionalProperty),
        Object.keys(error.parentSchema?.properties),
      );
      return;
    case 'enum':
      if (node.kind === 'scalar' && !isNull(node)) {
        yield {
          code: 'unknown-value',
          value: node.text,
          allowed: error.params.allowedValues,
          at: node.at,
          field,
        };
      }
      return;
    case 'maxItems': {
      const found = node.kind === 'sequence' ? node.items.length : 0;
      const expected = `at most ${error.params.limit} items`;
      yield { code: 'wrong-type', expected, found: `${found} items`, at, field };
      return;
    }
    case 'type':
      if (error.params.type === 'string' && node.kind === 'scalar' && !isNull(node)) {
        // `ambiguousScalars` reports values that the dialects read differently. Where only some words are allowed, quoting `3` is
        // no remedy.
        if (readAlike(node.text) && !error.parentSchema?.enum) yield ambiguous(node, path);
      } else {
        const expected = expectations[String(error.params.type)] ?? String(error.params.type);
        // The problem points at the key, since a mapping or list may have many lines.
        const shown = node.kind === 'scalar' && node.text !== '' ? node.at : at;
        const knownIn = mappingsWithoutVariant(path);
        yield {
          code: 'wrong-type',
          expected,
          found: kindOf(node),
          ...(knownIn.length > 0 && { knownIn }),
          at: shown,
          field,
        };
      }
      return;
    default:
      throw new Error(`the schema uses ${error.keyword}, which has no problem`);
  }
}

const expectations: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'a string',
};

function unknownKey(
  node: YamlNode,
  path: readonly (string | number)[],
  key: string,
  known: readonly string[],
): Problem {
  const place = { at: pairOf(node, key)?.key.at ?? node.at, field: fieldPath([...path, key]) };
  const meant = nearest(
    key,
    known.filter((name) => !pairOf(node, name)),
  );
  if (meant !== undefined) return { code: 'misspelt-field', key, meant, ...place };
  return { code: 'unknown-field', key, known, ...place, ...meaningOf(pairOf(node, key)) };
}

/** More facts about an unknown field: where it is known, a future meaning, or the lines of a value that looks like an entry. */
function meaningOf(
  pair: Pair | undefined,
): Pick<Extract<Problem, { code: 'unknown-field' }>, 'future' | 'lines' | 'knownIn'> {
  if (!pair || pair.value.kind === 'opaque') return {};
  const { key, value } = pair;
  const knownIn = mappingsWith(key.text, 'the entry', entrySchema);
  if (knownIn.length > 0) return { knownIn };
  if (value.kind === 'mapping')
    return isLikeEntry(value) ? { lines: { start: key.at.start, end: value.at.end } } : {};
  if (key.text !== WEBSERVICE_DEFAULTS) return {};
  return { future: { reader: 'jobs-api', expected: 'a mapping', found: kindOf(value) } };
}

/** The names of the mappings that may have a field which is written as a variant; empty for other paths. */
function mappingsWithoutVariant(path: readonly (string | number)[]): readonly string[] {
  const [, variants, key] = path;
  if (path.length !== 3 || variants !== 'variants') return [];
  const mappings = mappingsWith(String(key), 'the entry', entrySchema);
  return mappings.includes('variants') ? [] : mappings;
}

/** The names of the mappings that may have a field. */
function mappingsWith(key: string, name: string, { properties = {} }: FieldSchema): readonly string[] {
  const below = Object.entries(properties).flatMap(([each, schema]) => mappingsWith(key, each, schema));
  return Object.hasOwn(properties, key) ? [name, ...below] : below;
}

/** A field of entries that an unmerged branch of jobs-api reads (T431410): a mapping with command, port and memory. */
const WEBSERVICE_DEFAULTS = 'webservice-defaults';

function* unknownVariants(root: MappingNode): Iterable<Problem> {
  const known = Object.keys(catalogSchema.additionalProperties.properties.variants.properties);
  for (const { key, value } of pairsOf(root)) {
    const variants = childOf(value, 'variants');
    for (const variant of pairsOf(variants)) {
      const { text } = variant.key;
      // A field that is no mapping, such as `image`, gets its problem from the schema.
      const isReported =
        variant.value.kind !== 'mapping' && mappingsWithoutVariant([key.text, 'variants', text]).length > 0;
      if (variants && !known.includes(text) && !isReported)
        yield unknownKey(variants, [key.text, 'variants'], variant.key.text, known);
    }
  }
}

const isNull = (node: YamlNode): boolean =>
  node.kind === 'scalar' && node.plain && readYaml11(node.text).type === 'null';

/**
 * A node as plain values, typed as the consumers read them. Objects have no prototype and keys are defined, not assigned, so
 * `__proto__` is a key like any other. A repeated key keeps its last value.
 */
function valueFor(node: YamlNode): unknown {
  switch (node.kind) {
    case 'opaque':
      return null;
    case 'scalar':
      return typedValue(node);
    case 'sequence':
      return node.items.map(valueFor);
    case 'mapping': {
      const value: Record<string, unknown> = Object.create(null);
      for (const pair of node.pairs) {
        Object.defineProperty(value, pair.key.text, {
          value: valueFor(pair.value),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return value;
    }
    default:
      return node satisfies never;
  }
}

function typedValue({ plain, text }: Extract<YamlNode, { kind: 'scalar' }>): unknown {
  if (!plain) return text;
  const { type, value } = readYaml11(text);
  // The schema only tells strings from other scalars, so a number can stand for a date, `<<` and `=`.
  return type === 'date' || type === 'merge key' || type === 'default value' ? 0 : value;
}

/** Follows a JSON pointer. The kind of each node decides, so a key that looks like a number stays a key. */
function locate(root: YamlNode, pointer: string): Located {
  let located: Located = { node: root, path: [], at: { start: root.at.start, end: root.at.start } };
  for (const token of pointer.split('/').slice(1)) {
    const step = token.replaceAll('~1', '/').replaceAll('~0', '~');
    const { node, path } = located;
    if (node.kind === 'sequence') {
      const item = node.items[Number(step)];
      if (item) located = { node: item, path: [...path, Number(step)], at: item.at };
    } else {
      const pair = pairOf(node, step);
      if (pair) located = { node: pair.value, path: [...path, step], at: pair.key.at };
    }
  }
  return located;
}
