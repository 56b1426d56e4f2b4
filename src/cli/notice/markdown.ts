import type { Markup } from './markup.ts';

const escaped = (text: string): string => text.replace(/[\\`*_{}[\]<>#&|~!]/g, '\\$&');

/** CommonMark, as GitLab and GitHub take it. */
export const markdown: Markup = {
  title: (text) => `# ${escaped(text)}`,
  words: escaped,
  code(text) {
    let fence = '`';
    while (text.includes(fence)) fence += '`';
    const room = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
    return `${fence}${room}${text}${room}${fence}`;
  },
  link: (url) => `<${url}>`,
  bullet: '- ',
};
