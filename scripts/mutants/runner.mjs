// A process of its own, which scripts/mutants.mjs starts in a copy of the tree and ends when a fault makes a test run for
// ever. It keeps vitest loaded, so a run costs only the tests.
import { writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { createVitest } from 'vitest/node';

const vitest = await createVitest('test', {
  root: process.cwd(),
  project: ['unit'],
  watch: false,
  bail: 1,
  maxWorkers: Number(process.env.MUTANTS_WORKERS ?? 2),
  reporters: [{}],
  update: false,
  // Long, so that no test fails on a busy machine.
  testTimeout: 120_000,
});
await vitest.standalone();

/** @typedef {import('vitest/node').TestSpecification} Specification */

const all = await vitest.getRelevantTestSpecifications();

/**
 * Further folders of test/ that test a folder of src/, in addition to the one of the same name.
 *
 * @type {Readonly<Record<string, string>>}
 */
const ALSO = { server: 'attacks' };

/**
 * The tests of a source file, in two steps: first those of its name or of its folder's name, then those of its folders that
 * import it. Those of its name need not import it: a worker thread is bundled.
 *
 * @type {(file: string) => Promise<readonly (readonly Specification[])[]>}
 */
async function testsOf(file) {
  const room = file.split('/')[1] ?? '';
  const folders = [room, ALSO[room] ?? room].map((folder) => `${resolve('test', folder)}/`);
  const own = resolve(dirname(file).replace(/^src/, 'test'), basename(file, '.ts'));
  /** @param {Specification} specification */
  const isOwn = ({ moduleId }) =>
    [`${own}.test.ts`, `${dirname(own)}.test.ts`].includes(moduleId) || moduleId.startsWith(`${own}-`);
  vitest.config.related = [resolve(file)];
  const related = await vitest.getRelevantTestSpecifications();
  return [
    all.filter(isOwn),
    related.filter(
      (specification) =>
        folders.some((folder) => specification.moduleId.startsWith(folder)) && !isOwn(specification),
    ),
  ];
}

/**
 * The first failure in words; undefined when all pass.
 *
 * @type {(steps: readonly (readonly Specification[])[]) => Promise<string | undefined>}
 */
async function failureIn(steps) {
  for (const step of steps.filter(({ length }) => length > 0)) {
    // `bail` counts the failures of earlier runs, too.
    vitest.state.filesMap.clear();
    vitest.state.idMap.clear();
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications([...step], false);
    const failed = testModules.find((module) => !module.ok());
    if (failed) return describe(failed);
    if (unhandledErrors.length > 0) return String(unhandledErrors[0]);
  }
  return undefined;
}

/** @param {import('vitest/node').TestModule} module */
function describe(module) {
  const [test] = module.children.allTests('failed');
  const [error] = test?.result().errors ?? module.errors();
  return `${module.relativeModuleId}: ${test?.fullName ?? ''}: ${error?.message ?? ''}`;
}

let file = '';
/** @type {readonly (readonly Specification[])[]} */
let steps = [];
/** Tests that have passed without a fault, which need not run for another file without one. */
const passed = new Set();

/** @param {{file: string, source: string, tested: boolean}} message */
async function onMessage(message) {
  // The first text of a file has no fault.
  const hasFault = message.file === file;
  if (!hasFault) {
    file = message.file;
    steps = await testsOf(file);
  }
  writeFileSync(file, message.source);
  vitest.invalidateFile(resolve(file));
  const due = hasFault ? steps : steps.map((step) => step.filter(({ moduleId }) => !passed.has(moduleId)));
  const failure = message.tested ? await failureIn(due) : undefined;
  if (!hasFault && message.tested && failure === undefined)
    for (const { moduleId } of steps.flat()) passed.add(moduleId);
  process.send?.({ tests: steps.flat().length, failure });
}

process.on('message', (message) => void onMessage(/** @type {any} */ (message)));
process.send?.({ ready: true });
