// Plants one fault at a time in a copy of the tree, runs the tests of its folder, and prints the faults that no test
// noticed, beside those of mutants/equivalent.txt. Exits with 1 if it prints any. CONTRIBUTING.md says how to read them.
// Settings are in the environment:
//
//   MUTANTS_LIST     a file such as mutants/gravest.txt: plants the faults that it lists, all of them, and no others
//   MUTANTS_FILES    files or folders of src/, separated by spaces; default: all folders but cli/
//   MUTANTS_SAMPLE   how many faults of these files; default: 100; 0: all
//   MUTANTS_SEED     the seed of the sample; default: a new one, which is printed
//   MUTANTS_WORKERS  test processes at a time; default: 2
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { describeFault, faultsIn, listedIn, plant } from './mutants/faults.mjs';

const ROOMS = ['catalog', 'admission', 'usage', 'history', 'certificates', 'cluster', 'site', 'server'];
/** Milliseconds for the tests of one fault. Without a fault they take a few seconds. */
const TIMEOUT = 300_000;

const { env } = process;
const prefixes = (env.MUTANTS_FILES ?? ROOMS.map((room) => `src/${room}`).join(' '))
  .split(/\s+/)
  .filter(Boolean);
const sampleSize = Number(env.MUTANTS_LIST ? 0 : (env.MUTANTS_SAMPLE ?? 100));
const seed = Number(env.MUTANTS_SEED ?? Math.floor(Math.random() * 1e6));

const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' }).split(
  '\n',
);
const sources = tracked.filter(
  (file) =>
    file.endsWith('.ts') &&
    prefixes.some((prefix) => file === prefix || file.startsWith(`${prefix.replace(/\/$/, '')}/`)),
);

/** @typedef {{file: string, fault: import('./mutants/faults.mjs').Fault}} Mutant */

const list = listedIn(readFileSync(env.MUTANTS_LIST ?? 'scripts/mutants/equivalent.txt', 'utf8'));

/** @param {string} file @param {string} source @param {Mutant['fault']} fault */
function isListed(file, source, fault) {
  const { code, change } = describeFault(source, fault);
  return list.has(`${file}: ${code}\n${change}`);
}

/** @type {Mutant[]} */
const all = sources.flatMap((file) => {
  const source = readFileSync(file, 'utf8');
  return faultsIn(source)
    .filter((fault) => isListed(file, source, fault) === Boolean(env.MUTANTS_LIST))
    .map((fault) => ({ file, fault }));
});
const mutants = (sampleSize === 0 ? all : sample(all, sampleSize)).sort(
  (one, other) =>
    sources.indexOf(one.file) - sources.indexOf(other.file) || one.fault.start - other.fault.start,
);
console.log(`${mutants.length} of ${all.length} faults in ${sources.length} files, MUTANTS_SEED=${seed}`);

const copy = mkdtempSync(resolve(tmpdir(), 'mutants-'));
for (const file of tracked) if (file !== '') cpSync(file, resolve(copy, file));
symlinkSync(resolve('node_modules'), resolve(copy, 'node_modules'));

/** @type {import('node:child_process').ChildProcess | undefined} */
let runner;
/** @type {Map<string, {tried: number, noticed: number}>} */
const counts = new Map();
let unnoticed = 0;

process.on('exit', () => {
  endRunner();
  rmSync(copy, { recursive: true, force: true });
  for (const [room, { tried, noticed }] of counts)
    console.log(`${room}: ${noticed} of ${tried} noticed, ${((100 * noticed) / tried).toFixed(1)} %`);
});
// Also prints the counts so far.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

for (const file of new Set(mutants.map((mutant) => mutant.file))) await tryFile(file);
process.exit(unnoticed > 0 ? 1 : 0);

/** @param {string} file */
async function tryFile(file) {
  const source = readFileSync(resolve(copy, file), 'utf8');
  // The tests of a list have passed before, in `.ci/run`.
  const { failure, tests } = await run(file, source, !env.MUTANTS_LIST);
  if (failure !== undefined || tests === 0) {
    console.log(`${file}: skipped, ${failure ?? 'no test in its folder imports it'}`);
    unnoticed += 1;
    return;
  }
  const [, room = ''] = file.split('/');
  const count = counts.get(room) ?? { tried: 0, noticed: 0 };
  counts.set(room, count);
  for (const { fault } of mutants.filter((mutant) => mutant.file === file)) {
    const isNoticed = (await run(file, plant(source, fault))).failure !== undefined;
    count.tried += 1;
    if (isNoticed) count.noticed += 1;
    else {
      unnoticed += 1;
      console.log(inWords(file, source, fault));
    }
  }
  await run(file, source, false);
}

/** @param {string} file @param {string} source @param {Mutant['fault']} fault */
function inWords(file, source, fault) {
  const { line, code, change } = describeFault(source, fault);
  return `${file}:${line}: ${code}\n    ${change}`;
}

/**
 * Runs the tests with this text. A fault whose run takes too long counts as noticed.
 *
 * @param {string} file @param {string} source @param {boolean} [tested]
 * @returns {Promise<{failure?: string, tests: number}>}
 */
async function run(file, source, tested = true) {
  runner ??= await startRunner();
  runner.send({ file, source, tested });
  const signal = AbortSignal.timeout(TIMEOUT);
  try {
    const [result] = await once(runner, 'message', { signal });
    return result;
  } catch (error) {
    if (!signal.aborted) throw error;
    endRunner();
    return { failure: 'the tests did not end', tests: 1 };
  }
}

async function startRunner() {
  const child = fork(resolve(copy, 'scripts/mutants/runner.mjs'), {
    cwd: copy,
    // Fewer generated texts for the differential tests of the YAML reader: a minute of them would notice no more faults.
    env: { DIFFERENTIAL_DOCUMENTS: '1000', DIFFERENTIAL_SCALARS: '1000', ...env },
    // A process group, which ends as a whole.
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.once('exit', (code) => {
    if (child === runner) throw new Error(`the test runner ended with code ${code}`);
  });
  await once(child, 'message');
  return child;
}

function endRunner() {
  const pid = runner?.pid;
  runner = undefined;
  if (pid !== undefined) process.kill(-pid, 'SIGKILL');
}

/**
 * @template Item
 * @param {readonly Item[]} items @param {number} size
 */
function sample(items, size) {
  const random = mulberry32(seed);
  return items
    .map((item) => ({ item, place: random() }))
    .sort((one, other) => one.place - other.place)
    .slice(0, size)
    .map(({ item }) => item);
}

/** @param {number} state */
function mulberry32(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
