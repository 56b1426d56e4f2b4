import type { HistoryLine } from '../../history/line.ts';
import { createLog, type Log, type LogFile, logFile } from '../../log.ts';
import type { DrainExitCode } from '../../server/drain.ts';
import { type DirectoryWatchOptions, defaultWatch } from '../../server/file-watch.ts';
import { createMetrics } from '../../server/metrics/metrics.ts';
import { openSite } from '../../server/site-server.ts';
import { type AnswerSite, siteFrom } from '../../site/answer.ts';
import { toUsageError } from '../command-result.ts';
import type { Io } from '../io.ts';
import { policyOf } from '../options/shared.ts';
import { type CatalogOptions, watchedCatalog } from '../serve/catalog.ts';
import { type ServingCertificate, watchedCertificate } from '../serve/certificate.ts';
import { version } from '../version.ts';
import { HistoryFollower } from './follow-history.ts';
import { followState } from './follow-state.ts';
import { type HistoryStore, historyFile } from './history-store.ts';
import { refuseTwoSources, type SiteOptions } from './options.ts';
import { type Shown, type SiteSource, servedSource } from './source.ts';

type SiteIo = Pick<Io, 'today' | 'onSignal' | 'docs' | 'env'>;

/** Further surroundings that tests replace. */
export interface SiteSurroundings {
  readonly logTo: LogFile;
  /** The built `server/catalog-thread.ts`. */
  readonly thread: URL;
  readonly watch: DirectoryWatchOptions;
  /** Milliseconds between two readings of the state. */
  readonly stateEvery: number;
}

/** Serves the site until a signal, and resolves to the exit code. Rejects with `UsageError` for settings that cannot work. */
export async function site(
  options: SiteOptions,
  io: SiteIo,
  surroundings: Partial<SiteSurroundings> = {},
): Promise<DrainExitCode> {
  const { host, port, certDir, logLevel, precedence, publicUrl } = options;
  refuseTwoSources(options);
  const file = options.history === undefined ? undefined : historyFile(options.history);
  await file?.read().catch(toUsageError);
  const { logTo, thread, watch, stateEvery } = { ...defaultsOf(io), ...surroundings };
  const log = createLog(logLevel, logTo);
  const common = { now: () => new Date(), log, metrics: createMetrics(), watch };
  const source = await sourceOf(options, io, {
    ...common,
    settings: {
      policy: policyOf(options),
      precedence,
      pastRemoval: 'warn',
      registryAdmission: 'absent',
      enforce: true,
    },
    thread,
    stateEvery,
  });
  const history = followHistory(file ?? source.history, source, io.today, log);
  const answer = answersFrom(source.shown, history.lines, io.today, publicUrl);
  let certificate: ServingCertificate | undefined;
  try {
    await source.attempted;
    const server = await openSite({
      answer,
      host: host === ALL_ADDRESSES ? undefined : host,
      port,
      tls: certDir !== undefined,
      log,
    }).catch(toUsageError);
    if (certDir !== undefined) {
      certificate = watchedCertificate(certDir, { ...common, serveWith: (pair) => server.serveWith(pair) });
      await certificate.attempted;
    }
    log.info({ version, port: server.port, catalog: source.about }, 'listening');
    return await server.runUntilSignal(io.onSignal);
  } finally {
    certificate?.close();
    await Promise.all([history.close(), source.close()]);
    logTo.flushSync();
  }
}

const STDOUT = 1;

/** Node itself chooses IPv4 where there is no IPv6, unless it is given an address. */
const ALL_ADDRESSES = '::';

/** A site may be as old as this; `serve` answers most readings with 304. */
const STATE_EVERY = 5_000;

const defaultsOf = ({ docs }: SiteIo): SiteSurroundings => ({
  logTo: logFile(STDOUT),
  // The build puts it beside main.js.
  thread: new URL('../dist/catalog-thread.js', docs),
  watch: defaultWatch,
  stateEvery: STATE_EVERY,
});

/** The source that the options choose. Without a file and a state it is the cluster, as for kubectl. */
async function sourceOf(
  options: SiteOptions,
  io: SiteIo,
  common: CatalogOptions & Pick<SiteSurroundings, 'stateEvery'>,
): Promise<SiteSource> {
  const { catalog, state } = options;
  if (catalog !== undefined) return servedSource({ file: catalog }, watchedCatalog(catalog, common));
  if (state !== undefined) return followState(state, options, io, common);
  // Loaded only for a cluster, like the client of it.
  const { clusterSource } = await import('./cluster-source.ts');
  return clusterSource(options, io.env, common);
}

/** Follows a history, if there is one, from the first attempt of the source until `close`. */
function followHistory(
  store: HistoryStore | undefined,
  source: SiteSource,
  today: () => string,
  log: Log,
): { readonly lines: () => readonly HistoryLine[] | undefined; close(): Promise<void> } {
  if (!store) return { lines: () => undefined, close: async () => {} };
  const shown = () => ({ ...source.shown(), today: today() });
  const follower = new HistoryFollower({ store, shown, log });
  const stop = new AbortController();
  const ended = source.attempted.then(() => follower.run(stop.signal));
  return {
    lines: () => follower.lines,
    close() {
      stop.abort();
      return ended;
    },
  };
}

/** Answers from what is shown now, and builds the model once for each change and day. */
function answersFrom(
  shown: () => Shown,
  lines: () => readonly HistoryLine[] | undefined,
  today: () => string,
  publicUrl: string | undefined,
): AnswerSite {
  let built: { readonly from: readonly unknown[]; readonly answer: AnswerSite } | undefined;
  return (request) => {
    const { lookup, ...facts } = shown();
    const [day, history] = [today(), lines()];
    const from = [lookup, facts.use, facts.outdated, facts.staleSince, facts.pastRemoval, history, day];
    if (!built || from.some((part, index) => part !== built?.from[index])) {
      const input = lookup && { lookup, ...facts, history, today: day, publicUrl };
      built = { from, answer: siteFrom(input) };
    }
    return built.answer(request);
  };
}
