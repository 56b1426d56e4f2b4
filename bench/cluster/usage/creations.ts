import { median, percentile, spread, table } from '../../figures.mjs';
import type { Client } from '../api.ts';
import { DEPRECATED_IMAGE } from './catalog.ts';
import { churn } from './churn.ts';
import { createNamespace, toolName } from './population.ts';
import { toolPod } from './tool-pods.ts';

/** Milliseconds. */
const ROUND = 5_000;

const POD = toolPod({ name: 'dry-run', by: 'job', image: 'tf-python39' });

/** Milliseconds for each Pod. */
class Latencies {
  readonly tool: number[] = [];
  /** In a namespace without a webhook: the time of the API server and of this machine alone. */
  readonly plain: number[] = [];
}

/**
 * Measures the time to create a Pod (dry-run), alternately at rest and while 20 Pods a second come and go, so that the
 * machine's drift affects both. Resolves to Markdown.
 */
export async function creations(
  api: Client,
  { rounds, tools }: { readonly rounds: number; readonly tools: number },
): Promise<string> {
  await createNamespace(api, 'plain');
  const [idle, busy] = [new Latencies(), new Latencies()];
  for (let round = 0; round < rounds; round += 1) {
    await createFor(ROUND, api, idle);
    const stop = churn(api, { perMinute: 1_200, lifetime: 1_000, tools, image: DEPRECATED_IMAGE });
    await createFor(ROUND, api, busy);
    await stop();
  }
  const row = (name: string, where: keyof Latencies): string[] => [
    name,
    spread(idle[where]),
    spread(busy[where]),
    ...[median, (values: readonly number[]) => percentile(values, 0.99)].map((of) =>
      (of(busy[where]) / of(idle[where])).toFixed(2),
    ),
  ];
  return table([
    [
      'creating a Pod: p50 / p99 / longest',
      'nothing else happens',
      '20 Pods a second come and go',
      'p50, ratio',
      'p99, ratio',
    ],
    row("in a tool's namespace", 'tool'),
    row('elsewhere, without a webhook', 'plain'),
  ]);
}

async function createFor(milliseconds: number, api: Client, { tool, plain }: Latencies): Promise<void> {
  for (const end = performance.now() + milliseconds; performance.now() < end; ) {
    tool.push(await created(api, toolName(0)));
    plain.push(await created(api, 'plain'));
  }
}

async function created(api: Client, namespace: string): Promise<number> {
  const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
  const { status, body, milliseconds } = await api.send('POST', path, POD);
  if (status !== 201) throw new Error(`the Pod was answered with ${body}`);
  return milliseconds;
}
