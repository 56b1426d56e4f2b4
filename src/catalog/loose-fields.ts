import { deeperFields, entryFields } from './catalog-schema.ts';
import type { Problem } from './problem.ts';
import { kindOf, type MappingNode, mappingOf, type Pair, type YamlNode } from './yaml/node.ts';

/** Whether a value may be an entry: a mapping with a field of entries, or a reference whose value is not known. */
export const isLikeEntry = (value: YamlNode): boolean =>
  value.kind === 'opaque' ||
  (value.kind === 'mapping' && value.pairs.some(({ key }) => entryFields.has(key.text)));

/** Whether keys at the left margin are the fields of one entry without its name. */
export const areFieldsOfOneEntry = ({ pairs }: MappingNode): boolean =>
  pairs.every(({ key }) => entryFields.has(key.text)) && pairs.some(({ key }) => key.text === 'state');

/**
 * Removes fields that are not indented, which readers take for entries of their own. Each entry that lost fields gets one
 * problem. Its value becomes opaque, so it gets no other problem.
 */
export function withoutLooseFields(root: MappingNode): {
  readonly root: MappingNode;
  readonly problems: readonly Problem[];
} {
  const pairs: Pair[] = [];
  const problems: Problem[] = [];
  for (let index = 0; index < root.pairs.length; index++) {
    const owner = root.pairs[index] as Pair;
    const fields = isOwner(owner) ? fieldsBehind(root.pairs, index + 1) : [];
    const [first, last] = [fields[0], fields.at(-1)];
    if (!first || !last) {
      pairs.push(owner);
      continue;
    }
    index += fields.length;
    pairs.push({ key: owner.key, value: { kind: 'opaque', at: owner.value.at } });
    problems.push({
      code: 'wrong-type',
      expected: 'a mapping',
      found: kindOf(owner.value),
      loose: fields.map(({ key }) => key.text),
      lines: { start: first.key.at.start, end: last.value.at.end },
      at: first.key.at,
      field: owner.key.text,
    });
  }
  return problems.length === 0 ? { root, problems } : { root: mappingOf(root.at, pairs), problems };
}

const isOwner = ({ value }: Pair): boolean =>
  value.kind === 'mapping' ? isLikeEntry(value) : ['nothing', 'null'].includes(kindOf(value));

/** The longest run of pairs that are fields and not entries; empty if all of them are fields of deeper levels. */
function fieldsBehind(pairs: readonly Pair[], from: number): readonly Pair[] {
  let end = from;
  for (; end < pairs.length; end++) {
    const { key, value } = pairs[end] as Pair;
    if (isLikeEntry(value) || !(entryFields.has(key.text) || deeperFields.has(key.text))) break;
  }
  const run = pairs.slice(from, end);
  return run.some(({ key }) => entryFields.has(key.text)) ? run : [];
}
