import { readdirSync, readFileSync } from 'node:fs';

export interface CorpusDocument {
  /** The subject of the document. */
  readonly title: string;
  /** The codes of its problems; none if it is accepted. */
  readonly codes: readonly string[];
  readonly text: string;
  readonly file: string;
}

/** Replaces the signs for characters that an editor would hide or drop. */
const fromNotation = (text: string): string =>
  text
    .replaceAll('␠', ' ')
    .replaceAll('␉', '\t')
    .replaceAll('␍', '\r')
    .replaceAll('␄\n', '')
    .replaceAll(/⟨U\+([0-9A-F]{4,6})⟩/g, (_, code: string) =>
      String.fromCodePoint(Number.parseInt(code, 16)),
    );

const folder = new URL('corpus/', import.meta.url);

/** Every document of corpus/*.txt; corpus/README.md describes the files. */
export const corpus: readonly CorpusDocument[] = readdirSync(folder)
  .filter((name) => name.endsWith('.txt'))
  .sort()
  .flatMap((file) => documentsOf(readFileSync(new URL(file, folder), 'utf8'), file));

function documentsOf(content: string, file: string): CorpusDocument[] {
  return content
    .split(/^=== /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      const [verdict = '', ...title] = heading.split(' | ');
      return {
        title: title.join(' | '),
        codes: verdict === 'accepted' ? [] : verdict.split(', '),
        text: fromNotation(lines.join('\n')),
        file,
      };
    });
}
