import type { TextEdit } from '../catalog/text-edit.ts';
import type { ScalarNode, YamlNode } from '../catalog/yaml/node.ts';
import { parseYaml } from '../catalog/yaml/parse.ts';
import { readAlike, readYaml11 } from '../catalog/yaml/scalars.ts';
import { MAX_FILE_DEPTH } from './check-file.ts';
import type { ImageCode, ToolFinding } from './finding.ts';

/** `names`: aliases and old URLs; `deprecated`: deprecated images with a replacement, too. */
export type FixKind = 'names' | 'deprecated';

/** A finding that goes away with an edit of the text. */
export interface ToolFix extends TextEdit {
  readonly code: ImageCode;
  /** The image before and after, without quotes. */
  readonly from: string;
  readonly to: string;
}

/** A finding with a known remedy that is left to people, and why. */
export interface LeftFinding extends Pick<ToolFix, 'at' | 'to'> {
  readonly reason: string;
}

/** The edits that fix what can be fixed; each replaces one scalar and nothing around it. */
export function toolFixes(
  text: string,
  findings: readonly ToolFinding[],
  kind: FixKind,
): { readonly fixes: readonly ToolFix[]; readonly left: readonly LeftFinding[] } {
  const fixes: ToolFix[] = [];
  const left: LeftFinding[] = [];
  for (const finding of findings) {
    if (!('image' in finding) || finding.file === 'service.manifest') continue;
    const { code, at, image: from, scalar, replacement, instead } = finding;
    const to = kind === 'deprecated' ? (replacement ?? instead) : instead;
    if (to === undefined) continue;
    const written = scalar && writtenLike(text, scalar, to);
    if (written !== undefined) fixes.push({ code, at, text: written, from, to });
    else
      left.push({
        at,
        to,
        reason: scalar
          ? 'the text is a block scalar or has several lines'
          : 'the text is also used for something else, by an alias of its anchor',
      });
  }
  return { fixes, left };
}

/** A text in the style of a scalar; undefined for a block scalar and for a text of several lines. */
function writtenLike(text: string, { at, text: value }: ScalarNode, replacement: string): string | undefined {
  if (!PLAIN.test(replacement)) return undefined;
  const written = text.slice(at.start, at.end);
  const [quote = ''] = written;
  if (written === value) return readAlike(replacement)?.type === 'string' ? replacement : `'${replacement}'`;
  const isQuoted = (quote === '"' || quote === "'") && written.length > 1 && written.endsWith(quote);
  return isQuoted && !written.includes('\n') ? `${quote}${replacement}${quote}` : undefined;
}

/** Names and image URLs: they need no escape in any style of YAML. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._:/-]*$/;

/** Whether a text with its fixes reads like the text, but for the fixed scalars. */
export function readsAlikeBut(text: string, fixes: readonly ToolFix[], fixed: string): boolean {
  const before = valuesOf(text, new Map(fixes.map(({ at, to }) => [at.start, to])));
  return before !== undefined && before === valuesOf(fixed, new Map());
}

/** The values of all documents as one text; undefined if it is not well-formed. `changed` has the scalars by their start. */
function valuesOf(text: string, changed: ReadonlyMap<number, string>): string | undefined {
  const parsed = parseYaml(text, MAX_FILE_DEPTH);
  if ('kind' in parsed) return undefined;
  return JSON.stringify(parsed.documents.map(({ root }) => root && plainValue(root, changed)));
}

function plainValue(node: YamlNode, changed: ReadonlyMap<number, string>): unknown {
  switch (node.kind) {
    case 'scalar': {
      const to = changed.get(node.at.start);
      return to === undefined
        ? [node.plain ? readYaml11(node.text).type : 'string', node.text]
        : ['string', to];
    }
    case 'sequence':
      return { list: node.items.map((item) => plainValue(item, changed)) };
    case 'mapping':
      return { pairs: node.pairs.map(({ key, value }) => [key.text, plainValue(value, changed)]) };
    case 'opaque':
      return { alias: node.target?.kind };
  }
}
