import { transformSync } from 'esbuild';
import { parseAst } from 'vitest/node';

export interface Literal {
  readonly source: string;
  readonly flags: string;
}

export interface Found {
  readonly literals: readonly Literal[];
  /** Expressions made from text while the program runs: nobody can judge them beforehand. */
  readonly made: readonly string[];
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly regex?: { readonly pattern: string; readonly flags: string };
  readonly callee?: { readonly name?: string; readonly property?: { readonly name?: string } };
  readonly arguments?: readonly { readonly type: string; readonly regex?: unknown }[];
}

/** Every regular expression of a TypeScript file, found by a parser: to the eye, a division looks like one. */
export function regularExpressionsIn(typescript: string): Found {
  const { code } = transformSync(typescript, { loader: 'ts', target: 'esnext' });
  const literals: Literal[] = [];
  const made: string[] = [];
  for (const node of nodesOf(parseAst(code))) {
    if (node.regex) literals.push({ source: node.regex.pattern, flags: node.regex.flags });
    if (makesOne(node)) made.push(code.slice(node.start, node.end));
  }
  return { literals, made };
}

/** These make a regular expression of any string that they are given. */
const METHODS = ['match', 'matchAll', 'search'];

function makesOne({ callee, arguments: given }: Node): boolean {
  if (callee?.name === 'RegExp' || callee?.property?.name === 'RegExp') return true;
  return (
    METHODS.includes(callee?.property?.name ?? '') && given?.[0]?.type !== 'Identifier' && !given?.[0]?.regex
  );
}

function* nodesOf(value: unknown): Iterable<Node> {
  if (typeof value !== 'object' || value === null) return;
  if ('type' in value) yield value as Node;
  for (const inner of Object.values(value)) yield* nodesOf(inner);
}
