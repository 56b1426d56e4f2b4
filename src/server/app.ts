import express, { type ErrorRequestHandler, type Express } from 'express';
import { cut, type Log } from '../log.ts';
import type { Readiness } from './health.ts';
import type { Metrics } from './metrics/metrics.ts';

/** What the TLS port answers beside the reviews: where they go. */
export function createWebhookApp(paths: readonly string[], log: Log): Express {
  const app = plainApp();
  const help = `not found. Reviews are POSTed to ${paths.join(' or ')}\n`;
  app.use((_request, response) => {
    response.status(404).type('text/plain').send(help);
  });
  return app.use(answerFaults(log));
}

/**
 * Milliseconds for which all get the same text. To count who uses what takes tens of them among thousands of Pods, and anybody
 * may scrape without a pause: Pods would wait, and the kubelet.
 */
const SCRAPED_FOR = 1_000;

export interface OpsSources {
  readonly readiness: () => Readiness;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** The port for kubelet and Prometheus. Plain HTTP: both reach it inside the cluster, and it tells no secrets. */
export function createOpsApp({ readiness, metrics, log }: OpsSources): Express {
  const app = plainApp();
  app.get('/livez', (_request, response) => {
    response.type('text/plain').send('ok\n');
  });
  app.get('/readyz', (_request, response) => {
    const found = readiness();
    response.status(found.ready ? 200 : 503).json(found);
  });
  let scraped: { readonly at: number; readonly text: Promise<string> } | undefined;
  app.get('/metrics', async (_request, response) => {
    const now = performance.now();
    if (!scraped || now - scraped.at > SCRAPED_FOR) scraped = { at: now, text: metrics.text() };
    // Not `send`: it would put its own charset into the version that Prometheus reads.
    response.setHeader('Content-Type', metrics.contentType);
    response.end(await scraped.text);
  });
  app.use((_request, response) => {
    response.status(404).type('text/plain').send('not found. There are /livez, /readyz and /metrics\n');
  });
  return app.use(answerFaults(log));
}

function plainApp(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  return app;
}

/** Express knows a fault handler by its four parameters. Its own would show the stack. */
const answerFaults =
  (log: Log): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    // Such as a path that is no URL: the sender's fault.
    const status = (error as { status?: unknown }).status === 400 ? 400 : 500;
    if (status === 500) log.error({ path: cut(request.path), err: error }, 'request failed');
    if (response.headersSent) return next(error);
    response
      .status(status)
      .type('text/plain')
      .send(status === 400 ? 'bad request\n' : 'a fault of the server\n');
  };
