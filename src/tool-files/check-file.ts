import { fieldAt } from '../catalog/field.ts';
import type { Lookup } from '../catalog/lookup.ts';
import type { YamlNode } from '../catalog/yaml/node.ts';
import { type ParseFault, parseYaml } from '../catalog/yaml/parse.ts';
import { type AssessImage, imageAssessor } from './assess-image.ts';
import type { ToolFinding } from './finding.ts';
import { type ToolReference, toolDocument } from './references.ts';

/** The result for one file. */
export type CheckedText =
  | { readonly kind: 'checked'; readonly findings: readonly ToolFinding[] }
  /** No document of the file is one that tools keep for Toolforge. */
  | { readonly kind: 'other file' }
  /** A template with placeholders that are no YAML. */
  | { readonly kind: 'template' }
  | { readonly kind: 'malformed'; readonly fault: ParseFault };

/** A function that checks the text of a file by one catalog. The name tells apart files of the same shape. */
export function toolFileChecker(lookup: Lookup, today: string): (text: string, name: string) => CheckedText {
  const assessImage = imageAssessor(lookup, today);
  return (text, name) => {
    if (!mayConcernUs(text)) return { kind: 'other file' };
    const parsed = parseYaml(text, MAX_FILE_DEPTH);
    if ('kind' in parsed)
      return PLACEHOLDER.test(text) ? { kind: 'template' } : { kind: 'malformed', fault: parsed };
    // An alias as a key is in no tree, so it is not known what it refers to.
    const changeable = parsed.oddKeys.length === 0;
    const found = parsed.documents.flatMap(({ root }) => {
      const document = toolDocument(root, name);
      return document ? [{ root, references: document.references }] : [];
    });
    if (found.length === 0) return { kind: 'other file' };
    const findings = found.flatMap(({ root, references }) =>
      references.flatMap((reference) =>
        findingOf({ ...reference, changeable: changeable && reference.changeable }, root, assessImage),
      ),
    );
    return { kind: 'checked', findings: findings.sort((one, other) => one.at.start - other.at.start) };
  };
}

/** Every file that asks for something has one of these words. Most files of a folder have none and are not parsed. */
const mayConcernUs = (text: string): boolean =>
  /image|use_deprecated_versions/.test(text) || /^[ {"']*(?:type|backend|web)\b/m.test(text);

/** The placeholders of Helm, Jinja and other templates. */
const PLACEHOLDER = /\{\{|\{%/;

/** Custom resources nest deeper than catalogs. */
export const MAX_FILE_DEPTH = 100;

function findingOf(
  reference: ToolReference,
  root: YamlNode | undefined,
  assessImage: AssessImage,
): readonly ToolFinding[] {
  const { what, file, scalar } = reference;
  const place = { at: scalar.at, field: fieldAt(root, scalar.at.start), file };
  switch (what) {
    case 'builder':
      return [{ code: 'deprecated-builder', ...place }];
    case 'backend':
      return scalar.text === GRID ? [{ code: 'backend-gone', backend: scalar.text, ...place }] : [];
    case 'type':
    case 'image': {
      const finding = assessImage(reference, place.field);
      return finding ? [finding] : [];
    }
  }
}

/** Toolforge's grid engine was shut down in March 2024. */
const GRID = 'gridengine';
