import { entrySchema, type FieldSchema } from './catalog-schema.ts';
import { fieldPath } from './field.ts';
import type { Problem } from './problem.ts';
import { kindOf, type MappingNode, mappingOf, type Pair, pairOf, type YamlNode } from './yaml/node.ts';

/**
 * Moves the fields that are at the wrong level to where they belong, such as `webservice` beside `variants`. The rules check the
 * result, so that such a field is one problem, without those that follow from it.
 *
 * A field moves if its level does not know it and another level does and lacks it: that of the mapping before it, of another
 * mapping beside it, or one around it. A mapping is made up only where the consumers require one, since they add fields over time.
 * An entry inside another one moves out if it has all fields that the consumers require.
 */
export function fieldsInPlace(root: MappingNode): {
  readonly root: MappingNode;
  readonly problems: readonly Problem[];
} {
  const moves: Move[] = [];
  const claims: Claims = new Map();
  const document: Level = { owner: documentOf(root), schema: DOCUMENT, path: [] };
  for (const owner of root.pairs) collectMoves(below(document, owner, entrySchema), moves, claims);
  if (moves.length === 0) return { root, problems: [] };
  return {
    root: mappingOf(
      root.at,
      rebuiltWith(moves)([document.owner]).flatMap(({ value }) => pairsIn(value)),
    ),
    problems: runsOf(moves).map(problemOf),
  };
}

/** The level of the document knows no name; every entry fits it. */
const DOCUMENT: FieldSchema = { type: 'object' };

const documentOf = (root: MappingNode): Pair => ({
  key: { kind: 'scalar', at: { start: root.at.start, end: root.at.start }, text: '', plain: true },
  value: root,
});

const pairsIn = (node: YamlNode): readonly Pair[] => (node.kind === 'mapping' ? node.pairs : []);

/** A field of the schema with fields of its own, and the pair that has it. Its value may be null. */
interface Level {
  readonly owner: Pair;
  readonly schema: FieldSchema;
  readonly path: readonly string[];
  readonly around?: Level;
  /** Whether the document lacks it. */
  readonly isMadeUp?: boolean;
}

interface Move {
  readonly pair: Pair;
  /** Its place among the pairs of its level. */
  readonly index: number;
  readonly from: Level;
  readonly to: Level;
}

/** The fields that a mapping gets. */
type Claims = Map<Pair, Set<string>>;

function collectMoves(level: Level, moves: Move[], claims: Claims): void {
  if (level.owner.value.kind !== 'mapping') return;
  const before = new Map<string, Level>();
  const madeUp = new Map<string, Level>();
  for (const [index, pair] of level.owner.value.pairs.entries()) {
    const { text } = pair.key;
    const schema = fieldOf(level.schema, text);
    if (schema) {
      before.delete(text);
      if (schema.properties) before.set(text, below(level, pair, schema));
      continue;
    }
    const fits = (candidate: Level): boolean => lacks(candidate, pair, claims);
    const beside = others(level, before, madeUp, pair).filter(fits);
    const to =
      [...before.values()].reverse().find(fits) ??
      (beside.length === 1 ? beside[0] : undefined) ??
      around(level).find(fits);
    if (!to) continue;
    if (to.isMadeUp) madeUp.set(to.owner.key.text, to);
    claims.set(to.owner, (claims.get(to.owner) ?? new Set()).add(text));
    moves.push({ pair, index, from: level, to });
  }
  for (const pair of level.owner.value.pairs) {
    const schema = fieldOf(level.schema, pair.key.text);
    if (schema?.properties) collectMoves(below(level, pair, schema), moves, claims);
  }
}

const fieldOf = ({ properties = {} }: FieldSchema, key: string): FieldSchema | undefined =>
  Object.hasOwn(properties, key) ? properties[key] : undefined;

const below = (level: Level, owner: Pair, schema: FieldSchema): Level => ({
  owner,
  schema,
  path: [...level.path, owner.key.text],
  around: level,
});

/** The levels below a level that are not before a pair: those behind it, and those that are required and absent. */
function others(
  level: Level,
  before: ReadonlyMap<string, Level>,
  madeUp: ReadonlyMap<string, Level>,
  { key }: Pair,
): readonly Level[] {
  const { properties = {}, required = [] } = level.schema;
  return Object.entries(properties).flatMap(([name, schema]) => {
    if (!schema.properties || before.has(name)) return [];
    const behind = pairOf(level.owner.value, name);
    if (behind) return below(level, behind, schema);
    if (!required.includes(name)) return [];
    const nothing = { kind: 'scalar', at: key.at, text: '', plain: true } as const;
    const owner: Pair = { key: { ...key, text: name, plain: true }, value: nothing };
    return madeUp.get(name) ?? { ...below(level, owner, schema), isMadeUp: true };
  });
}

/** The levels around a level, the nearest first. */
const around = ({ around: next }: Level): readonly Level[] => (next ? [next, ...around(next)] : []);

/** Whether a level knows a field with such a value, and has no such field yet. */
function lacks({ owner, schema }: Level, { key, value }: Pair, claims: Claims): boolean {
  const own = fieldOf(schema, key.text);
  const isEntry = schema === DOCUMENT && (entrySchema.required ?? []).every((field) => pairOf(value, field));
  return (
    (isEntry || (own !== undefined && hasType(value, own.type))) &&
    (owner.value.kind === 'mapping' ? !pairOf(owner.value, key.text) : isNothing(owner.value)) &&
    !claims.get(owner)?.has(key.text)
  );
}

function hasType(value: YamlNode, type: string): boolean {
  if (type === 'object') return value.kind === 'mapping' || isNothing(value);
  return type === 'array' ? value.kind === 'sequence' : value.kind === 'scalar' && !isNothing(value);
}

const isNothing = (value: YamlNode): boolean => ['nothing', 'null'].includes(kindOf(value));

/** Rebuilds the pairs of a mapping without the fields that leave it, and with those that it gets. */
function rebuiltWith(moves: readonly Move[]): (pairs: readonly Pair[]) => readonly Pair[] {
  const leaving = new Set(moves.map(({ pair }) => pair));
  const arriving = new Map<Pair, Pair[]>();
  const add = (owner: Pair, pair: Pair): void => {
    const pairs = arriving.get(owner);
    if (pairs) pairs.push(pair);
    else arriving.set(owner, [pair]);
  };
  const madeUp = new Set<Pair>();
  for (const { pair, from, to } of moves) {
    if (to.isMadeUp && !madeUp.has(to.owner)) add(from.owner, to.owner);
    if (to.isMadeUp) madeUp.add(to.owner);
    add(to.owner, pair);
  }
  const rebuilt = (pairs: readonly Pair[]): readonly Pair[] =>
    pairs
      .filter((pair) => !leaving.has(pair))
      .map((pair) => {
        const news = arriving.get(pair) ?? [];
        if (pair.value.kind !== 'mapping' && news.length === 0) return pair;
        const own = pair.value.kind === 'mapping' ? rebuilt(pair.value.pairs) : [];
        return { key: pair.key, value: mappingOf(pair.value.at, [...own, ...withMadeUp(news)]) };
      });
  const withMadeUp = (news: readonly Pair[]): readonly Pair[] =>
    news.map((pair) => {
      const own = madeUp.has(pair) ? arriving.get(pair) : undefined;
      return own ? { key: pair.key, value: mappingOf(pair.value.at, own) } : pair;
    });
  return rebuilt;
}

/** Neighbours that move to the same level. */
function runsOf(moves: readonly Move[]): readonly (readonly [Move, ...Move[]])[] {
  const runs: [Move, ...Move[]][] = [];
  for (const move of moves) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (
      last &&
      last.from.owner === move.from.owner &&
      last.to.owner === move.to.owner &&
      last.index + 1 === move.index
    )
      run?.push(move);
    else runs.push([move]);
  }
  return runs;
}

function problemOf(run: readonly [Move, ...Move[]]): Problem {
  const [{ pair, from, to, index }] = run;
  const fields = run.map(({ pair: { key } }) => key.text);
  const lines = { start: pair.key.at.start, end: (run.at(-1)?.pair ?? pair).value.at.end };
  const place = { lines, at: pair.key.at };
  const isBehind = from.owner.value.kind === 'mapping' && from.owner.value.pairs[index - 1] === to.owner;
  if (isBehind && to.owner.value.kind !== 'mapping')
    return {
      code: 'wrong-type',
      expected: 'a mapping',
      found: kindOf(to.owner.value),
      loose: fields,
      ...place,
      field: fieldPath(to.path),
    };
  const isOuter = around(from).includes(to);
  return {
    code: 'misplaced-field',
    fields,
    parent: fieldPath(to.path),
    parentKey: to.owner.key.text,
    fix: to.isMadeUp ? 'add' : isOuter ? 'outdent' : isBehind ? 'indent' : 'move',
    ...place,
    field: fieldPath([...from.path, pair.key.text]),
  };
}
