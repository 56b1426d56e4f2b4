import fc from 'fast-check';
import { CORE_SCHEMA, load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { readAlike, readYaml11, readYaml12 } from '../../../src/catalog/yaml/scalars.ts';

// differential/resolver.test.ts compares readYaml11 with PyYAML itself.
describe.each<[string, string, unknown, string, unknown]>([
  ['python3.11', 'string', 'python3.11', 'string', 'python3.11'],
  ['', 'null', null, 'null', null],
  ['~', 'null', null, 'null', null],
  ['NULL', 'null', null, 'null', null],
  ['nUll', 'string', 'nUll', 'string', 'nUll'],
  ['true', 'boolean', true, 'boolean', true],
  ['FALSE', 'boolean', false, 'boolean', false],
  ['yes', 'boolean', true, 'string', 'yes'],
  ['Off', 'boolean', false, 'string', 'Off'],
  ['y', 'string', 'y', 'string', 'y'],
  ['8000', 'integer', 8000, 'integer', 8000],
  ['-0', 'integer', 0, 'integer', 0],
  ['+12', 'integer', 12, 'integer', 12],
  ['017', 'integer', 15, 'integer', 17],
  ['018', 'string', '018', 'integer', 18],
  ['0o17', 'string', '0o17', 'integer', 15],
  ['0x1F', 'integer', 31, 'integer', 31],
  ['-0x1F', 'integer', -31, 'string', '-0x1F'],
  ['0b101', 'integer', 5, 'string', '0b101'],
  ['1_000', 'integer', 1000, 'string', '1_000'],
  ['0_7', 'integer', 7, 'string', '0_7'],
  ['12:30', 'integer', 750, 'string', '12:30'],
  ['-1:30:45', 'integer', -5445, 'string', '-1:30:45'],
  ['00:30', 'string', '00:30', 'string', '00:30'],
  ['12:60', 'string', '12:60', 'string', '12:60'],
  ['9007199254740991', 'integer', 9007199254740991, 'integer', 9007199254740991],
  ['9007199254740993', 'integer', Number.NaN, 'integer', Number.NaN],
  ['3.9', 'float', 3.9, 'float', 3.9],
  ['3.10', 'float', 3.1, 'float', 3.1],
  ['3.9.1', 'string', '3.9.1', 'string', '3.9.1'],
  ['1.', 'float', 1, 'float', 1],
  ['.5', 'float', 0.5, 'float', 0.5],
  ['-.5', 'string', '-.5', 'float', -0.5],
  ['-0.0', 'float', -0, 'float', -0],
  ['1e3', 'string', '1e3', 'float', 1000],
  ['1.5e3', 'string', '1.5e3', 'float', 1500],
  ['1.5e+3', 'float', 1500, 'float', 1500],
  ['1_0.5', 'float', 10.5, 'string', '1_0.5'],
  ['190:20:30.15', 'float', 685230.15, 'string', '190:20:30.15'],
  ['1.5e+800', 'float', Number.NaN, 'float', Number.NaN],
  ['1e800', 'string', '1e800', 'float', Number.NaN],
  ['-.inf', 'float', Number.NEGATIVE_INFINITY, 'float', Number.NEGATIVE_INFINITY],
  ['.NaN', 'float', Number.NaN, 'float', Number.NaN],
  ['2027-03-01', 'date', '2027-03-01', 'string', '2027-03-01'],
  ['2027-3-1', 'string', '2027-3-1', 'string', '2027-3-1'],
  ['2027-3-1 12:30:45', 'date', '2027-3-1 12:30:45', 'string', '2027-3-1 12:30:45'],
  ['<<', 'merge key', '<<', 'string', '<<'],
  ['=', 'default value', '=', 'string', '='],
])('%j', (text, type11, value11, type12, value12) => {
  it(`is ${type11} to YAML 1.1`, () => {
    expect(readYaml11(text)).toEqual({ type: type11, value: value11 });
  });

  it(`is ${type12} to YAML 1.2`, () => {
    expect(readYaml12(text)).toEqual({ type: type12, value: value12 });
  });

  const alike = type11 === type12 && Object.is(value11, value12) && !Number.isNaN(value11);
  it(alike ? 'is read alike' : 'is not read alike', () => {
    expect(readAlike(text)).toEqual(alike ? { type: type11, value: value11 } : undefined);
  });
});

describe('readYaml12', () => {
  it("agrees with js-yaml's core schema", () => {
    const piece = fc.constantFrom(...'0123456789+-._eExXoOabfFtrunlINAT'.split(''));
    fc.assert(
      fc.property(fc.string({ unit: piece, minLength: 1, maxLength: 8 }), (text) => {
        fc.pre(!/^(?:-|---|\.\.\.)$/.test(text));
        const { type, value } = readYaml12(text);
        const theirs = load(text, { schema: CORE_SCHEMA });
        if (type === 'integer' && Number.isNaN(value)) expect(Number.isSafeInteger(theirs)).toBe(false);
        else if (Number.isNaN(value) && !/nan$/i.test(text)) expect(theirs).toBe(text);
        // js-yaml has no integer -0, and one type for all numbers.
        else expect(theirs === 0 ? 0 : theirs).toEqual(value === 0 ? 0 : value);
      }),
      { numRuns: 3_000, examples: [['1e800'], ['-9.e999'], ['.nan']] },
    );
  });
});

describe('numbers too long for JavaScript', () => {
  it.each(['1'.repeat(400), `0${'7'.repeat(400)}`, `0x${'f'.repeat(400)}`, `1${':1'.repeat(400)}`])(
    'are integers without a value: %s',
    (text) => {
      expect(readYaml11(text)).toEqual({ type: 'integer', value: Number.NaN });
      expect(readAlike(text)).toBeUndefined();
    },
  );
});
