import {
  type Deprecation,
  deprecationUrl,
  type Entry,
  isDeprecated,
  isPastRemoval,
} from '../catalog/entry.ts';
import type { Lookup } from '../catalog/lookup.ts';
import { isWebserviceType, webservice } from '../catalog/readers.ts';
import type { HistoryLine, UseCount } from '../history/line.ts';
import { runsOf } from '../history/runs.ts';
import type { SiteUse, ToolWorkload } from './use.ts';

/** Everything that the site knows. The same input gives the same pages. */
export interface SiteInput {
  readonly lookup: Lookup;
  readonly use: SiteUse;
  /** By day; absent if no history is kept. */
  readonly history?: readonly HistoryLine[] | undefined;
  /** YYYY-MM-DD in UTC. */
  readonly today: string;
  /** Why the newest text of the catalog is not shown; undefined if it is shown. */
  readonly outdated?: string | undefined;
  /** The address of the site, without a slash at its end. If it is undefined, pages have no absolute address. */
  readonly publicUrl?: string | undefined;
}

export interface SiteModel extends SiteInput {
  /** By name, in order. */
  readonly images: readonly SiteImage[];
  /** By name and alias. */
  readonly byShortName: ReadonlyMap<string, SiteImage>;
  /** The history in stretches without a gap. */
  readonly runs: readonly (readonly HistoryLine[])[];
}

export interface SiteImage {
  readonly entry: Entry;
  /** The image of each client, with `:latest`; null where the client gets none. */
  readonly urls: {
    readonly jobs: string | null;
    readonly webservice: string | null;
    readonly other: string | null;
  };
  /** Present if the image is deprecated. */
  readonly deprecation?: SiteDeprecation;
  /** The workloads that use the image; undefined if use is not known. */
  readonly workloads?: readonly ToolWorkload[];
  /** The number of tools and workloads that use the image; undefined if use is not known. */
  readonly use?: UseCount;
}

interface SiteDeprecation {
  readonly replacement: string | null;
  /** The newest stable image of the family, if no replacement is named. */
  readonly newer: string | null;
  /** YYYY-MM-DD. */
  readonly removal: string | null;
  /** Whether that day has passed. */
  readonly past: boolean;
  /** As the catalog has it: any text. */
  readonly url: string | null;
}

export function buildSiteModel(input: SiteInput): SiteModel {
  const { lookup, use, today } = input;
  const workloads = use.known ? byImage(use.workloads) : undefined;
  const images = lookup.catalog.entries
    .map((entry) => siteImage(entry, lookup, today, workloads && (workloads.get(entry.name) ?? [])))
    .sort((one, other) => (one.entry.name < other.entry.name ? -1 : 1));
  const byName = new Map(images.map((image) => [image.entry.name, image]));
  const byShortName = new Map<string, SiteImage>();
  for (const [shortName, { name }] of lookup.shortNames) {
    const image = byName.get(name);
    if (image) byShortName.set(shortName, image);
  }
  return { ...input, images, byShortName, runs: runsOf(input.history ?? []) };
}

function byImage(workloads: readonly ToolWorkload[]): ReadonlyMap<string, readonly ToolWorkload[]> {
  const found = new Map<string, ToolWorkload[]>();
  for (const workload of workloads) {
    const same = found.get(workload.image);
    if (same) same.push(workload);
    else found.set(workload.image, [workload]);
  }
  return found;
}

function siteImage(
  entry: Entry,
  lookup: Lookup,
  today: string,
  workloads: readonly ToolWorkload[] | undefined,
): SiteImage {
  const urlFor = (client: string | undefined): string | null => {
    const resolution = lookup.resolve(entry.name, client);
    return resolution.kind === 'short-name' ? `${resolution.url}:latest` : null;
  };
  return {
    entry,
    urls: {
      jobs: urlFor('toolforge-jobs-framework'),
      webservice: isWebserviceType(entry) ? urlFor(webservice.client) : null,
      other: urlFor(undefined),
    },
    ...(isDeprecated(entry) && { deprecation: siteDeprecation(entry, today) }),
    ...(workloads && { workloads, use: countUse(workloads) }),
  };
}

function siteDeprecation(entry: Entry, today: string): SiteDeprecation {
  const { replacement, removal }: Deprecation = entry.deprecation ?? {};
  return {
    replacement: replacement ?? null,
    newer: replacement === undefined ? (entry.newer ?? null) : null,
    removal: removal ?? null,
    past: isPastRemoval(entry, today),
    url: deprecationUrl(entry) ?? null,
  };
}

/** A name that a tool of Toolforge may have: its namespace, `tool-NAME`, is a DNS label. */
export const isToolName = (text: string): boolean => /^[a-z0-9]([a-z0-9-]{0,56}[a-z0-9])?$/.test(text);

function countUse(workloads: readonly ToolWorkload[]): UseCount {
  return {
    tools: new Set(workloads.map(({ tool }) => tool)).size,
    workloads: new Set(workloads.map(({ tool, workload }) => `${tool}/${workload}`)).size,
  };
}

/** In characters; more than any short name has. */
const LONGEST_SHORT_NAME = 100;

/** The name of the image that an unknown name probably means. */
export const nearestImage = ({ lookup }: SiteModel, asked: string): string | undefined =>
  asked.length <= LONGEST_SHORT_NAME ? lookup.suggest(asked)?.name : undefined;
