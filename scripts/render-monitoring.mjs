// Renders manifests/monitoring/alerts.yaml as files of rules, and as the heads of the pages in docs/runbooks; and dashboard.yaml
// beside it for Grafana.
//
//     node scripts/render-monitoring.mjs [DIR]      DIR is the root of the repository by default
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { dump, load } from 'js-yaml';
import { dashboard } from './monitoring/dashboard.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const NAME = 'image-config-admission';

/**
 * @typedef {{ alert: string, severity: 'critical' | 'warning' | 'info', for: string, why: string, summary: string,
 *   description: string, expr: string }} Alert
 * @typedef {{ labels: Record<string, string>, runbook: (alert: string) => string, dashboard: string }} Reader
 */

export const readAlerts = () =>
  /** @type {Alert[]} */ (load(readFileSync(join(root, 'manifests/monitoring/alerts.yaml'), 'utf8')));

/** @param {string} alert */
const runbookOf = (alert) => `docs/runbooks/${alert}.md`;

/** @type {Reader} */
const anyone = {
  labels: {},
  runbook: runbookOf,
  dashboard: `/d/${NAME}`,
};

/** @type {Reader} */
const toolforge = {
  labels: { team: 'wmcs' },
  runbook: (alert) => `https://wikitech.wikimedia.org/wiki/Portal:Toolforge/Admin/Runbooks/${alert}`,
  dashboard: `https://grafana.wmcloud.org/d/${NAME}`,
};

/** The reader of each rendered file of rules. The chart has a copy of its own, since helm reads no file outside of a chart. */
const files = {
  'manifests/monitoring/prometheus-rules.yaml': anyone,
  'manifests/chart/monitoring/rules.yaml': anyone,
  'manifests/monitoring/toolforge/image-config-admission.yaml': toolforge,
};

/**
 * The rules for one reader. `divideBy` shortens all durations, so that a test sees in seconds what takes minutes.
 *
 * @param {Reader} reader
 */
export function rulesFor({ labels, runbook, dashboard } = anyone, divideBy = 1) {
  const rules = readAlerts().map((source) => ({
    alert: source.alert,
    expr: withSeconds(source.expr, divideBy).replaceAll(
      /\[(\w+)\]/g,
      (_, duration) => `[${divided(duration, divideBy)}]`,
    ),
    for: divided(source.for, divideBy),
    labels: { severity: source.severity, service: NAME, ...labels },
    annotations: {
      summary: source.summary,
      description: source.description,
      runbook: runbook(source.alert),
      dashboard,
    },
  }));
  return { groups: [{ name: NAME, rules }] };
}

/** @param {string} expr */
const withSeconds = (expr, divideBy = 1) =>
  expr.replaceAll(/seconds\((\w+)\)/g, (_, duration) => `${secondsIn(duration) / divideBy}`);

const UNITS = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** @param {string} duration */
function secondsIn(duration) {
  const [, number, unit] = /^(\d+)([smhd])$/.exec(duration) ?? [];
  if (unit === undefined) throw new Error(`render-monitoring.mjs: ${duration} is no duration such as 10m`);
  return Number(number) * UNITS[/** @type {keyof typeof UNITS} */ (unit)];
}

/**
 * @param {string} duration
 * @param {number} divideBy
 */
const divided = (duration, divideBy) =>
  divideBy === 1 ? duration : `${Math.ceil(secondsIn(duration) / divideBy)}s`;

const HEAD =
  '# Rendered from manifests/monitoring/alerts.yaml by `npm run monitoring`: edit that file instead.\n';

/**
 * The head of a runbook's page. The rest is written by hand.
 *
 * @param {Alert} alert
 */
const runbookHead = ({ alert, severity, for: held, why, expr }) => `# ${alert}

**${severity}**, after ${held}. ${why}

\`\`\`promql
${withSeconds(expr)}
\`\`\`
`;

const dashboards = ['manifests/monitoring/dashboard.json', 'manifests/chart/monitoring/dashboard.json'];

/** @param {string} target */
export function render(target) {
  for (const file of dashboards) {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    writeFileSync(join(target, file), `${JSON.stringify(dashboard(), undefined, 2)}\n`);
  }

  for (const [file, reader] of Object.entries(files)) {
    const path = join(target, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, HEAD + dump(rulesFor(reader), { lineWidth: 130, noRefs: true }));
  }
  for (const alert of readAlerts()) {
    const page = readFileSync(join(root, runbookOf(alert.alert)), 'utf8');
    const path = join(target, runbookOf(alert.alert));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, runbookHead(alert) + page.slice(page.indexOf('\n## ')));
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) render(process.argv[2] ?? root);
