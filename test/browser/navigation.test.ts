import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { populatedSite } from '../support/population.ts';
import { useSite } from '../support/use-site.ts';
import { NOT_FOUND, useBrowser, type Visit } from './support/browser.ts';

const visit = useBrowser();
const origin = useSite(populatedSite({ tools: 150, workloads: 700 }));

async function open(path: string): Promise<Visit> {
  const opened = await visit({ viewport: { width: 1280, height: 800 } });
  await opened.page.goto(origin() + path);
  return opened;
}

const heading = (page: Page): Promise<string> => page.locator('h1').innerText();

/** The text of the cells of a column of the first table, from its first row. */
const column = (page: Page, number: number): Promise<string[]> =>
  page.locator('table').first().locator(`tbody tr > :nth-child(${number})`).allInnerTexts();

describe('the search', () => {
  it.each([
    ['a name', 'python3.13', 'python3.13'],
    ['an alias', 'tf-python39', 'python3.9'],
  ])('finds %s', async (_, asked, name) => {
    const { page } = await open('/');
    await page.getByRole('searchbox').fill(asked);
    await page.getByRole('button', { name: 'Search' }).click();
    await page.waitForURL(/\?q=/);
    expect(await column(page, 1)).toEqual([name]);
    await page.getByRole('link', { name, exact: true }).click();
    expect(await heading(page)).toBe(name);
  });

  it('suggests the image that a misspelt name means', async () => {
    const { page } = await open('/?q=pyhton3.13');
    await page.getByRole('link', { name: 'python3.13' }).click();
    expect(await heading(page)).toBe('python3.13');
  });
});

describe('an alias', () => {
  it('redirects to its image with 308', async () => {
    const { page } = await visit();
    const response = await page.goto(`${origin()}/images/tf-python39`);
    expect(page.url()).toBe(`${origin()}/images/python3.9`);
    const redirect = await response?.request().redirectedFrom()?.response();
    expect(redirect?.status()).toBe(308);
    expect(await heading(page)).toBe('python3.9');
  });
});

describe('the deprecations', () => {
  it('are sorted by links in the head of the table', async () => {
    const { page } = await open('/deprecations');
    const names = await column(page, 1);
    expect(names).toEqual(names.toSorted());
    await page.getByRole('columnheader').getByRole('link', { name: 'Tools' }).click();
    await page.waitForURL(/sort=tools/);
    const tools = (await column(page, 4)).map(Number);
    expect(tools).toEqual(tools.toSorted((one, other) => other - one));
    expect(tools[0]).toBeGreaterThan(0);
    expect(await page.locator('[aria-sort]').innerText()).toContain('Tools');
  });

  it('lead to an image, from there to a tool on it with advice, and back', async () => {
    const { page, complaints } = await open('/deprecations');
    await page.getByRole('rowheader', { name: 'python3.9' }).getByRole('link').click();
    await page.waitForURL(/\/images\//);
    await page.getByRole('rowheader').getByRole('link').first().click();
    await page.waitForURL(/\/tools\//);
    const row = page.getByRole('row', { name: 'python3.9' }).first();
    expect(await row.getByRole('cell').last().innerText()).toContain('deprecated');
    await row.getByRole('link', { name: 'python3.9' }).click();
    await page.waitForURL(/\/images\//);
    expect(await heading(page)).toBe('python3.9');
    expect(complaints).toEqual([]);
  });
});

describe('a page that does not exist', () => {
  it.each(['/images/pyhton3.9', '/no/such/page', `/${'a/'.repeat(50)}`])(
    'leads back to the images: %s',
    async (path) => {
      const { page, complaints } = await open(path);
      expect(complaints).toEqual([NOT_FOUND]);
      expect(await heading(page)).toBe('Not found');
      await page.getByRole('navigation').getByRole('link', { name: 'Images' }).click();
      expect(page.url()).toBe(`${origin()}/`);
      expect(await heading(page)).toBe('Images');
    },
  );
});
