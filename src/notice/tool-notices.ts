import { daysBetween } from '../history/day.ts';
import type { SiteImage, SiteModel } from '../site/model.ts';
import type { ToolWorkload } from '../site/use.ts';
import { coveredBy, type ToldNotice } from './told.ts';

/** Days before a removal at which tools are notified; 0 is the day itself, and later. */
export const steps = [60, 30, 7, 0] as const;

export type Step = (typeof steps)[number];

export interface NoticeScope {
  /** The canonical name of an image; undefined for all deprecated images. */
  readonly image?: string | undefined;
  /** Only images whose removal is at most so many days away; undefined for all, also for those without a removal date. */
  readonly step?: Step | undefined;
  /** What earlier notices said. */
  readonly told: readonly ToldNotice[];
}

/** The deprecated images of one tool, in the order of their names. */
export interface ToolNotice {
  readonly tool: string;
  readonly images: readonly ImageOfTool[];
}

interface ImageOfTool {
  readonly image: SiteImage;
  readonly workloads: readonly ToolWorkload[];
}

/** One notice for each tool with a running workload on a deprecated image, in the order of the tools. The use must be known. */
export function toolNotices(model: SiteModel, scope: NoticeScope): ToolNotice[] {
  const due = new Map(imagesDue(model, scope).map((image) => [image.entry.name, image]));
  return Array.from(model.byTool ?? [], ([tool, workloads]) => ({
    tool,
    images: Array.from(due.values(), (image) => ({
      image,
      workloads: workloads.filter((workload) => workload.image === image.entry.name),
    })).filter(
      ({ image, workloads }) =>
        workloads.length > 0 && !coveredBy(toldOf(tool, image, scope.step), scope.told),
    ),
  })).filter(({ images }) => images.length > 0);
}

/** The deprecated images of the scope, in the order of their names. */
export const imagesDue = ({ images, today }: SiteModel, { image: name, step }: NoticeScope): SiteImage[] =>
  images.filter(({ entry, deprecation }) => {
    if (!deprecation || (name !== undefined && entry.name !== name)) return false;
    if (step === undefined) return true;
    return deprecation.removal !== null && daysBetween(today, deprecation.removal) <= step;
  });

/** What the notices say, for the next `--since`. */
export const toldBy = (notices: readonly ToolNotice[], step: Step | undefined): ToldNotice[] =>
  notices.flatMap(({ tool, images }) => images.map(({ image }) => toldOf(tool, image, step)));

const toldOf = (tool: string, { entry, deprecation }: SiteImage, step: Step | undefined): ToldNotice => ({
  tool,
  image: entry.name,
  removal: deprecation?.removal ?? null,
  step: step ?? null,
});
