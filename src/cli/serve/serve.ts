import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { webhooks } from '../../admission/webhooks.ts';
import { pause } from '../../cluster/back-off.ts';
import { createLog, type Log, type LogFile, logFile } from '../../log.ts';
import type { DrainExitCode } from '../../server/drain.ts';
import { type DirectoryWatchOptions, defaultWatch } from '../../server/file-watch.ts';
import type { Readiness } from '../../server/health.ts';
import { defaultTimeouts, type Timeouts } from '../../server/http-servers.ts';
import { createMetrics } from '../../server/metrics/metrics.ts';
import { connectionsWithin, openFileLimit } from '../../server/open-files.ts';
import { WebhookServer } from '../../server/webhook-server.ts';
import type { ServerLimits, ServeSettings } from '../../settings.ts';
import { toUsageError } from '../command-result.ts';
import type { Io } from '../io.ts';
import { version } from '../version.ts';
import { type ServedCatalog, watchedCatalog } from './catalog.ts';
import { selfSignedCertificate, watchedCertificate } from './certificate.ts';
import { readClientCa } from './client-ca.ts';
import type { Sources } from './cluster.ts';
import { type ExampleOptions, exampleCommands } from './examples.ts';
import { stateDocument } from './state-document.ts';

type ServeIo = Pick<Io, 'stderr' | 'env' | 'onSignal' | 'docs' | 'script'>;

/** Further surroundings that tests replace. */
export interface Surroundings {
  readonly now: () => Date;
  readonly logTo: LogFile;
  /** The built `server/catalog-thread.ts`. */
  readonly thread: URL;
  readonly timeouts: Timeouts;
  readonly watch: DirectoryWatchOptions;
  /** The text of /proc/self/limits; undefined where the system has none. */
  readonly processLimits: () => Promise<string | undefined>;
  /** The text of memory.max of our cgroup; undefined where the system has none. */
  readonly memoryLimit: () => Promise<string | undefined>;
}

/**
 * Serves the webhooks until a signal, and resolves to the exit code. Catalog, certificate and ports start independently of
 * each other, and `/readyz` fails until all three are there. Rejects with `UsageError` for settings that cannot work.
 */
export async function serve(
  settings: ServeSettings,
  io: ServeIo,
  surroundings: Partial<Surroundings> = {},
): Promise<DrainExitCode> {
  const { now, logTo, thread, timeouts, watch, processLimits, memoryLimit } = {
    ...defaultSurroundings(io),
    ...surroundings,
  };
  const clientCa = settings.clientCa === undefined ? undefined : await readClientCa(settings.clientCa);
  const sources = await sourcesOf(settings, io.env);
  const log = createLog(settings.logLevel, logTo);
  const limits = withinOpenFiles(settings.limits, await processLimits(), log);
  const metrics = createMetrics();
  metrics.memoryLimit(bytesIn(await memoryLimit()));
  metrics.enforcing(settings.enforce);
  if (!settings.enforce) log.warn({ enforce: false }, 'observe mode');
  const common = { now, log, metrics, watch };

  const catalog = sources.catalog({ ...common, settings, thread });
  const server = new WebhookServer({
    answerers: Object.fromEntries(webhooks.map((webhook) => [webhook.path, catalog.answererOf(webhook)])),
    enforce: settings.enforce,
    advisory: webhooks.filter(({ onlyWarns }) => onlyWarns).map(({ path }) => path),
    limits,
    timeouts,
    clientAuthorities: clientCa?.pem,
    catalog: catalog.state,
    certificate: () => certificate.state(),
    state: stateDocument({ catalog, settings, uptime: () => performance.now() }),
    now,
    log,
    metrics,
  });
  const certificate = sources.certificate({ ...common, serveWith: (pair) => server.serveWith(pair) });
  const clientCaWatch = clientCa?.follow({ ...common, trust: (pem) => server.trust(pem) });

  let lastCalls = LAST_CALLS;
  try {
    const ports = await server.open(settings).catch(toUsageError);
    log.info({ version, ...ports, catalog: sources.about }, 'listening');
    const stopped = server.runUntilSignal(io.onSignal, settings.drainSeconds);
    const announced = Promise.all([certificate.attempted, catalog.attempted]).then(async () => {
      if (!logReadiness(server.readiness(), log)) return;
      io.stderr.write(await exampleCommands(examplesOf(settings, ports.tlsPort, catalog, io)));
    });
    const exitCode = await Promise.race([stopped, announced.then(() => stopped)]);
    if (exitCode !== 0) lastCalls = 0;
    return exitCode;
  } finally {
    server.close();
    certificate.close();
    clientCaWatch?.close();
    await waitAtMost(lastCalls, [catalog.close(), sources.close()]);
    logTo.flushSync();
  }
}

const defaultSurroundings = ({ docs }: ServeIo): Surroundings => ({
  now: () => new Date(),
  logTo: logFile(STDOUT),
  // The build puts it beside main.js. The place of this module differs, since the bundle has several files.
  thread: new URL('../dist/catalog-thread.js', docs),
  timeouts: defaultTimeouts,
  watch: defaultWatch,
  processLimits: () => readFile('/proc/self/limits', 'utf8').catch(() => undefined),
  memoryLimit: () => readFile('/sys/fs/cgroup/memory.max', 'utf8').catch(() => undefined),
});

const STDOUT = 1;

/** The limit in memory.max, which is a number of bytes or `max`; 0 without a limit. */
const bytesIn = (memoryLimit = ''): number => Number.parseInt(memoryLimit, 10) || 0;

/** The sources that the settings choose: a file or a cluster. A directory of certificates, if set, replaces the certificate of either. */
async function sourcesOf(settings: ServeSettings, env: Io['env']): Promise<Sources> {
  const { catalog, certDir } = settings;
  const sources = catalog === undefined ? await clusterSourcesOf(settings, env) : fileSources(catalog);
  if (certDir === undefined) return sources;
  return { ...sources, certificate: (options) => watchedCertificate(certDir, options) };
}

const fileSources = (file: string): Sources => ({
  about: { file },
  catalog: (options) => watchedCatalog(file, options),
  certificate: selfSignedCertificate,
  close: () => Promise.resolve(),
});

async function clusterSourcesOf({ cluster }: ServeSettings, env: Io['env']): Promise<Sources> {
  // Loaded only when there is a cluster: the client library takes time and much memory.
  const { clusterSources } = await import('./cluster.ts');
  return clusterSources(cluster, env);
}

/** Lowers `maxConnections` to what the limit of open files allows, and logs that. */
function withinOpenFiles(limits: ServerLimits, processLimits = '', log: Log): ServerLimits {
  const openFiles = openFileLimit(processLimits);
  if (openFiles === undefined) return limits;
  const { maxConnections } = limits;
  const max = connectionsWithin(openFiles);
  if (maxConnections <= max) return limits;
  log.warn({ connections: { maxConnections, openFiles, max } }, 'fewer connections than max-connections');
  return { ...limits, maxConnections: max };
}

/** Logs whether the server is ready after the first attempts, and returns it. */
function logReadiness(readiness: Readiness, log: Log): boolean {
  if (readiness.ready) log.info(readiness, 'ready');
  else log.warn(readiness, 'not ready');
  return readiness.ready;
}

const examplesOf = (
  { examples, host, certDir, clientCa }: ServeSettings,
  tlsPort: number,
  { answererOf }: ServedCatalog,
  { docs, script }: ServeIo,
): ExampleOptions => ({
  files: examples,
  answererOf,
  origin: `https://${hostInUrl(host)}:${tlsPort}`,
  selfSigned: certDir === undefined,
  clientCertificates: clientCa !== undefined,
  checkedOutProgram: existsSync(new URL('../src/main.ts', docs)) ? relative('', script) : undefined,
});

const hostInUrl = (host: string | undefined): string => {
  if (host === undefined) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
};

/** Milliseconds for the last calls, such as the release of the Lease, so that a hanging API server does not delay the end. */
const LAST_CALLS = 2_000;

async function waitAtMost(milliseconds: number, promises: readonly Promise<void>[]): Promise<void> {
  const waiting = new AbortController();
  await Promise.race([Promise.all(promises), pause(milliseconds, waiting.signal)]);
  waiting.abort();
}
