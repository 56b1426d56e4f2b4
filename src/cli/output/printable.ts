import { UNPRINTABLE } from '../../catalog/wording.ts';

/** Names and values come from outside and may hold anything: nothing of it is to steer a terminal or break a line. */
export const printable = (text: string): string => text.replace(UNPRINTABLE, '\ufffd');
