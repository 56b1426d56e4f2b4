import { ACCEPT } from '../../catalog/public-names.ts';
import type { EventFacts } from '../../cluster/events.ts';
import type { LoadReport } from '../../server/catalog-tasks.ts';

/** What of a stored ConfigMap its Events are about. */
export interface StoredCatalog {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * What everybody who looks at the ConfigMap should find there. It follows from what is stored and never from a review: a
 * review may come twice, be a trial, or end in nothing; and what is stored may be older than the webhook.
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
