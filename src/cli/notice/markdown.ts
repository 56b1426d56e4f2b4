import type { Markup } from './markup.ts';

const escaped = (text: string): string => text.replace(/[\\`*_{}[\]<>#&|~!]/g, '\\$&');

/** CommonMark, as GitLab and GitHub take it. */
export const markdown: Markup = {
  title: (text) => `# ${escaped(text)}`,
  words: escaped,
  code(text) {
    const fence = '`'.repeat(1 + Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length)));
    const room = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
    return `${fence}${room}${text}${room}${fence}`;
  },
  link: (url) => `<${url}>`,
  bullet: '- ',
};
