import { annotateCommand } from '../../admission/refusal.ts';
import { ACKNOWLEDGE } from '../../catalog/public-names.ts';
import { counted, countedProblems } from '../../catalog/wording.ts';
import { isFinding, statuses } from '../../usage/audit-rows.ts';
import type { Gathered } from '../../usage/by-owner.ts';
import type { EditReport, Seen, UseReport } from './report.ts';

/** The sums in the end, a line each. */
export function useInWords({ rows, counts, seen }: UseReport): string[] {
  const findings = rows.filter(({ fact }) => isFinding(fact.status));
  const byStatus = statuses.filter((status) => isFinding(status) && counts[status] > 0);
  const found =
    findings.length === 0
      ? 'No findings.'
      : `${counted(findings.length, 'finding')} in ${whoseInWords(findings)}: ${byStatus.map((status) => `${counts[status]} ${status}`).join(', ')}.`;
  return [found, seenInWords(seen)];
}

export function editInWords(report: EditReport): string[] {
  const { affected, seen } = report;
  const whom =
    affected === undefined
      ? 'Whom it would affect is not told: the new catalog has errors of its own.'
      : affected.length === 0
        ? 'Nothing that is in use changes.'
        : `It would affect ${whoseInWords(affected)}.`;
  const { acknowledgement } = report.edit;
  return [
    verdictInWords(report),
    ...(acknowledgement === undefined
      ? []
      : [`If all of this is meant, acknowledge it first: ${annotateCommand(ACKNOWLEDGE, acknowledgement)}`]),
    whom,
    seenInWords(seen),
  ];
}

function verdictInWords({ edit, seen: { namespace } }: EditReport): string {
  const problems = countedProblems(edit.findings);
  switch (edit.verdict) {
    case 'refused':
      return `This edit would be refused: ${problems}.`;
    case 'accepted-by-break-glass':
      return `This edit would be accepted by break-glass, with ${problems}.`;
    case 'undecided':
      return `Nothing that ${namespace} uses is in the way of this edit; what other tools use was not looked at.`;
    case 'accepted':
      return `This edit would be accepted${problems === '' ? '' : `, with ${problems}`}.`;
  }
}

function whoseInWords(rows: readonly Gathered<unknown>[]): string {
  const workloads = new Set(rows.map(({ owner }) => owner));
  const tools = new Set(rows.map(({ owner }) => owner.namespace));
  return `${counted(workloads.size, 'workload')} of ${counted(tools.size, 'tool')}`;
}

function seenInWords({ namespace, tools, pods, templates, catalog }: Seen): string {
  const whose = namespace ?? counted(tools, 'tool');
  return `Looked at ${counted(pods, 'Pod')} and ${counted(templates, 'template')} of ${whose}, judged by ${catalog.from}.`;
}

/** What somebody should know who sees nothing: a misspelt namespace is empty, too. */
export function nothingSeen(
  { namespace, tools, pods, templates }: Seen,
  toolSelector: string,
): string | undefined {
  if (namespace !== undefined)
    return pods + templates > 0
      ? undefined
      : `there is nothing in the namespace ${namespace}; is that its name?`;
  return tools > 0 ? undefined : `no namespace has the labels ${toolSelector}; is --tool-selector right?`;
}
