import fc from 'fast-check';
import jsonpatch, { type Operation } from 'fast-json-patch';
import { describe, expect, test } from 'vitest';
import { checkPatch, type JsonPatchOperation, pointer } from '../../src/admission/json-patch.ts';
import { applyPatch } from '../support/apply-patch.ts';

describe('checkPatch', () => {
  test('accepts operations that build on each other', () => {
    const document = { a: { b: 1, c: 2 }, list: [{ image: 'x' }, { image: 'y' }] };
    const operations: JsonPatchOperation[] = [
      { op: 'add', path: '/list/1/image', value: 'z' },
      { op: 'add', path: '/a/b', value: {} },
      { op: 'remove', path: '/a/c' },
      { op: 'add', path: '/a/b/newer', value: null },
      { op: 'remove', path: '/a/b/newer' },
      { op: 'add', path: '/', value: 'the empty key' },
    ];
    checkPatch(document, operations);
    expect(document, 'the document').toEqual({ a: { b: 1, c: 2 }, list: [{ image: 'x' }, { image: 'y' }] });
    expect(operations[1], 'an operation').toEqual({ op: 'add', path: '/a/b', value: {} });
  });

  test.each([
    ['add', '/missing/key', 'nothing that holds members at /missing'],
    ['add', '/nothing/key', 'nothing that holds members at /nothing'],
    ['add', '/text/length', 'nothing that holds members at /text'],
    ['add', '/list/2/image', 'nothing that holds members at /list/2'],
    ['add', '/list/-/image', 'nothing that holds members at /list/-'],
    ['add', '/list/00/image', 'nothing that holds members at /list/00'],
    ['add', '/list/length/image', 'nothing that holds members at /list/length'],
    ['add', '/toString/image', 'nothing that holds members at /toString'],
    ['add', '/__proto__/image', 'nothing that holds members at /__proto__'],
    ['add', '/list/0', '/list/0 is an item of a list'],
    ['remove', '/list/0', '/list/0 is an item of a list'],
    ['remove', '/missing', 'nothing to remove at /missing'],
    ['remove', '/toString', 'nothing to remove at /toString'],
    ['remove', '', ' is no path of a member'],
    ['add', 'text', 'text is no path of a member'],
  ] as const)('fails for an operation that would %s %j', (op, path, message) => {
    const document = { nothing: null, text: 'x', list: [{}, {}] };
    expect(() => checkPatch(document, [{ op, path, value: 1 }])).toThrow(`JSON Patch: ${message}`);
  });

  test.each([
    ['add', '/a/b', 'nothing that holds members at /a'],
    ['remove', '/a', 'nothing to remove at /a'],
  ] as const)('fails for an operation that would %s %j after /a was removed', (op, path, message) => {
    const operations = [
      { op: 'remove' as const, path: '/a' },
      { op, path, value: 1 },
    ];
    expect(() => checkPatch({ a: { b: {} } }, operations)).toThrow(`JSON Patch: ${message}`);
  });

  test('fails for a member of a value that an earlier operation replaced', () => {
    const operations: JsonPatchOperation[] = [
      { op: 'add', path: '/a/b', value: 1 },
      { op: 'add', path: '/a', value: {} },
      { op: 'remove', path: '/a/b' },
    ];
    expect(() => checkPatch({ a: {} }, operations)).toThrow('JSON Patch: nothing to remove at /a/b');
  });

  test('treats __proto__ as an ordinary key', () => {
    const document = JSON.parse('{"a": {"__proto__": {"x": 1}}}');
    checkPatch(document, [
      { op: 'add', path: '/a/__proto__/y', value: 2 },
      { op: 'remove', path: '/a/__proto__/x' },
      { op: 'add', path: '/__proto__', value: { z: 3 } },
      { op: 'remove', path: '/__proto__/z' },
    ]);
    expect(() => checkPatch({}, [{ op: 'remove', path: '/__proto__' }])).toThrow('nothing to remove');
  });

  test('accepts a hundred thousand operations on items of one list', () => {
    const list = Array.from({ length: 100_000 }, () => ({ image: 'a' }));
    const operations = list.map((_, index) => ({
      op: 'add' as const,
      path: pointer('list', index, 'image'),
      value: 'b',
    }));
    expect(() => checkPatch({ list }, operations)).not.toThrow();
  });

  test('fails exactly when applying the patch fails, with the same message', () => {
    const failures = new Set<string>();
    let applied = 0;
    fc.assert(
      fc.property(document, fc.array(operation, { maxLength: 6 }), (before, operations) => {
        const sent = structuredClone({ before, operations });
        const expected = messageOf(() => applyPatch(before, operations));
        expect(messageOf(() => checkPatch(before, operations))).toBe(expected);
        expect({ before, operations }).toEqual(sent);
        if (expected === undefined) applied += 1;
        else failures.add(expected.replace(/\S*\/\S*/, 'PATH'));
      }),
      { numRuns: 5_000 },
    );
    expect(applied).toBeGreaterThan(100);
    expect(Array.from(failures).sort()).toEqual([
      'JSON Patch: PATH is an item of a list',
      'JSON Patch: nothing that holds members at PATH',
      'JSON Patch: nothing to remove at PATH',
    ]);
  });
});

/** `checkPatch` is compared with it. */
test('the patches of the tests are applied as by fast-json-patch', () => {
  fc.assert(
    fc.property(document, fc.array(operation, { maxLength: 4 }), (before, operations) => {
      const ours = attempt(() => applyPatch(before, operations));
      // Patches that throw here, such as those of list items, are not compared, nor what fast-json-patch bans.
      if (ours === undefined || operations.some(({ path }) => path.includes('__proto__'))) return;
      const theirs = jsonpatch.applyPatch(jsonpatch.deepClone(before), operations as Operation[], true);
      expect(ours).toEqual(theirs.newDocument);
    }),
    { numRuns: 5_000 },
  );
});

const key = fc.constantFrom('a', 'b', 'a/b', '~', '~1', '0', '1', '', '__proto__');
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.integer(),
    fc.constant(null),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
}));
const document = fc.dictionary(key, value);
const path = fc.array(key, { minLength: 1, maxLength: 3 }).map((tokens) => pointer(...tokens));
const operation = fc.oneof(
  fc.record({ op: fc.constant('add' as const), path, value }),
  fc.record({ op: fc.constant('remove' as const), path }),
);

test('pointer escapes tildes before slashes', () => {
  expect(pointer('metadata', 'annotations', 'a.b/c~1', 0)).toBe('/metadata/annotations/a.b~1c~01/0');
  expect(pointer()).toBe('');
});

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

function messageOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
