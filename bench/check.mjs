// Time of `check` as a whole process: `npm run bench:check`. It makes 10,000 files in a temporary directory, 500 of them jobs.yaml,
// service.template and manifests, and checks the directory and one file. Another program may be timed beside it: KUBECONFORM=PATH.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const FILES = 10_000;
const OURS = 500;
const ROUNDS = 5;
const CATALOG = 'test/fixtures/image-config/images-v1.2026.yaml';

const directory = mkdtempSync(join(tmpdir(), 'bench-check-'));
try {
  makeFiles();
  const one = join(directory, 'tool-0', 'jobs.yaml');
  const program = resolve('dist/main.js');
  report(`check of ${FILES} files`, ['node', program, 'check', '--catalog', CATALOG, directory]);
  report('check of one file', ['node', program, 'check', '--catalog', CATALOG, one]);
  report('lint of the catalog', ['node', program, 'lint', CATALOG]);
  report('node that does nothing', ['node', '-e', '0']);
  const { KUBECONFORM: kubeconform } = process.env;
  if (kubeconform) {
    const schemas = join(directory, 'none-{{ .ResourceKind }}.json');
    const options = ['-ignore-missing-schemas', '-schema-location', schemas, '-summary'];
    report(`kubeconform of ${FILES} files, without schemas`, [kubeconform, ...options, directory]);
  }
} finally {
  rmSync(directory, { recursive: true });
}

/** Files of tools in three kinds, among YAML files of others. */
function makeFiles() {
  const texts = [
    (/** @type {number} */ n) =>
      job(`a${n}`, 'tf-python39') + job(`b${n}`, 'python3.11') + job(`c${n}`, 'node12'),
    () => 'type: python3.7\ncpu: 500m\nmem: 1Gi\n',
    (/** @type {number} */ n) => deployment(`d${n}`),
  ];
  const names = ['jobs.yaml', 'service.template', 'deployment.yaml'];
  for (let n = 0; n < FILES; n++) {
    const folder = join(directory, `tool-${n % OURS}`);
    mkdirSync(folder, { recursive: true });
    const kind = n % texts.length;
    const isOurs = n < OURS;
    const name = isOurs ? (names[kind] ?? '') : `data-${n}.yaml`;
    writeFileSync(join(folder, name), (isOurs ? texts[kind] : other)?.(n) ?? '');
  }
}

/** @param {string} name @param {string} image */
function job(name, image) {
  return `- name: ${name}\n  command: ./${name}.sh\n  image: ${image}\n  schedule: "@daily"\n`;
}

/** @param {string} name */
function deployment(name) {
  const containers = [
    { name: 'main', image: 'docker-registry.tools.wmflabs.org/toolforge-python37-sssd-base:latest' },
  ];
  const template = { metadata: { labels: { name } }, spec: { containers } };
  const spec = { selector: { matchLabels: { name } }, template };
  return `${JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec }, null, 2)}\n`;
}

/** @param {number} n */
function other(n) {
  return `${Array.from({ length: 40 }, (_, line) => `key${line}: value ${n} ${line}`).join('\n')}\n`;
}

/**
 * Prints the time that passed, and the CPU time, which other load of the machine changes little.
 *
 * @param {string} name
 * @param {readonly string[]} command
 */
function report(name, command) {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    // `times` prints the CPU time of the shell, then that of its children.
    const script = '"$@" >/dev/null 2>&1; times';
    const { error, stdout } = spawnSync('sh', ['-c', script, 'sh', ...command], { encoding: 'utf8' });
    if (error) throw error;
    const [, , ...children] = [...stdout.matchAll(/(\d+)m([\d.]+)s/g)].map(
      ([, minutes, seconds]) => 60 * Number(minutes) + Number(seconds),
    );
    return { passed: (performance.now() - start) / 1000, cpu: children.reduce((sum, part) => sum + part, 0) };
  });
  const middle = (/** @type {number[]} */ values) =>
    values.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
  const passed = middle(rounds.map((round) => round.passed));
  const cpu = middle(rounds.map((round) => round.cpu));
  console.log(`${name}: ${passed.toFixed(2)} s, CPU ${cpu.toFixed(2)} s (medians of ${ROUNDS})`);
}
