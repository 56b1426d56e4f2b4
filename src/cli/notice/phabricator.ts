import type { Markup } from './markup.ts';

/**
 * Remarkup, for a task. It has no escapes, and code is the only place where nothing is markup. The title is for the field of
 * the task, which has no markup.
 */
export const phabricator: Markup = {
  title: (text) => `Title: ${text}`,
  words: (text) => text,
  code: (text) => `\`${text.replaceAll('`', "'")}\``,
  link: (url) => url,
  bullet: '- ',
};
