import type { RichText } from '../../notice/rich-text.ts';
import type { WrittenFile } from '../write-into.ts';
import { reportAsJson } from './json.ts';
import { toMail, toMailbox } from './mail.ts';
import { markdown } from './markdown.ts';
import { type Markup, markUp } from './markup.ts';
import { phabricator } from './phabricator.ts';
import type { NoticeReport } from './report.ts';
import { wikitext } from './wikitext.ts';

interface Target {
  readonly files: (report: NoticeReport) => Promise<readonly WrittenFile[]>;
  /** All texts as one, for stdout. */
  readonly joined: (files: readonly WrittenFile[], report: NoticeReport) => string;
}

/** The targets of `notice`. Each row is a choice of `--to`; the first is the default. */
export const noticeTargets = {
  mail: {
    files: (report) =>
      filesOf(report, 'eml', (text, tool) =>
        toMail(
          text,
          tool === undefined ? undefined : report.recipient.replaceAll('TOOL', tool),
          report.model.today,
        ),
      ),
    joined: (files, { model }) =>
      toMailbox(
        files.map(({ text }) => text),
        model.today,
      ),
  },
  phabricator: inMarkup(phabricator, 'remarkup.txt'),
  wikitext: inMarkup(wikitext, 'wiki'),
  markdown: inMarkup(markdown, 'md'),
  json: {
    files: (report) => Promise.resolve([{ path: 'notices.json', text: reportAsJson(report) }]),
    joined: (files) => files.map(({ text }) => text).join(''),
  },
} satisfies Readonly<Record<string, Target>>;

function inMarkup(markup: Markup, extension: string): Target {
  return {
    files: (report) => filesOf(report, extension, (text) => Promise.resolve(markUp(text, markup))),
    joined: (files) => files.map(({ text }) => text).join('\n\n'),
  };
}

/** The announcement first, then a text for each tool. No tool has a name with `_`. */
const filesOf = (
  { announcement, texts }: NoticeReport,
  extension: string,
  render: (text: RichText, tool?: string) => Promise<string>,
): Promise<readonly WrittenFile[]> =>
  Promise.all([
    render(announcement).then((text) => ({ path: `_announcement.${extension}`, text })),
    ...texts.map(async ([tool, text]) => ({
      path: `${tool}.${extension}`,
      text: await render(text, tool),
    })),
  ]);
