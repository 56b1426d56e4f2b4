import { describe, expect, it } from 'vitest';
import { useNotKnown } from '../../src/site/use.ts';
import { populatedSite } from '../support/population.ts';
import { BIDI, hostileInput, LONG, MARKUP } from '../support/site.ts';
import { useSite } from '../support/use-site.ts';
import { NOT_FOUND, useBrowser } from './support/browser.ts';
import { faultsOf, SCHEMES } from './support/views.ts';

const visit = useBrowser();

const input = populatedSite({ tools: 150, workloads: 700 });
const outdated = 'the newest text of the catalog has 2 errors; this is the last good one';
const evil = `${MARKUP}${BIDI}${LONG.slice(0, 300)}`;

const sites = [
  {
    site: 'a site with use',
    origin: useSite(input),
    paths: [
      ...['/', '/?q=python3', '/?q=zzzzzz', '/deprecations', '/deprecations?sort=tools'],
      ...['/images/python3.9', '/images/python3.13', '/tools/wiki-bugs', '/tools/idle'],
    ],
    missing: ['/images/pyhton3.9', '/no/such/page'],
  },
  {
    site: 'a site that does not know the use, of an outdated catalog',
    origin: useSite({ ...input, use: useNotKnown, outdated }),
    paths: ['/', '/deprecations', '/images/python3.9', '/tools/wiki-bugs'],
    missing: ['/images/pyhton3.9'],
  },
  {
    site: 'a site of hostile text',
    origin: useSite(hostileInput(evil)),
    paths: [
      ...['/', '/deprecations', '/tools/victim'],
      ...[`/images/${encodeURIComponent(`old${evil}`)}`, `/?q=${encodeURIComponent(evil)}`],
    ],
    missing: [`/images/${encodeURIComponent(evil)}`],
  },
];

const pages = sites.flatMap(({ site, origin, paths, missing }) => [
  ...paths.map((path) => ({ site, origin, path, status: 200, logged: [] })),
  ...missing.map((path) => ({ site, origin, path, status: 404, logged: [NOT_FOUND] })),
]);

describe.each(SCHEMES)('with %s colours, at 360, 768 and 1,280 pixels', (colorScheme) => {
  it.each(pages)(
    '$site is accessible, as wide as the window, silent, and alone: $path',
    async ({ origin, path, status, logged }) => {
      const { page, complaints, requests } = await visit({ colorScheme });
      const response = await page.goto(origin() + path);
      expect(response?.status()).toBe(status);
      expect(await faultsOf(page)).toEqual({});
      expect(complaints).toEqual(logged);
      expect(requests).toContain(`${origin()}/style.css`);
      expect(requests.filter((url) => !url.startsWith(`${origin()}/`))).toEqual([]);
    },
  );
});
