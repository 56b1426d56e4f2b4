import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { codeFrame } from '../../src/catalog/code-frame.ts';
import { type Loaded, loadCatalog } from '../../src/catalog/load.ts';
import { LineIndex } from '../../src/catalog/positions.ts';
import { severityOf } from '../../src/catalog/problem.ts';
import { describe } from '../../src/catalog/problem-message.ts';
import { report } from '../../src/catalog/report.ts';
import { defaultPolicy } from '../../src/settings.ts';
import { expectSame, type Fuzz } from './fuzz.ts';
import { mutated } from './generate/bytes.ts';
import { entriesOf } from './oracle/entries.ts';
import { isError, problemsOf } from './oracle/problems.ts';
import { type Tree, treeOf } from './oracle/tree.ts';

const TODAY = '2026-11-22';

interface TextCase {
  readonly text: string;
  /** Whether it is judged a second time, which has to come to the same. */
  readonly again: boolean;
}

/** Texts that were a catalog before something was done to their bytes: whatever they are, what is said of them is sound. */
export const catalogBytesFuzz = (loadText = loadCatalog): Fuzz<TextCase> => ({
  name: 'catalog-bytes',
  generate(random) {
    const body = () =>
      stretch(random.of(recorded), random.chance(20) ? 100_000 : 1_500, random.below(100_000));
    // What is no UTF-8 never gets here: the review it would come in is none.
    return { text: mutated(body(), random, body).toString(), again: random.chance(4) };
  },
  check({ text, again }) {
    const loaded = loadText(text, defaultPolicy, TODAY);
    if (again) expectSame(loadText(text, defaultPolicy, TODAY), loaded, 'the same text comes to the same');
    expectSound(loaded, text);
    if (!loaded.catalog) return 'refused';
    // It means the same to all readers, or it would have been refused: so to this one.
    const document = treeOf(load(text));
    if (hasLostOrder(document)) return 'accepted';
    const expected = problemsOf(document, { ...defaultPolicy, today: TODAY });
    const found = loaded.problems.map(({ code, field }) => `${code} ${field}`);
    expectSame(found.sort(), expected.sort(), 'what is wrong with what was accepted');
    expectSame(
      loaded.catalog.entries.map(({ name, state, image, variants }) => ({ name, state, image, variants })),
      entriesOf(document).map(({ name, state, image, variants }) => ({
        name,
        state,
        image,
        variants: variants.map((variant) => [variant.name, variant.image]),
      })),
      'its entries',
    );
    return 'accepted';
  },
  show: ({ text }) => `${text}\n${JSON.stringify(text)}`,
});

/** JavaScript moves keys that are integers to the front of an object, and of what collides the later one is told. */
const hasLostOrder = (tree: Tree): boolean =>
  tree.kind === 'mapping' &&
  tree.pairs.some(({ key, value }) => /^(?:0|[1-9]\d*)$/.test(key.text) || hasLostOrder(value));

/** Every problem can be shown, where it stands. */
function expectSound({ catalog, problems }: Loaded, text: string): void {
  const { errors, warnings, problems: spelledOut } = report(problems);
  expectSame(catalog === undefined, errors > 0, 'whether there is an error');
  expectSame(errors + warnings, problems.length, 'the count of problems');
  const lines = new LineIndex(text);
  for (const problem of spelledOut) {
    const { start, end } = problem.at;
    if (!(0 <= start && start <= end && end <= text.length))
      throw new Error(`${problem.code} at ${start} to ${end}`);
    const { message, remedy } = describe(problem, (offset) => lines.position(offset).line);
    if (message.trim() === '' || remedy.trim() === '') throw new Error(`${problem.code} says nothing`);
    const shown = [problem.field, message, remedy, codeFrame(lines, problem.at)].join('\n');
    if (shown.length > 3_000) throw new Error(`${problem.code} takes ${shown.length} characters`);
    expectSame(
      severityOf(problem),
      isError(problem.code) ? 'error' : 'warning',
      `how grave ${problem.code} is`,
    );
  }
}

/** From the beginning of some entry, so that most of them are catalogs. */
function stretch(bytes: Buffer, length: number, from: number): Buffer {
  const text = bytes.toString();
  if (text.length <= length) return bytes;
  const start = from % text.length;
  const entry = Math.max(0, text.slice(start).search(/^[A-Za-z]/m));
  return Buffer.from(text.slice(start + entry, start + entry + length));
}

const folders = ['image-config', 'catalogs/good', 'catalogs/bad'].map(
  (name) => new URL(`../fixtures/${name}/`, import.meta.url),
);
const recorded = folders.flatMap((folder) =>
  readdirSync(folder).map((name) => readFileSync(new URL(name, folder))),
);
