import { type ComponentChildren, h } from 'preact';
import { lineAt } from '../../history/at.ts';
import { addDays, daysBetween } from '../../history/day.ts';
import type { SiteImage, SiteModel } from '../model.ts';
import { NOT_KNOWN } from './parts.ts';

/** The campaign in numbers. */
export function tiles(images: readonly SiteImage[], model: SiteModel): ComponentChildren {
  const { deprecatedUse } = model;
  const used = images.filter(({ use }) => use?.workloads).length;
  const numbers: [string, string][] = [
    ['Deprecated images', String(images.length)],
    ['Of them in use', deprecatedUse ? String(used) : NOT_KNOWN],
    ['Tools on them', deprecatedUse?.tools.toString() ?? NOT_KNOWN],
    ['Workloads on them', deprecatedUse?.workloads.toString() ?? NOT_KNOWN],
    ['Days to the next removal', daysToRemoval(images, model)],
    ['Workloads gone in 7 days', gone(images, model)?.toString() ?? NOT_KNOWN],
  ];
  return h(
    'dl',
    { class: 'tiles' },
    numbers.map(([name, value]) => h('div', null, h('dt', null, name), h('dd', null, value))),
  );
}

function daysToRemoval(images: readonly SiteImage[], { today }: SiteModel): string {
  const next = images
    .flatMap(({ deprecation }) => deprecation?.removal ?? [])
    .filter((removal) => removal >= today)
    .sort()[0];
  return next === undefined ? 'none planned' : String(daysBetween(today, next));
}

/** By how much the use of each image has fallen since a week ago; undefined where one of both is not known. */
function gone(images: readonly SiteImage[], { use, runs, today }: SiteModel): number | undefined {
  const before = lineAt(runs.flat(), addDays(today, -7));
  if (!use.known || !before) return undefined;
  return images.reduce((sum, { entry, use: now }) => {
    const { workloads } = before.images.get(entry.name) ?? { workloads: 0 };
    return sum + Math.max(0, workloads - (now?.workloads ?? 0));
  }, 0);
}
