import { describe, expect, it } from 'vitest';
import { toMail, toMailbox } from '../../../src/cli/notice/mail.ts';
import { markdown } from '../../../src/cli/notice/markdown.ts';
import { markUp } from '../../../src/cli/notice/markup.ts';
import { phabricator } from '../../../src/cli/notice/phabricator.ts';
import { wikitext } from '../../../src/cli/notice/wikitext.ts';
import { announcementText, noticeText } from '../../../src/notice/notice-text.ts';
import type { RichText } from '../../../src/notice/rich-text.ts';
import { toolNotices } from '../../../src/notice/tool-notices.ts';
import { buildSiteModel } from '../../../src/site/model.ts';
import { BIDI, hostileInput, LONG, MARKUP } from '../../support/site.ts';

const REMARKUP = '`**b** //i// {F1} T123 @user `` %%%';
const WIKI = "</nowiki>{{delete}} '''b''' [[File:x.png]] ~~~~ <!-- -->";
const BACKTICKS = '``` a `` b ` [x](javascript:alert(1)) ![](http://evil/) \\`';
const LINES = '\r\nBcc: everyone@example.org\r\n\r\n.\r\nFrom x';

const texts = (evil: string, url?: string) => {
  const model = buildSiteModel(hostileInput(evil, url));
  const notices = toolNotices(model, { told: [] });
  expect(notices).not.toEqual([]);
  return [announcementText(model.images, model), ...notices.map((notice) => noticeText(notice, model))];
};

const evils = [MARKUP, BIDI, LONG, REMARKUP, WIKI, BACKTICKS, LINES];

describe('text from outside', () => {
  it.each(evils)('adds no control and no line to any text: %j', (evil) => {
    for (const text of texts(evil))
      for (const markup of [markdown, phabricator, wikitext]) {
        const marked = markUp(text, markup);
        expect(marked).not.toMatch(/[^\P{C}\n]/u);
        expect(marked.split('\n').length).toBe(markUp(textsLike(text), markup).split('\n').length);
        expect(marked.length).toBeLessThan(8_000);
      }
  });

  it('stands in nowiki in wikitext, which it cannot end', () => {
    for (const text of texts(WIKI)) {
      const outside = markUp(text, wikitext).replace(/<nowiki>[^<>]*<\/nowiki>/g, '');
      expect(outside).not.toMatch(/\{\{|\[\[|'''|~~~|<!--|delete/);
    }
  });

  it('stands in code in Markdown, which it cannot end', () => {
    for (const text of texts(BACKTICKS)) {
      const [, ...rest] = markUp(text, markdown).split('\n');
      const outside = rest.join('\n').replace(/(`+)(?!`)(.*?[^`])\1(?!`)/g, '');
      expect(outside).not.toMatch(/javascript|evil|\[x\]/);
    }
  });

  it('stands in code in Remarkup, but for the title, which has no markup', () => {
    for (const text of texts(REMARKUP)) {
      const [, ...rest] = markUp(text, phabricator).split('\n');
      expect(rest.join('\n').replace(/`[^`]*`/g, '')).not.toMatch(/\*\*|\/\/i|T123|@user|%%%/);
    }
  });

  it('cannot add a header to a mail, or a recipient', async () => {
    for (const text of texts(LINES)) {
      const mail = await toMail(text, 'victim@example.org', '2026-11-30');
      const [head = ''] = mail.split('\n\n');
      const names = head
        .split('\n')
        .filter((line) => !/^\s/.test(line))
        .map((line) => line.split(':')[0]);
      expect(names).toEqual([
        'To',
        'Subject',
        'Message-ID',
        'Date',
        'Content-Transfer-Encoding',
        'MIME-Version',
        'Content-Type',
      ]);
      expect(head).toMatch(/^To: victim@example\.org$/m);
    }
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'https://', ' https://a b'])(
    'becomes no link as %j',
    (url) => {
      expect(texts('x', url).flatMap(linksIn)).toEqual([]);
    },
  );

  it('becomes a link without markup as an address of the web', () => {
    const [text] = texts('x', "https://example.org/<b>'''{{x}}[[y]]`~~~~(1)*|\"");
    expect(text && linksIn(text)).toEqual([
      'https://example.org/%3Cb%3E%27%27%27%7B%7Bx%7D%7D%5B%5By%5D%5D%60%7E%7E%7E%7E%281%29%2A%7C%22',
    ]);
  });
});

const linksIn = ({ blocks }: RichText): string[] =>
  blocks
    .flatMap((block) => ('paragraph' in block ? block.paragraph : block.list.flat()))
    .flatMap((span) => (typeof span === 'object' && 'link' in span ? [span.link] : []));

/** The same text with harmless words. */
const textsLike = (text: RichText): RichText => ({
  title: 'x',
  blocks: text.blocks.map((block) =>
    'paragraph' in block ? { paragraph: ['x'] } : { list: block.list.map(() => ['x']) },
  ),
});

describe('a mailbox', () => {
  it('quotes the lines of messages that would begin another', () => {
    expect(
      toMailbox(['Subject: x\n\nFrom here\n>From there\nFromage\n', 'Subject: y\n\n'], '2026-11-30'),
    ).toBe(
      'From - Mon Nov 30 00:00:00 2026\nSubject: x\n\n>From here\n>>From there\nFromage\n\n' +
        'From - Mon Nov 30 00:00:00 2026\nSubject: y\n\n',
    );
  });
});
