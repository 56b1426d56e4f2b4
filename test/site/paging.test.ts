import { describe, expect, it } from 'vitest';
import { siteFrom } from '../../src/site/answer.ts';
import { siteFiles } from '../../src/site/files.ts';
import type { SiteInput } from '../../src/site/model.ts';
import { pageFrom, pageOf } from '../../src/site/paging.ts';
import { useNotKnown } from '../../src/site/use.ts';
import { lookupOf } from '../support/catalog.ts';
import { populatedSite } from '../support/population.ts';
import { getSite, siteInput } from '../support/site.ts';

describe('a page of a list', () => {
  it('has its share of the list', () => {
    expect(pageOf(['a', 'b', 'c'], 1, 2)).toEqual({ items: ['a', 'b'], number: 1, pages: 2 });
    expect(pageOf(['a', 'b', 'c'], 2, 2)).toEqual({ items: ['c'], number: 2, pages: 2 });
    expect(pageOf(['a', 'b'], 1, 2)).toEqual({ items: ['a', 'b'], number: 1, pages: 1 });
    expect(pageOf([], 1, 2)).toEqual({ items: [], number: 1, pages: 1 });
  });

  it('is the last one when there are fewer', () => {
    expect(pageOf(['a', 'b', 'c'], 9, 2)).toEqual({ items: ['c'], number: 2, pages: 2 });
  });

  it.each([
    ['page=2', 2],
    ['page=1', 1],
    ['', 1],
    ['page=', 1],
    ['page=0', 1],
    ['page=-1', 1],
    ['page=2.5', 1],
    ['page=1e3', 1],
    ['page=99999999999999999999', 1],
    ['page=toString', 1],
  ])('is asked for by the query %j: %i', (query, page) => {
    expect(pageFrom(new URLSearchParams(query))).toBe(page);
  });
});

/** 600 workloads of one tool on one image, and as many images of which half are deprecated. */
const large: SiteInput = siteInput(
  {
    known: true,
    workloads: Array.from({ length: 600 }, (_, index) => ({
      tool: 'busy',
      workload: `Job/${String(index).padStart(3, '0')}`,
      image: 'image0',
      asksFor: 'image0',
    })),
  },
  lookupOf(
    Object.fromEntries(
      Array.from({ length: 600 }, (_, index) => [
        `image${index}`,
        { state: index % 2 === 0 ? 'deprecated' : 'stable' },
      ]),
    ),
  ),
);

const rowsOf = (html: string): string[] =>
  [...html.matchAll(/<tr>(<th scope="row">.*?)<\/tr>/g)].map(([, row = '']) => row);

const linkTo = (html: string, rel: 'prev' | 'next'): string | undefined =>
  new RegExp(`<a href="([^"]*)" rel="${rel}">`).exec(html)?.[1]?.replaceAll('&amp;', '&');

describe.each([
  ['/', 300],
  ['/deprecations', 300],
  ['/deprecations?sort=tools', 300],
  ['/images/image0', 600],
  ['/tools/busy', 600],
])('the list at %s', (first, rows) => {
  it('is paged, with links that lead through all of it and back', () => {
    const answer = siteFrom(large);
    const seen: string[] = [];
    const visited: string[] = [];
    for (let target: string | undefined = first; target !== undefined; ) {
      const html: string = answer({ method: 'GET', target }).body;
      expect(rowsOf(html).length).toBeLessThanOrEqual(250);
      seen.push(...rowsOf(html));
      const back = linkTo(html, 'prev');
      expect(back && addressOf(back, target)).toBe(visited.at(-1));
      visited.push(target);
      const next = linkTo(html, 'next');
      target = next === undefined ? undefined : addressOf(next, target);
    }
    expect(seen).toHaveLength(rows);
    expect(new Set(seen).size).toBe(rows);
  });

  it('has the last page in place of one beyond, which is not cached', () => {
    const answer = siteFrom(large);
    const target = `${first}${first.includes('?') ? '&' : '?'}page=77`;
    expect(answer({ method: 'GET', target }).body).toMatch(/Page (\d) of \1, /);
    expect(answer({ method: 'GET', target })).not.toBe(answer({ method: 'GET', target }));
  });
});

const addressOf = (link: string, base: string): string => {
  const { pathname, search } = new URL(link, `http://site.example${base}`);
  return pathname + search;
};

describe('a search', () => {
  it('shows 250 images, and the number of the others', () => {
    const html = getSite('/?q=image', { input: large }).body;
    expect(rowsOf(html)).toHaveLength(250);
    expect(html).toContain('350 more images found.');
  });
});

describe('the files of a paged list', () => {
  it('have the names of their pages, and link each other', () => {
    const files = new Map(Array.from(siteFiles(large), ({ path, text }) => [path, text]));
    for (const [name, ...others] of [
      ['index', 'index,2'],
      ['deprecations-by-tools', 'deprecations-by-tools,2'],
      ['images/image0', 'images/image0,2', 'images/image0,3'],
      ['tools/busy', 'tools/busy,2', 'tools/busy,3'],
    ] as const) {
      for (const [index, other] of [name, ...others].entries()) {
        const next = [name, ...others][index + 1];
        expect(linkTo(files.get(`${other}.html`) ?? '', 'next')).toBe(
          next && `${next.includes('/') ? '../' : './'}${next}.html`,
        );
      }
      expect(files.has(`${name},${others.length + 2}.html`)).toBe(false);
    }
  });
});

describe('pages of 1,000 tools and 3,000 workloads', () => {
  it('have 120 KiB at most', () => {
    const answer = siteFrom(populatedSite({ tools: 1_000, workloads: 3_000 }));
    for (const target of ['/', '/deprecations', '/images/python3.11', '/tools/wiki-bugs', '/?q=p']) {
      const { status, body } = answer({ method: 'GET', target });
      expect([target, status]).toEqual([target, 200]);
      expect(Buffer.byteLength(body), target).toBeLessThan(120 * 1024);
    }
  });
});

describe('a list of which nothing is known', () => {
  it('has one page', () => {
    const html = getSite('/images/image0?page=2', { input: { ...large, use: useNotKnown } }).body;
    expect(html).not.toMatch(/Page \d/);
  });
});
