import { toJson } from '../output/terminal-safe.ts';
import type { NoticeReport } from './report.ts';

/** The facts of the notices, and `told` for the next `--since`. */
export const reportAsJson = ({ model, scope, notices, announcement, told }: NoticeReport): string =>
  toJson({
    day: model.today,
    step: scope.step ?? null,
    image: scope.image ?? null,
    announcement: announcement.title,
    notices: notices.map(({ tool, images }) => ({
      tool,
      images: images.map(({ image: { entry, deprecation }, workloads }) => ({
        name: entry.name,
        ...deprecation,
        workloads: workloads.map(({ workload, asksFor }) => ({ workload, asksFor })),
      })),
    })),
    told,
  });
