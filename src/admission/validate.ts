import { acknowledgementOf } from '../catalog/acknowledgement.ts';
import {
  type EditComparison,
  type EditedText,
  type EditTerms,
  validateEdit,
  validateUnchangedText,
} from '../catalog/edit.ts';
import { textAt } from '../catalog/kubernetes-objects.ts';
import { digestOf } from '../catalog/load.ts';
import { WHOLE_DOCUMENT } from '../catalog/positions.ts';
import type { Problem } from '../catalog/problem.ts';
import { ACCEPT, ACKNOWLEDGE, IMAGE_CONFIG } from '../catalog/public-names.ts';
import { report } from '../catalog/report.ts';
import { encodingOf } from '../catalog/text-encoding.ts';
import {
  decodeConfigMap,
  isDeletionAllowed,
  isNamespaceController,
  type ReviewedConfigMap,
} from './config-map.ts';
import {
  acceptedWarnings,
  BLANK_LINE,
  deletionRefusal,
  notesOn,
  observedWarnings,
  problemWarnings,
  refusal,
  type WayOut,
} from './refusal.ts';
import type { AdmissionRequest } from './review.ts';
import { allowed, denied, type Verdict } from './verdict.ts';

export interface ValidationContext extends EditTerms {
  /** The text of the catalog that is served. A ConfigMap that is created is compared with it. */
  readonly served?: string | undefined;
}

/** Handles `POST /validate-image-config`: denies an edit that would break a consumer of the catalog, with all its problems. */
export function validateImageConfig(request: AdmissionRequest, context: ValidationContext): Verdict {
  // The failure policy is Fail: an error about an object of another resource would block that resource.
  if (!isAboutConfigMaps(request)) return allowed();
  const before = configMapIn(request.oldObject, 'request.oldObject');
  const after = configMapIn(request.object, 'request.object');
  if (!isImageConfig(request, after ?? before)) return allowed();
  if (request.operation === 'DELETE') return checkDeletion(request, before);
  if (after === undefined) return allowed();
  return checkText(before, after, context);
}

const configMapIn = (object: unknown, where: string): ReviewedConfigMap | undefined =>
  object === undefined ? undefined : decodeConfigMap(object, where);

const isAboutConfigMaps = ({ resource, subResource }: AdmissionRequest): boolean =>
  resource.group === '' && resource.resource === 'configmaps' && subResource === undefined;

/** The object has the name even in a deletecollection, where `request.name` is empty. */
const isImageConfig = (request: AdmissionRequest, object: ReviewedConfigMap | undefined): boolean =>
  (request.namespace ?? object?.metadata.namespace) === IMAGE_CONFIG.namespace &&
  (object?.metadata.name ?? request.name) === IMAGE_CONFIG.name;

function checkDeletion(request: AdmissionRequest, before: ReviewedConfigMap | undefined): Verdict {
  // A namespace is deleted with all its objects. Denying one of them would leave it terminating forever.
  if (isNamespaceController(request.username) || (before && isDeletionAllowed(before))) return allowed();
  return denied(deletionRefusal(), { separator: BLANK_LINE });
}

function checkText(
  before: ReviewedConfigMap | undefined,
  after: ReviewedConfigMap,
  context: ValidationContext,
): Verdict {
  const stored = textAt(before?.data, IMAGE_CONFIG.key);
  const text = textAt(after.data, IMAGE_CONFIG.key);
  // Labels and annotations can always change: break-glass on a bad catalog is an annotation.
  if (before !== undefined && text === stored)
    return checkUnchanged({ after: editedText(after), before: editedText(before) });
  if (text === undefined) return refusedFor([missingKey(after)], {});

  // If nothing is stored, clients still use the catalog that is served.
  const old = stored ?? context.served;
  const validation = validateEdit(
    {
      after: editedText(after),
      before: old === undefined ? undefined : { ...(before && editedText(before)), text: old },
    },
    context,
  );
  const { loaded, problems, comparison } = validation;
  const notes = notesOn(validation, {
    isStored: stored !== undefined,
    isServed: context.served !== undefined,
  });
  const found = report(problems);
  if (found.errors === 0) return allowed(problemWarnings(found, text, notes, comparison));
  const acceptedBy = [after, before].some(
    (object) => textAt(object?.metadata.annotations, ACCEPT) === digestOf(text),
  );
  if (acceptedBy && !problems.some(isRefusedImmutability))
    return allowed(acceptedWarnings(found, text, loaded.catalog !== undefined, notes));
  return refusedFor(problems, { text, notes, exists: before !== undefined, stored: old, comparison });
}

/** Checks an edit that leaves the text as it is. The only possible problem is that the object becomes immutable. */
function checkUnchanged(edit: { readonly after: EditedText; readonly before: EditedText }): Verdict {
  const problems = validateUnchangedText(edit);
  const found = report([...problems]);
  if (found.errors === 0) return allowed(problemWarnings(found, '', []));
  return refusedFor(problems, { exists: true, stored: edit.before.text });
}

const isRefusedImmutability = (problem: Problem): boolean =>
  problem.code === 'immutable-config-map' && !problem.acknowledged;

interface RefusedEdit {
  /** The new text; undefined if it is unchanged or missing. */
  readonly text?: string;
  readonly notes?: readonly string[];
  /** Whether the object exists, so that `kubectl annotate` works. */
  readonly exists?: boolean;
  /** The stored text, whose digest an acknowledgement names. */
  readonly stored?: string | undefined;
  readonly comparison?: EditComparison;
}

function refusedFor(
  problems: readonly Problem[],
  { text, notes = [], exists = false, stored, comparison }: RefusedEdit,
): Verdict {
  // A new object brings its annotations along. An existing one is annotated first, so the annotation names the stored text.
  const digest = stored === undefined && !exists ? undefined : digestOf(stored ?? '');
  const acknowledgement = acknowledgementOf(problems, digest);
  const way =
    acknowledgement === undefined
      ? breakGlass(problems, text, exists)
      : ({
          annotation: ACKNOWLEDGE,
          value: acknowledgement,
          exists,
        } as const);
  const found = report([...problems]);
  const parts = refusal({ report: found, text: text ?? '', notes, way, comparison });
  const instead = allowed(observedWarnings(found, text ?? '', notes));
  return denied(parts, { separator: BLANK_LINE, instead });
}

/** Break-glass accepts a text, but not that the object becomes immutable. */
const breakGlass = (
  problems: readonly Problem[],
  text: string | undefined,
  exists: boolean,
): WayOut | undefined =>
  text === undefined || problems.some(isRefusedImmutability)
    ? undefined
    : { annotation: ACCEPT, value: digestOf(text), exists };

const editedText = ({ metadata, data, immutable }: ReviewedConfigMap): EditedText => ({
  text: textAt(data, IMAGE_CONFIG.key) ?? '',
  acknowledge: textAt(metadata.annotations, ACKNOWLEDGE),
  immutable: immutable === true,
});

function missingKey({ data, binaryData }: ReviewedConfigMap): Problem {
  const binary =
    binaryData && Object.hasOwn(binaryData, IMAGE_CONFIG.key)
      ? encodingOf(Buffer.from(String(binaryData[IMAGE_CONFIG.key]), 'base64'))
      : undefined;
  return {
    code: 'missing-data-key',
    keys: Object.keys(data ?? {}),
    ...(binary && { binary }),
    at: WHOLE_DOCUMENT,
    field: `data.${IMAGE_CONFIG.key}`,
  };
}
