import { acknowledgementOf } from '../catalog/acknowledgement.ts';
import {
  type EditComparison,
  type EditedText,
  type EditTerms,
  judgeEdit,
  judgeObjectAlone,
} from '../catalog/edit.ts';
import { textAt } from '../catalog/kubernetes-objects.ts';
import { digestOf } from '../catalog/load.ts';
import { WHOLE_DOCUMENT } from '../catalog/positions.ts';
import type { Problem } from '../catalog/problem.ts';
import { ACCEPT, ACKNOWLEDGE, IMAGE_CONFIG } from '../catalog/public-names.ts';
import { report } from '../catalog/report.ts';
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
  problemWarnings,
  refusal,
  type WayOut,
} from './refusal.ts';
import type { AdmissionRequest } from './review.ts';
import { allowed, denied, type Verdict } from './verdict.ts';

export interface ValidationContext extends EditTerms {
  /** The text of the catalog that is served: what a ConfigMap that is created is compared with. */
  readonly served?: string | undefined;
}

/** `POST /validate-image-config`: an edit that would break a consumer is denied, with everything that is wrong with it. */
export function validateImageConfig(request: AdmissionRequest, context: ValidationContext): Verdict {
  const before = configMapIn(request.oldObject, 'request.oldObject');
  const after = configMapIn(request.object, 'request.object');
  if (!isImageConfig(request, after ?? before)) return allowed();
  if (request.operation === 'DELETE') return judgeDeletion(request, before);
  if (after === undefined) return allowed();
  return judgeText(before, after, context);
}

const configMapIn = (object: unknown, where: string): ReviewedConfigMap | undefined =>
  object === undefined ? undefined : decodeConfigMap(object, where);

/** The name stands in the object alone when a collection is deleted: `request.name` is empty then. */
function isImageConfig(request: AdmissionRequest, object: ReviewedConfigMap | undefined): boolean {
  const { group, resource } = request.resource;
  return (
    group === '' &&
    resource === 'configmaps' &&
    request.subResource === undefined &&
    (request.namespace ?? object?.metadata.namespace) === IMAGE_CONFIG.namespace &&
    (object?.metadata.name ?? request.name) === IMAGE_CONFIG.name
  );
}

function judgeDeletion(request: AdmissionRequest, before: ReviewedConfigMap | undefined): Verdict {
  // A namespace that goes takes everything along; refusing one object would leave it terminating for ever.
  if (isNamespaceController(request.username) || (before && isDeletionAllowed(before))) return allowed();
  return denied(deletionRefusal(), [], BLANK_LINE);
}

function judgeText(
  before: ReviewedConfigMap | undefined,
  after: ReviewedConfigMap,
  context: ValidationContext,
): Verdict {
  const stored = textAt(before?.data, IMAGE_CONFIG.key);
  const text = textAt(after.data, IMAGE_CONFIG.key);
  // Labels and annotations can always be changed, or break-glass could never be used on a bad catalog.
  if (before !== undefined && text === stored)
    return judgeUnchanged({ after: editedText(after), before: editedText(before) });
  if (text === undefined) return refusedFor([missingKey(after)], {});

  // Where nothing is stored, clients go on with what is served.
  const old = stored ?? context.served;
  const judged = judgeEdit(
    {
      after: editedText(after),
      before: old === undefined ? undefined : { ...(before && editedText(before)), text: old },
    },
    context,
  );
  const { loaded, problems, comparison } = judged;
  const notes = notesOn(judged, { isStored: stored !== undefined, isServed: context.served !== undefined });
  const found = report(problems);
  if (found.errors === 0) return allowed(problemWarnings(found, text, notes, comparison));
  const acceptedBy = [after, before].some(
    (object) => textAt(object?.metadata.annotations, ACCEPT) === digestOf(text),
  );
  if (acceptedBy && !problems.some(isRefusedImmutability))
    return allowed(acceptedWarnings(found, text, loaded.catalog !== undefined, notes));
  return refusedFor(problems, { text, notes, exists: before !== undefined, stored: old, comparison });
}

/** The text stays as it is: all that can be wrong is that it can never be changed again. */
function judgeUnchanged(edit: { readonly after: EditedText; readonly before: EditedText }): Verdict {
  const problems = judgeObjectAlone(edit);
  const found = report([...problems]);
  if (found.errors === 0) return allowed(problemWarnings(found, '', []));
  return refusedFor(problems, { exists: true, stored: edit.before.text });
}

const isRefusedImmutability = (problem: Problem): boolean =>
  problem.code === 'immutable-config-map' && !problem.acknowledged;

interface RefusedEdit {
  /** The new text, unless it stays as it is or there is none. */
  readonly text?: string;
  readonly notes?: readonly string[];
  /** Whether the object is there, so that it can be annotated. */
  readonly exists?: boolean;
  /** What an acknowledgement has to name. */
  readonly stored?: string | undefined;
  readonly comparison?: EditComparison;
}

function refusedFor(
  problems: readonly Problem[],
  { text, notes = [], exists = false, stored, comparison }: RefusedEdit,
): Verdict {
  // What is created comes with its annotations; what is there is annotated first, and has to name its text.
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
  const parts = refusal({ report: report([...problems]), text: text ?? '', notes, way, comparison });
  return denied(parts, [], BLANK_LINE);
}

/** It accepts a text, and not that the object becomes immutable. */
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

const missingKey = ({ binaryData }: ReviewedConfigMap): Problem => ({
  code: 'missing-data-key',
  inBinaryData:
    binaryData !== undefined && binaryData !== null && Object.hasOwn(binaryData, IMAGE_CONFIG.key),
  at: WHOLE_DOCUMENT,
  field: `data.${IMAGE_CONFIG.key}`,
});
