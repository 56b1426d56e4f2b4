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
  /** Of an identifier. */
  readonly name?: unknown;
  /** Of a literal. */
  readonly value?: unknown;
  readonly kind?: string;
  readonly declarations?: readonly { readonly id: Node; readonly init?: Node | null }[];
  readonly callee?: { readonly property?: Node };
  readonly arguments?: readonly Node[];
}

/** Every regular expression of a TypeScript file, found by a parser: to the eye, a division looks like one. */
export function regularExpressionsIn(typescript: string): Found {
  const { code } = transformSync(typescript, { loader: 'ts', target: 'esnext' });
  const nodes = [...nodesOf(parseAst(code))];
  const literals = nodes.flatMap(({ regex }) =>
    regex ? [{ source: regex.pattern, flags: regex.flags }] : [],
  );
  const known = namesOfLiterals(nodes);
  const made = nodes
    .filter((node) => isConstructor(node) || makesOne(node, known))
    .map(({ start }) => code.slice(start).split('\n', 1)[0] ?? '');
  return { literals, made };
}

/** Types are gone: whatever says this name can make one, be it called here or handed on. */
const isConstructor = ({ type, name, value }: Node): boolean =>
  (type === 'Identifier' && name === 'RegExp') || (type === 'Literal' && value === 'RegExp');

/** These make a regular expression of any string that they are given. */
const METHODS: readonly unknown[] = ['match', 'matchAll', 'search'];

function makesOne({ callee, arguments: given }: Node, known: ReadonlySet<unknown>): boolean {
  if (!METHODS.includes(callee?.property?.name ?? callee?.property?.value)) return false;
  const [pattern] = given ?? [];
  return !pattern?.regex && !(pattern?.type === 'Identifier' && known.has(pattern.name));
}

/** Names that stand for a literal, and for nothing else anywhere in the file. */
function namesOfLiterals(nodes: readonly Node[]): Set<unknown> {
  const constants = nodes.filter(({ type, kind }) => type === 'VariableDeclaration' && kind === 'const');
  const declared = constants.flatMap(({ declarations }) => declarations ?? []);
  const literals = declared.filter(({ init }) => init?.regex).map(({ id }) => id);
  const others = nodes
    .filter(({ type }) => BINDING.test(type))
    .flatMap((node) => [...bindingsOf(node)])
    .filter((id) => !literals.includes(id));
  const names = new Set(literals.map(({ name }) => name));
  for (const { name } of others) names.delete(name);
  return names;
}

const BINDING = /^VariableDeclarator$|Function|^CatchClause$|^Class|^Import/;

/** What a declaration gives a name to, and a little more: a default value stands among the parameters. */
function* bindingsOf(node: Node): Iterable<Node> {
  for (const [key, inner] of Object.entries(node))
    if (['id', 'params', 'param', 'local'].includes(key))
      for (const found of nodesOf(inner)) if (found.type === 'Identifier') yield found;
}

function* nodesOf(value: unknown): Iterable<Node> {
  if (typeof value !== 'object' || value === null) return;
  if ('type' in value) yield value as Node;
  for (const inner of Object.values(value)) yield* nodesOf(inner);
}
