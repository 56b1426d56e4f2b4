import type { TLSSocket } from 'node:tls';
import type { Log } from '../log.ts';
import type { ServerLimits } from '../settings.ts';
import type { RouteContext } from './admission-route.ts';
import type { TaggedBody } from './app.ts';
import { BodyBudget } from './byte-budget.ts';
import { limitConnections, withoutPipelining } from './connections.ts';
import { type DrainExitCode, Lifecycle, runUntilSignal, type Signal } from './drain.ts';
import { type CatalogState, type CertificateState, type Readiness, readiness } from './health.ts';
import {
  createHttpsServer,
  createOpsServer,
  type Listening,
  listen,
  type ServingPair,
  serveWith,
  type Timeouts,
} from './http-servers.ts';
import type { Metrics } from './metrics/metrics.ts';
import { onceASecond } from './once-a-second.ts';
import { type Answerers, routeRequests } from './router.ts';

export interface WebhookServerOptions {
  readonly answerers: Answerers;
  /** Paths that only warn. */
  readonly advisory: readonly string[];
  /** False in observe mode. */
  readonly enforce: boolean;
  readonly limits: ServerLimits;
  readonly timeouts: Timeouts;
  /** The client CA (PEM); undefined: any client may call. */
  readonly clientAuthorities: string | undefined;
  readonly catalog: () => CatalogState;
  readonly certificate: () => CertificateState;
  /** The body of `/state.json`. */
  readonly state: () => TaggedBody;
  readonly now: () => Date;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface Ports {
  readonly host: string | undefined;
  /** 0 chooses a free one. */
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
    const { limits, timeouts, clientAuthorities, log, metrics } = options;
    this.#options = options;
    this.#clientAuthorities = clientAuthorities;
    const budget = new BodyBudget(limits.maxBytesInFlight, limits.maxReviewBytes);
    metrics.watchBytesInFlight(() => budget.held);
    metrics.watchReadiness(() => this.readiness().ready);
    const rules = { limit: limits.maxReviewBytes, timeout: timeouts.body };
    this.#context = {
      rules,
      budget,
      lifecycle: this.#lifecycle,
      advisory: new Set(options.advisory),
      enforce: options.enforce,
      log,
      metrics,
    };
    this.#webhooks = createHttpsServer(
      timeouts,
      clientAuthorities === undefined ? 'any' : 'with a certificate',
    );
    const max = limits.maxConnections;
    const logClosed = onceASecond((closed) =>
      log.warn({ connections: { closed, max } }, 'too many connections'),
    );
    const onClosed = (): void => {
      metrics.connectionDropped();
      logClosed();
    };
    limitConnections(this.#webhooks, { max, onClosed });
    this.#webhooks.on('tlsClientError', (error, socket) => this.#handshakeFailed(error, socket));
    this.#ops = createOpsServer(timeouts.ops);
  }

  /** Sets the serving pair for new connections. Throws when certificate and key do not match. */
  serveWith(pair: ServingPair): void {
    serveWith(this.#webhooks, pair, this.#clientAuthorities);
    this.#pair = pair;
  }

  /** Replaces the client CA for new connections. */
  trust(clientAuthorities: string): void {
    if (this.#clientAuthorities === undefined) throw new Error('this server requests no client certificates');
    if (this.#pair) serveWith(this.#webhooks, this.#pair, clientAuthorities);
    this.#clientAuthorities = clientAuthorities;
  }

  readiness(): Readiness {
    const { catalog, certificate, enforce, now } = this.#options;
    const { draining } = this.#lifecycle;
    const health = { catalog: catalog(), certificate: certificate(), draining, enforce };
    return readiness(health, now());
  }

  /** Listens on both ports. Rejects with a message for the person who chose the ports. */
  async open({ host, tlsPort, opsPort }: Ports): Promise<Omit<Ports, 'host'>> {
    const { answerers, state, log, metrics } = this.#options;
    // Express takes longest to load, so it loads while other threads check the catalog and generate a key.
    const { createOpsApp, createWebhookApp } = await import('./app.ts');
    const others = createWebhookApp(Object.keys(answerers), log);
    this.#webhooks.on('request', withoutPipelining(routeRequests(answerers, others, this.#context)));
    this.#ops.on(
      'request',
      withoutPipelining(createOpsApp({ readiness: () => this.readiness(), state, metrics, log })),
    );

    const webhooks = await listen(this.#webhooks, { host, port: tlsPort, option: '--tls-port', log });
    this.#open.push(webhooks);
    const ops = await listen(this.#ops, { host, port: opsPort, option: '--ops-port', log });
    this.#open.push(ops);
    return { tlsPort: webhooks.port, opsPort: ops.port };
  }

  /** Drains after a signal and resolves to the exit code. */
  runUntilSignal(
    onSignal: (signal: Signal, listener: () => void) => void,
    drainSeconds: number,
  ): Promise<DrainExitCode> {
    const [webhooks] = this.#open;
    if (!webhooks) throw new Error('open() has to be called first');
    const { log } = this.#options;
    return runUntilSignal({
      onSignal,
      lifecycle: this.#lifecycle,
      listening: webhooks,
      milliseconds: drainSeconds * 1000,
      log,
    });
  }

  /** Logs an untrusted client certificate as a warning: TLS gives the client no reason, so the log must have it. */
  #handshakeFailed(error: NodeJS.ErrnoException, { authorizationError }: TLSSocket): void {
    const { log } = this.#options;
    const reason =
      error.code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE' ? error.code : authorizationError;
    if (reason) log.warn({ client: { reason } }, 'client refused');
    else log.debug({ err: error }, 'handshake failed');
  }

  /** Closes both ports and all connections at once. */
  close(): void {
    for (const listening of this.#open) listening.destroy();
  }
}
