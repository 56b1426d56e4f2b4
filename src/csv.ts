import { UNPRINTABLE } from './catalog/wording.ts';

/** Records as in RFC 4180: commas, CR LF, and quotes where a cell needs them. The first record is the header. */
export const toCsv = (records: readonly (readonly string[])[]): string =>
  records.map((record) => `${record.map(cell).join(',')}\r\n`).join('');

function cell(text: string): string {
  const harmless = withoutFormula(text.replace(UNPRINTABLE, '\ufffd'));
  return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/**
 * Users write the content of some cells, and a spreadsheet runs a cell that begins like a formula
 * (https://owasp.org/www-community/attacks/CSV_Injection). An apostrophe in front makes it text. No valid name, image or
 * number begins with these characters.
 */
const withoutFormula = (text: string): string => (/^[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text);
