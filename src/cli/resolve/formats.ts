import type { Deprecation } from '../../catalog/entry.ts';
import { table } from '../output/table.ts';
import type { NameResolution } from './resolve.ts';

export function answersAsTable(answers: readonly NameResolution[]): string {
  const rows = answers.flatMap((answer) =>
    answer.found
      ? [[answer.asked, answer.entry.name, answer.entry.state, answer.image ?? '-', answer.note]]
      : [],
  );
  return rows.length === 0 ? '' : table([['ASKED', 'NAME', 'STATE', 'IMAGE', 'NOTE'], ...rows]);
}

interface JsonAnswer {
  readonly asked: string;
  readonly found: boolean;
  readonly name?: string;
  readonly url?: string;
  readonly state?: string;
  readonly note?: string;
  readonly deprecation?: Deprecation;
  readonly reason?: string;
}

export const answersAsJson = (answers: readonly NameResolution[]): string =>
  `${JSON.stringify(answers.map(jsonAnswer), null, 2)}\n`;

function jsonAnswer(answer: NameResolution): JsonAnswer {
  if (!answer.found) return answer;
  const { name, state, deprecation } = answer.entry;
  return {
    asked: answer.asked,
    found: true,
    name,
    state,
    ...(answer.image !== undefined && { url: answer.image }),
    ...(answer.note !== '' && { note: answer.note }),
    ...(deprecation && { deprecation }),
  };
}

/** What was not found, for people. */
export const complaints = (answers: readonly NameResolution[], variant: string | undefined): string =>
  answers
    .map((answer) => {
      const asked = JSON.stringify(answer.asked);
      if (!answer.found) return `error: ${asked}: ${answer.reason}\n`;
      if (answer.image !== undefined) return '';
      return `error: ${asked}: ${answer.entry.name} has no image for ${variant ?? 'this client'}\n`;
    })
    .join('');
