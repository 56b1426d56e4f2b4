import { createHash } from 'node:crypto';
import { isConflict, isNotFound } from './api-error.ts';
import type { Call, Connection } from './connection.ts';

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
  /** Milliseconds for which an Event that is there already is left as it is. Default: 0. */
  readonly freshFor?: number;
  /** An Event whose message begins otherwise is not fresh. */
  readonly messagePrefix?: string;
  /** The count last written: then one call is enough to count one more. */
  readonly lastCount?: number;
}

/** The Event after it was recorded. */
export interface RecordedEvent {
  /** When it was recorded last, to the second. */
  readonly at: Date;
  readonly count: number;
  /** False: it was fresh, and left alone. */
  readonly wrote: boolean;
  /** Calls that write, refused ones included: mostly one, and four at the most. */
  readonly writes: number;
}

/**
 * Writes an Event, or counts one more where it is there already: its name follows from what it is about, so neither a
 * restart nor a second replica writes another one. A fresh Event is left alone, so that a replica that takes over from another
 * records nothing twice. It rejects where the namespace is gone, too: see `isNamespaceGone`.
 *
 * Two replicas that count at once may count one: the number serves no purpose, and what matters is `lastTimestamp`.
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
    // By the clock of the replica that wrote it: one that is far ahead must not keep it from being recorded again.
    const isFresh = Math.abs(now.getTime() - at.getTime()) < freshFor;
    // As long as what is left of it when it is cut.
    if (isFresh && message.startsWith(messagePrefix.slice(0, LONGEST_MESSAGE - 1)))
      return { at, count, wrote: false, writes: calls.writes };
    if (await calls.count(count + 1)) return recorded(count + 1);
  }
  // Events live for an hour, and this one's was over just now.
  if (await calls.create()) return recorded(1);
  throw new Error(`the Event ${calls.path} comes and goes: it is there, and cannot be found`);
}

/** The calls to the API server about one Event. */
class EventCalls {
  /** Sent so far. */
  writes = 0;
  readonly path: string;
  readonly #event: EventFacts;
  readonly #options: EventOptions;

  constructor(event: EventFacts, options: EventOptions) {
    this.path = `${eventsPath(event.about)}/${eventName(event)}`;
    this.#event = event;
    this.#options = options;
  }

  /** False: there is one. */
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

  /** False: there is none. */
  count(count: number): Promise<boolean> {
    const lastTimestamp = timestamp(this.#options.now);
    const body = { count, lastTimestamp, message: cut(this.#event.message) };
    const contentType = 'application/merge-patch+json';
    return this.#write({ method: 'PATCH', path: this.path, contentType, body }, isNotFound);
  }

  /** Undefined: there is none. */
  async read(): Promise<WireEvent | undefined> {
    const { connection, signal } = this.#options;
    try {
      return (await connection.call({ path: this.path, signal })) as WireEvent;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #write(call: Omit<Call, 'signal'>, isFalse: (error: unknown) => boolean): Promise<boolean> {
    const { connection, signal } = this.#options;
    this.writes += 1;
    try {
      await connection.call({ ...call, signal });
      return true;
    } catch (error) {
      if (isFalse(error)) return false;
      throw error;
    }
  }
}

interface WireEvent {
  readonly count?: number;
  readonly lastTimestamp?: string | null;
  readonly message?: string;
}

const eventsPath = ({ namespace }: About): string => `/api/v1/namespaces/${namespace}/events`;

/** As client-go names them: the object's name, a dot, hexadecimal digits. */
export function eventName({ about, reason, key }: Pick<EventFacts, 'about' | 'reason' | 'key'>): string {
  const identity = JSON.stringify([about.apiVersion, about.kind, about.uid, reason, key]);
  const digest = createHash('sha256').update(identity).digest('hex').slice(0, 16);
  const room = LONGEST_NAME - digest.length - 1;
  const [name = ''] = /^(?:[^a-z0-9]*[a-z0-9])*/.exec(about.name.slice(0, room)) ?? [];
  return `${name}.${digest}`;
}

/** Of a DNS subdomain, each part of which ends with a letter or a digit. */
const LONGEST_NAME = 253;

/** jobs-api sorts Events by this text and fails where one has none: whole seconds, as Kubernetes writes them. */
const timestamp = (now: Date): string => `${now.toISOString().slice(0, 19)}Z`;

const wholeSeconds = (now: Date): Date => new Date(timestamp(now));

/** What the newer Events API allows, and what fits a terminal. */
const LONGEST_MESSAGE = 1_024;

const cut = (message: string): string =>
  message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE - 1)}…` : message;
