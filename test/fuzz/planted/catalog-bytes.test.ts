import { test } from 'vitest';
import { type Loaded, loadCatalog } from '../../../src/catalog/load.ts';
import { type Problem, severityOf } from '../../../src/catalog/problem.ts';
import { catalogBytesFuzz } from '../catalog-bytes.ts';
import { expectNoticed } from './planting.ts';

type Load = typeof loadCatalog;

const afterwards =
  (change: (loaded: Loaded, text: string) => Loaded): Load =>
  (text, ...about) =>
    change(loadCatalog(text, ...about), text);

const reading =
  (change: (text: string) => string): Load =>
  (text, ...about) =>
    loadCatalog(change(text), ...about);

/** Each problem is reported differently. */
const telling = (change: (problem: Problem) => object): Load =>
  afterwards((loaded) => ({
    ...loaded,
    problems: loaded.problems.map((problem) => ({ ...problem, ...change(problem) }) as Problem),
  }));

const refused = (about: Pick<Problem, 'at'>): Loaded => ({
  parsed: [],
  problems: [{ code: 'yaml-syntax', reason: 'planted', remedy: 'none', field: '', ...about }],
});

const shifted = (by: number): Load =>
  telling(({ at }) => ({ at: { start: Math.max(0, at.start + by), end: Math.max(0, at.end + by) } }));

let calls = 0;

const faults: Readonly<Record<string, Load>> = {
  // Refused without a reason
  'what has a comment is refused': afterwards((loaded, text) => {
    const start = text.indexOf('#');
    return start < 0 ? loaded : refused({ at: { start, end: start + 1 } });
  }),
  'all that has quotes is refused': afterwards((loaded, text) => {
    const start = text.search(/['"]/);
    return start < 0 ? loaded : refused({ at: { start, end: start + 1 } });
  }),
  'what has a fault is no YAML': afterwards((loaded) =>
    loaded.catalog ? loaded : refused({ at: { start: 0, end: 0 } }),
  ),
  'any alias is one that is reserved': afterwards(({ parsed, problems }) => {
    const about = { at: { start: 0, end: 0 }, field: 'node18.aliases[0]' };
    return parsed.some(({ aliases }) => aliases.length > 0)
      ? { parsed, problems: [...problems, { code: 'reserved-name', name: '', what: 'alias', ...about }] }
      : { parsed, problems };
  }),

  // Read as another value
  'comments are a part of the text': reading((text) => text.replaceAll('#', '')),
  'only the first half is read': reading((text) => text.slice(0, text.length / 2)),
  'any YAML is fine': reading((text) => text.replaceAll(/[&*!|>]/g, '')),

  // Reported differently
  'positions are one too far': shifted(1),
  'positions are one too near': shifted(-1),
  'positions are in bytes': afterwards((loaded, text) => ({
    ...loaded,
    problems: loaded.problems.map((problem) => {
      const [start, end] = [problem.at.start, problem.at.end].map((at) =>
        Buffer.byteLength(text.slice(0, at)),
      );
      return { ...problem, at: { start: start as number, end: end as number } };
    }),
  })),
  'what is grave is mild, and the other way round': telling((problem) => ({
    severity: severityOf(problem) === 'error' ? 'warning' : 'error',
  })),
  'of a fault another field is told': telling(({ field }) => ({ field: `${field}.` })),
  'warnings are kept back': afterwards((loaded) => (loaded.catalog ? { ...loaded, problems: [] } : loaded)),
  'errors are kept back, save the first': afterwards((loaded) =>
    loaded.catalog ? loaded : { ...loaded, problems: loaded.problems.slice(0, 1) },
  ),

  // Loaded as another catalog
  'an entry is lost': afterwards((loaded) =>
    loaded.catalog
      ? { ...loaded, catalog: { ...loaded.catalog, entries: loaded.catalog.entries.slice(1) } }
      : loaded,
  ),
  'a state is another one': afterwards((loaded) =>
    loaded.catalog
      ? {
          ...loaded,
          catalog: {
            ...loaded.catalog,
            entries: loaded.catalog.entries.map((entry) => ({ ...entry, state: 'stable' })),
          },
        }
      : loaded,
  ),
  'the same text comes to something else now and then': afterwards((loaded) =>
    ++calls % 2 === 0 ? { ...loaded, parsed: [] } : loaded,
  ),
  'it crashes over what is long': (text, ...about) => {
    if (text.length > 1_600) throw new RangeError('too long');
    return loadCatalog(text, ...about);
  },
};

test.each(Object.entries(faults))('fuzzing of catalog bytes notices a planted fault: %s', (_, faulty) =>
  expectNoticed(catalogBytesFuzz(faulty)),
);
