import { dirname } from 'node:path';
import { answerReview, type Handler, NotReady } from '../../admission/answer.ts';
import type { ImageWebhook, Webhook } from '../../admission/webhooks.ts';
import { buildLookup, type Lookup } from '../../catalog/lookup.ts';
import { type Usage, unknownUsage } from '../../catalog/usage.ts';
import type { Log } from '../../log.ts';
import type { Answerer } from '../../server/admission-route.ts';
import { readCatalogFile } from '../../server/catalog-file.ts';
import { type LoadReport, startCatalogThread } from '../../server/catalog-thread-client.ts';
import { type DirectoryWatchOptions, watchDirectory } from '../../server/file-watch.ts';
import type { CatalogState } from '../../server/health.ts';
import { LiveCatalog, type ObservedCatalog } from '../../server/live-catalog.ts';
import type { Metrics } from '../../server/metrics/metrics.ts';
import type { ServeSettings } from '../../settings.ts';
import { type SiteUse, useNotKnown } from '../../site/use.ts';
import { UsageError } from '../command-result.ts';

/** A catalog that is served, with the answerers of all webhooks. */
export interface ServedCatalog {
  readonly state: () => CatalogState;
  /** The lookup of the last good text; undefined before there was one. */
  readonly lookup: () => Lookup | undefined;
  /** That text. */
  readonly text: () => string | undefined;
  /** The workloads that use its images; the same value while nothing changed. */
  readonly use: () => SiteUse;
  readonly answererOf: (webhook: Webhook) => Answerer;
  /** Settles after the first attempt to read the catalog, whatever its result. */
  readonly attempted: Promise<void>;
  close(): Promise<void>;
}

export interface CatalogOptions {
  readonly settings: Pick<
    ServeSettings,
    'policy' | 'precedence' | 'pastRemoval' | 'registryAdmission' | 'enforce'
  >;
  /** The built `server/catalog-thread.ts`. */
  readonly thread: URL;
  readonly now: () => Date;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly watch: DirectoryWatchOptions;
}

/** A source of catalog texts. */
export interface CatalogSource {
  /** Settles after the first attempt to read, whatever its result. */
  readonly attempted: Promise<void>;
  close(): void;
}

export interface CatalogSourceOptions {
  /** Starts the source, which offers what it observes. An offered text is validated, and served when it is good. */
  readonly from: (offer: (found: ObservedCatalog) => Promise<void>) => CatalogSource;
  readonly onValidated?: (text: string, report: LoadReport) => void;
  /** The usage of the served catalog; absent when it cannot be known. */
  readonly usage?: (lookup: Lookup | undefined) => Usage;
  /** The same for the site, workload by workload. */
  readonly use?: (lookup: Lookup | undefined) => SiteUse;
}

/** Serves the catalog in a file, and reloads it when it changes. The file is a bare catalog or a manifest. */
export const watchedCatalog = (file: string, options: CatalogOptions): ServedCatalog =>
  servedCatalog(options, {
    from: (offer) =>
      watchDirectory(
        dirname(file),
        async () => offer(await catalogIn(file, await readCatalogFile(file))),
        options.watch,
      ),
  });

async function catalogIn(file: string, found: ObservedCatalog): Promise<ObservedCatalog> {
  if (found.kind !== 'text' || !MANIFEST.test(found.text)) return found;
  // Loaded only for a manifest, so that other starts are not slower.
  const { theCatalog } = await import('../ask-catalog.ts');
  try {
    return { kind: 'text', text: theCatalog({ file, text: found.text }).text };
  } catch (error) {
    if (error instanceof UsageError) return { kind: 'unreadable', fault: error.message, seen: true };
    throw error;
  }
}

/** A cheap test for a manifest. Catalogs are parsed on another thread, since reviews of Pods wait for this one. */
const MANIFEST = /^[ \t{]*"?apiVersion"?[ \t]*:/m;

/** Serves the catalogs of a source. Another thread validates catalogs and their edits; this one answers Pods. */
export function servedCatalog(
  options: CatalogOptions,
  { from, onValidated, usage = () => unknownUsage, use = () => useNotKnown }: CatalogSourceOptions,
): ServedCatalog {
  const { settings, now, log, metrics } = options;
  const today = calendar(now);
  const context = () => ({
    policy: settings.policy,
    precedence: settings.precedence,
    today: today(),
    usage: usage(catalog.lookup),
    served: catalog.text,
    enforce: settings.enforce,
  });
  const thread = startCatalogThread({ file: options.thread, context });
  const catalog = new LiveCatalog({
    async load(text) {
      const report = await thread.load(text);
      onValidated?.(text, report);
      return report;
    },
    index: (accepted) => buildLookup(accepted, settings.precedence),
    log,
    metrics,
    now,
  });
  const source = from((found) => catalog.offer(found));
  const imageAnswerer =
    (webhook: ImageWebhook): Answerer =>
    (body) => {
      const { lookup } = catalog;
      const { pastRemoval, registryAdmission, enforce } = settings;
      const handle: Handler = (request) => {
        if (!lookup) throw new NotReady(`no catalog to resolve names by: ${catalog.state.kind}`);
        const policy = { today: today(), pastRemoval, registryAdmission };
        return webhook.handle(request, lookup, policy, webhook);
      };
      return answerReview(body, handle, { catalog: lookup?.catalog.digest, enforce });
    };

  return {
    state: () => catalog.state,
    lookup: () => catalog.lookup,
    text: () => catalog.text,
    use: () => use(catalog.lookup),
    answererOf: (webhook) =>
      webhook.about === 'catalog' ? (body) => thread.answer(webhook.path, body) : imageAnswerer(webhook),
    attempted: source.attempted,
    close() {
      source.close();
      catalog.close();
      return thread.close();
    },
  };
}

const DAY = 86_400_000;

/** The current date in UTC, YYYY-MM-DD. Every Pod needs it and formatting is slow, so it is formatted once a day. */
function calendar(now: () => Date): () => string {
  let day = Number.NaN;
  let text = '';
  return () => {
    const today = Math.floor(now().getTime() / DAY);
    if (today !== day) {
      day = today;
      text = new Date(today * DAY).toISOString().slice(0, 'YYYY-MM-DD'.length);
    }
    return text;
  };
}
