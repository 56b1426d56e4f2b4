import { createHash } from 'node:crypto';
import { isConflict, isNotFound, undefinedIf } from './api-error.ts';
import type { Call, Connection } from './connection.ts';

/** The `involvedObject` of an Event. */
interface InvolvedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface EventFacts {
  readonly about: InvolvedObject;
  readonly type: 'Normal' | 'Warning';
  /** UpperCamelCase. It is none of Kubernetes' own reasons, since other programs act on those. */
  readonly reason: string;
  readonly message: string;
  /** Tells apart Events of the same object and reason, such as the digest of a catalog. */
  readonly key: string;
}

export interface EventOptions {
  readonly connection: Connection;
  /** Such as image-config-admission. */
  readonly component: string;
  readonly now: Date;
  readonly signal: AbortSignal;
  /** Milliseconds for which an existing Event is not written again. Default: 0. */
  readonly freshFor?: number;
  /** An existing Event without this prefix is written again at once. */
  readonly messagePrefix?: string;
  /** The count of the last write. With it one call is enough. */
  readonly lastCount?: number;
}

/** The state of the Event after `recordEvent`. */
export interface RecordedEvent {
  /** Its lastTimestamp, in whole seconds. */
  readonly at: Date;
  readonly count: number;
  /** False: a fresh Event was left as it is. */
  readonly wrote: boolean;
  /** Write calls, including refused ones: usually one, at most four. */
  readonly writes: number;
}

/**
 * Creates an Event, or increases its count if it exists. The name is derived from object, reason and key, so neither a restart
 * nor a second replica creates another one. A fresh Event is left as it is, so that a new leader writes nothing twice. Rejects
 * as `Connection.call` does, also when the namespace is gone (see `isNamespaceGone`).
 *
 * Two replicas that write at once may increase the count by one: only `lastTimestamp` matters.
 */
export async function recordEvent(event: EventFacts, options: EventOptions): Promise<RecordedEvent> {
  const { now, freshFor = 0, messagePrefix = '', lastCount } = options;
  const calls = new EventCalls(event, options);
  const recorded = (count: number): RecordedEvent => ({
    at: wholeSeconds(now),
    count,
    wrote: true,
    writes: calls.writes,
  });

  if (lastCount !== undefined && (await calls.count(lastCount + 1))) return recorded(lastCount + 1);
  if (await calls.create()) return recorded(1);

  const found = await calls.read();
  if (found) {
    const { count = 1, lastTimestamp, message = '' } = found;
    const at = new Date(lastTimestamp ?? Number.NaN);
    // `at` is from the writer's clock. One that is far ahead must not prevent the next write.
    const isFresh = Math.abs(now.getTime() - at.getTime()) < freshFor;
    // The stored message may be cut.
    if (isFresh && message.startsWith(messagePrefix.slice(0, MAX_MESSAGE_LENGTH - 1)))
      return { at, count, wrote: false, writes: calls.writes };
    if (await calls.count(count + 1)) return recorded(count + 1);
  }
  // The Event may have expired between two calls.
  if (await calls.create()) return recorded(1);
  throw new Error(`cannot record the Event ${calls.path}: it exists on create and not on read`);
}

/** The calls to the API server about one Event. */
class EventCalls {
  /** Write calls so far. */
  writes = 0;
  readonly path: string;
  readonly #event: EventFacts;
  readonly #options: EventOptions;

  constructor(event: EventFacts, options: EventOptions) {
    this.path = `${eventsPath(event.about)}/${eventName(event)}`;
    this.#event = event;
    this.#options = options;
  }

  /** False if the Event exists. */
  create(): Promise<boolean> {
    const { about, type, reason, message } = this.#event;
    const { component, now } = this.#options;
    const body = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { namespace: about.namespace, name: eventName(this.#event) },
      involvedObject: about,
      type,
      reason,
      message: cut(message),
      count: 1,
      firstTimestamp: timestamp(now),
      lastTimestamp: timestamp(now),
      source: { component },
      reportingComponent: component,
    };
    return this.#write({ method: 'POST', path: eventsPath(about), body }, isConflict);
  }

  /** False if the Event does not exist. */
  count(count: number): Promise<boolean> {
    const lastTimestamp = timestamp(this.#options.now);
    const body = { count, lastTimestamp, message: cut(this.#event.message) };
    const contentType = 'application/merge-patch+json';
    return this.#write({ method: 'PATCH', path: this.path, contentType, body }, isNotFound);
  }

  /** Undefined if the Event does not exist. */
  read(): Promise<WireEvent | undefined> {
    const { connection, signal } = this.#options;
    const found = connection.call({ path: this.path, signal }) as Promise<WireEvent>;
    return undefinedIf(isNotFound, found);
  }

  async #write(call: Omit<Call, 'signal'>, isFalse: (error: unknown) => boolean): Promise<boolean> {
    const { connection, signal } = this.#options;
    this.writes += 1;
    return (await undefinedIf(isFalse, connection.call({ ...call, signal }))) !== undefined;
  }
}

interface WireEvent {
  readonly count?: number;
  readonly lastTimestamp?: string | null;
  readonly message?: string;
}

const eventsPath = ({ namespace }: InvolvedObject): string => `/api/v1/namespaces/${namespace}/events`;

/** `NAME.HEX`, as client-go does: the name of the object, a dot, hexadecimal digits. */
export function eventName({ about, reason, key }: Pick<EventFacts, 'about' | 'reason' | 'key'>): string {
  const identity = JSON.stringify([about.apiVersion, about.kind, about.uid, reason, key]);
  const digest = createHash('sha256').update(identity).digest('hex').slice(0, 16);
  const room = MAX_NAME_LENGTH - digest.length - 1;
  const [name = ''] = /^(?:[^a-z0-9]*[a-z0-9])*/.exec(about.name.slice(0, room)) ?? [];
  return `${name}.${digest}`;
}

/** Of a DNS subdomain. Each part of it ends with a letter or a digit. */
const MAX_NAME_LENGTH = 253;

/** Whole seconds, as Kubernetes writes them. jobs-api sorts Events by this text and fails if one has none. */
const timestamp = (now: Date): string => `${now.toISOString().slice(0, 19)}Z`;

const wholeSeconds = (now: Date): Date => new Date(timestamp(now));

/** Characters: the limit of the events.k8s.io API. */
const MAX_MESSAGE_LENGTH = 1_024;

const cut = (message: string): string =>
  message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH - 1)}…` : message;
