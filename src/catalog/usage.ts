import type { Use } from './problem.ts';

/** The workloads that use one entry, name or URL. A Deployment with its Pods is one workload. */
export interface Users {
  readonly workloads: number;
  /** The namespaces of their tools. */
  readonly tools: readonly string[];
  /** The first workloads by tool, kind and name, as `tool-wikibugs/Deployment/web`; at most `MOST_NAMED`. */
  readonly first: readonly string[];
}

/** The workloads that use each entry, short name and URL of one catalog: plain values, which pass between threads. */
export interface Usage {
  /** False until every workload has been listed. Until then, a name without known use may be in use. */
  readonly known: boolean;
  /** Digest of the catalog that names and URLs were looked up in; absent if it is the old catalog of the edit. */
  readonly catalogDigest?: string;
  /** By the name of the entry. */
  readonly entries: ReadonlyMap<string, Users>;
  /** By the name or alias that the workload uses. */
  readonly shortNames: ReadonlyMap<string, Users>;
  readonly urls: ReadonlyMap<string, Users>;
  /** By client: see `Lookup.clientOf`. */
  readonly byClient: ReadonlyMap<string, ClientUsage>;
}

export type ClientUsage = Pick<Usage, 'entries' | 'urls'>;

export const unknownUsage: Usage = {
  known: false,
  entries: new Map(),
  shortNames: new Map(),
  urls: new Map(),
  byClient: new Map(),
};

/** The number of workloads that a message names. */
export const MOST_NAMED = 10;

/** The sum of several groups of users. A workload has one client, so no workload counts twice. */
export function useBy(usage: Usage, groups: readonly (Users | undefined)[]): Use {
  const users = groups.filter((group) => group !== undefined);
  const workloads = users.reduce((sum, group) => sum + group.workloads, 0);
  if (workloads === 0) return { known: usage.known, workloads: 0, tools: 0, first: [] };
  const first = [...new Set(users.flatMap((group) => group.first))].sort(byToolKindAndName);
  return {
    known: true,
    workloads,
    tools: new Set(users.flatMap(({ tools }) => tools)).size,
    first: first.slice(0, MOST_NAMED),
  };
}

function byToolKindAndName(one: string, other: string): number {
  const [parts, others] = [one.split('/'), other.split('/')];
  for (const [index, part] of parts.entries()) {
    const against = others[index] ?? '';
    if (part !== against) return part < against ? -1 : 1;
  }
  return 0;
}
