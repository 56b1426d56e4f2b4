import { readFileSync } from 'node:fs';
import { loadCatalog } from '../../src/catalog/load.ts';
import { buildLookup, defaultPrecedence, type Lookup } from '../../src/catalog/lookup.ts';
import { defaultPolicy } from '../../src/settings.ts';
import { type CheckedText, toolFileChecker } from '../../src/tool-files/check-file.ts';
import type { ToolFinding } from '../../src/tool-files/finding.ts';

const TODAY = '2026-11-22';

/** The catalog by which files of tools are checked in tests. */
const toolsCatalog = new URL('../fixtures/cli/tools-catalog.yaml', import.meta.url);

export function toolsLookup(): Lookup {
  const { catalog } = loadCatalog(readFileSync(toolsCatalog, 'utf8'), defaultPolicy, TODAY);
  if (!catalog) throw new Error('tools-catalog.yaml has an error');
  return buildLookup(catalog, defaultPrecedence);
}

const checker = toolFileChecker(toolsLookup(), TODAY);

export const checkedText = (text: string, name = 'file.yaml'): CheckedText => checker(text, name);

/** The findings of a text that is a file of a tool. */
export function toolFindings(text: string, name?: string): readonly ToolFinding[] {
  const result = checkedText(text, name);
  if (result.kind !== 'checked') throw new Error(`no file of a tool: ${result.kind}`);
  return result.findings;
}

/** Each finding as the text that it is about, its codes and its field. */
export const shortFindings = (text: string, name?: string): string[] =>
  toolFindings(text, name).map((finding) => {
    const codes = 'also' in finding ? [finding.code, ...finding.also] : [finding.code];
    return `${text.slice(finding.at.start, finding.at.end)} ${codes.join('+')} ${finding.field}`;
  });

/** A Pod with one container. */
export const podWith = (image: string, labels = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: a${labels}}\nspec: {containers: [{name: c, image: ${image}}]}\n`;

export const jobWith = (image: string): string => `- {name: a, command: ./a, image: ${image}}\n`;
