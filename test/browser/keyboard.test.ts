import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { populatedSite } from '../support/population.ts';
import { useSite } from '../support/use-site.ts';
import { useBrowser } from './support/browser.ts';

const visit = useBrowser();
const origin = useSite(populatedSite({ tools: 40, workloads: 120 }));

async function open(path: string, width = 360): Promise<Page> {
  const { page } = await visit({ viewport: { width, height: 800 } });
  await page.goto(origin() + path);
  return page;
}

interface Focused {
  /** The place among the elements of the document; -1 if nothing has the focus. */
  readonly place: number;
  readonly text: string;
  readonly inMain: boolean;
  readonly inWindow: boolean;
  readonly outlined: boolean;
}

const focused = (page: Page): Promise<Focused> =>
  page.evaluate(`(() => {
    const element = document.activeElement;
    const { top, bottom, left, right } = element.getBoundingClientRect();
    return {
      place: element === document.body ? -1 : [...document.querySelectorAll('*')].indexOf(element),
      text: element.innerText,
      inMain: document.querySelector('main').contains(element),
      inWindow: bottom > 0 && top < innerHeight && right > 0 && left < innerWidth,
      outlined: getComputedStyle(element).outlineStyle === 'solid',
    };
  })()`);

async function tab(page: Page): Promise<Focused> {
  await page.keyboard.press('Tab');
  return focused(page);
}

it.each(['/', '/deprecations', '/images/python3.9', '/tools/wiki-bugs'])(
  'the Tab key on %s goes through all links in their order, each of them visible and outlined',
  async (path) => {
    const page = await open(path);
    const stops: Focused[] = [];
    for (let stop = await tab(page); stop.place !== -1; stop = await tab(page)) stops.push(stop);
    const count = await page.locator('a[href], input, button, [tabindex="0"]').count();
    expect(stops).toHaveLength(count);
    const places = stops.map(({ place }) => place);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(stops.filter(({ inWindow, outlined }) => !inWindow || !outlined)).toEqual([]);
  },
);

it('the first link skips to the content', async () => {
  const page = await open('/deprecations');
  expect(await tab(page)).toMatchObject({ text: 'Skip to the content', inWindow: true, inMain: false });
  await page.keyboard.press('Enter');
  expect(await tab(page)).toMatchObject({ inMain: true, inWindow: true });
});

it('a search is typed and sent with Enter', async () => {
  const page = await open('/');
  for (const text of ['Skip to the content', 'Images', 'Deprecations', ''])
    expect(await tab(page)).toMatchObject({ text });
  await page.keyboard.type('python3.13');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${origin()}/?q=python3.13`);
  expect(await page.locator('tbody th').allInnerTexts()).toEqual(['python3.13']);
});

it('the arrow keys scroll a table that is wider than the window', async () => {
  const page = await open('/', 700);
  await page.getByRole('region', { name: 'Images to use' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => page.evaluate('document.activeElement.scrollLeft')).toBeGreaterThan(0);
});
