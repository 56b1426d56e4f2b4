import { parentPort } from 'node:worker_threads';
import { digestOf, loadCatalog } from '../catalog/load.ts';
import { LineIndex } from '../catalog/positions.ts';
import { describe } from '../catalog/problem-message.ts';
import { report } from '../catalog/report.ts';
import type { CatalogTask, LoadReport } from './catalog-thread-client.ts';
import type { Reply } from './single-worker.ts';

/**
 * The worker that checks catalogs: a hostile one takes longer than any Pod should wait. It calls the same pure functions as
 * the command line.
 */
parentPort?.on('message', (task: CatalogTask) => {
  perform(task).then(
    (result) => send({ result }),
    (error: unknown) =>
      send({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});

const send = (reply: Reply): void => parentPort?.postMessage(reply);

function perform(task: CatalogTask): Promise<unknown> {
  switch (task.kind) {
    case 'load':
      return Promise.resolve(load(task));
    case 'answer':
      return answer(task);
  }
}

/** The most problems in a report, which must fit a log line. The command line shows more. */
const PROBLEMS = 10;

function load({ text, context }: CatalogTask & { kind: 'load' }): LoadReport {
  const { catalog, problems } = loadCatalog(text, context.policy, context.today);
  const { problems: described, errors, warnings } = report(problems);
  const lines = new LineIndex(text);
  return {
    digest: digestOf(text),
    ...(catalog ? { catalog } : {}),
    errors,
    warnings,
    problems: described.slice(0, PROBLEMS).map((problem) => {
      const { line, column } = lines.position(problem.at.start);
      const { message } = describe(problem, (offset) => lines.position(offset).line);
      return `${line}:${column} ${problem.code}: ${problem.field && `${problem.field}: `}${message}`;
    }),
  };
}

/** Loads its modules with the first review, so that the first `load` at a start does not wait for them. */
async function answer({ path, body, context }: CatalogTask & { kind: 'answer' }) {
  const [{ answerReview }, { webhooks }] = await Promise.all([
    import('../admission/answer.ts'),
    import('../admission/webhooks.ts'),
  ]);
  const webhook = webhooks.find((candidate) => candidate.path === path);
  if (webhook?.about !== 'catalog') throw new Error(`${path} is no webhook for edits of the catalog`);
  const handle = await webhook.handler();
  const { served, enforce } = context;
  const catalog = served === undefined ? undefined : digestOf(served);
  return answerReview(body, (request) => handle(request, context), { catalog, enforce });
}
