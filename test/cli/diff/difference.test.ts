import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOf } from '../../../src/catalog/changes/document-index.ts';
import { successorsOf } from '../../../src/catalog/successors.ts';
import { type CatalogDifference, difference } from '../../../src/cli/diff/difference.ts';
import { snapshot } from '../../../src/cli/diff/snapshot.ts';
import { defaultPolicy } from '../../../src/settings.ts';
import { loaded } from '../../support/problems.ts';

const entry = (name: string, { image = name, aliases = [] as string[], state = 'stable', more = '' } = {}) =>
  `${name}: {state: ${state}, image: r.example.org/${image}, aliases: [${aliases.join(', ')}], variants: {}${more}}\n`;

const between = (before: string, after: string): CatalogDifference[] =>
  difference(
    snapshot(before, defaultPolicy),
    snapshot(after, defaultPolicy),
    successorsOf(loaded(before).parsed.map(identityOf), loaded(after).parsed.map(identityOf)),
  );

describe('the difference of two catalogs', () => {
  it('is empty for changes of comments, order and style', () => {
    const before = `# old\n${entry('a', { aliases: ['x', 'y'] })}${entry('b')}`;
    const after = `b:\n  state: "stable"\n  image: 'r.example.org/b'\n  aliases: []\n  variants: {}\n${entry('a', { aliases: ['y', 'x'] })}`;
    expect(between(before, after)).toEqual([]);
  });

  it('lists added and removed entries with their aliases', () => {
    expect(between(entry('a', { aliases: ['x'] }), entry('b', { aliases: ['y'] }))).toEqual([
      { kind: 'added', name: 'b', state: 'stable', aliases: ['y'] },
      { kind: 'removed', name: 'a', state: 'stable', aliases: ['x'] },
    ]);
  });

  it('lists an entry that keeps its image under a new name as renamed', () => {
    expect(between(entry('a'), entry('b', { image: 'a' }))).toEqual([
      { kind: 'renamed', name: 'b', from: 'a', keepsAlias: false },
    ]);
  });

  it('lists an entry that keeps its old name as an alias as renamed, with its other changes', () => {
    expect(between(entry('a'), entry('b', { aliases: ['a'], state: 'deprecated' }))).toEqual([
      { kind: 'renamed', name: 'b', from: 'a', keepsAlias: true },
      { kind: 'deprecated', name: 'b', state: 'deprecated' },
      { kind: 'url-changed', name: 'b', field: 'image', from: 'r.example.org/a', to: 'r.example.org/b' },
    ]);
  });

  it('lists an entry whose name becomes an alias of another old entry as merged', () => {
    const after = entry('b', { aliases: ['a'] });
    expect(between(entry('a') + entry('b'), after)).toEqual([
      { kind: 'merged', name: 'b', from: 'a', keepsAlias: true },
    ]);
  });

  it('lists an entry whose image becomes a former image of another old entry as merged', () => {
    const after = entry('b', { more: ', former-images: [r.example.org/a]' });
    expect(between(entry('a', { aliases: ['x'] }) + entry('b'), after)).toEqual([
      { kind: 'merged', name: 'b', from: 'a', keepsAlias: false },
      { kind: 'field-changed', name: 'b', field: 'former-images[0]', to: 'r.example.org/a' },
      { kind: 'alias-removed', name: 'a', alias: 'x' },
    ]);
  });

  it('lists the second of two entries with the same new entry as merged', () => {
    expect(between(entry('a') + entry('b'), entry('c', { image: 'a', aliases: ['b'] }))).toEqual([
      { kind: 'renamed', name: 'c', from: 'a', keepsAlias: false },
      { kind: 'merged', name: 'c', from: 'b', keepsAlias: true },
    ]);
  });

  it('does not list an alias that becomes the name of its entry as removed', () => {
    expect(between(entry('b', { aliases: ['a'] }), entry('a', { image: 'b' }))).toEqual([
      { kind: 'renamed', name: 'a', from: 'b', keepsAlias: false },
    ]);
  });

  it('lists added, removed and moved aliases', () => {
    const before = entry('a', { aliases: ['moves', 'goes'] }) + entry('b');
    const after = entry('a') + entry('b', { aliases: ['moves', 'comes'] });
    expect(between(before, after)).toEqual([
      { kind: 'alias-moved', name: 'b', alias: 'moves', from: 'a' },
      { kind: 'alias-removed', name: 'a', alias: 'goes' },
      { kind: 'alias-added', name: 'b', alias: 'comes' },
    ]);
  });

  it('distinguishes states, URLs and other fields', () => {
    const before = entry('a', { state: 'deprecated', more: ', note: x' });
    const after = entry('a', { image: 'a2', more: ', deprecation: {replacement: b}' });
    expect(between(before, after)).toEqual([
      { kind: 'undeprecated', name: 'a', state: 'stable' },
      { kind: 'url-changed', name: 'a', field: 'image', from: 'r.example.org/a', to: 'r.example.org/a2' },
      { kind: 'field-changed', name: 'a', field: 'note', from: 'x' },
      { kind: 'field-changed', name: 'a', field: 'deprecation.replacement', to: 'b' },
    ]);
  });

  it('compares the readable part of a catalog with errors', () => {
    expect(between('', entry('a'))).toEqual([expect.objectContaining({ kind: 'added', name: 'a' })]);
    expect(between('a: [', 'b: ]')).toEqual([]);
    expect(between('a: {aliases: 7}', 'a: {aliases: [7]}')).toEqual([
      { kind: 'alias-added', name: 'a', alias: '7' },
    ]);
  });

  const catalog = fc
    .uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', '__proto__', 'constructor'), { maxLength: 4 })
    .chain((names) =>
      fc.tuple(
        ...names.map((name) =>
          fc
            .record({
              image: fc.constantFrom('i', 'j', 'k', name),
              aliases: fc.uniqueArray(fc.constantFrom('a', 'b', 'x', 'y'), { maxLength: 2 }),
            })
            .map((parts) => entry(name, parts)),
        ),
      ),
    )
    .map((entries) => entries.join(''));

  it('is empty exactly for catalogs with the same meaning', () => {
    fc.assert(
      fc.property(catalog, catalog, (before, after) => {
        expect(between(before, before)).toEqual([]);
        const facts = (text: string) =>
          [...snapshot(text, defaultPolicy)]
            .map(([name, { aliases, fields }]) =>
              JSON.stringify([
                name,
                [...aliases].sort(),
                [...fields].map(([path, text]) => `${path} ${text}`).sort(),
              ]),
            )
            .sort();
        const same = facts(before).join() === facts(after).join();
        if (same) expect(between(before, after)).toEqual([]);
        // Catalogs in which one alias has two owners are refused anyway; the first owner counts there.
        else if (isUnambiguous(before) && isUnambiguous(after))
          expect(between(before, after)).not.toEqual([]);
      }),
    );
  });

  const isUnambiguous = (text: string): boolean => {
    const words = [...snapshot(text, defaultPolicy)].flatMap(([name, { aliases }]) => [name, ...aliases]);
    return new Set(words).size === words.length;
  };
});
