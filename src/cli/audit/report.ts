import type { ClientPrecedence } from '../../catalog/lookup.ts';
import type { CatalogPolicy } from '../../catalog/policy.ts';
import type { AuditRow, Status } from '../../usage/audit-rows.ts';
import type { Gathered } from '../../usage/by-owner.ts';
import type { Affected } from '../../usage/effects.ts';
import type { UsageIndex } from '../../usage/usage-index.ts';
import type { CatalogInForce } from './catalog-in-force.ts';
import type { AssessedEdit } from './edit.ts';

/** By what all is judged. */
export interface Terms {
  readonly policy: CatalogPolicy;
  readonly precedence: ClientPrecedence;
  /** YYYY-MM-DD, UTC. */
  readonly today: string;
}

/** What was looked at. */
export interface Look {
  readonly index: UsageIndex;
  readonly inForce: CatalogInForce;
  /** Where it was one tool's alone. */
  readonly namespace: string | undefined;
}

/** What was looked at, in numbers, and by which catalog and day it is judged. */
export interface Seen extends Pick<Look, 'namespace'>, Pick<Terms, 'today'> {
  readonly tools: number;
  readonly pods: number;
  /** Of objects that Pods are made from. */
  readonly templates: number;
  readonly catalog: { readonly from: string; readonly digest: string };
}

/** Who uses what. */
export interface UseReport {
  readonly kind: 'use';
  readonly seen: Seen;
  /** Those that are shown. */
  readonly rows: readonly AuditRow[];
  /** Of all rows, shown or not. */
  readonly counts: Readonly<Record<Status, number>>;
}

export type AffectedRow = Gathered<Affected>;

/** What an edit would do to whom. */
export interface EditReport {
  readonly kind: 'edit';
  readonly seen: Seen;
  readonly edit: AssessedEdit;
  /** Undefined where the new catalog has errors of its own: what it would mean is not known then. */
  readonly affected: readonly AffectedRow[] | undefined;
}

export function seenOf({ index, inForce, namespace }: Look, { today }: Terms): Seen {
  const { Namespace: tools = 0, Pod: pods = 0, ...others } = Object.fromEntries(index.counts);
  const templates = Object.values(others).reduce((sum, count) => sum + count, 0);
  const { from, catalog } = inForce;
  return { namespace, tools, pods, templates, catalog: { from, digest: catalog.digest }, today };
}
