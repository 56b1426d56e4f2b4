import type { Colors } from '../output/colors.ts';
import { tableRows } from '../output/table.ts';

/** A page of docs/problems as text for a terminal: its headings, tables, links and examples without the marks of Markdown. */
export function pageAsText(markdown: string, colors: Colors): string {
  const lines: string[] = [];
  let table: string[] = [];
  let isExample = false;
  for (const line of [...markdown.trimEnd().split('\n'), '']) {
    if (!isExample && line.startsWith('|')) {
      table.push(line);
      continue;
    }
    lines.push(...tableAsText(table));
    table = [];
    if (line.startsWith(FENCE)) {
      isExample = !isExample;
      lines.push(...(isExample ? captionOf(line) : []));
    } else lines.push(isExample ? indented(line) : inlineAsText(line, colors));
  }
  return lines.join('\n');
}

const FENCE = '```';

const indented = (line: string): string => (line === '' ? '' : `    ${line}`);

/** The role of an example follows the language: `yaml bad`. The text above an example names a role without a caption. */
function captionOf(fence: string): string[] {
  const role = fence.slice(FENCE.length).split(' ')[1] ?? '';
  return ['old', 'bad', 'good'].includes(role) ? [`  ${role}:`] : [];
}

const tableAsText = (lines: readonly string[]): string[] =>
  tableRows(
    lines
      .filter((line) => !/^[|-]*$/.test(line))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      ),
  ).map(indented);

function inlineAsText(line: string, { bold }: Colors): string {
  const heading = /^#+ (.*)$/.exec(line)?.[1];
  if (heading !== undefined) return bold(heading);
  return line
    .replaceAll(/\*\*([^*]*)\*\*/g, (_, words: string) => bold(words))
    .replaceAll(/\[([^\][]*)\]\(([^()[\]#]*)(?:#[^()[\]]*)?\)/g, (_, text: string, target: string) =>
      linkAsText(text, target),
    );
}

/** A page elsewhere in docs/ by its path, an address of the web, and the page of another code by the code. */
function linkAsText(text: string, target: string): string {
  if (target.startsWith('../')) return `docs/${target.slice('../'.length)}`;
  return target.includes('://') ? `${text} (${target})` : text;
}
