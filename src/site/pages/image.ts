import { type ComponentChildren, h } from 'preact';
import type { SiteImage } from '../model.ts';
import { notKnown } from '../use.ts';
import type { PageContext, SitePage } from './document.ts';
import { commandText, deprecationText, jobCommand, pagedTable, webserviceCommand } from './parts.ts';
import { hasHistory, notRecorded, useOverTime } from './use-over-time.ts';

/** Everything about one image. */
export function imagePage(context: PageContext, image: SiteImage): SitePage {
  const { model } = context;
  const { entry, urls } = image;
  const facts: Fact[] = [
    ['State', entry.state],
    ...factsInstead(context, image),
    ['For a job', commandText(jobCommand(image))],
    ['For a webservice', commandText(webserviceCommand(image))],
    ['Image for jobs', commandText(urls.jobs ?? undefined)],
    ['Image for webservice', commandText(urls.webservice ?? undefined)],
    ['Image for other Pods', commandText(urls.other ?? undefined)],
    ['Type of webservice', entry.extra?.wstype ?? '–'],
    ['Aliases', entry.aliases.length === 0 ? 'none' : entry.aliases.join(', ')],
  ];
  return {
    title: entry.name,
    content: [
      deprecationText(image, model),
      h(
        'dl',
        { class: 'facts' },
        facts.flatMap(([name, value]) => [h('dt', null, name), h('dd', null, value)]),
      ),
      h('h2', null, 'Use over time'),
      hasHistory(image, model)
        ? useOverTime(image, model, `Workloads and tools on ${entry.name}`)
        : notRecorded(model),
      h('h2', null, 'Workloads'),
      useOf(context, image),
    ],
  };
}

type Fact = readonly [name: string, value: ComponentChildren];

/** What to take instead of a deprecated image, and how. It stands above the commands for the image itself. */
function factsInstead({ model, links }: PageContext, { deprecation }: SiteImage): Fact[] {
  const name = deprecation?.replacement ?? deprecation?.newer;
  const image = name ? model.byShortName.get(name) : undefined;
  if (!name || !image) return [];
  const commands: [string, string | undefined][] = [
    ['Instead, for a job', jobCommand(image)],
    ['Instead, for a webservice', webserviceCommand(image)],
  ];
  return [
    [deprecation?.replacement ? 'Replacement' : 'Newer image', h('a', { href: links.image(name) }, name)],
    ...commands
      .filter(([, command]) => command !== undefined)
      .map(([label, command]): Fact => [label, commandText(command)]),
  ];
}

function useOf({ model, links, page }: PageContext, { entry, workloads = [] }: SiteImage): ComponentChildren {
  const { use } = model;
  if (!use.known) return h('p', null, `Which tools use this image is ${notKnown(use)}.`);
  if (workloads.length === 0) return h('p', null, 'No workload on this image was seen.');
  return pagedTable(
    'Workloads on this image',
    [
      { name: 'Tool', cell: ({ tool }) => h('a', { href: links.tool(tool) }, tool) },
      { name: 'Workload', cell: ({ workload }) => workload },
      { name: 'Asks for', cell: ({ asksFor }) => h('code', null, asksFor) },
    ],
    workloads,
    { page, linkTo: (number) => links.image(entry.name, number) },
  );
}
