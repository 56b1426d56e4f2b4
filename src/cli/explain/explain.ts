import { readFile } from 'node:fs/promises';
import { nearest } from '../../catalog/did-you-mean.ts';
import type { CommandResult } from '../command-result.ts';
import type { Io } from '../io.ts';
import { type FindingCode, findingCodes, findingInfo } from '../output/finding-codes.ts';
import { table } from '../output/table.ts';
import { errorText } from '../output/terminal-safe.ts';

/** Prints the page of one problem code, or the list of all codes. */
export async function explain(code: string | undefined, io: Pick<Io, 'docs'>): Promise<CommandResult> {
  if (code === undefined) return { exitCode: 0, stdout: listOfCodes() };
  if (!isCode(code)) return { exitCode: 1, stderr: unknown(code) };
  return { exitCode: 0, stdout: await readFile(new URL(`problems/${code}.md`, io.docs), 'utf8') };
}

const isCode = (code: string): code is FindingCode => Object.hasOwn(findingInfo, code);

const listOfCodes = (): string =>
  table([
    ['CODE', 'SEVERITY', 'TITLE'],
    ...findingCodes.map((code) => [code, findingInfo[code].severity, findingInfo[code].title]),
  ]);

function unknown(code: string): string {
  const meant = nearest(code, findingCodes);
  return errorText(
    `there is no problem ${JSON.stringify(code)}${meant ? `; did you mean ${meant}?` : ''}\nWithout a code, explain lists all of them.`,
  );
}
