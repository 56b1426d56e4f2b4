import { createHash } from 'node:crypto';
import type { RichText } from '../../notice/rich-text.ts';
import { type Markup, markUp, oneLine } from './markup.ts';

/** Plain text. The title is the subject. */
const body: Markup = {
  title: () => '',
  words: (text) => text,
  code: (text) => text,
  link: (url) => url,
  bullet: '- ',
};

/**
 * A message as in RFC 5322. It has no sender: the program that sends it adds one. `day` is its date, and the Message-ID is
 * made from the content, so the same run gives the same message.
 */
export async function toMail(text: RichText, to: string | undefined, day: string): Promise<string> {
  const content = markUp(text, body).trimStart();
  const id = createHash('sha256')
    .update(JSON.stringify([to, day, text.title, content]))
    .digest('hex');
  // Loaded for mails alone: every verb loads the table of targets.
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer/index.js');
  const message = new MailComposer({
    ...(to !== undefined && { to: { name: '', address: to } }),
    subject: oneLine(text.title),
    text: content,
    date: new Date(`${day}T00:00:00Z`),
    messageId: `<${day}.${id.slice(0, 16)}@image-config-admission>`,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return (await message.compile().build()).toString().replaceAll('\r\n', '\n');
}

/** Messages as one mailbox, in the format `mboxrd` (https://www.loc.gov/preservation/digital/formats/fdd/fdd000385.shtml). */
export const toMailbox = (messages: readonly string[], day: string): string =>
  messages
    .map((message) => `From - ${asctime(day)}\n${message.replace(/^>*From /gm, '>$&').trimEnd()}\n\n`)
    .join('');

/** `Mon Nov 30 00:00:00 2026` */
function asctime(day: string): string {
  const [weekday = '', date, month, year] = new Date(day).toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${date} 00:00:00 ${year}`;
}
