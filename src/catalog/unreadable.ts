import type { Loaded } from './load.ts';

/** Whether nothing of a text could be read: then nobody knows what an edit takes from it. `{}` is read, and holds nothing. */
export const isUnreadable = ({ parsed, problems }: Loaded): boolean =>
  parsed.length === 0 && problems.every(({ code }) => code !== 'empty-catalog');
