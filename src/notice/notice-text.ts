import { counted } from '../catalog/wording.ts';
import { migration, type Phrase } from '../site/migration.ts';
import type { SiteImage, SiteModel } from '../site/model.ts';
import type { Block, RichText } from './rich-text.ts';
import type { ToolNotice } from './tool-notices.ts';

/** The text for the maintainers of one tool. */
export const noticeText = ({ tool, images }: ToolNotice, model: SiteModel): RichText => ({
  title: titleOf(tool, images),
  blocks: [
    {
      paragraph: [
        'The tool ',
        { code: tool },
        ` runs on ${images.length === 1 ? 'a deprecated image' : 'deprecated images'} of Toolforge. This was seen on ${model.today}.`,
      ],
    },
    ...images.flatMap(({ image, workloads }): Block[] => [
      { paragraph: [...factOf(image), ...moreAbout(image)] },
      {
        list: workloads.map((workload) => [
          { code: workload.workload },
          ...(workload.asksFor === image.entry.name ? [] : [' asks for ', { code: workload.asksFor }]),
          ': ',
          ...migration(workload, image, model),
        ]),
      },
    ]),
    {
      paragraph: [
        'A new version of a language needs its libraries installed again: build a virtual environment or node_modules anew.',
      ],
    },
    {
      paragraph: [
        'Only running workloads were seen. If jobs.yaml, service.template or a manifest of the tool names an old image, change it there, too.',
        ...(model.publicUrl === undefined
          ? []
          : [' What the tool runs now: ', { link: `${model.publicUrl}/tools/${tool}` }]),
      ],
    },
  ],
});

function titleOf(tool: string, images: ToolNotice['images']): string {
  const [first] = images;
  if (!first || images.length > 1)
    return `Tool ${tool} runs on ${counted(images.length, 'deprecated image')}`;
  const { entry, deprecation } = first.image;
  const runs = `Tool ${tool} runs on ${entry.name}`;
  if (!deprecation?.removal) return `${runs}, which is deprecated`;
  return deprecation.past
    ? `${runs}, whose removal date ${deprecation.removal} has passed`
    : `${runs}, which is removed on ${deprecation.removal}`;
}

function factOf({ entry, deprecation }: SiteImage): Phrase[] {
  const { replacement, newer, removal, past } = deprecation ?? {};
  return [
    { code: entry.name },
    ' is deprecated',
    ...(removal
      ? past
        ? ['; its removal date ', { code: removal }, ' has passed']
        : [' and is removed on ', { code: removal }]
      : []),
    '.',
    ...(replacement
      ? [' Use ', { code: replacement }, '.']
      : newer
        ? [' A newer image is ', { code: newer }, '.']
        : []),
  ];
}

const moreAbout = ({ deprecation }: SiteImage): Phrase[] =>
  deprecation?.url ? [' More: ', linkTo(deprecation.url)] : [];

/** An address of the web becomes a link. Other schemes, such as `javascript:`, stay text. */
const linkTo = (url: string): Phrase =>
  /^https?:\/\//i.test(url) && URL.canParse(url) ? { link: withoutMarkup(new URL(url).href) } : { code: url };

/** Encodes what could end an address in any of the targets, or be markup within it. */
const withoutMarkup = (url: string): string =>
  url.replace(/[^\w\-.:/?#@&+,;=%]/g, (character) =>
    Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(
      '',
    ),
  );

/** One text for all tools, which names none of them. `images` are those that the notices are about. */
export function announcementText(images: readonly SiteImage[], model: SiteModel): RichText {
  const inUse = images.filter(({ use }) => use !== undefined && use.workloads > 0);
  const tools = new Set(inUse.flatMap(({ workloads = [] }) => workloads.map(({ tool }) => tool)));
  const title =
    inUse.length === 0
      ? 'No deprecated image is in use'
      : `${counted(inUse.length, 'deprecated image')} in use by ${counted(tools.size, 'tool')}`;
  const seen = `This was seen on ${model.today}.`;
  return {
    title,
    blocks: [
      { paragraph: [inUse.length === 0 ? seen : `${title} of Toolforge. ${seen}`] },
      ...(inUse.length === 0 ? [] : [{ list: inUse.map(announced) }]),
      ...(model.publicUrl === undefined
        ? []
        : [{ paragraph: ['Now: ', { link: `${model.publicUrl}/deprecations` }] }]),
    ],
  };
}

const announced = (image: SiteImage): Phrase[] => [
  ...factOf(image),
  ` In use by ${counted(image.use?.tools ?? 0, 'tool')} with ${counted(image.use?.workloads ?? 0, 'workload')}.`,
  ...moreAbout(image),
];
