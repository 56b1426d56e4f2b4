import { lastStartingAt } from './positions.ts';
import type { YamlNode } from './yaml/node.ts';

/** The path of a field as people write it: `python3.11.aliases[1]`. */
export function fieldPath(steps: readonly (string | number)[]): string {
  let path = '';
  for (const [index, step] of steps.entries()) {
    if (typeof step === 'number') path += `[${step}]`;
    else path += index === 0 ? step : `.${step}`;
  }
  return path;
}

/** The path of the innermost field around an offset. */
export function fieldAt(root: YamlNode | undefined, offset: number): string {
  const steps: (string | number)[] = [];
  let node = root;
  for (;;) {
    const next = childAt(node, offset);
    if (next === undefined) return fieldPath(steps);
    steps.push(next.step);
    node = next.node;
  }
}

function childAt(
  node: YamlNode | undefined,
  offset: number,
): { readonly step: string | number; readonly node: YamlNode } | undefined {
  if (node?.kind === 'mapping') {
    const pair = node.pairs[lastStartingAt(node.pairs, offset, ({ key }) => key.at.start)];
    return pair && { step: pair.key.text, node: pair.value };
  }
  if (node?.kind === 'sequence') {
    const index = lastStartingAt(node.items, offset, ({ at }) => at.start);
    const item = node.items[index];
    return item && { step: index, node: item };
  }
  return undefined;
}
