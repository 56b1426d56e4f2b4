import { Agent, get, type IncomingMessage } from 'node:http';
import { spread } from '../figures.mjs';

interface LoadOptions {
  readonly port: number;
  readonly path: string;
  /** Whether each client sends the tag of the answer that it got last. */
  readonly known: boolean;
  readonly clients: number;
  /** In seconds. */
  readonly duration: number;
}

export interface Load {
  readonly perSecond: number;
  /** In words: p50, p99 and the longest. */
  readonly spread: string;
  /** The statuses of the answers, the most frequent first. */
  readonly statuses: string;
}

/** Requests one page over kept-alive connections, as browsers do. Each client asks again after its answer. */
export async function loadSite({ port, path, known, clients, duration }: LoadOptions): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const times: number[] = [];
  const statuses = new Map<number, number>();
  const end = performance.now() + duration * 1_000;
  const client = async (): Promise<void> => {
    let tag: string | undefined;
    while (performance.now() < end) {
      const started = performance.now();
      const { statusCode = 0, headers } = await answerTo(port, path, agent, known ? tag : undefined);
      times.push(performance.now() - started);
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
      tag = headers.etag;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  agent.destroy();
  return {
    perSecond: times.length / duration,
    spread: spread(times),
    statuses: [...statuses]
      .toSorted(([, one], [, other]) => other - one)
      .map(([status]) => status)
      .join(' and '),
  };
}

/** Resolves with the head when the whole body has arrived. */
function answerTo(
  port: number,
  path: string,
  agent: Agent,
  tag: string | undefined,
): Promise<IncomingMessage> {
  const headers = { 'accept-encoding': 'gzip', ...(tag !== undefined && { 'if-none-match': tag }) };
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response));
    }).once('error', reject);
  });
}
