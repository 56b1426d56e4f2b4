import { h } from 'preact';
import { migration } from '../migration.ts';
import { notKnown } from '../use.ts';
import type { PageContext, SitePage } from './document.ts';
import { pagedTable, phrasesAsHtml } from './parts.ts';

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
          cell(workload) {
            const image = model.byShortName.get(workload.image);
            return image?.deprecation
              ? h(
                  'span',
                  { class: 'advice' },
                  phrasesAsHtml(['this image is deprecated: ', ...migration(workload, image, model)]),
                )
              : 'nothing';
          },
        },
      ],
      workloads,
      { page, linkTo: (number) => links.tool(tool, number) },
    ),
  };
}
