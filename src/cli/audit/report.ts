import type { EditComparison } from '../../catalog/edit.ts';
import type { Catalog } from '../../catalog/entry.ts';
import type { ClientPrecedence } from '../../catalog/lookup.ts';
import type { FoundCatalog } from '../../catalog/manifest.ts';
import type { CatalogPolicy } from '../../catalog/policy.ts';
import { secondOf } from '../../site/use.ts';
import type { AuditRow, Status } from '../../usage/audit-rows.ts';
import type { Gathered } from '../../usage/by-owner.ts';
import type { Affected } from '../../usage/effects.ts';
import type { UsageIndex } from '../../usage/usage-index.ts';
import type { FileFindings } from '../output/findings.ts';

/** The settings and the day of an audit. */
export interface Terms {
  readonly policy: CatalogPolicy;
  readonly precedence: ClientPrecedence;
  /** YYYY-MM-DD, UTC. */
  readonly today: string;
}

/** The catalog that the audit uses, and its file or ConfigMap. */
export interface CatalogInForce {
  readonly from: string;
  readonly found: FoundCatalog;
  readonly catalog: Catalog;
}

/** The workloads of a cluster, or of one namespace, and the catalog in force. */
export interface Surveyed {
  readonly index: UsageIndex;
  readonly inForce: CatalogInForce;
  /** Undefined for all tools. */
  readonly namespace: string | undefined;
}

/** The numbers of surveyed objects, the catalog and the day of the audit. */
export interface Seen extends Pick<Surveyed, 'namespace'>, Pick<Terms, 'today'> {
  readonly tools: number;
  readonly pods: number;
  /** The number of objects with a Pod template. */
  readonly templates: number;
  readonly catalog: { readonly from: string; readonly digest: string };
}

/** The use of the catalog in force. */
export interface UseReport {
  readonly kind: 'use';
  readonly seen: Seen;
  /** The rows that are shown. */
  readonly rows: readonly AuditRow[];
  /** Counts of all rows, shown or not. */
  readonly counts: Readonly<Record<Status, number>>;
}

export type AffectedRow = Gathered<Affected>;

/** The effects of an edit on workloads. */
export interface EditReport {
  readonly kind: 'edit';
  readonly seen: Seen;
  readonly edit: AssessedEdit;
  /** Undefined when the new catalog itself has errors, since it then resolves nothing. */
  readonly affected: readonly AffectedRow[] | undefined;
}

/** What the webhook would answer to an edit. */
export interface AssessedEdit {
  readonly findings: FileFindings;
  readonly verdict:
    | 'accepted'
    | 'refused'
    /** The text has errors, and an annotation accepts it by its digest. */
    | 'accepted-by-break-glass'
    /** The edit removes something that may be in use outside the audited namespace. */
    | 'undecided';
  /** Undefined when the new text itself has errors, whatever it changes. */
  readonly catalog: Catalog | undefined;
  readonly comparison: EditComparison;
  /** The value of the annotation that would accept what is refused; undefined when the text itself has errors. */
  readonly acknowledgement: string | undefined;
}

export function seenOf({ index, inForce, namespace }: Surveyed, { today }: Terms): Seen {
  const { Namespace: tools = 0, Pod: pods = 0, ...others } = Object.fromEntries(index.counts);
  const templates = Object.values(others).reduce((sum, count) => sum + count, 0);
  const { from, catalog } = inForce;
  return { namespace, tools, pods, templates, catalog: { from, digest: catalog.digest }, today };
}

/** When the oldest object of a row was created: `2026-11-22T12:00:00Z`, as Kubernetes writes it. */
export const sinceSecond = ({ since }: Pick<Gathered<unknown>, 'since'>): string | undefined =>
  since === undefined ? undefined : secondOf(new Date(since));
