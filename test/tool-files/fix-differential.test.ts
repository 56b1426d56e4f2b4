import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withEdits } from '../../src/catalog/text-edit.ts';
import { readsAlikeBut, type ToolFix, toolFixes } from '../../src/tool-files/fix.ts';
import { Consumers, withoutPython } from '../catalog/yaml/differential/consumers.ts';
import { mutated } from '../catalog/yaml/differential/mutations.ts';
import { Random } from '../support/random.ts';
import { checkedText } from '../support/tools.ts';

const FILES = new URL('../fixtures/tools/', import.meta.url);

/** The files of one document, and some lines that they do not have. */
const pool = [
  ...readdirSync(FILES, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[a-z]+$/.test(name))
    .map((name) => readFileSync(new URL(name, FILES), 'utf8')),
  '- &a {name: &n x, command: *n, image: &i tf-python37}\n- {<<: *a, image: *i}\n- {<<: [*a], name: *i}\n',
  '- ? image\n  : "tf-python39"\n  ? name\n  : x\n',
  "- image: 'tf-python39'  # 'x\n  name: |\n    image: tf-python39\n  command: !!str tf-python39\n",
];

const documents = process.env.CI ? 40_000 : 8_000;

test.skipIf(withoutPython)(
  `PyYAML reads ${documents} mutated files of tools alike before and after their fixes, but for the fixed images`,
  { timeout: 60_000 + documents * 5 },
  async () => {
    const random = new Random(20261130);
    const consumers = new Consumers('documents', 2);
    const differing: string[] = [];
    let fixedFiles = 0;
    let answers: Promise<void>[] = [];
    for (let count = 0; count < documents; count++) {
      const text = mutated(random.of(pool), random, () => random.of(pool));
      const checked = checkedText(text, 'service.template');
      if (checked.kind !== 'checked') continue;
      const { fixes } = toolFixes(text, checked.findings, 'deprecated');
      const after = withEdits(text, fixes);
      if (fixes.length === 0 || !readsAlikeBut(text, fixes, after)) continue;
      expect(outside(text, fixes)).toEqual(outside(after, movedTo(fixes)));
      answers.push(
        Promise.all([consumers.read(text), consumers.read(after)]).then(([before, now]) => {
          if (!before.ok) return;
          fixedFiles++;
          if (!now.ok || !isAlike(before.value, now.value, fixes)) differing.push(text);
        }),
      );
      if (answers.length < 1_000) continue;
      await Promise.all(answers);
      answers = [];
    }
    await Promise.all(answers);
    await consumers.close();
    console.info(`${fixedFiles} files fixed, ${differing.length} differing`);
    expect(differing.sort((a, b) => a.length - b.length).map((text) => JSON.stringify(text))).toEqual([]);
    expect(fixedFiles).toBeGreaterThan(documents / 50);
  },
);

/** The parts of a text around its fixes. */
function outside(text: string, fixes: readonly Pick<ToolFix, 'at'>[]): string[] {
  const ends = [0, ...fixes.map(({ at }) => at.end)];
  const starts = [...fixes.map(({ at }) => at.start), text.length];
  return ends.map((end, index) => text.slice(end, starts[index]));
}

/** The places of the fixes in the fixed text. */
function movedTo(fixes: readonly ToolFix[]): Pick<ToolFix, 'at'>[] {
  let shift = 0;
  return fixes.map(({ at, text }) => {
    const start = at.start + shift;
    shift += text.length - (at.end - at.start);
    return { at: { start, end: start + text.length } };
  });
}

/** Whether two values of PyYAML differ only in texts that a fix changed, under a key of an image. */
function isAlike(before: unknown, now: unknown, fixes: readonly ToolFix[], key = ''): boolean {
  if (JSON.stringify(before) === JSON.stringify(now)) return true;
  if (before === null || now === null || typeof before !== 'object' || typeof now !== 'object') return false;
  if (Array.isArray(before) && Array.isArray(now))
    return (
      before.length === now.length && before.every((item, index) => isAlike(item, now[index], fixes, key))
    );
  if ('str' in before && 'str' in now)
    return (
      ['image', 'type'].includes(key) && fixes.some(({ from, to }) => before.str === from && now.str === to)
    );
  if ('list' in before && 'list' in now) return isAlike(before.list, now.list, fixes);
  if (!('map' in before && 'map' in now && Array.isArray(before.map) && Array.isArray(now.map))) return false;
  const pairs: unknown[] = now.map;
  return (
    before.map.length === pairs.length &&
    before.map.every((pair: unknown, index: number) => {
      const [[name, value], [newName, newValue]] = [pair, pairs[index]] as [
        [unknown, unknown],
        [unknown, unknown],
      ];
      const text = (name as { str?: string } | null)?.str ?? '';
      return JSON.stringify(name) === JSON.stringify(newName) && isAlike(value, newValue, fixes, text);
    })
  );
}
