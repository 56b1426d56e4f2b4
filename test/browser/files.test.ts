import { describe, expect, it } from 'vitest';
import { populatedSite } from '../support/population.ts';
import { useBrowser } from './support/browser.ts';
import { useFiles } from './support/files.ts';
import { faultsOf, SCHEMES } from './support/views.ts';

const visit = useBrowser();
const folder = useFiles(populatedSite({ tools: 60, workloads: 200 }));

describe.each(SCHEMES)('with %s colours, at 360, 768 and 1,280 pixels', (colorScheme) => {
  it.each([
    'index.html',
    'deprecations.html',
    'deprecations-by-tools.html',
    'images/python3.9.html',
    'tools/wiki-bugs.html',
    '404.html',
  ])('a written site is accessible, styled, as wide as the window, silent, and alone: %s', async (file) => {
    const { page, complaints, requests } = await visit({ colorScheme });
    await page.goto(folder() + file);
    expect(await page.evaluate("getComputedStyle(document.querySelector('nav')).display")).toBe('flex');
    expect(await faultsOf(page)).toEqual({});
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(folder()))).toEqual([]);
  });
});

describe('a written site', () => {
  it('leads from its first page to an image, a tool and the deprecations by tools', async () => {
    const { page, complaints } = await visit();
    await page.goto(`${folder()}index.html`);
    await page.getByRole('link', { name: 'Deprecations' }).click();
    await page.getByRole('columnheader').getByRole('link', { name: 'Tools' }).click();
    await page.waitForURL(`${folder()}deprecations-by-tools.html`);
    await page.locator('tbody th a').first().click();
    await page.waitForURL(/\/images\//);
    await page.locator('tbody th a').first().click();
    await page.waitForURL(/\/tools\//);
    await page.getByRole('link', { name: 'Images' }).click();
    await page.waitForURL(`${folder()}index.html`);
    expect(complaints).toEqual([]);
  });

  it('leads from the file of an alias to its image', async () => {
    const { page, complaints } = await visit();
    await page.goto(`${folder()}images/tf-python39.html`);
    await page.waitForURL(`${folder()}images/python3.9.html`);
    expect(complaints).toEqual([]);
  });
});
