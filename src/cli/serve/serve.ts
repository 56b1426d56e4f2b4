import { webhooks } from '../../admission/webhooks.ts';
import { pause } from '../../cluster/back-off.ts';
import { createLog, type LogFile, logFile } from '../../log.ts';
import type { DrainExitCode } from '../../server/drain.ts';
import { type DirectoryWatchOptions, defaultWatch } from '../../server/file-watch.ts';
import { defaultTimeouts, type Timeouts } from '../../server/http-servers.ts';
import { createMetrics } from '../../server/metrics/metrics.ts';
import { WebhookServer } from '../../server/webhook-server.ts';
import type { ServeSettings } from '../../settings.ts';
import { UsageError } from '../command-result.ts';
import type { Io } from '../io.ts';
import { version } from '../version.ts';
import { watchedCertificate } from './certificate.ts';
import { readClientCa } from './client-ca.ts';
import { exampleCommands } from './examples.ts';
import { sourcesOf } from './sources.ts';

type ServeIo = Pick<Io, 'stderr' | 'env' | 'onSignal' | 'docs'>;

/** What else of the outside varies between the program and its tests. */
export interface Surroundings {
  readonly now: () => Date;
  readonly logTo: LogFile;
  /** `server/catalog-thread.ts`, built. */
  readonly thread: URL;
  readonly timeouts: Timeouts;
  readonly watch: DirectoryWatchOptions;
}

/**
 * Puts the rooms together, serves until a signal, and resolves to the exit code. Catalog, certificate and ports don't wait
 * for each other, and `/readyz` promises nothing before all three are there.
 */
export async function serve(
  settings: ServeSettings,
  io: ServeIo,
  surroundings: Partial<Surroundings> = {},
): Promise<DrainExitCode> {
  const clients = settings.clientCa === undefined ? undefined : await readClientCa(settings.clientCa);
  const sources = await sourcesOf(settings, io.env);
  const { now, logTo, thread, timeouts, watch } = { ...ordinary(io), ...surroundings };
  const log = createLog(settings.logLevel, logTo);
  const metrics = createMetrics();
  const common = { now, log, metrics, watch };

  const catalog = sources.catalog({ ...common, settings, thread });
  const server = new WebhookServer({
    answerers: Object.fromEntries(webhooks.map((webhook) => [webhook.path, catalog.answererOf(webhook)])),
    advisory: webhooks.filter(({ onlyWarns }) => onlyWarns).map(({ path }) => path),
    limits: settings.limits,
    timeouts,
    clientAuthorities: clients?.pem,
    catalog: catalog.state,
    certificate: () => certificate.state(),
    now,
    log,
    metrics,
  });
  const serveWith = server.serveWith.bind(server);
  const certificate =
    settings.certDir === undefined
      ? sources.certificate({ ...common, serveWith })
      : watchedCertificate(settings.certDir, { ...common, serveWith });
  const following = clients?.follow({ ...common, trust: server.trust.bind(server) });

  const announce = async (tlsPort: number): Promise<void> => {
    await Promise.all([certificate.looked, catalog.looked]);
    const readiness = server.readiness();
    if (!readiness.ready) return log.warn(readiness, 'not ready');
    log.info(readiness, 'ready');
    const origin = `https://${hostInUrl(settings.host)}:${tlsPort}`;
    const selfSigned = settings.certDir === undefined;
    const clientCertificates = clients !== undefined;
    const { answererOf } = catalog;
    const examples = { files: settings.examples, answererOf, origin, selfSigned, clientCertificates };
    io.stderr.write(await exampleCommands(examples));
  };
  let waitAtMost = LAST_CALLS;
  try {
    const ports = await server.open(settings).catch(unusable);
    log.info({ version, ...ports, catalog: sources.about }, 'listening');
    const ended = server.runUntilSignal(io.onSignal, settings.drainSeconds);
    const exitCode = await Promise.race([ended, announce(ports.tlsPort).then(() => ended)]);
    if (exitCode !== 0) waitAtMost = 0;
    return exitCode;
  } finally {
    server.close();
    certificate.close();
    following?.close();
    const waiting = new AbortController();
    await Promise.race([Promise.all([catalog.close(), sources.close()]), pause(waitAtMost, waiting.signal)]);
    waiting.abort();
    logTo.flushSync();
  }
}

const ordinary = ({ docs }: ServeIo): Surroundings => ({
  now: () => new Date(),
  logTo: logFile(STDOUT),
  // The build puts it beside main.js; this module may stand in any of the bundle's pieces.
  thread: new URL('../dist/catalog-thread.js', docs),
  timeouts: defaultTimeouts,
  watch: defaultWatch,
});

const STDOUT = 1;

/** Milliseconds for what is said at the end, such as giving back the Lease: an API server that hangs keeps nobody. */
const LAST_CALLS = 2_000;

/** Such as a port in use: the reason is enough, there is nothing to look up in a stack. */
const unusable = (error: Error): never => {
  throw new UsageError(error.message, { cause: error });
};

const hostInUrl = (host: string | undefined): string => {
  if (host === undefined) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
};
