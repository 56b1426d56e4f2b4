import { readFile } from 'node:fs/promises';
import { nearest } from '../../catalog/did-you-mean.ts';
import { statuses } from '../../usage/audit-rows.ts';
import { effectKinds } from '../../usage/effects.ts';
import type { Notice } from '../../usage/notices.ts';
import type { CommandResult } from '../command-result.ts';
import type { Io } from '../io.ts';
import { colorsFor } from '../output/colors.ts';
import { type FindingCode, findingCodes, findingInfo } from '../output/finding-codes.ts';
import { table } from '../output/table.ts';
import { errorText } from '../output/terminal-safe.ts';
import { pageAsText } from './page-text.ts';

/** Prints the page of one problem code, or the list of all codes. */
export async function explain(
  code: string | undefined,
  { docs, stdout, env }: Pick<Io, 'docs' | 'stdout' | 'env'>,
): Promise<CommandResult> {
  if (code === undefined) return { exitCode: 0, stdout: listOfCodes() };
  if (!isCode(code)) return { exitCode: 1, stderr: unknown(code) };
  const page = await readFile(new URL(`problems/${code}.md`, docs), 'utf8');
  return { exitCode: 0, stdout: pageAsText(page, colorsFor(stdout, env)) };
}

const isCode = (code: string): code is FindingCode => Object.hasOwn(findingInfo, code);

const listOfCodes = (): string =>
  table([
    ['CODE', 'SEVERITY', 'TITLE'],
    ...findingCodes.map((code) => [code, findingInfo[code].severity, findingInfo[code].title]),
  ]);

function unknown(code: string): string {
  const asked = JSON.stringify(code);
  const page = Object.hasOwn(eventPages, code) ? eventPages[code as EventReason] : undefined;
  if (page !== undefined) return errorText(`${asked} is the reason of an Event, not a code: see ${page}`);
  if ([...statuses, ...effectKinds].some((word) => word === code))
    return errorText(`${asked} is a word of the output of audit, not a code: see docs/audit.md`);
  const meant = nearest(code, findingCodes);
  return errorText(
    `${asked} is not a code${meant ? `; did you mean ${meant}?` : ''}\nWithout a code, explain lists all codes.`,
  );
}

type EventReason = Notice['reason'] | 'InvalidCatalog' | 'CatalogAccepted';

/** The page about each reason of an Event: people look a reason up as they do a code. */
const eventPages: Readonly<Record<EventReason, string>> = {
  DeprecatedImage: 'docs/pods.md',
  UnknownImage: 'docs/pods.md',
  ImageResolved: 'docs/pods.md',
  InvalidCatalog: 'docs/operating.md',
  CatalogAccepted: 'docs/operating.md',
};
