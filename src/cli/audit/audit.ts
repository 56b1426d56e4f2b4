import type { ClientPrecedence } from '../../catalog/lookup.ts';
import type { CatalogPolicy } from '../../catalog/policy.ts';
import { Cluster } from '../../cluster/cluster.ts';
import type { PodsByUrl } from '../../settings.ts';
import { isFinding } from '../../usage/audit-rows.ts';
import { annotationTrustOf } from '../collections.ts';
import { type CommandResult, type ExitCode, UsageError } from '../command-result.ts';
import type { Io } from '../io.ts';
import { policyOf } from '../options/shared.ts';
import { readInput } from '../read-input.ts';
import { PROGRAM, version } from '../version.ts';
import { catalogInForce } from './catalog-in-force.ts';
import { editReport } from './edit-report.ts';
import { type Format, render } from './formats.ts';
import { progressOn } from './progress.ts';
import type { EditReport, UseReport } from './report.ts';
import { survey } from './survey.ts';
import { useReport } from './use-report.ts';
import { nothingSeen } from './words.ts';

export interface AuditOptions extends CatalogPolicy {
  readonly kubeconfig?: string;
  /** To judge by instead of the one of the cluster. */
  readonly catalog?: string;
  /** Of the one tool to look at. */
  readonly namespace?: string;
  /** Labels of the namespaces that are tools'. */
  readonly toolSelector: string;
  /** Whether the webhooks of the cluster correct facts on all Pods, as its chart has it. */
  readonly podsByUrl: PodsByUrl;
  /** The catalog as it would be. */
  readonly edit?: string;
  readonly all?: boolean;
  readonly strict?: boolean;
  readonly format: Format;
  readonly precedence: ClientPrecedence;
  readonly today?: string;
}

/** Who uses what in a cluster; with an edit, what that would do to whom. The cluster is only read. */
export async function audit(options: AuditOptions, io: Io): Promise<CommandResult> {
  const cluster = connected({ file: options.kubeconfig, env: io.env });
  try {
    return await auditCluster(cluster, options, io);
  } finally {
    await cluster.close();
  }
}

function connected(where: { readonly file: string | undefined; readonly env: Io['env'] }): Cluster {
  try {
    return new Cluster({ ...where, component: PROGRAM, version });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n(--kubeconfig FILE says which cluster to look at)`, {
      cause: error,
    });
  }
}

/** What is asked of a cluster; a fake is an object literal. */
export type AuditedCluster = Pick<Cluster, 'configMap' | 'list'>;

/** Files are read first: a cluster may take a while. */
export async function auditCluster(
  cluster: AuditedCluster,
  options: AuditOptions,
  io: Io,
): Promise<CommandResult> {
  const { catalog, edit, namespace, toolSelector, podsByUrl, precedence } = options;
  const { all = false, strict = false } = options;
  if (catalog === '-' && edit === '-') throw new UsageError('standard input can be read only once');
  const edited = edit === undefined ? undefined : { file: edit, text: await readInput(edit, io) };
  const terms = { policy: policyOf(options), precedence, today: options.today ?? io.today() };
  const inForce = await catalogInForce(cluster, catalog, terms, io);
  if ('exitCode' in inForce) return inForce;

  const whose = { namespace, toolSelector, podAnnotations: annotationTrustOf(podsByUrl) };
  const index = await survey(cluster, whose, progressOn(io.stderr));
  const look = { index, inForce, namespace };
  const report = edited ? editReport(edited, look, terms) : useReport(look, terms, all);
  const { stdout = '', stderr = '' } = render(report, options.format, io);
  const note = nothingSeen(report.seen, toolSelector);
  return {
    exitCode: exitCodeOf(report, strict),
    stdout,
    stderr: note === undefined ? stderr : `note: ${note}\n${stderr}`,
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
