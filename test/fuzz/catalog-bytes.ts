import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { codeFrame } from '../../src/catalog/code-frame.ts';
import { type Loaded, loadCatalog } from '../../src/catalog/load.ts';
import { LineIndex } from '../../src/catalog/positions.ts';
import { type Problem, type ProblemCode, severityOf } from '../../src/catalog/problem.ts';
import { describe } from '../../src/catalog/problem-message.ts';
import { report } from '../../src/catalog/report.ts';
import { defaultPolicy } from '../../src/settings.ts';
import { asJson, expectSame, type Fuzz } from './fuzz.ts';
import { mutated } from './generate/bytes.ts';
import { entriesOf } from './oracle/entries.ts';
import { own } from './oracle/json.ts';
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
  ...asJson<TextCase>(),
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
    expectNoWorseThanOthers(loaded, text);
    const outcome = loaded.catalog ? 'accepted' : 'refused';
    if (loaded.problems.some(({ code }) => ABOUT_TEXT.includes(code))) return [outcome, 'refused as a text'];
    // It means the same to all readers, or that would have been told: so to this one.
    const document = treeOf(isNothing(text) ? null : load(text));
    if (hasLostOrder(document)) return outcome;
    const expected = problemsOf(document, { ...defaultPolicy, today: TODAY });
    const found = loaded.problems.map(({ code, field }) =>
      // Of a loop any entry may be told.
      code === 'replacement-loop' ? `${code} ` : `${code} ${field}`,
    );
    expectSame(found.sort(), expected.sort(), 'what is wrong with it');
    if (!loaded.catalog) return [outcome, 'refused as a catalog'];
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
    return outcome;
  },
  show: ({ text }) => `${text}\n${JSON.stringify(text)}`,
});

/** What is told of the text itself. Of all else it is known what it means: it is judged as a catalog. */
const ABOUT_TEXT: readonly ProblemCode[] = [
  'document-limit',
  'yaml-syntax',
  'multiple-documents',
  'duplicate-key',
  'yaml-feature',
  'yaml-ambiguous',
];

/** What is refused as no YAML at all is none to another reader either, or the consumers' reader is known to refuse it. */
function expectNoWorseThanOthers({ problems }: Loaded, text: string): void {
  const unreadable = problems.filter(
    (problem) => problem.code === 'yaml-syntax' && !isRefusedByConsumers(text, problem),
  );
  if (unreadable.length === 0) return;
  const error = attempt(() => load(text));
  if (error === undefined)
    throw new Error(`another reader has nothing against it: ${JSON.stringify(unreadable)}`);
}

/** js-yaml has no document for nothing but comments, where others have null. */
const isNothing = (text: string): boolean => text.split('\n').every((line) => /^ *(?:#.*)?\r?$/.test(line));

/**
 * What PyYAML refuses and js-yaml reads (src/catalog/yaml/subset.ts): a TAB, text behind a value on its line, a key of more
 * than 1,024 characters. A bare CR ends no line here: it is refused itself.
 */
function isRefusedByConsumers(text: string, { at: { start, end } }: Problem): boolean {
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const isBehindValue = /['"\]}\r] *$/.test(before) && !'#,:]}'.includes(text[start] ?? '#');
  return text[start] === '\t' || isBehindValue || end - start > 1_000;
}

function attempt(action: () => unknown): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error;
  }
}

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
    const there = text.slice(start, end);
    const meant = quotedIn(problem);
    // Quotes that hold an escape, or more than one line, are read as another text than stands there.
    if (meant !== undefined && !/[\\\n\r]/.test(there) && !there.replaceAll("''", "'").includes(meant))
      throw new Error(`${problem.code} is about ${meant}, and points at ${there}`);
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

/** What has to stand where a problem is shown, if anything. */
const quotedIn = (problem: Problem): string | undefined => own(problem, QUOTED[problem.code] ?? '');

const QUOTED: Readonly<Partial<Record<ProblemCode, string>>> = {
  'yaml-ambiguous': 'text',
  'duplicate-key': 'key',
  'unknown-field': 'key',
  'misspelt-field': 'key',
  'duplicate-alias': 'alias',
  'alias-shadows-name': 'alias',
  'redundant-alias': 'alias',
  'invalid-name': 'name',
  'reserved-name': 'name',
  'case-collision': 'name',
  'invalid-image': 'image',
  'image-tag': 'image',
  'image-digest': 'image',
  'unknown-value': 'value',
  'replacement-unknown': 'replacement',
  'removal-past': 'removal',
};

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
