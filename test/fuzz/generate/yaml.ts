import type { Random } from '../../support/random.ts';
import { bareScalars } from '../oracle/scalars.ts';
import type { Scalar, Tree } from '../oracle/tree.ts';

/** A document as YAML text in one of several styles, all with the same meaning. */
export function written(document: Tree, random: Random): string {
  switch (random.below(5)) {
    case 0:
      return `${flow(document, jsonScalar, '')}\n`;
    case 1:
      return flow(document, jsonScalar, ' ');
    case 2:
      return `# rendered\n${flow(document, quotedScalar, ' ')}\n`;
    default: {
      const style = { scalar: random.chance(3) ? quotedScalar : plainScalar, indented: random.chance(2) };
      const text = `${block(document, '', style)}\n`;
      const opened = random.chance(4) ? `---\n${text}` : text;
      const remarked = random.chance(4) ? opened.replaceAll(/:\n/g, ':  # é: {\n') : opened;
      return random.chance(4) ? remarked.replaceAll('\n', '\r\n') : remarked;
    }
  }
}

interface BlockStyle {
  readonly scalar: (scalar: Scalar) => string;
  /** Whether the dashes of a list are indented below its key. */
  readonly indented: boolean;
}

function block(tree: Tree, indent: string, style: BlockStyle): string {
  if (tree.kind === 'scalar') return style.scalar(tree);
  if (tree.kind === 'list')
    return tree.items.length === 0
      ? '[]'
      : tree.items.map((item) => `${indent}- ${flow(item, quotedScalar, ' ')}`).join('\n');
  if (tree.pairs.length === 0) return '{}';
  return tree.pairs
    .map(({ key, value }) => {
      const start = `${indent}${style.scalar(key)}:`;
      if (value.kind === 'scalar') return `${start} ${style.scalar(value)}`.trimEnd();
      if ((value.kind === 'list' ? value.items : value.pairs).length === 0)
        return `${start} ${block(value, '', style)}`;
      const below = value.kind === 'list' && !style.indented ? indent : `${indent}  `;
      return `${start}\n${block(value, below, style)}`;
    })
    .join('\n');
}

function flow(tree: Tree, scalar: (scalar: Scalar) => string, space: string): string {
  switch (tree.kind) {
    case 'scalar':
      return tree.bare && tree.text === '' ? 'null' : scalar(tree);
    case 'list':
      return `[${tree.items.map((item) => flow(item, scalar, space)).join(`,${space}`)}]`;
    case 'mapping':
      // Without quotes a colon needs a space after it.
      return `{${tree.pairs
        .map(({ key, value }) => `${scalar(key)}:${key.bare ? ' ' : space}${flow(value, scalar, space)}`)
        .join(`,${space || '\n'}`)}}`;
  }
}

const jsonScalar = ({ text, bare }: Scalar): string => (bare ? text : JSON.stringify(text));

const quotedScalar = ({ text, bare }: Scalar): string => (bare ? text : `'${text.replaceAll("'", "''")}'`);

const plainScalar = (scalar: Scalar): string =>
  PLAIN.test(scalar.text) && !TYPED.test(scalar.text) && !bareScalars.includes(scalar.text)
    ? scalar.text
    : quotedScalar(scalar);

/** Some of the texts that need no quotes. */
const PLAIN = /^[A-Za-z][A-Za-z0-9._/-]*$/;
const TYPED = /^(?:y|yes|n|no|on|off|true|false|null)$/i;
