import { h } from 'preact';
import { notKnown } from '../use.ts';
import type { PageContext, SitePage } from './document.ts';
import { pagedTable } from './parts.ts';

/** The page of a tool: its workloads, their images, and advice about deprecated images. Whether the tool exists is not known. */
export function toolPage({ model, links, page }: PageContext, tool: string): SitePage {
  const title = `Tool ${tool}`;
  const { use, byTool } = model;
  if (!use.known) return { title, content: h('p', null, `Which images this tool uses is ${notKnown(use)}.`) };
  const workloads = byTool?.get(tool) ?? [];
  if (workloads.length === 0)
    return { title, content: h('p', null, 'No workload of this tool on an image of the catalog was seen.') };
  return {
    title,
    content: pagedTable(
      'Workloads of this tool',
      [
        { name: 'Workload', cell: ({ workload }) => workload },
        { name: 'Image', cell: ({ image }) => h('a', { href: links.image(image) }, image) },
        { name: 'Asks for', cell: ({ asksFor }) => h('code', null, asksFor) },
        {
          name: 'What to do',
          cell({ image }) {
            const { deprecation } = model.byShortName.get(image) ?? {};
            if (!deprecation) return 'nothing';
            const { replacement, newer } = deprecation;
            const linkTo = (name: string) => h('a', { href: links.image(name) }, name);
            if (replacement) return ['use ', linkTo(replacement), ': this one is deprecated'];
            if (newer) return ['choose another image, such as ', linkTo(newer), ': this one is deprecated'];
            return 'choose another image: this one is deprecated';
          },
        },
      ],
      workloads,
      { page, linkTo: (number) => links.tool(tool, number) },
    ),
  };
}
