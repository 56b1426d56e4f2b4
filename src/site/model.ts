import {
  type Deprecation,
  deprecationUrl,
  type Entry,
  isDeprecated,
  isPastRemoval,
} from '../catalog/entry.ts';
import { splitHost, splitReference } from '../catalog/image-reference.ts';
import { type Lookup, suggestForRepository } from '../catalog/lookup.ts';
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
  /** When the source last answered, ISO 8601 in UTC, if it does not answer now: later changes are not shown. */
  readonly staleSince?: string | undefined;
  /** The answer to a new Pod with an image past its removal date; undefined if it is not known. */
  readonly pastRemoval?: 'warn' | 'deny' | undefined;
  /** The address of the site, without a slash at its end. If it is undefined, pages have no absolute address. */
  readonly publicUrl?: string | undefined;
}

export interface SiteModel extends SiteInput {
  /** By name, in order. */
  readonly images: readonly SiteImage[];
  /** By name and alias. */
  readonly byShortName: ReadonlyMap<string, SiteImage>;
  /** The workloads of each tool that has one, in the order of the tools; undefined if use is not known. */
  readonly byTool?: ReadonlyMap<string, readonly ToolWorkload[]>;
  /** The number of tools and workloads that use deprecated images; undefined if use is not known. */
  readonly deprecatedUse?: UseCount;
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
  const byTool = use.known ? inOrder(groupBy(use.workloads, 'tool')) : undefined;
  const ordered = byTool && [...byTool.values()].flat();
  const workloads = ordered && groupBy(ordered, 'image');
  const images = lookup.catalog.entries
    .map((entry) => siteImage(entry, lookup, today, workloads && (workloads.get(entry.name) ?? [])))
    .sort((one, other) => (one.entry.name < other.entry.name ? -1 : 1));
  const byName = new Map(images.map((image) => [image.entry.name, image]));
  const byShortName = new Map<string, SiteImage>();
  for (const [shortName, { name }] of lookup.shortNames) {
    const image = byName.get(name);
    if (image) byShortName.set(shortName, image);
  }
  const onDeprecated = ordered?.filter(({ image }) => byName.get(image)?.deprecation);
  return {
    ...input,
    images,
    byShortName,
    ...(byTool && { byTool }),
    runs: runsOf(input.history ?? []),
    ...(onDeprecated && { deprecatedUse: countUse(onDeprecated) }),
  };
}

function groupBy(
  workloads: readonly ToolWorkload[],
  field: 'tool' | 'image',
): Map<string, readonly ToolWorkload[]> {
  const found = new Map<string, ToolWorkload[]>();
  for (const workload of workloads) {
    const same = found.get(workload[field]);
    if (same) same.push(workload);
    else found.set(workload[field], [workload]);
  }
  return found;
}

/** Orders the tools, and the workloads of each. The list of all workloads would take longer. */
const inOrder = (
  byTool: ReadonlyMap<string, readonly ToolWorkload[]>,
): Map<string, readonly ToolWorkload[]> =>
  new Map(
    [...byTool.keys()]
      .sort()
      .map((tool) => [tool, (byTool.get(tool) ?? []).toSorted(byWorkloadAndImage)] as const),
  );

const byWorkloadAndImage = (one: ToolWorkload, other: ToolWorkload): number =>
  compare(one.workload, other.workload) ||
  compare(one.image, other.image) ||
  compare(one.asksFor, other.asksFor);

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

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

/** Counts tools and workloads of a list in the order of both, in which those that are the same stand together. */
function countUse(workloads: readonly ToolWorkload[]): UseCount {
  let tools = 0;
  let all = 0;
  let before: ToolWorkload | undefined;
  for (const workload of workloads) {
    const sameTool = workload.tool === before?.tool;
    if (!sameTool) tools += 1;
    if (!sameTool || workload.workload !== before?.workload) all += 1;
    before = workload;
  }
  return { tools, workloads: all };
}

/** In characters; more than any short name has. */
const LONGEST_SHORT_NAME = 100;

/** The name of the image that an unknown name or URL probably means. */
export function nearestImage({ lookup }: SiteModel, asked: string): string | undefined {
  const { repository } = splitHost(splitReference(asked).name);
  return repository.length <= LONGEST_SHORT_NAME ? suggestForRepository(repository, lookup)?.name : undefined;
}
