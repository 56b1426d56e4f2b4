import { transformSync } from 'esbuild';
import { parseAst } from 'vitest/node';

export interface Literal {
  readonly source: string;
  readonly flags: string;
}

export interface Found {
  readonly literals: readonly Literal[];
  /** Places that make an expression at run time, which cannot be analysed beforehand. */
  readonly made: readonly string[];
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly regex?: { readonly pattern: string; readonly flags: string };
  /** The name of an identifier. */
  readonly name?: unknown;
  /** The value of a literal. */
  readonly value?: unknown;
  readonly kind?: string;
  readonly declarations?: readonly { readonly id: Node; readonly init?: Node | null }[];
  readonly callee?: { readonly property?: Node };
  readonly arguments?: readonly Node[];
}

/** Every regular expression of a TypeScript file. A parser finds them, since a division looks like one. */
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

/** Any use of this name can make an expression, whether it is called or passed on. Types were removed before. */
const isConstructor = ({ type, name, value }: Node): boolean =>
  (type === 'Identifier' && name === 'RegExp') || (type === 'Literal' && value === 'RegExp');

/** These methods make a regular expression of a string argument. */
const METHODS: readonly unknown[] = ['match', 'matchAll', 'search'];

function makesOne({ callee, arguments: given }: Node, known: ReadonlySet<unknown>): boolean {
  if (!METHODS.includes(callee?.property?.name ?? callee?.property?.value)) return false;
  const [pattern] = given ?? [];
  return !pattern?.regex && !(pattern?.type === 'Identifier' && known.has(pattern.name));
}

/** Names that are bound to a literal, and to nothing else in the file. */
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

/** The names of a declaration, and a few more: default values are among the parameters. */
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
