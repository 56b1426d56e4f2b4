import type { Markup } from './markup.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** MediaWiki decodes entities within nowiki and interprets nothing else, so no text can end it. */
const literal = (text: string): string =>
  `<nowiki>${text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? '')}</nowiki>`;

export const wikitext: Markup = {
  title: (text) => `== ${literal(text)} ==`,
  words: (text) => (/^[A-Za-z0-9 .,;:-]*$/.test(text) ? text : literal(text)),
  code: (text) => `<code>${literal(text)}</code>`,
  link: (url) => url,
  bullet: '* ',
};
