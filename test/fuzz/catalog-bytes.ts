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
  /** Whether it is validated twice, with equal results. */
  readonly again: boolean;
}

/** Catalogs with damaged bytes. Their problems must agree with other readers of the text. */
export const catalogBytesFuzz = (loadText = loadCatalog): Fuzz<TextCase> => ({
  name: 'catalog-bytes',
  ...asJson<TextCase>(),
  generate(random) {
    const body = () =>
      stretch(random.of(recorded), random.chance(20) ? 100_000 : 1_500, random.below(100_000));
    // Text that is not UTF-8 never arrives: the review around it would be invalid.
    return { text: mutated(body(), random, body).toString(), again: random.chance(4) };
  },
  check({ text, again }) {
    const loaded = loadText(text, defaultPolicy, TODAY);
    if (again) expectSame(loadText(text, defaultPolicy, TODAY), loaded, 'the same text comes to the same');
    expectSound(loaded, text);
    expectNoWorseThanOthers(loaded, text);
    const outcome = loaded.catalog ? 'accepted' : 'refused';
    if (loaded.problems.some(({ code }) => ABOUT_TEXT.includes(code))) return [outcome, 'refused as a text'];
    // Without a problem of the text, all YAML readers read it alike.
    const document = treeOf(isNothing(text) ? null : load(text));
    if (hasLostOrder(document)) return outcome;
    const expected = problemsOf(document, { ...defaultPolicy, today: TODAY });
    const found = loaded.problems.map(({ code, field }) =>
      // Any entry of a loop may be reported.
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

/** The codes about the text itself. A text without them is validated as a catalog. */
const ABOUT_TEXT: readonly ProblemCode[] = [
  'document-limit',
  'yaml-syntax',
  'multiple-documents',
  'duplicate-key',
  'yaml-feature',
  'yaml-ambiguous',
];

/** A text refused as YAML must fail in js-yaml as well, or be known to fail in PyYAML. */
function expectNoWorseThanOthers({ problems }: Loaded, text: string): void {
  const unreadable = problems.filter(
    (problem) => problem.code === 'yaml-syntax' && !isRefusedByConsumers(text, problem),
  );
  if (unreadable.length === 0) return;
  const error = attempt(() => load(text));
  if (error === undefined)
    throw new Error(`another reader has nothing against it: ${JSON.stringify(unreadable)}`);
}

/** For a text of comments alone js-yaml has no document, where other readers have null. */
const isNothing = (text: string): boolean => text.split('\n').every((line) => /^ *(?:#.*)?\r?$/.test(line));

/**
 * Texts that PyYAML refuses and js-yaml reads (src/catalog/yaml/subset.ts): a TAB, text after a value on the same line, a key
 * of more than 1,024 characters. A bare CR is no line end here, since it is refused by itself.
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

/** JavaScript moves integer keys to the front of an object, which changes the one of two colliding entries that is reported. */
const hasLostOrder = (tree: Tree): boolean =>
  tree.kind === 'mapping' &&
  tree.pairs.some(({ key, value }) => /^(?:0|[1-9]\d*)$/.test(key.text) || hasLostOrder(value));

/** Every problem has a position in the text, a message of limited length and the right severity. */
function expectSound({ catalog, problems }: Loaded, text: string): void {
  const { errors, warnings, problems: spelledOut } = report(problems);
  // A catalog with fields at the wrong level is refused in an edit and served as it is written.
  if (!problems.some(({ code }) => code === 'misplaced-field'))
    expectSame(catalog === undefined, errors > 0, 'whether there is an error');
  expectSame(errors + warnings, problems.length, 'the count of problems');
  const lines = new LineIndex(text);
  for (const problem of spelledOut) {
    const { start, end } = problem.at;
    if (!(0 <= start && start <= end && end <= text.length))
      throw new Error(`${problem.code} at ${start} to ${end}`);
    const there = text.slice(start, end);
    const meant = quotedIn(problem);
    // A quoted text with an escape or a line break differs from its source.
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

/** The text that a problem quotes, which its position must show. Undefined for other problems. */
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

/** Cut at the start of an entry, so that most parts are catalogs. */
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
