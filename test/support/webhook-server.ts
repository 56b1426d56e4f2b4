import type { Answer } from '../../src/admission/answer.ts';
import { selfSigned } from '../../src/certificates/issuer.ts';
import type { KeyPair } from '../../src/certificates/key-pair.ts';
import type { TaggedBody } from '../../src/server/app.ts';
import type { CatalogState, CertificateState } from '../../src/server/health.ts';
import { defaultTimeouts, type Timeouts } from '../../src/server/http-servers.ts';
import { createMetrics, type Metrics } from '../../src/server/metrics/metrics.ts';
import type { Answerers } from '../../src/server/router.ts';
import { WebhookServer } from '../../src/server/webhook-server.ts';
import { defaultLimits, type ServerLimits } from '../../src/settings.ts';
import { type CollectedLog, collectLog } from './log.ts';

export interface TestServer extends CollectedLog {
  readonly server: WebhookServer;
  readonly port: number;
  readonly opsPort: number;
  readonly metrics: Metrics;
  /** The value of a series, `name{labels}` as Prometheus reads it. */
  readonly series: (name: string) => Promise<number | undefined>;
}

export interface TestServerOptions {
  readonly answerers?: Answerers;
  readonly advisory?: readonly string[];
  readonly enforce?: boolean;
  readonly limits?: Partial<ServerLimits>;
  readonly timeouts?: Partial<Timeouts>;
  readonly clientAuthorities?: string;
  readonly catalog?: () => CatalogState;
  readonly certificate?: () => CertificateState;
  readonly state?: () => TaggedBody;
}

let pair: Promise<KeyPair> | undefined;

/** One pair for all tests of a file: making keys is the slow part. */
export const testPair = (): Promise<KeyPair> => {
  const options = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'], now: new Date(), days: 1 };
  pair ??= selfSigned(options);
  return pair;
};

/** A server that does not listen yet, and has no certificate. */
export function closedServer(options: TestServerOptions = {}) {
  const collected = collectLog();
  const metrics = createMetrics();
  const server = new WebhookServer({
    answerers: options.answerers ?? { '/review': allow },
    advisory: options.advisory ?? [],
    enforce: options.enforce ?? true,
    limits: { ...defaultLimits, ...options.limits },
    timeouts: { ...defaultTimeouts, ...options.timeouts },
    clientAuthorities: options.clientAuthorities,
    catalog: options.catalog ?? (() => ({ kind: 'unknown' })),
    certificate: options.certificate ?? (() => ({ kind: 'none', fault: 'none yet' })),
    state: options.state ?? (() => ({ bytes: Buffer.from('{}'), etag: '"empty"' })),
    now: () => new Date(),
    log: collected.log,
    metrics,
  });
  return { ...collected, server, metrics };
}

/** A real server on free ports of 127.0.0.1. `await using` closes it. */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer & AsyncDisposable> {
  const { server, metrics, ...collected } = closedServer(options);
  server.serveWith(await testPair());
  const { tlsPort, opsPort } = await server.open({ host: '127.0.0.1', tlsPort: 0, opsPort: 0 });
  return {
    ...collected,
    server,
    port: tlsPort,
    opsPort,
    metrics,
    series: async (name) => seriesIn(await metrics.text(), name),
    [Symbol.asyncDispose]: async () => server.close(),
  };
}

/** Answers a body with its length, so that tests see what arrived. */
export const allow = (body: Uint8Array): Answer => ({
  status: 200,
  contentType: 'application/json',
  body: JSON.stringify({ bytes: body.length }),
  facts: { verdict: 'allowed', uid: 'a-uid', operation: 'CREATE' },
});

export function seriesIn(exposition: string, name: string): number | undefined {
  const line = exposition.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}
