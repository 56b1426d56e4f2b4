import { toCsv } from '../csv.ts';
import type { SiteImage, SiteModel } from './model.ts';

type Cell = (image: SiteImage) => string | null | undefined;

const NOT_KNOWN = 'not known';

/** docs/site.md promises these columns. */
const columns: readonly (readonly [name: string, cell: Cell])[] = [
  ['name', ({ entry }) => entry.name],
  ['replacement', ({ deprecation }) => deprecation?.replacement],
  ['newer', ({ deprecation }) => deprecation?.newer],
  ['removal', ({ deprecation }) => deprecation?.removal],
  ['tools', ({ use }) => use?.tools.toString() ?? NOT_KNOWN],
  ['workloads', ({ use }) => use?.workloads.toString() ?? NOT_KNOWN],
  ['url', ({ deprecation }) => deprecation?.url],
];

export const deprecationsCsv = ({ images }: SiteModel): string =>
  toCsv([
    columns.map(([name]) => name),
    ...images
      .filter(({ deprecation }) => deprecation)
      .map((image) => columns.map(([, cell]) => cell(image) ?? '')),
  ]);
