import type { Random } from '../../support/random.ts';
import type { Json } from '../oracle/json.ts';

/** The JSON with one value replaced, added or removed at any depth. Changes its argument. */
export function spoilt(whole: Json, random: Random): Json {
  const places = placesIn(whole);
  // Half of the changes are near the top, where most fields are read.
  const { holder, key } = random.of(random.chance(2) ? places : places.slice(0, 40));
  if (Array.isArray(holder)) holder[Number(key)] = oddValue(random);
  else if (random.chance(4)) delete holder[key];
  else
    define(
      holder,
      random.chance(10) ? random.of(['object', 'uid', '__proto__', 'toString']) : key,
      oddValue(random),
    );
  return whole;
}

interface Place {
  readonly holder: Json;
  readonly key: string;
}

/** All values, level by level. */
function placesIn(whole: Json): Place[] {
  const places: Place[] = Object.keys(whole).map((key) => ({ holder: whole, key }));
  // The list grows while it is visited.
  for (const { holder, key } of places) {
    const value = holder[key];
    if (typeof value !== 'object' || value === null || places.length > 2_000) continue;
    for (const below of Object.keys(value)) places.push({ holder: value, key: below });
  }
  return places;
}

const oddValue = (random: Random): Json =>
  random.of<() => Json>([
    () => null,
    () => '',
    () => 'python3.11',
    () => 0,
    () => -1.5e300,
    () => true,
    () => false,
    () => [],
    () => ({}),
    () => [null],
    () => [[]],
    () => ({ '': {} }),
    () => [{ name: 1, image: 2 }],
    () => ({ toString: 'x', constructor: null }),
    () => 'x'.repeat(70_000),
  ])();

const define = (holder: Json, key: string, value: Json): void => {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
};
