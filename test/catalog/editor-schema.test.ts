import { readFileSync, writeFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../../src/catalog/load.ts';
import { type ProblemCode, severityOf } from '../../src/catalog/problem.ts';
import { defaultPolicy } from '../../src/settings.ts';
import { editorSchema } from '../support/editor-schema.ts';
import { Random } from '../support/random.ts';

const FILE = new URL('../../schemas/images-v1.schema.json', import.meta.url);
const validate = new Ajv({ strict: true, allErrors: true, ownProperties: true }).compile(editorSchema);

/** The codes about the structure of a catalog. The others need more than one field, or today's date. */
const STRUCTURAL: ReadonlySet<ProblemCode> = new Set([
  'not-a-mapping',
  'empty-catalog',
  'missing-field',
  'wrong-type',
  'unknown-value',
  'misspelt-field',
  'misplaced-field',
  'unknown-field',
  'invalid-name',
  'reserved-name',
  'yaml-ambiguous',
]);

/** The differences that are meant. A schema cannot compare a word with others, and knows no calendar. */
const isException = (code: string, field: string, value: unknown): boolean =>
  // An unknown variant is a warning, or an error if it is close to a known one; its image counts.
  (code.endsWith('-field') && /\.variants\.[^.]+$/.test(field)) ||
  // A removal on a day that does not exist.
  (code === 'unknown-value' && field.endsWith('.removal') && /^\d{4}-\d{2}-\d{2}$/.test(String(value)));

interface StructuralProblem {
  readonly code: string;
  readonly severity: string;
}

/** The structural problems of a catalog, but for the exceptions. */
function problemsOf(catalog: unknown): StructuralProblem[] {
  const { problems } = loadCatalog(JSON.stringify(catalog), defaultPolicy, '2026-11-30');
  return problems
    .filter(
      (problem) =>
        STRUCTURAL.has(problem.code) &&
        !isException(problem.code, problem.field, 'value' in problem ? problem.value : undefined),
    )
    .map((problem) => ({ code: problem.code, severity: severityOf(problem) }));
}

const R = 'registry.example.org';
const valid = () => ({
  'python3.11': {
    state: 'stable',
    image: `${R}/python311`,
    aliases: ['tf-python311'],
    'former-images': [`${R}/old-python311`],
    variants: {
      'jobs-framework': { image: `${R}/python311` },
      webservice: { image: `${R}/python311`, extra: { wstype: 'python', resources: 'jdk' } },
    },
  },
  'python3.7': {
    state: 'deprecated',
    image: `${R}/python37`,
    variants: {},
    deprecation: { replacement: 'python3.11', removal: '2027-03-01', url: 'https://example.org' },
  },
});

const VALUES = [
  null,
  true,
  3.9,
  7,
  '',
  'stable',
  'stabel',
  'default',
  'buildservice',
  'a b',
  'x'.repeat(64),
  '2027-13-45',
  'soon',
  [],
  ['a'],
  [1],
  {},
  { image: 'x.y/z' },
  { image: 1 },
  { extra: {} },
];
const KEYS = [
  'image',
  'imagee',
  'state',
  'variants',
  'extra',
  'owner',
  'webservice',
  'aliases',
  'toString',
  'a:b',
];

/** Changes one place of a value: removes a key, adds one, or puts another value there. */
function changed(value: unknown, random: Random): unknown {
  if (random.chance(4) || typeof value !== 'object' || value === null) return random.of(VALUES);
  if (Array.isArray(value))
    return [...value, random.of(VALUES)].map((item) => (random.chance(3) ? changed(item, random) : item));
  const pairs = Object.entries(value);
  if (random.chance(4)) return Object.fromEntries([...pairs, [random.of(KEYS), random.of(VALUES)]]);
  const at = random.below(Math.max(1, pairs.length));
  if (random.chance(4)) return Object.fromEntries(pairs.filter((_, index) => index !== at));
  return Object.fromEntries(
    pairs.map(([key, own], index) => [key, index === at ? changed(own, random) : own]),
  );
}

describe('schemas/images-v1.schema.json', () => {
  it('is made from what catalogs are checked with', () => {
    // Not byte for byte: the file is formatted.
    if (process.env['UPDATE_TRANSCRIPTS'] === '1') writeFileSync(FILE, JSON.stringify(editorSchema, null, 2));
    expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(editorSchema);
  });

  it('finds a fault where lint finds one, and only there, but for the written exceptions', () => {
    const random = new Random(20261130);
    const differing: string[] = [];
    const counts = { valid: 0, faulty: 0 };
    for (let round = 0; round < 6_000; round++) {
      let catalog: unknown = valid();
      for (let left = 1 + random.below(3); left > 0; left--) catalog = changed(catalog, random);
      const problems = problemsOf(catalog);
      counts[problems.length === 0 ? 'valid' : 'faulty']++;
      if (validate(catalog) !== (problems.length === 0))
        differing.push(
          `${JSON.stringify(catalog)} ${JSON.stringify(problems)} ${JSON.stringify(validate.errors)}`,
        );
    }
    expect(differing.sort((one, other) => one.length - other.length).slice(0, 5)).toEqual([]);
    expect(counts.valid).toBeGreaterThan(100);
    expect(counts.faulty).toBeGreaterThan(1_000);
  });

  it('reports an unknown field, which lint only warns of', () => {
    const catalog = { a: { state: 'stable', variants: {}, owner: 'x' } };
    expect(problemsOf(catalog)).toEqual([{ code: 'unknown-field', severity: 'warning' }]);
    expect(validate(catalog)).toBe(false);
  });

  it('is silent about the exceptions', () => {
    const date = { a: { state: 'deprecated', variants: {}, deprecation: { removal: '2027-02-31' } } };
    const variant = { a: { state: 'stable', variants: { webservcie: { image: `${R}/a` } } } };
    for (const catalog of [date, variant]) {
      expect(validate(catalog)).toBe(true);
      expect(loadCatalog(JSON.stringify(catalog), defaultPolicy, '2026-11-30').catalog).toBeUndefined();
    }
  });

  it.each(['image-config/images-v1.2025.yaml', 'image-config/images-v1.2026.yaml'])(
    'accepts %s',
    async (file) => {
      const { load } = await import('js-yaml');
      const text = readFileSync(new URL(`../fixtures/${file}`, import.meta.url), 'utf8');
      expect(validate(load(text)), JSON.stringify(validate.errors)).toBe(true);
    },
  );
});
