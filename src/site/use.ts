/** Use of images that the site shows: plain values. Unknown use is not the same as no use. */
export type SiteUse =
  | {
      readonly known: false;
      /** ISO 8601 in UTC; absent where use was never to be known. */
      readonly since?: string;
      /** A clause without a full stop. */
      readonly why?: string;
    }
  | { readonly known: true; readonly since?: string; readonly workloads: readonly ToolWorkload[] };

/** One image of one workload. */
export interface ToolWorkload {
  /** Without `tool-`. */
  readonly tool: string;
  /** Kind and name of its root owner, such as `Deployment/web`. */
  readonly workload: string;
  /** The canonical name of the image. */
  readonly image: string;
  /** The short name or URL that the workload asks for. */
  readonly asksFor: string;
  /** The label `app.kubernetes.io/managed-by` of its Pods. */
  readonly client?: string | undefined;
}

export const useNotKnown: SiteUse = { known: false };

/** `not known since 2026-11-30 12:00 UTC: a watch of the cluster is silent`. */
export function notKnown({ since, why }: Extract<SiteUse, { known: false }>): string {
  const from = since === undefined ? '' : ` since ${minuteOf(since)}`;
  return `not known${from}${why === undefined ? '' : `: ${why}`}`;
}

/** `2026-11-30 12:00 UTC`, of a time as `2026-11-30T12:00:00Z`. */
export const minuteOf = (time: string): string => `${time.slice(0, 16).replace('T', ' ')} UTC`;

/** `2026-11-30T12:00:00Z`, as Kubernetes writes it. */
export const secondOf = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, 'Z');
