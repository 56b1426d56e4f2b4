import { dirname } from 'node:path';
import { answerReview, NotReady } from '../../admission/answer.ts';
import type { ImageWebhook, Webhook } from '../../admission/webhooks.ts';
import { buildLookup, type Lookup } from '../../catalog/lookup.ts';
import { type Usage, unknownUsage } from '../../catalog/usage.ts';
import type { Log } from '../../log.ts';
import type { Answerer } from '../../server/admission-route.ts';
import { readCatalogFile } from '../../server/catalog-file.ts';
import type { LoadReport } from '../../server/catalog-thread-client.ts';
import { startCatalogThread } from '../../server/catalog-thread-client.ts';
import { type DirectoryWatchOptions, watchDirectory } from '../../server/file-watch.ts';
import type { CatalogState } from '../../server/health.ts';
import { LiveCatalog, type ObservedCatalog } from '../../server/live-catalog.ts';
import type { Metrics } from '../../server/metrics/metrics.ts';
import type { ServeSettings } from '../../settings.ts';
import { UsageError } from '../command-result.ts';

/** The catalog with everything that answers from it. */
export interface ServedCatalog {
  readonly state: () => CatalogState;
  /** Of the last good text. */
  readonly lookup: () => Lookup | undefined;
  readonly answererOf: (webhook: Webhook) => Answerer;
  /** Settles when the catalog has been looked at for the first time, whatever was found. */
  readonly looked: Promise<void>;
  close(): Promise<void>;
}

export interface CatalogOptions {
  readonly settings: Pick<ServeSettings, 'policy' | 'precedence' | 'pastRemoval'>;
  /** `server/catalog-thread.ts`, built. */
  readonly thread: URL;
  readonly now: () => Date;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly watch: DirectoryWatchOptions;
}

/** Where the texts of a catalog come from. */
export interface CatalogSource {
  /** Settles when there was a first answer, whatever it was. */
  readonly looked: Promise<void>;
  close(): void;
}

export interface CatalogSourceOptions {
  /** Starts it. What is offered is judged, and served when it is good; offering the same again does nothing. */
  readonly from: (offer: (found: ObservedCatalog) => Promise<void>) => CatalogSource;
  readonly onJudged?: (text: string, report: LoadReport) => void;
  /** Who uses what of the catalog that is served; absent where nobody can know. */
  readonly usage?: (lookup: Lookup | undefined) => Usage;
}

/** A file, bare or a manifest, now and whenever it changes. */
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
  // Few serve one, and nobody waits for what they do not need at a start.
  const { theCatalog } = await import('../ask-catalog.ts');
  try {
    return { kind: 'text', text: theCatalog({ file, text: found.text }).text };
  } catch (error) {
    if (error instanceof UsageError) return { kind: 'unreadable', fault: error.message, seen: true };
    throw error;
  }
}

/** As a first look: to read a catalog for its shape is done on a thread of its own, and Pods wait for this one. */
const MANIFEST = /^[ \t{]*"?apiVersion"?[ \t]*:/m;

/** Catalogs are judged in a thread of their own, Pods are answered right here. */
export function servedCatalog(
  options: CatalogOptions,
  { from, onJudged, usage = () => unknownUsage }: CatalogSourceOptions,
): ServedCatalog {
  const { settings, now, log, metrics } = options;
  const today = calendar(now);
  const context = () => ({
    policy: settings.policy,
    precedence: settings.precedence,
    today: today(),
    usage: usage(catalog.lookup),
    served: catalog.text,
  });
  const thread = startCatalogThread({ file: options.thread, context });
  const catalog = new LiveCatalog({
    async load(text) {
      const report = await thread.load(text);
      onJudged?.(text, report);
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
    (body) =>
      answerReview(body, (request) => {
        if (!catalog.lookup) throw new NotReady(`no catalog to resolve names by: ${catalog.state.kind}`);
        const removal = { today: today(), pastRemoval: settings.pastRemoval };
        return webhook.handle(request, catalog.lookup, removal, webhook);
      });

  return {
    state: () => catalog.state,
    lookup: () => catalog.lookup,
    answererOf: (webhook) =>
      webhook.about === 'catalog' ? (body) => thread.answer(webhook.path, body) : imageAnswerer(webhook),
    looked: source.looked,
    close() {
      source.close();
      catalog.close();
      return thread.close();
    },
  };
}

const DAY = 86_400_000;

/** YYYY-MM-DD, UTC. Every Pod asks for it, and writing it out is dear: that is done once a day. */
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
