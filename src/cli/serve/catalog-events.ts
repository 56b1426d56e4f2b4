import { ACCEPT } from '../../catalog/public-names.ts';
import type { EventFacts } from '../../cluster/events.ts';
import type { Log } from '../../log.ts';
import type { LoadReport } from '../../server/catalog-thread-client.ts';
import { EventLog } from './event-log.ts';

/** The fields of a stored ConfigMap that its Events need. */
export interface StoredCatalog {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * The Events on the ConfigMap. They follow from the stored text and never from a review: a review may be repeated, be a dry
 * run, or be denied by another webhook, and the stored text may be older than this webhook.
 */
export function catalogEvents(stored: StoredCatalog, report: LoadReport): readonly EventFacts[] {
  const { namespace, name, uid, annotations } = stored;
  const about = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name, uid };
  const { digest, errors } = report;
  const events: EventFacts[] = [];
  if (errors > 0)
    events.push({ about, type: 'Warning', reason: 'InvalidCatalog', message: invalid(report), key: digest });
  if (annotations[ACCEPT] === digest)
    events.push({
      about,
      type: errors > 0 ? 'Warning' : 'Normal',
      reason: 'CatalogAccepted',
      message: accepted(report),
      key: digest,
    });
  return events;
}

const invalid = ({ digest, errors, problems }: LoadReport): string =>
  `The stored catalog ${digest} has ${count(errors, 'error')}: its users may fail, and Pods are answered from the last good ` +
  `one, where there was one. ${problems.join('; ')}`;

const accepted = ({ digest, errors }: LoadReport): string =>
  `The catalog ${digest} is stored by break-glass, as the annotation ${ACCEPT} says` +
  (errors > 0 ? `, with its ${count(errors, 'error')}` : '; by itself it has no error');

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** Writes each Event once. A failed write is repeated when the same Event is passed again. */
export class EventRecorder {
  readonly #record: (event: EventFacts) => Promise<void>;
  readonly #log: EventLog;
  readonly #recorded = new Set<string>();
  #recording = Promise.resolve();

  constructor(record: (event: EventFacts) => Promise<void>, log: Log) {
    this.#record = record;
    this.#log = new EventLog(log);
  }

  /** Records one Event after the other, so that none is written twice. Never rejects. */
  recordAll(events: readonly EventFacts[]): Promise<void> {
    this.#recording = this.#recording.then(async () => {
      for (const event of events) await this.#recordOnce(event);
    });
    return this.#recording;
  }

  async #recordOnce(event: EventFacts): Promise<void> {
    const { about, reason, key, message } = event;
    const identity = [about.uid, reason, key].join(' ');
    if (this.#recorded.has(identity)) return;
    const logged = { reason, object: `${about.namespace}/${about.name}`, message };
    try {
      await this.#record(event);
      this.#recorded.add(identity);
      this.#log.recorded(logged, true);
    } catch (error) {
      this.#log.failed(logged, error);
    }
  }
}
