import { createHash } from 'node:crypto';
import { isConflict, isNotFound } from './api-error.ts';
import type { Connection } from './connection.ts';

/** The object that an Event is about. */
interface About {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface EventFacts {
  readonly about: About;
  readonly type: 'Normal' | 'Warning';
  /** UpperCamelCase; none of Kubernetes' own, which other programs act on. */
  readonly reason: string;
  readonly message: string;
  /** What makes it another Event than the one before, beside object and reason: the digest of a catalog, say. */
  readonly key: string;
}

export interface EventOptions {
  readonly connection: Connection;
  /** Such as image-config-admission. */
  readonly component: string;
  readonly now: Date;
  readonly signal: AbortSignal;
}

/**
 * Writes an Event, or counts one more where it is there already: its name follows from what it is about, so neither a
 * restart nor a second replica writes another one.
 */
export async function recordEvent(event: EventFacts, options: EventOptions): Promise<void> {
  try {
    await create(event, options);
  } catch (error) {
    if (!isConflict(error)) throw error;
    await countOneMore(event, options);
  }
}

async function create(event: EventFacts, { connection, component, now, signal }: EventOptions) {
  const { about, type, reason } = event;
  await connection.call({
    method: 'POST',
    path: eventsPath(about),
    body: {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { namespace: about.namespace, name: nameOf(event) },
      involvedObject: about,
      type,
      reason,
      message: cut(event.message),
      count: 1,
      firstTimestamp: timestamp(now),
      lastTimestamp: timestamp(now),
      source: { component },
      reportingComponent: component,
    },
    signal,
  });
}

/** Two replicas that count at once may count one: nobody needs the number, and what matters is `lastTimestamp`. */
async function countOneMore(event: EventFacts, options: EventOptions): Promise<void> {
  const { connection, now, signal } = options;
  const path = `${eventsPath(event.about)}/${nameOf(event)}`;
  try {
    const { count = 1 } = (await connection.call({ path, signal })) as { count?: number };
    await connection.call({
      method: 'PATCH',
      path,
      contentType: 'application/merge-patch+json',
      body: { count: count + 1, lastTimestamp: timestamp(now), message: cut(event.message) },
      signal,
    });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    // Events live for an hour, and this one's was over just now.
    await create(event, options);
  }
}

const eventsPath = ({ namespace }: About): string => `/api/v1/namespaces/${namespace}/events`;

/** As client-go names them: the object's name, a dot, hexadecimal digits. */
export function nameOf({ about, reason, key }: Pick<EventFacts, 'about' | 'reason' | 'key'>): string {
  const identity = JSON.stringify([about.apiVersion, about.kind, about.uid, reason, key]);
  const digest = createHash('sha256').update(identity).digest('hex').slice(0, 16);
  const name = about.name.slice(0, LONGEST_NAME - digest.length - 1).replace(/[^a-z0-9]+$/, '');
  return `${name}.${digest}`;
}

/** Of a DNS subdomain, each part of which ends with a letter or a digit. */
const LONGEST_NAME = 253;

/** jobs-api sorts Events by this text and fails where one has none: whole seconds, as Kubernetes writes them. */
const timestamp = (now: Date): string => `${now.toISOString().slice(0, 19)}Z`;

/** What the newer Events API allows, and what fits a terminal. */
const cut = (message: string): string => (message.length > 1_024 ? `${message.slice(0, 1_023)}…` : message);
