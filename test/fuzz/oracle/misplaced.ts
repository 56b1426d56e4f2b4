import { isNull } from './scalars.ts';
import { bare, child, copyOf, type Mapping, mapping, type Pair, pairOf, type Tree } from './tree.ts';

/** A mapping of an entry: its fields, by the type of their values, and those that must be there. */
interface Shape {
  readonly texts: readonly string[];
  readonly lists: readonly string[];
  readonly mappings: Readonly<Record<string, Shape>>;
  readonly required: readonly string[];
}

const shape = (part: Partial<Shape>): Shape => ({
  texts: [],
  lists: [],
  mappings: {},
  required: [],
  ...part,
});

const ENTRY = shape({
  texts: ['state', 'image'],
  lists: ['aliases', 'former-images'],
  mappings: {
    variants: shape({
      mappings: {
        'jobs-framework': shape({ texts: ['image'] }),
        webservice: shape({
          texts: ['image'],
          mappings: { extra: shape({ texts: ['wstype', 'resources'] }) },
          required: ['extra'],
        }),
      },
    }),
    deprecation: shape({ texts: ['replacement', 'removal', 'url'] }),
  },
  required: ['state', 'variants'],
});

/** Any entry belongs to the document. */
const DOCUMENT = shape({});

interface Place {
  readonly pair: Pair;
  readonly shape: Shape;
  readonly path: string;
}

interface Move {
  readonly field: Pair;
  readonly from: Mapping;
  readonly fromPath: string;
  readonly to: Place;
  readonly isInvented: boolean;
}

/** The document with each field at the level that knows it, and the problems of those that were not there. */
export function inPlace(written: Mapping): { readonly document: Mapping; readonly problems: string[] } {
  const document = copyOf(written);
  const moves: Move[] = [];
  const whole: Place = { pair: { key: bare(''), value: document }, shape: DOCUMENT, path: '' };
  for (const pair of document.pairs) plan({ pair, shape: ENTRY, path: pair.key.text }, [whole], moves);
  const problems = problemsOf(moves);
  for (const { field, from, to, isInvented } of moves) {
    from.pairs.splice(from.pairs.indexOf(field), 1);
    if (to.pair.value.kind !== 'mapping') to.pair.value = mapping({});
    if (to.pair.value.kind === 'mapping') to.pair.value.pairs.push(field);
    if (isInvented && !from.pairs.includes(to.pair)) from.pairs.push(to.pair);
  }
  return { document, problems };
}

function plan(here: Place, outer: readonly Place[], moves: Move[]): void {
  const { value } = here.pair;
  if (value.kind !== 'mapping') return;
  const inside = (key: string, pair: Pair): Place => ({
    pair,
    shape: here.shape.mappings[key] as Shape,
    path: `${here.path}.${key}`,
  });
  for (const [index, field] of value.pairs.entries()) {
    if (knows(here.shape, field.key.text)) continue;
    const lacking = (place: Place) => takes(place, field, moves);
    // The mappings before the field: of each name the last one, the nearest first.
    const before = value.pairs
      .slice(0, index)
      .filter(({ key }, at, all) => all.findLastIndex((other) => other.key.text === key.text) === at)
      .filter(({ key }) => Object.hasOwn(here.shape.mappings, key.text))
      .reverse()
      .map((pair) => inside(pair.key.text, pair));
    const rest = Object.keys(here.shape.mappings)
      .filter((name) => !before.some(({ pair }) => pair.key.text === name))
      .flatMap((name) => {
        const behind = pairOf(value, name);
        if (behind) return inside(name, behind);
        const invented = moves.find(
          ({ from, isInvented, to }) => from === value && isInvented && to.pair.key.text === name,
        );
        const absent = { key: bare(name), value: bare('') };
        return here.shape.required.includes(name) ? (invented?.to ?? inside(name, absent)) : [];
      })
      .filter(lacking);
    const to = before.find(lacking) ?? (rest.length === 1 ? rest[0] : undefined) ?? outer.find(lacking);
    if (to)
      moves.push({
        field,
        from: value,
        fromPath: here.path,
        to,
        isInvented: rest.includes(to) && !value.pairs.includes(to.pair),
      });
  }
  for (const pair of value.pairs)
    if (Object.hasOwn(here.shape.mappings, pair.key.text))
      plan(inside(pair.key.text, pair), [here, ...outer], moves);
}

const knows = ({ texts, lists, mappings }: Shape, key: string): boolean =>
  texts.includes(key) || lists.includes(key) || Object.hasOwn(mappings, key);

const isNothing = (tree: Tree): boolean => tree.kind === 'scalar' && isNull(tree);

function takes({ pair, shape: known }: Place, { key, value }: Pair, moves: readonly Move[]) {
  const { texts, lists, mappings } = known;
  const isFitting =
    (known === DOCUMENT && ENTRY.required.every((field) => pairOf(value, field))) ||
    (texts.includes(key.text) && value.kind === 'scalar' && !isNothing(value)) ||
    (lists.includes(key.text) && value.kind === 'list') ||
    (Object.hasOwn(mappings, key.text) && (value.kind === 'mapping' || isNothing(value)));
  const isFree =
    isNothing(pair.value) || (pair.value.kind === 'mapping' && child(pair.value, key.text) === undefined);
  const isTaken = moves.some(({ to, field }) => to.pair === pair && field.key.text === key.text);
  return isFitting && isFree && !isTaken;
}

/** One problem for neighbours that move to the same mapping. Below a key without a value they are only not indented. */
function problemsOf(moves: readonly Move[]): string[] {
  return moves.flatMap(({ field, from, fromPath, to }, index) => {
    const previous = moves[index - 1];
    const neighbour = from.pairs[from.pairs.indexOf(field) - 1];
    if (previous && previous.to.pair === to.pair && previous.from === from && previous.field === neighbour)
      return [];
    return neighbour === to.pair && isNothing(to.pair.value)
      ? [`wrong-type ${to.path}`]
      : [`misplaced-field ${fromPath}.${field.key.text}`];
  });
}
