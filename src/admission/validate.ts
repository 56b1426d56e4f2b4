import {
  ACKNOWLEDGE,
  acknowledgedNames,
  compareCatalogs,
  type Usage,
  unknownUsage,
} from '../catalog/changes.ts';
import { type CatalogPolicy, digestOf, type Loaded, loadCatalog } from '../catalog/load.ts';
import type { Problem } from '../catalog/problem.ts';
import { report } from '../catalog/report.ts';
import { WHOLE_DOCUMENT } from '../catalog/span.ts';
import { isUnreadable } from '../catalog/unreadable.ts';
import {
  ACCEPT,
  type ConfigMap,
  decodeConfigMap,
  IMAGE_CONFIG,
  isDeletionAllowed,
  isNamespaceController,
} from './config-map.ts';
import { textAt } from './metadata.ts';
import { acceptedWarnings, BLANK_LINE, deletionRefusal, problemWarnings, refusal } from './refusal.ts';
import type { AdmissionRequest } from './review.ts';
import { allowed, type DenialPart, denied, type Verdict } from './verdict.ts';

export interface ValidationContext {
  readonly policy: CatalogPolicy;
  /** YYYY-MM-DD, UTC. */
  readonly today: string;
  readonly usage: Usage;
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

const configMapIn = (object: unknown, where: string): ConfigMap | undefined =>
  object === undefined ? undefined : decodeConfigMap(object, where);

/** The name stands in the object alone when a collection is deleted: `request.name` is empty then. */
function isImageConfig(request: AdmissionRequest, object: ConfigMap | undefined): boolean {
  const { group, resource } = request.resource;
  return (
    group === '' &&
    resource === 'configmaps' &&
    request.subResource === undefined &&
    (request.namespace ?? object?.metadata.namespace) === IMAGE_CONFIG.namespace &&
    (object?.metadata.name ?? request.name) === IMAGE_CONFIG.name
  );
}

function judgeDeletion(request: AdmissionRequest, before: ConfigMap | undefined): Verdict {
  // A namespace that goes takes everything along; refusing one object would leave it terminating for ever.
  if (isNamespaceController(request.username) || (before && isDeletionAllowed(before))) return allowed();
  return refused(deletionRefusal());
}

function judgeText(before: ConfigMap | undefined, after: ConfigMap, context: ValidationContext): Verdict {
  const oldText = textAt(before?.data, IMAGE_CONFIG.key);
  const text = textAt(after.data, IMAGE_CONFIG.key);
  // Labels and annotations can always be changed, or break-glass could never be used on a bad catalog.
  if (before !== undefined && text === oldText) return allowed();
  if (text === undefined)
    return refused(refusal({ report: report([missingKey(after)]), text: '', remedy: undefined }));

  const { catalog, problems, notes } = loadedEdit(text, oldText, before, after, context);
  const judged = report(problems);
  if (judged.errors === 0) return allowed(problemWarnings(judged, text, notes));
  const digest = digestOf(text);
  const acceptedBy = [after, before].some(
    (object) => textAt(object?.metadata.annotations, ACCEPT) === digest,
  );
  if (acceptedBy) return allowed(acceptedWarnings(judged, text, catalog !== undefined, notes));
  return refused(refusal({ report: judged, text, remedy: { digest, exists: before !== undefined } }));
}

const refused = (parts: readonly DenialPart[]): Verdict => denied(parts, [], BLANK_LINE);

const NOT_COMPARED = `the stored ${IMAGE_CONFIG.key} cannot be read as a catalog: this edit was not compared with it, and which names it takes away is not known`;

interface LoadedEdit extends Loaded {
  readonly notes: readonly string[];
}

/** The new text, with the problems of the change among its own. */
function loadedEdit(
  text: string,
  oldText: string | undefined,
  before: ConfigMap | undefined,
  after: ConfigMap,
  { policy, today, usage }: ValidationContext,
): LoadedEdit {
  const loaded = loadCatalog(text, policy, today);
  // A document that could not be read at all has no entries to miss.
  if (oldText === undefined || loaded.drafts.length === 0) return { ...loaded, notes: [] };
  const old = loadCatalog(oldText, policy, today);
  if (isUnreadable(old)) return { ...loaded, notes: [NOT_COMPARED] };
  const acknowledged = acknowledgedNames(
    ...[before, after].map((object) => textAt(object?.metadata.annotations, ACKNOWLEDGE)),
  );
  // What is served may be older than what is stored: who uses a name that only the stored one has is not known by it.
  const { judgedBy = digestOf(oldText) } = usage;
  const known = judgedBy === digestOf(oldText) ? usage : unknownUsage;
  const changes = compareCatalogs(old.drafts, loaded.drafts, { usage: known, acknowledged });
  return { ...loaded, problems: [...loaded.problems, ...changes], notes: [] };
}

const missingKey = ({ binaryData }: ConfigMap): Problem => ({
  code: 'missing-data-key',
  inBinaryData:
    binaryData !== undefined && binaryData !== null && Object.hasOwn(binaryData, IMAGE_CONFIG.key),
  at: WHOLE_DOCUMENT,
  field: `data.${IMAGE_CONFIG.key}`,
});
