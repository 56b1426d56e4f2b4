import type { Deprecation, Entry } from '../../catalog/entry.ts';
import { table } from '../output/table.ts';
import { toJson } from '../output/terminal-safe.ts';

/** What one name or URL resolves to in the catalog. */
export type NameResolution =
  | {
      readonly asked: string;
      readonly found: true;
      readonly entry: Entry;
      /** The image that the client gets, with its tag; or why it gets none. */
      readonly image: { readonly url: string } | { readonly reason: string };
      /** Empty when there is nothing to add. */
      readonly note: string;
    }
  | { readonly asked: string; readonly found: false; readonly reason: string };

type Renderer = (resolutions: readonly NameResolution[]) => string;

/** The formats of `resolve`. Each row is a choice of `--format`; the first is the default. */
export const resolveFormats = {
  text: resolutionsAsTable,
  json: (resolutions) => toJson(resolutions.map(plainResolution)),
} satisfies Readonly<Record<string, Renderer>>;

/** Only the names that were found: stderr has the others. */
function resolutionsAsTable(resolutions: readonly NameResolution[]): string {
  const rows = resolutions
    .filter((resolution) => resolution.found)
    .map(({ asked, entry, image, note }) => [
      asked,
      entry.name,
      entry.state,
      'url' in image ? image.url : '-',
      note,
    ]);
  return rows.length === 0 ? '' : table([['ASKED', 'NAME', 'STATE', 'IMAGE', 'NOTE'], ...rows]);
}

interface PlainResolution {
  readonly asked: string;
  readonly found: boolean;
  readonly name?: string;
  readonly url?: string;
  readonly state?: string;
  readonly note?: string;
  readonly deprecation?: Deprecation;
  readonly reason?: string;
}

function plainResolution(resolution: NameResolution): PlainResolution {
  if (!resolution.found) return resolution;
  const { asked, entry, image, note } = resolution;
  return {
    asked,
    found: true,
    name: entry.name,
    state: entry.state,
    ...image,
    ...(note !== '' && { note }),
    ...(entry.deprecation && { deprecation: entry.deprecation }),
  };
}
