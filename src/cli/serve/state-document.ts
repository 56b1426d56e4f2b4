import { digestOf } from '../../catalog/load.ts';
import type { TaggedBody } from '../../server/app.ts';
import { whyOutdated } from '../../server/health.ts';
import type { ServeSettings } from '../../settings.ts';
import { etagOf } from '../../site/etag.ts';
import { encodeState } from '../../site/state.ts';
import type { ServedCatalog } from './catalog.ts';

export interface StateDocumentOptions {
  readonly catalog: Pick<ServedCatalog, 'state' | 'text' | 'use'>;
  readonly settings: Pick<ServeSettings, 'policy' | 'precedence' | 'pastRemoval' | 'enforce'>;
  /** Milliseconds of a monotonic clock. */
  readonly uptime: () => number;
}

/**
 * A state that took so many milliseconds is not made again for a thousand times as long. So it costs a replica at most one
 * millisecond in a second, however many workloads there are and however often it is read.
 */
const SHARE = 1_000;

/** The body of `/state.json`. It is made when it is read and something has changed. */
export function stateDocument({ catalog, settings, uptime }: StateDocumentOptions): () => TaggedBody {
  const { policy, precedence, enforce } = settings;
  // In observe mode nothing is denied.
  const pastRemoval = enforce ? settings.pastRemoval : 'warn';
  let made: { readonly from: readonly unknown[]; readonly document: TaggedBody } | undefined;
  let next = Number.NEGATIVE_INFINITY;
  return () => {
    const begun = uptime();
    if (made && begun < next) return made.document;
    const [text, state, use] = [catalog.text(), catalog.state(), catalog.use()];
    const from = [text, state, use];
    if (!made || from.some((part, index) => part !== made?.from[index])) {
      const json = encodeState({
        catalog: text === undefined ? null : { digest: digestOf(text), text },
        outdated: whyOutdated(state) ?? null,
        use,
        settings: { policy, precedence, pastRemoval },
      });
      made = { from, document: { bytes: Buffer.from(json), etag: etagOf(json) } };
    }
    const ended = uptime();
    next = ended + SHARE * (ended - begun);
    return made.document;
  };
}
