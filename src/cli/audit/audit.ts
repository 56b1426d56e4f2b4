import { buildLookup, type ClientPrecedence } from '../../catalog/lookup.ts';
import type { CatalogPolicy } from '../../catalog/policy.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { PodsByUrl } from '../../settings.ts';
import { auditRows, isFinding, type Status, statuses } from '../../usage/audit-rows.ts';
import { imageClassifier } from '../../usage/image-classification.ts';
import { annotationTrustOf } from '../collections.ts';
import type { CommandResult, ExitCode } from '../command-result.ts';
import { connectCluster } from '../connect-cluster.ts';
import type { Io } from '../io.ts';
import { type ClusterAccessFlags, clusterAccessOf } from '../options/cluster-access.ts';
import { policyOf } from '../options/shared.ts';
import { colorsFor } from '../output/colors.ts';
import { readInput, refuseSecondStdin } from '../read-input.ts';
import { catalogInForce } from './catalog-in-force.ts';
import { editReport } from './edit-report.ts';
import { auditFormats, type PrintedReport } from './formats.ts';
import { historyReport } from './history-report.ts';
import { progressOn } from './progress.ts';
import { type EditReport, type Seen, type Surveyed, seenOf, type Terms, type UseReport } from './report.ts';
import { survey } from './survey.ts';

export interface AuditOptions extends CatalogPolicy, ClusterAccessFlags {
  /** A file that replaces the catalog of the cluster. */
  readonly catalog?: string;
  /** Limits the audit to one tool. */
  readonly namespace?: string;
  /** Labels of the tools' namespaces. */
  readonly toolSelector: string;
  /**
   * Whether the webhooks of the cluster receive Pods without a short name, as its chart sets it. With `skip` the annotations
   * may be forged, so they are ignored.
   */
  readonly podsByUrl: PodsByUrl;
  /** A file with the edited catalog. */
  readonly edit?: string;
  /** The namespace whose history of use is printed instead. */
  readonly history?: string;
  readonly all?: boolean;
  readonly strict?: boolean;
  readonly format: keyof typeof auditFormats;
  readonly precedence: ClientPrecedence;
  readonly today?: string;
}

/**
 * Reports which workloads of a cluster use which images; with an edit, its effects on them; or the history of use. Only reads
 * the cluster.
 */
export async function audit(options: AuditOptions, io: Io): Promise<CommandResult> {
  const hint = options.kubeconfig
    ? 'without --kubeconfig, audit takes the kubeconfig that kubectl takes'
    : '--kubeconfig FILE chooses the cluster';
  const cluster = connectCluster(clusterAccessOf(options), io.env, hint);
  try {
    return await auditCluster(cluster, options, io);
  } finally {
    await cluster.close();
  }
}

/** The part of a cluster that an audit reads; a fake is an object literal. */
export type AuditedCluster = Pick<Cluster, 'configMap' | 'list'>;

/** Reads files before the cluster, which may take a while. */
export async function auditCluster(
  cluster: AuditedCluster,
  options: AuditOptions,
  io: Io,
): Promise<CommandResult> {
  const { catalog, edit, namespace, toolSelector, podsByUrl, precedence } = options;
  const { all = false, strict = false } = options;
  const colors = { stdout: colorsFor(io.stdout, io.env), stderr: colorsFor(io.stderr, io.env) };
  const format = auditFormats[options.format];
  if (options.history !== undefined) {
    const report = await historyReport(cluster, options.history, options.today ?? io.today());
    return { exitCode: 0, ...format.history(report, colors) };
  }
  refuseSecondStdin(catalog, edit);
  const edited = edit === undefined ? undefined : { file: edit, text: await readInput(edit, io) };
  const terms = { policy: policyOf(options), precedence, today: options.today ?? io.today() };
  const inForce = await catalogInForce(cluster, catalog, terms, io);
  if ('exitCode' in inForce) return inForce;

  const scope = { namespace, toolSelector, podAnnotations: annotationTrustOf(podsByUrl) };
  const index = await survey(cluster, scope, progressOn(io.stderr));
  const surveyed = { index, inForce, namespace };
  const report = edited ? editReport(edited, surveyed, terms) : useReport(surveyed, terms, all);
  const { stdout, stderr = '' }: PrintedReport =
    report.kind === 'use' ? format.use(report, colors) : format.edit(report, colors);
  const note = nothingSeen(report.seen, toolSelector);
  return {
    exitCode: exitCodeOf(report, strict),
    stdout,
    stderr: note === undefined ? stderr : `note: ${note}\n${stderr}`,
  };
}

/** The workloads whose images need attention; with `all`, those without findings, too. */
function useReport(surveyed: Surveyed, terms: Terms, all: boolean): UseReport {
  const { catalog } = surveyed.inForce;
  const rows = auditRows(
    surveyed.index,
    imageClassifier(buildLookup(catalog, terms.precedence)),
    terms.today,
  );
  const counts = Object.fromEntries(statuses.map((status) => [status, 0])) as Record<Status, number>;
  for (const { fact } of rows) counts[fact.status] += 1;
  return {
    kind: 'use',
    seen: seenOf(surveyed, terms),
    rows: all ? rows : rows.filter(({ fact }) => isFinding(fact.status)),
    counts,
  };
}

function exitCodeOf(report: UseReport | EditReport, strict: boolean): ExitCode {
  if (report.kind === 'edit' && report.edit.verdict === 'refused') return 1;
  return strict && hasFindings(report) ? 1 : 0;
}

function hasFindings(report: UseReport | EditReport): boolean {
  if (report.kind === 'use') return report.rows.some(({ fact }) => isFinding(fact.status));
  const { edit, affected = [] } = report;
  return edit.findings.errors + edit.findings.warnings + affected.length > 0;
}

/** A note on an audit that found no object: the namespace may be misspelt. */
function nothingSeen({ namespace, tools, pods, templates }: Seen, toolSelector: string): string | undefined {
  if (namespace !== undefined)
    return pods + templates > 0
      ? undefined
      : `the namespace ${namespace} has no workloads; is its name right?`;
  return tools > 0 ? undefined : `no namespace has the labels ${toolSelector}; is --tool-selector right?`;
}
