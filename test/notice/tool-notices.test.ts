import { describe, expect, it } from 'vitest';
import { type NoticeScope, steps, toldBy, toolNotices } from '../../src/notice/tool-notices.ts';
import { buildSiteModel } from '../../src/site/model.ts';
import type { ToolWorkload } from '../../src/site/use.ts';
import { lookupOf } from '../support/catalog.ts';
import { siteInput, someUse } from '../support/site.ts';

const image = 'r.example/image';
const deprecatedOn = (removal?: string) => ({
  state: 'deprecated',
  image,
  deprecation: { replacement: 'new', ...(removal !== undefined && { removal }) },
});

const lookup = lookupOf({
  new: { image },
  past: deprecatedOn('2026-11-29'),
  today: deprecatedOn('2026-11-30'),
  week: deprecatedOn('2026-12-07'),
  'eight-days': deprecatedOn('2026-12-08'),
  undated: deprecatedOn(),
});

const runs = (tool: string, name: string): ToolWorkload => ({
  tool,
  workload: `Deployment/${name}`,
  image: name,
  asksFor: name,
});

const workloads = [
  ...['week', 'undated', 'past', 'today', 'eight-days', 'new'].map((name) => runs('heritage', name)),
  runs('current', 'new'),
];

const model = buildSiteModel(siteInput({ known: true, workloads }, lookup));

/** The images that the notices are about, by tool. */
const imagesOf = (scope: Partial<NoticeScope>) =>
  Object.fromEntries(
    toolNotices(model, { told: [], ...scope }).map(({ tool, images }) => [
      tool,
      images.map(({ image: { entry } }) => entry.name),
    ]),
  );

describe('the notices', () => {
  it('are one for each tool on a deprecated image, with all of its workloads on it', () => {
    const notices = toolNotices(buildSiteModel(siteInput(someUse)), { told: [] });
    expect(
      notices.map(({ tool, images }) => [
        tool,
        images.map(({ image: { entry }, workloads }) => [
          entry.name,
          workloads.map(({ workload }) => workload),
        ]),
      ]),
    ).toEqual([
      ['heritage', [['python3.7', ['CronJob/nightly', 'Deployment/web']]]],
      ['wikibugs', [['python3.7', ['Deployment/bot']]]],
    ]);
  });

  it('are about all deprecated images without a step', () => {
    expect(imagesOf({})).toEqual({ heritage: ['eight-days', 'past', 'today', 'undated', 'week'] });
  });

  it('are about images whose removal is at most as many days away as the step', () => {
    expect(steps.map((step) => [step, imagesOf({ step }).heritage])).toEqual([
      [60, ['eight-days', 'past', 'today', 'week']],
      [30, ['eight-days', 'past', 'today', 'week']],
      [7, ['past', 'today', 'week']],
      [0, ['past', 'today']],
    ]);
  });

  it('are about one image', () => {
    expect(imagesOf({ image: 'week' })).toEqual({ heritage: ['week'] });
    expect(imagesOf({ image: 'week', step: 0 })).toEqual({});
    expect(imagesOf({ image: 'new' })).toEqual({});
  });

  it('leave out what earlier ones said, and say it again when a step comes nearer', () => {
    const told = toldBy(toolNotices(model, { step: 30, told: [] }), 30);
    expect(told).toContainEqual({ tool: 'heritage', image: 'week', removal: '2026-12-07', step: 30 });
    expect(imagesOf({ step: 30, told })).toEqual({});
    expect(imagesOf({ step: 60, told })).toEqual({});
    expect(imagesOf({ step: 7, told })).toEqual({ heritage: ['past', 'today', 'week'] });
    expect(imagesOf({ told })).toEqual({ heritage: ['undated'] });
  });
});
