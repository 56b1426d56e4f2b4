import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

const ROOT = new URL('../../', import.meta.url);

export const pageText = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

const FOLDERS = ['.ci', 'bench', 'certs', 'docs', 'manifests', 'scripts', 'src', 'test'];

/** Paths of the files of the repository that end so. */
export function filesEndingIn(end: string): string[] {
  const below = FOLDERS.flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, ROOT), { recursive: true, encoding: 'utf8' }).map(
      (path) => `${folder}/${path}`,
    ),
  );
  return [...readdirSync(ROOT), ...below].filter((path) => path.endsWith(end)).sort();
}

/** With UPDATE_TRANSCRIPTS=1 the parts of pages that programs print are written anew, as the transcripts are. */
const update = process.env.UPDATE_TRANSCRIPTS === '1';

const HINT =
  'UPDATE_TRANSCRIPTS=1 npx vitest run --project unit test/documentation.test.ts renews this part of the page';

/** Expects this text between two marks of a page. */
export function expectBetween(path: string, begin: string, end: string, expected: string): void {
  const page = pageText(path);
  const start = page.indexOf(begin) + begin.length;
  const stop = page.indexOf(end, start);
  if (start < begin.length || stop < 0)
    throw new Error(`${path} has no text between ${begin.trim()} and ${end.trim()}`);
  if (update) writeFileSync(new URL(path, ROOT), page.slice(0, start) + expected + page.slice(stop));
  else expect(page.slice(start, stop), HINT).toBe(expected);
}

/** Expects this between `<!-- NAME -->` and `<!-- /NAME -->`. */
export const expectPart = (path: string, name: string, expected: string): void =>
  expectBetween(path, `<!-- ${name} -->\n`, `<!-- /${name} -->`, expected);

/** Expects the output of a command in the fence below `<!-- example: NAME -->`. */
export const expectExample = (path: string, name: string, command: string, output: string): void =>
  expectBetween(path, `<!-- example: ${name} -->\n\`\`\`console\n$ ${command}\n`, '```\n', output);

export const markdownTable = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`)
    .join('')
    .replaceAll('| --- ', '|---')
    .replaceAll('|--- |', '|---|');
