import { readFileSync } from 'node:fs';
import { dump, load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { loadCatalog } from '../../../../src/catalog/load.ts';
import { defaultPolicy } from '../../../../src/settings.ts';
import { Consumers, withoutPython } from './consumers.ts';

const fixtures = ['images-v1.2025.yaml', 'images-v1.2026.yaml'].map((name) => ({
  name,
  text: readFileSync(new URL(`../../../fixtures/image-config/${name}`, import.meta.url), 'utf8'),
}));

const problemsOf = (text: string): unknown[] => [...loadCatalog(text, defaultPolicy, '2026-11-22').problems];

// Documents as people and programs write them must be accepted. corpus/styles.txt has more examples.
describe.each(fixtures)('$name is accepted', ({ text }) => {
  test.skipIf(withoutPython)('in every style that PyYAML writes', async () => {
    const consumers = new Consumers('styles');
    const answer = await consumers.read(text);
    await consumers.close();
    const styles = answer.ok && answer.value && 'list' in answer.value ? answer.value.list : [];
    expect(styles.length).toBe(72);
    for (const style of styles) {
      const written = style && 'str' in style ? style.str : '';
      expect(problemsOf(written), written.slice(0, 500)).toEqual([]);
    }
  });

  test.each([{}, { indent: 4 }, { flowLevel: 2 }, { noArrayIndent: true }, { forceQuotes: true }])(
    'as js-yaml writes it with %j',
    (options) => {
      expect(problemsOf(dump(load(text), options))).toEqual([]);
    },
  );

  test.each([
    ['with lines that end with CR and LF', text.replaceAll('\n', '\r\n')],
    ['with a mark at the top', `---\n${text}`],
    ['as JSON', JSON.stringify(load(text))],
    ['as JSON with indentation', JSON.stringify(load(text), undefined, 2)],
    [
      'as JSON with every bracket at the margin',
      JSON.stringify(load(text), undefined, 2).replaceAll(/^ +/gm, ''),
    ],
    ['with all of it indented', text.replaceAll(/^(?=.)/gm, '    ')],
    ['with a comment behind each line', text.replaceAll(/$/gm, " # don't, «Größe» ")],
    ['with empty lines and spaces between all lines', text.replaceAll('\n', '  \n\n   \n')],
    ['without its last line break', text.trimEnd()],
  ])('%s', (_, changed) => {
    expect(problemsOf(changed)).toEqual([]);
  });
});
