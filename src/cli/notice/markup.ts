import { brief, UNPRINTABLE } from '../../catalog/wording.ts';
import type { Block, RichText } from '../../notice/rich-text.ts';
import type { Phrase } from '../../site/migration.ts';

/** How a target writes the parts of a text. The arguments hold no controls and no ends of lines. */
export interface Markup {
  readonly title: (text: string) => string;
  readonly words: (text: string) => string;
  readonly code: (text: string) => string;
  readonly link: (url: string) => string;
  /** Begins an item of a list. */
  readonly bullet: string;
}

/** A text in the markup of a target, with an end of line. */
export const markUp = ({ title, blocks }: RichText, markup: Markup): string =>
  `${[markup.title(oneLine(title)), ...blocks.map((block) => blockIn(block, markup))].join('\n\n')}\n`;

const blockIn = (block: Block, markup: Markup): string =>
  'paragraph' in block
    ? spansIn(block.paragraph, markup)
    : block.list.map((item) => `${markup.bullet}${spansIn(item, markup)}`).join('\n');

const spansIn = (spans: readonly Phrase[], { words, code, link }: Markup): string =>
  spans
    .map((span) => {
      if (typeof span === 'string') return words(oneLine(span));
      return 'code' in span ? code(oneLine(span.code)) : link(span.link);
    })
    .join('');

/** A text from outside that cannot break a line, a header of a mail or a terminal. */
export const oneLine = (text: string): string => brief(text).replace(UNPRINTABLE, '\ufffd');
