import type { TLSSocket } from 'node:tls';
import type { Log } from '../log.ts';
import type { ServerLimits } from '../settings.ts';
import type { RouteContext } from './admission-route.ts';
import { BodyBudget } from './byte-budget.ts';
import type { CatalogState } from './catalog-state.ts';
import { boundConnections } from './connections.ts';
import { type DrainExitCode, runUntilSignal, type Signal } from './drain.ts';
import { type CertificateState, type Readiness, readiness } from './health.ts';
import { createHttpsServer, type ServingPair, serveWith, type Timeouts } from './https-server.ts';
import { Lifecycle } from './lifecycle.ts';
import { type Listening, listen } from './listen.ts';
import { type Answerers, createListener } from './listener.ts';
import type { Metrics } from './metrics/metrics.ts';
import { withoutPipelining } from './no-pipelining.ts';
import { createOpsServer } from './ops-server.ts';

export interface WebhookServerOptions {
  readonly answerers: Answerers;
  /** Paths of those that only warn. */
  readonly advisory: readonly string[];
  readonly limits: ServerLimits;
  readonly timeouts: Timeouts;
  /** The client CA (PEM); undefined: any client may call. */
  readonly clientAuthorities: string | undefined;
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

/** Both ports and their lifecycle: reviews over HTTPS, health and metrics over plain HTTP. */
export class WebhookServer {
  readonly #options: WebhookServerOptions;
  readonly #lifecycle = new Lifecycle();
  readonly #context: RouteContext;
  readonly #webhooks;
  readonly #ops;
  #pair: ServingPair | undefined;
  #clientAuthorities;
  #open: Listening[] = [];

  constructor(options: WebhookServerOptions) {
    const { limits, timeouts, clientAuthorities, advisory, log, metrics } = options;
    this.#options = options;
    this.#clientAuthorities = clientAuthorities;
    const budget = new BodyBudget(limits.maxBytesInFlight, limits.maxReviewBytes);
    metrics.watchBytesInFlight(() => budget.held);
    const rules = { limit: limits.maxReviewBytes, timeout: timeouts.body };
    this.#context = { rules, budget, lifecycle: this.#lifecycle, advisory: new Set(advisory), log, metrics };
    this.#webhooks = createHttpsServer(
      timeouts,
      clientAuthorities === undefined ? 'any' : 'with a certificate',
    );
    boundConnections(this.#webhooks, { most: limits.maxConnections, onClosed: metrics.connectionDropped });
    this.#webhooks.on('tlsClientError', (error, socket) => this.#handshakeFailed(error, socket));
    this.#ops = createOpsServer(timeouts.ops);
  }

  /** New connections get this pair. */
  serveWith(pair: ServingPair): void {
    serveWith(this.#webhooks, pair, this.#clientAuthorities);
    this.#pair = pair;
  }

  /** Replaces the client CA for new connections. */
  trust(clientAuthorities: string): void {
    if (this.#clientAuthorities === undefined)
      throw new Error('a server that any client may call asks for no certificate');
    if (this.#pair) serveWith(this.#webhooks, this.#pair, clientAuthorities);
    this.#clientAuthorities = clientAuthorities;
  }

  readiness(): Readiness {
    const { catalog, certificate, now } = this.#options;
    const health = { catalog: catalog(), certificate: certificate(), draining: this.#lifecycle.draining };
    return readiness(health, now());
  }

  /** Rejects with words for whoever chose the ports. */
  async open({ host, tlsPort, opsPort }: Ports): Promise<Omit<Ports, 'host'>> {
    const { answerers, log, metrics } = this.#options;
    // Express takes longest to load: that is done while the catalog is judged and a key is made elsewhere.
    const { createOpsApp, createWebhookApp } = await import('./app.ts');
    const others = createWebhookApp(Object.keys(answerers), log);
    this.#webhooks.on('request', withoutPipelining(createListener(answerers, others, this.#context)));
    this.#ops.on(
      'request',
      withoutPipelining(createOpsApp({ readiness: () => this.readiness(), metrics, log })),
    );

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
    return runUntilSignal({
      onSignal,
      lifecycle: this.#lifecycle,
      webhooks,
      milliseconds: drainSeconds * 1000,
      log,
    });
  }

  /** A client certificate that is not trusted is a warning: its owner gets no reason, and looks for one in the log. */
  #handshakeFailed(error: NodeJS.ErrnoException, { authorizationError }: TLSSocket): void {
    const { log } = this.#options;
    const reason =
      error.code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE' ? error.code : authorizationError;
    if (reason) log.warn({ client: { reason } }, 'client refused');
    else log.debug({ err: error }, 'handshake failed');
  }

  /** At once, whatever is still going on. */
  close(): void {
    for (const listening of this.#open) listening.destroy();
  }
}
