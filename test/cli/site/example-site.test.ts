import { expect, test } from 'vitest';
import { loadCatalog } from '../../../src/catalog/load.ts';
import { defaultPolicy } from '../../../src/settings.ts';
import { encodeState } from '../../../src/site/state.ts';
import { exampleEntries, exampleHistory, exampleState } from '../../support/example-site.ts';

test('npm run site shows a realistic catalog with tools on it, and its history', async () => {
  const state = exampleState();
  const { catalog, problems } = loadCatalog(state.catalog?.text ?? '', defaultPolicy, '2026-11-30');
  expect(problems.filter(({ code }) => code !== 'removal-past')).toEqual([]);
  expect(catalog?.entries.map(({ name, deprecation }) => [name, deprecation])).toEqual(
    exampleEntries.map(({ name, deprecation }) => [name, deprecation]),
  );
  await expect(encodeState(state)).toMatchFileSnapshot('../../fixtures/site/state.json');
  await expect(exampleHistory).toMatchFileSnapshot('../../fixtures/site/history.jsonl');
});
