import type { Log } from '../log.ts';
import type { ServerLimits } from '../settings.ts';
import type { RouteContext } from './admission-route.ts';
import { BodyBudget } from './byte-budget.ts';
import type { CatalogState } from './catalog-state.ts';
import { type DrainExitCode, runUntilSignal, type Signal } from './drain.ts';
import { type CertificateState, type Readiness, readiness } from './health.ts';
import { createHttpsServer, type ServingPair, serveWith, type Timeouts } from './https-server.ts';
import { Life } from './life.ts';
import { type Listening, listen } from './listen.ts';
import { type Answerers, createListener } from './listener.ts';
import type { Metrics } from './metrics.ts';
import { createOpsServer } from './ops-server.ts';

export interface WebhookServerOptions {
  readonly answerers: Answerers;
  readonly limits: ServerLimits;
  readonly timeouts: Timeouts;
  readonly catalog: () => CatalogState;
  readonly certificate: () => CertificateState;
  readonly now: () => Date;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface Ports {
  readonly host: string | undefined;
  /** 0 takes a free one. */
  readonly tlsPort: number;
  readonly opsPort: number;
}

/** Both ports and their life: reviews over HTTPS, health and metrics over plain HTTP. */
export class WebhookServer {
  readonly #options: WebhookServerOptions;
  readonly #life = new Life();
  readonly #context: RouteContext;
  readonly #webhooks;
  readonly #ops;
  #open: Listening[] = [];

  constructor(options: WebhookServerOptions) {
    const { limits, timeouts, log, metrics } = options;
    this.#options = options;
    const budget = new BodyBudget(limits.maxBytesInFlight, limits.maxReviewBytes);
    metrics.watchBytesInFlight(() => budget.held);
    const rules = { limit: limits.maxReviewBytes, timeout: timeouts.body };
    this.#context = { rules, budget, life: this.#life, log, metrics };
    this.#webhooks = createHttpsServer(limits.maxConnections, timeouts);
    this.#webhooks.on('drop', metrics.connectionDropped);
    this.#webhooks.on('tlsClientError', (error) => log.debug({ err: error }, 'handshake failed'));
    this.#ops = createOpsServer(timeouts.ops);
  }

  /** New connections get this pair. */
  serveWith(pair: ServingPair): void {
    serveWith(this.#webhooks, pair);
  }

  readiness(): Readiness {
    const { catalog, certificate, now } = this.#options;
    const health = { catalog: catalog(), certificate: certificate(), draining: this.#life.draining };
    return readiness(health, now());
  }

  /** Rejects with words for whoever chose the ports. */
  async open({ host, tlsPort, opsPort }: Ports): Promise<Omit<Ports, 'host'>> {
    const { answerers, log, metrics } = this.#options;
    // Express takes longest to load: that is done while the catalog is judged and a key is made elsewhere.
    const { createOpsApp, createWebhookApp } = await import('./app.ts');
    const others = createWebhookApp(Object.keys(answerers), log);
    this.#webhooks.on('request', createListener(answerers, others, this.#context));
    this.#ops.on('request', createOpsApp({ readiness: () => this.readiness(), metrics, log }));

    const webhooks = await listen(this.#webhooks, { host, port: tlsPort, option: '--tls-port', log });
    this.#open.push(webhooks);
    const ops = await listen(this.#ops, { host, port: opsPort, option: '--ops-port', log });
    this.#open.push(ops);
    return { tlsPort: webhooks.port, opsPort: ops.port };
  }

  /** Settles with the exit code when a signal came and everything is answered. */
  runUntilSignal(
    onSignal: (signal: Signal, listener: () => void) => void,
    drainSeconds: number,
  ): Promise<DrainExitCode> {
    const [webhooks] = this.#open;
    if (!webhooks) throw new Error('the server has to be open before it can run');
    const { log } = this.#options;
    return runUntilSignal({ onSignal, life: this.#life, webhooks, milliseconds: drainSeconds * 1000, log });
  }

  /** At once, whatever is still going on. */
  close(): void {
    for (const listening of this.#open) listening.destroy();
  }
}
