import express, { type ErrorRequestHandler, type Express } from 'express';
import { cut, type Log } from '../log.ts';
import { listsTag } from '../site/etag.ts';
import type { Readiness } from './health.ts';
import type { Metrics } from './metrics/metrics.ts';

/** Answers every other path of the TLS port: a 404 that names the webhook paths. */
export function createWebhookApp(paths: readonly string[], log: Log): Express {
  const app = plainApp();
  const help = `not found. POST reviews to ${paths.join(' or ')}\n`;
  app.use((_request, response) => {
    response.status(404).type('text/plain').send(help);
  });
  return app.use(errorHandler(log));
}

/**
 * Milliseconds for which every scrape gets the same text. Counting usage takes tens of milliseconds with thousands of Pods,
 * and any client may scrape without a pause: reviews and probes would wait.
 */
const SCRAPE_CACHED = 1_000;

/** A body with its ETag. All answers share its bytes: 256 clients that read none must not cost 256 copies. */
export interface TaggedBody {
  readonly bytes: Buffer;
  readonly etag: string;
}

export interface OpsSources {
  readonly readiness: () => Readiness;
  /** The body of `/state.json`. */
  readonly state: () => TaggedBody;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** `/livez`, `/readyz` and `/metrics` for kubelet and Prometheus, and `/state.json` for the site. Plain HTTP: it has no secrets. */
export function createOpsApp({ readiness, state, metrics, log }: OpsSources): Express {
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
    if (!scraped || now - scraped.at > SCRAPE_CACHED) scraped = { at: now, text: metrics.text() };
    // Not `send`: it would rewrite the content type, from which Prometheus reads the version.
    response.setHeader('Content-Type', metrics.contentType);
    response.end(await scraped.text);
  });
  app.get('/state.json', (request, response) => {
    const { bytes, etag } = state();
    // Each reader asks anew, and gets a body only when it changed.
    response.setHeader('ETag', etag).setHeader('Cache-Control', 'no-cache');
    if (listsTag(request.headers['if-none-match'], etag)) response.status(304).end();
    else response.type('application/json').end(bytes);
  });
  app.use((_request, response) => {
    response
      .status(404)
      .type('text/plain')
      .send('not found. There are /livez, /readyz, /metrics and /state.json\n');
  });
  return app.use(errorHandler(log));
}

function plainApp(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  return app;
}

/** Replaces the error handler of express, which would show the stack. Express knows it by its four parameters. */
const errorHandler =
  (log: Log): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    // A 400 is the client's error, such as a path that cannot be decoded.
    const status = (error as { status?: unknown }).status === 400 ? 400 : 500;
    if (status === 500) log.error({ path: cut(request.path), err: error }, 'request failed');
    if (response.headersSent) return next(error);
    response
      .status(status)
      .type('text/plain')
      .send(status === 400 ? 'bad request\n' : 'internal server error\n');
  };
