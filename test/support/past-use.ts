import { addDays } from '../../src/history/day.ts';
import { type HistoryLine, historyLine, type UseCount } from '../../src/history/line.ts';
import type { SiteModel } from '../../src/site/model.ts';
import { digestNumber } from './history.ts';
import { Random } from './random.ts';

/** Days before the last one on which nothing was recorded. */
const GAPS = [20, 21, 22, 75];

/** A history that leads to the use now: deprecated images lose their users, and others gain some. */
export function pastUse({ images, today }: Pick<SiteModel, 'images' | 'today'>, days: number): HistoryLine[] {
  const random = new Random(20261130);
  const rates = images.map(({ deprecation }) =>
    deprecation ? 1 + random.below(12) / 1_000 : 1 - random.below(4) / 1_000,
  );
  const countBefore = (now: UseCount, rate: number, ago: number): UseCount => {
    const factor = rate ** ago;
    const noise = ago === 0 ? 0 : random.below(3);
    return {
      tools: Math.round((now.tools + (rate > 1 ? ago / 20 : 0)) * factor),
      workloads: Math.round((now.workloads + (rate > 1 ? ago / 10 : 0)) * factor) + noise,
    };
  };
  const ago = Array.from({ length: days }, (_, index) => days - 1 - index);
  return ago
    .filter((day) => !GAPS.includes(day))
    .map((day) =>
      historyLine(
        addDays(today, -day),
        digestNumber(1),
        images.map(({ entry, use }, index) => [
          entry.name,
          countBefore(use ?? { tools: 0, workloads: 0 }, rates[index] ?? 1, day),
        ]),
      ),
    );
}
