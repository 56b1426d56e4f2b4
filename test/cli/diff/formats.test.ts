import { expect, it } from 'vitest';
import type { CatalogDifference } from '../../../src/cli/diff/difference.ts';
import { diffFormats, type InvalidSide } from '../../../src/cli/diff/formats.ts';
import { colorsFor } from '../../../src/cli/output/colors.ts';
import { fileFindings, finding } from '../../support/findings.ts';

const plain = colorsFor({ write: () => true }, {});

/** Of a comparison that could not be made. */
const nothing = fileFindings([]);

const asText = (
  changes: readonly CatalogDifference[],
  losses = nothing,
  invalid: readonly InvalidSide[] = [],
): string => diffFormats.text({ changes, losses, invalid }, plain);

const pairs = (count: number): CatalogDifference[] =>
  Array.from({ length: count }, (_, i) => i).flatMap((i) => [
    { kind: 'deprecated', name: `node${i}`, state: 'deprecated' } as const,
    { kind: 'alias-added', name: `node${i}`, alias: `tf-node${i}` } as const,
  ]);

it('diff --format text lists few changes in the order of the catalog, with their counts', () => {
  expect(asText(pairs(2))).toBe(
    [
      '~ node0 is deprecated',
      '+ node0 gets the alias tf-node0',
      '~ node1 is deprecated',
      '+ node1 gets the alias tf-node1',
      '',
      '4 changes: deprecated 2, aliases added 2',
      '',
    ].join('\n'),
  );
});

it('diff --format text groups many changes by kind', () => {
  const lines = asText(pairs(11)).split('\n');
  expect(lines.slice(0, 3)).toEqual(['deprecated:', '~ node0 is deprecated', '~ node1 is deprecated']);
  expect(lines.slice(11, 15)).toEqual([
    '~ node10 is deprecated',
    '',
    'aliases added:',
    '+ node0 gets the alias tf-node0',
  ]);
  expect(lines.slice(-3)).toEqual(['', '22 changes: deprecated 11, aliases added 11', '']);
});

const one: CatalogDifference = { kind: 'deprecated', name: 'a', state: 'deprecated' };

it('diff --format text counts a single change in the singular', () => {
  expect(asText([one])).toBe('~ a is deprecated\n\n1 change: deprecated 1\n');
});

it('diff --format text distinguishes merged from renamed entries', () => {
  const merged: CatalogDifference = { kind: 'merged', name: 'node20', from: 'node18', keepsAlias: true };
  expect(asText([merged, { ...merged, kind: 'renamed', keepsAlias: false }])).toBe(
    [
      '~ node18 is merged into node20; the old name is an alias now',
      '~ node18 is renamed to node20; the old name is gone',
      '',
      '2 changes: renamed 1, merged 1',
      '',
    ].join('\n'),
  );
});

it('diff --format text ends with the losses of the assumed readers', () => {
  const loss = finding({ code: 'alias-removed', severity: 'warning', field: 'a.aliases', message: 'x; y' });
  const readers = ['webservice', 'jobs-api of 2026'];
  const head = ['~ a is deprecated', '', '1 change: deprecated 1', ''];
  const compared = 'Compared for webservice and jobs-api of 2026, which read the old catalog.';
  expect(asText([one], fileFindings([loss], { readers }))).toBe(
    [...head, compared, '! warning: a.aliases: x; y [alias-removed]', ''].join('\n'),
  );
  expect(asText([one], fileFindings([loss], { readers, warnings: 3 }))).toBe(
    [
      ...head,
      compared,
      '! warning: a.aliases: x; y [alias-removed]',
      '2 more problems are not shown',
      '',
    ].join('\n'),
  );
  expect(asText([one], fileFindings([], { readers }))).toBe(
    [...head, compared, 'Nothing is taken from them.', ''].join('\n'),
  );
});

it('diff --format text prints no losses without a change', () => {
  expect(asText([], fileFindings([], { readers: ['webservice'] }))).toBe('No difference in meaning.\n');
});

it('diff --format text claims nothing about the part of a catalog that could not be read', () => {
  const none = fileFindings([], { readers: ['webservice'] });
  const edited: InvalidSide = { side: 'new', file: 'new.yaml', errors: 2 };
  const lines = asText([one], none, [edited]).split('\n');
  expect(lines.slice(-4)).toEqual([
    'Compared for webservice, which read the old catalog.',
    'Nothing is taken from them in what could be read of new.yaml.',
    'What is wrong in new.yaml may take more: a reader that fails at it gets no entry at all.',
    '',
  ]);
  const old: InvalidSide = { side: 'old', file: '-', errors: 1 };
  expect(asText([one], none, [old])).toMatch(
    /old catalog\.\nNothing is taken from them in what could be read of standard input\.\n$/,
  );
  expect(asText([], none, [old, edited])).toBe(
    'No difference in meaning in what could be read of standard input and new.yaml.\n',
  );
});

it('diff --format text adds to the losses that errors of the new catalog may take more', () => {
  const loss = finding({ code: 'alias-removed', severity: 'warning', field: 'a.aliases', message: 'x; y' });
  const losses = fileFindings([loss], { readers: ['webservice'] });
  expect(asText([one], losses, [{ side: 'new', file: 'new.yaml', errors: 1 }])).toMatch(
    /\[alias-removed\]\nWhat is wrong in new\.yaml may take more/,
  );
});
