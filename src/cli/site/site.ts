import type { Lookup } from '../../catalog/lookup.ts';
import { createLog, type LogFile, logFile } from '../../log.ts';
import type { DrainExitCode } from '../../server/drain.ts';
import { type DirectoryWatchOptions, defaultWatch } from '../../server/file-watch.ts';
import { type CatalogState, whyOutdated } from '../../server/health.ts';
import { createMetrics } from '../../server/metrics/metrics.ts';
import { openSite } from '../../server/site-server.ts';
import { type AnswerSite, siteFrom } from '../../site/answer.ts';
import { useNotKnown } from '../../site/use.ts';
import { toUsageError, UsageError } from '../command-result.ts';
import type { Io } from '../io.ts';
import { policyOf } from '../options/shared.ts';
import { watchedCatalog } from '../serve/catalog.ts';
import { version } from '../version.ts';
import type { SiteOptions } from './options.ts';

type SiteIo = Pick<Io, 'today' | 'onSignal' | 'docs'>;

/** Further surroundings that tests replace. */
export interface SiteSurroundings {
  readonly logTo: LogFile;
  /** The built `server/catalog-thread.ts`. */
  readonly thread: URL;
  readonly watch: DirectoryWatchOptions;
}

/** Serves the site until a signal, and resolves to the exit code. Rejects with `UsageError` for settings that cannot work. */
export async function site(
  options: SiteOptions,
  io: SiteIo,
  surroundings: Partial<SiteSurroundings> = {},
): Promise<DrainExitCode> {
  const { catalog: file, host, port, logLevel, precedence, publicUrl } = options;
  if (file === undefined)
    throw new UsageError('no catalog: give --catalog FILE, or set IMAGE_CONFIG_CATALOG');
  const { logTo, thread, watch } = { ...defaultsOf(io), ...surroundings };
  const log = createLog(logLevel, logTo);
  const catalog = watchedCatalog(file, {
    settings: {
      policy: policyOf(options),
      precedence,
      pastRemoval: 'warn',
      registryAdmission: 'absent',
      enforce: true,
    },
    thread,
    now: () => new Date(),
    log,
    metrics: createMetrics(),
    watch,
  });
  const answer = answersFrom(catalog.lookup, catalog.state, io.today, publicUrl);
  try {
    await catalog.attempted;
    const server = await openSite({ answer, host, port, log }).catch(toUsageError);
    log.info({ version, port: server.port, catalog: { file } }, 'listening');
    return await server.runUntilSignal(io.onSignal);
  } finally {
    await catalog.close();
    logTo.flushSync();
  }
}

const STDOUT = 1;

const defaultsOf = ({ docs }: SiteIo): SiteSurroundings => ({
  logTo: logFile(STDOUT),
  // The build puts it beside main.js.
  thread: new URL('../dist/catalog-thread.js', docs),
  watch: defaultWatch,
});

/** Answers from the newest state, and builds its model once for each catalog, state and day. */
function answersFrom(
  lookup: () => Lookup | undefined,
  state: () => CatalogState,
  today: () => string,
  publicUrl: string | undefined,
): AnswerSite {
  let built: { readonly from: readonly unknown[]; readonly answer: AnswerSite } | undefined;
  return (request) => {
    const from = [lookup(), state(), today()] as const;
    if (!built || from.some((part, index) => part !== built?.from[index])) {
      const [shown, newest, day] = from;
      const input = { use: useNotKnown, today: day, outdated: whyOutdated(newest), publicUrl };
      built = { from, answer: siteFrom(shown && { lookup: shown, ...input }) };
    }
    return built.answer(request);
  };
}
