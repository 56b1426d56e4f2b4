import { isCalendarDate } from '../catalog/entry.ts';

/** The number of tools and workloads that use an image. */
export interface UseCount {
  readonly tools: number;
  readonly workloads: number;
}

/** The use of each image on one day, by one catalog. It never names a tool. */
export interface HistoryLine {
  /** YYYY-MM-DD in UTC. */
  readonly day: string;
  /** `sha256:…` of the catalog. */
  readonly digest: string;
  /** By name. An image without use is left out, which saves a third of the text. */
  readonly images: ReadonlyMap<string, UseCount>;
}

export const historyLine = (
  day: string,
  digest: string,
  counts: Iterable<readonly [name: string, count: UseCount]>,
): HistoryLine => ({
  day,
  digest,
  images: new Map([...counts].filter(([, { workloads }]) => workloads > 0)),
});

/** A line as it is stored, without the end of the line. */
export const lineText = ({ day, digest, images }: HistoryLine): string =>
  JSON.stringify({ day, digest, images: Object.fromEntries(images) });

export type ParsedLine = { readonly line: HistoryLine } | { readonly fault: string };

/** Parses one line. Any user with the right to edit the ConfigMap or file may have written it. Unknown fields are ignored. */
export function parseLine(text: string): ParsedLine {
  // A million refused texts would take JSON.parse half a minute.
  const fields = text.length < SHORTEST ? undefined : objectIn(text);
  if (!fields) return { fault: 'is no JSON object with day, digest and images' };
  const { day, digest, images } = fields;
  if (typeof day !== 'string' || !isCalendarDate(day)) return { fault: 'has no "day" as YYYY-MM-DD' };
  if (typeof digest !== 'string' || !DIGEST.test(digest))
    return { fault: 'has no "digest" as sha256: and 64 hex digits' };
  if (!isObject(images)) return { fault: 'has no "images" as an object' };
  const counts = new Map<string, UseCount>();
  for (const [name, count] of Object.entries(images)) {
    if (!NAME.test(name)) return { fault: 'has an image with an invalid name' };
    if (!isUseCount(count)) return { fault: `has no numbers "tools" and "workloads" for the image ${name}` };
    counts.set(name, { tools: count.tools, workloads: count.workloads });
  }
  return { line: { day, digest, images: counts } };
}

/** In characters; any line with a day and a digest has more. */
const SHORTEST = 100;

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** The names that a catalog accepts (`invalid-name`). */
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isUseCount = (value: unknown): value is UseCount =>
  isObject(value) && isCount(value.tools) && isCount(value.workloads);

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
