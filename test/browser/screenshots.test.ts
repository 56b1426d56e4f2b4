import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { populatedSite } from '../support/population.ts';
import { useSite } from '../support/use-site.ts';
import { useBrowser } from './support/browser.ts';

const visit = useBrowser();
const origin = useSite(populatedSite({ tools: 400, workloads: 1_100 }));

/** In bytes: a page of documentation should load at once. */
const LARGEST = 120 * 1024;

const screenshots = [
  {
    file: 'site-deprecations.png',
    path: '/deprecations?sort=removal',
    width: 1100,
    height: 640,
    colorScheme: 'light',
  },
  { file: 'site-image.png', path: '/images/python3.9', width: 390, height: 760, colorScheme: 'dark' },
] as const;

it.each(screenshots)('docs/$file shows $path in the size of its window', async ({ file, path, ...view }) => {
  const { width, height, colorScheme } = view;
  const { page } = await visit({ viewport: { width, height }, colorScheme });
  await page.goto(origin() + path);
  const taken = await page.screenshot();
  const place = new URL(`../../docs/${file}`, import.meta.url);
  if (process.env.UPDATE_SCREENSHOTS) await writeFile(place, taken);
  const kept = await readFile(place);
  expect(sizeOf(kept)).toEqual(sizeOf(taken));
  expect(kept.length).toBeLessThan(LARGEST);
});

/** Width and height in the header of a PNG (RFC 2083, 11.2.2). */
const sizeOf = (png: Buffer) => ({ width: png.readUInt32BE(16), height: png.readUInt32BE(20) });
