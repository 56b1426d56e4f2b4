import { isFinding } from '../../usage/audit-rows.ts';
import type { Gathered } from '../../usage/by-owner.ts';
import { plainFinding } from '../lint/json.ts';
import { jsonText } from '../output/json-text.ts';
import type { EditReport, Seen, UseReport } from './report.ts';
import { sinceSecond } from './since.ts';

/** docs/audit.md promises these fields. */
export const useAsJson = ({ seen, rows, counts }: UseReport): string =>
  jsonText({
    ...plainSeen(seen),
    counts,
    findings: rows.map((row) => ({
      ...plainRow(row, row.fact.name),
      status: row.fact.status,
      ...(isFinding(row.fact.status) &&
        row.fact.entry?.deprecation && { deprecation: row.fact.entry.deprecation }),
    })),
  });

export const editAsJson = ({ seen, edit, affected }: EditReport): string =>
  jsonText({
    ...plainSeen(seen),
    edit: {
      file: edit.findings.file,
      verdict: edit.verdict,
      errors: edit.findings.errors,
      warnings: edit.findings.warnings,
      readers: edit.findings.readers ?? [],
      ...(edit.acknowledgement !== undefined && { acknowledge: edit.acknowledgement }),
      problems: edit.findings.findings.map(plainFinding),
    },
    ...(affected && {
      affected: affected.map((row) => ({ ...plainRow(row, row.fact.name), effect: row.fact.effect })),
    }),
  });

const plainSeen = ({ namespace, tools, pods, templates, catalog, today }: Seen) => ({
  ...(namespace !== undefined && { namespace }),
  today,
  catalog,
  seen: { tools, pods, templates },
});

const plainRow = (row: Gathered<unknown>, name: string | undefined) => ({
  tool: row.owner.namespace,
  owner: { kind: row.owner.kind, name: row.owner.name },
  containers: row.containers,
  ...(name !== undefined && { name }),
  askedBy: row.askedBy,
  images: row.images,
  pods: row.pods,
  ...(row.since !== undefined && { since: sinceSecond(row) }),
});
