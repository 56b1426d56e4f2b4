import { describe, expect, it } from 'vitest';
import { siteFrom } from '../../src/site/answer.ts';
import { deprecationSorts } from '../../src/site/links.ts';
import type { SiteInput } from '../../src/site/model.ts';
import { useNotKnown } from '../../src/site/use.ts';
import { lookupOf, realLookup } from '../support/catalog.ts';
import { BIDI, getSite, hostileInput, LONG, MARKUP, siteInput, someUse } from '../support/site.ts';

const htmlOf = (target: string, input = siteInput()): string => {
  const { status, headers, body } = getSite(target, { input });
  expect([target, status, headers['Content-Type']]).toEqual([target, 200, 'text/html; charset=utf-8']);
  return body;
};

/** The text of a page, without its tags. */
const textOf = (html: string): string =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&quot;', '"')
    .replace(/\s+/g, ' ');

/** The rows of the tables of a page, as the text of their cells. */
const rowsOf = (html: string): string[][] =>
  [...html.matchAll(/<tr>(.*?)<\/tr>/gs)]
    .map(([, row = '']) => [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)])
    .map((cells) => cells.map(([, cell = '']) => textOf(cell).trim()));

const linksOf = (html: string): string[] =>
  [...html.matchAll(/\s(?:href|src|action)="([^"]*)"/g)].map(([, link = '']) => link);

const real = siteInput(useNotKnown, realLookup(2026));

const forJobsAndWebservice = (image: string) => ({
  image,
  variants: [['webservice', image] as const],
});

const replaced = lookupOf({
  node16: {
    ...forJobsAndWebservice('r.example/node16'),
    state: 'deprecated',
    deprecation: { replacement: 'node20' },
  },
  node20: forJobsAndWebservice('r.example/node20'),
});

describe('the page /', () => {
  it('has the images that are not deprecated, with what to type', () => {
    const rows = rowsOf(htmlOf('/', real));
    expect(rows).toHaveLength(1 + 25);
    expect(rows).toContainEqual([
      'python3.11',
      'stable',
      'toolforge jobs run NAME --command COMMAND --image python3.11',
      'toolforge webservice python3.11 start',
    ]);
    expect(rows).toContainEqual([
      'bullseye',
      'stable',
      'toolforge jobs run NAME --command COMMAND --image bullseye',
      '–',
    ]);
    expect(rows.flat()).not.toContain('python3.7');
  });

  it.each([
    ['a name', 'python3.11', ['python3.11']],
    ['a name with spaces around', ' python3.11 ', ['python3.11']],
    ['an alias', 'tf-python37', ['python3.7']],
    ['an image URL', 'docker-registry.tools.wmflabs.org/toolforge-python37-sssd-web:latest', ['python3.7']],
    ['a part of a name, in capitals', 'MONO', ['mono6.12']],
    ['a part of several names', 'python3', ['python3.11', 'python3.7', 'python3.9']],
  ])('finds %s', (_, asked, names) => {
    const [, ...rows] = rowsOf(htmlOf(`/?q=${encodeURIComponent(asked)}`));
    expect(rows.map(([name]) => name)).toEqual(names);
  });

  it('says of a deprecated image that it finds what to take instead', () => {
    expect(rowsOf(htmlOf('/?q=tf-php73', real))[1]?.slice(0, 2)).toEqual([
      'php7.3',
      'deprecated; newer: php8.4',
    ]);
    expect(rowsOf(htmlOf('/?q=python3.7'))[1]?.[1]).toBe('deprecated; use python3.11');
    expect(rowsOf(htmlOf('/?q=node12'))[1]?.[1]).toBe('deprecated');
  });

  it('suggests an image for a URL on the wrong host', () => {
    const url = 'docker-registry.tools.wmflabs.org/toolforge-python313-sssd-web:latest';
    expect(textOf(htmlOf(`/?q=${encodeURIComponent(url)}`, real))).toContain('Did you mean python3.13 ?');
  });

  it('says when nothing matches, and which image was probably meant', () => {
    expect(textOf(htmlOf('/?q=pyhton3.11'))).toContain(
      'No image matches pyhton3.11. Did you mean python3.11 ?',
    );
    expect(textOf(htmlOf('/?q=zzzzzzzz'))).toContain('No image matches zzzzzzzz. ');
  });

  it('answers a search of 10,000 characters', () => {
    expect(htmlOf(`/?q=${'a'.repeat(10_000)}`).length).toBeLessThan(5_000);
  });
});

describe('the page /deprecations', () => {
  it('has a row for each deprecated image', () => {
    expect(rowsOf(htmlOf('/deprecations', siteInput(someUse)))).toEqual([
      ['Image', 'Replacement, or newer', 'Removal', 'Tools', 'Workloads'],
      ['node12', '–', '–', '0', '0'],
      ['python3.7', 'python3.11', '2027-03-01', '2', '3'],
    ]);
  });

  it('distinguishes the replacement of an image from a newer one of its family', () => {
    const cells = new Map(rowsOf(htmlOf('/deprecations', real)).map(([name, instead]) => [name, instead]));
    expect(cells.get('python3.7')).toBe('newer: python3.13');
    expect(cells.get('bullseye-standalone')).toBe('–');
  });

  it('counts images, tools and workloads, and the days to the next removal', () => {
    const text = textOf(htmlOf('/deprecations', siteInput(someUse)));
    expect(text).toContain(
      'Deprecated images 2 Of them in use 1 Tools on them 2 Workloads on them 3 Days to the next removal 91',
    );
  });

  it('says that use is not known, and has no 0 for it', () => {
    const html = htmlOf('/deprecations');
    expect(rowsOf(html).slice(1)).toEqual([
      ['node12', '–', '–', 'not known', 'not known'],
      ['python3.7', 'python3.11', '2027-03-01', 'not known', 'not known'],
    ]);
    expect(textOf(html)).toContain('in use not known Tools on them not known Workloads on them not known');
  });

  it('marks a removal date that has passed', () => {
    const html = htmlOf('/deprecations', { ...siteInput(), today: '2027-03-02' });
    expect(rowsOf(html)[2]?.[2]).toBe('2027-03-01 (passed)');
    expect(textOf(html)).toContain('Days to the next removal none planned');
  });

  it.each([
    ['name', ['node12', 'python3.7'], 'ascending'],
    ['removal', ['python3.7', 'node12'], 'ascending'],
    ['tools', ['python3.7', 'node12'], 'descending'],
    ['workloads', ['python3.7', 'node12'], 'descending'],
    ['nonsense', ['node12', 'python3.7'], 'ascending'],
  ])('sorts by %s', (sort, names, order) => {
    const html = htmlOf(`/deprecations?sort=${sort}`, siteInput(someUse));
    expect(
      rowsOf(html)
        .slice(1)
        .map(([name]) => name),
    ).toEqual(names);
    expect(html.match(/aria-sort="(\w+)"/g)).toEqual([`aria-sort="${order}"`]);
  });

  it.each([
    ['warn', 'After the removal date of an image, a new Pod on it still starts, with a warning.'],
    ['deny', 'After the removal date of an image, no new Pod on it starts.'],
  ] as const)('says what a removal date means where Pods get the answer %s', (pastRemoval, sentence) => {
    expect(textOf(htmlOf('/deprecations', { ...siteInput(), pastRemoval }))).toContain(sentence);
    expect(textOf(htmlOf('/deprecations'))).not.toContain(sentence);
  });

  it('says when no image is deprecated', () => {
    const html = htmlOf('/deprecations', siteInput(useNotKnown, lookupOf({ one: {} })));
    expect(textOf(html)).toContain('No image is deprecated.');
  });
});

describe('the page of an image', () => {
  it('has its deprecation, its images by client, its aliases and its use', () => {
    const html = htmlOf('/images/python3.7', siteInput(someUse));
    const text = textOf(html);
    expect(text).toContain('python3.7 is deprecated; use python3.11; removal on 2027-03-01.');
    expect(text).toContain(
      'Image for jobs docker-registry.tools.wmflabs.org/toolforge-python37-sssd-web:latest',
    );
    expect(text).toContain('Aliases tf-python37');
    expect(rowsOf(html)).toEqual([
      ['Tool', 'Workload', 'Asks for'],
      ['heritage', 'CronJob/nightly', 'tf-python37'],
      ['heritage', 'Deployment/web', 'python3.7'],
      ['wikibugs', 'Deployment/bot', 'python3.7'],
    ]);
  });

  it('has the commands for the replacement of a deprecated image before its own', () => {
    const text = textOf(htmlOf('/images/node16', siteInput(useNotKnown, replaced)));
    expect(text).toMatch(
      new RegExp(
        [
          'State deprecated Replacement node20',
          'Instead, for a job toolforge jobs run NAME --command COMMAND --image node20',
          'Instead, for a webservice toolforge webservice node20 start',
          'For a job toolforge jobs run NAME --command COMMAND --image node16',
        ].join(' '),
      ),
    );
  });

  it('has the commands for a newer image of its family, if a deprecated image has no replacement', () => {
    expect(textOf(htmlOf('/images/python3.7', real))).toContain(
      'Newer image python3.13 Instead, for a job toolforge jobs run NAME --command COMMAND --image python3.13',
    );
  });

  it('has no image for webservice if webservice does not offer it, though Pods with its label get one', () => {
    const text = textOf(htmlOf('/images/bullseye', real));
    expect(text).toContain('For a webservice – ');
    expect(text).toContain('Image for webservice – ');
  });

  it('says when use is not known, and when no workload was seen', () => {
    expect(textOf(htmlOf('/images/node12'))).toContain('Which tools use this image is not known.');
    expect(textOf(htmlOf('/images/node12', siteInput(someUse)))).toContain(
      'No workload on this image was seen.',
    );
  });

  it('is 404 with a suggestion for an unknown image', () => {
    const { status, body } = getSite('/images/pyhton3.11');
    expect(status).toBe(404);
    expect(textOf(body)).toContain('The catalog has no image pyhton3.11. Did you mean python3.11 ?');
    expect(body).toContain('href="../images/python3.11"');
  });
});

describe('the page of a tool', () => {
  it('has what the tool runs and what to do about it', () => {
    expect(rowsOf(htmlOf('/tools/wikibugs', siteInput(someUse)))).toEqual([
      ['Workload', 'Image', 'Asks for', 'What to do'],
      [
        'Deployment/bot',
        'python3.7',
        'python3.7',
        'this image is deprecated: write the image docker-registry.tools.wmflabs.org/toolforge-python311-sssd-web:latest into its manifest and apply it',
      ],
      ['Deployment/web', 'python3.11', 'python3.11', 'nothing'],
    ]);
  });

  it('has a newer image as an example, where no replacement is named', () => {
    const workload = { tool: 'old', workload: 'Deployment/web', image: 'python3.7', asksFor: 'python3.7' };
    const input = siteInput({ known: true, workloads: [workload] }, realLookup(2026));
    expect(rowsOf(htmlOf('/tools/old', input))[1]?.[3]).toBe(
      'this image is deprecated: choose another image, such as python3.13',
    );
  });

  it('says when use is not known, and when no workload was seen', () => {
    expect(textOf(htmlOf('/tools/idle'))).toContain('Which images this tool uses is not known.');
    expect(textOf(htmlOf('/tools/idle', siteInput(someUse)))).toContain(
      'No workload of this tool on an image of the catalog was seen.',
    );
  });
});

describe('every page', () => {
  /** Follows links from / and from the page of each tool, and returns the pages by address. */
  function crawl(input: SiteInput): Map<string, string> {
    const answer = siteFrom(input);
    const pages = new Map<string, string>();
    const open = ['/', '/tools/wikibugs', '/nothing/here', '/images/unknown'];
    for (let target = open.pop(); target !== undefined; target = open.pop()) {
      if (pages.has(target)) continue;
      const { status, headers, body } = answer({ method: 'GET', target });
      pages.set(target, body);
      if (!['/nothing/here', '/images/unknown'].includes(target))
        expect([target, status]).toEqual([target, 200]);
      if (!headers['Content-Type']?.startsWith('text/html')) continue;
      for (const link of linksOf(body)) {
        const url = new URL(link, `http://site.example${target}`);
        if (url.host === 'site.example') open.push(url.pathname + url.search);
      }
    }
    return pages;
  }

  const inputs: [string, SiteInput][] = [
    ['the realistic catalog without use', real],
    ['the small catalog with use', siteInput(someUse)],
    ['an outdated catalog', { ...siteInput(), outdated: 'the newest text has 2 errors' }],
  ];

  it.each(inputs)('of %s leads to pages that exist, to each image and to each order', (_, input) => {
    const addresses = [...crawl(input).keys()];
    expect(addresses).toEqual(
      expect.arrayContaining(['/style.css', '/openapi.json', '/api/v1/deprecations.csv', '/deprecations']),
    );
    for (const sort of deprecationSorts.slice(1)) expect(addresses).toContain(`/deprecations?sort=${sort}`);
    for (const { name } of input.lookup.catalog.entries) expect(addresses).toContain(`/images/${name}`);
  });

  it.each(inputs)(
    'of %s has no script, no style of its own and no absolute address but that of a deprecation',
    (_, input) => {
      for (const [address, body] of crawl(input)) {
        expect(body, address).not.toMatch(/<script|\son\w+=|\sstyle=|<style|javascript:/i);
        if (!body.startsWith('<!doctype')) continue;
        const absolute = linksOf(body).filter((link) => /^(\w+:|\/\/)/.test(link));
        expect(absolute.filter((link) => !link.startsWith('https://wikitech.wikimedia.org/'))).toEqual([]);
      }
    },
  );

  it('has its canonical address where the address of the site is given', () => {
    const input = { ...siteInput(someUse), publicUrl: 'https://images.example.org/x' };
    for (const path of ['/', '/deprecations', '/images/python3.7', '/tools/wikibugs'])
      expect(htmlOf(path, input)).toContain(
        `<link rel="canonical" href="https://images.example.org/x${path}"/>`,
      );
    expect(htmlOf('/deprecations?sort=tools', input)).toContain(
      'href="https://images.example.org/x/deprecations"',
    );
    expect(htmlOf('/', siteInput(someUse))).not.toContain('canonical');
  });

  it('says since when it is stale, and goes on showing what was known', () => {
    const stale = { ...siteInput(someUse), staleSince: '2026-11-30T12:00:00Z' };
    const text = textOf(htmlOf('/tools/wikibugs', stale));
    expect(text).toContain('Note: this is stale since 2026-11-30 12:00 UTC,');
    expect(text).toContain('Deployment/bot');
  });

  it.each(['/deprecations', '/images/python3.7', '/tools/wikibugs'])(
    'about use says since when and why it is not known: %s',
    (target) => {
      const why = 'a watch of the cluster is silent';
      const input = siteInput({ known: false, since: '2026-11-30T12:00:00Z', why });
      expect(textOf(htmlOf(target, input))).toContain(`is not known since 2026-11-30 12:00 UTC: ${why}.`);
    },
  );

  it('says why the newest catalog is not shown', () => {
    const input = { ...siteInput(), outdated: 'the newest text has 2 errors' };
    for (const target of ['/', '/deprecations', '/images/node12', '/tools/x'])
      expect(textOf(htmlOf(target, input))).toContain('Note: the newest text has 2 errors.');
  });
});

describe('hostile text', () => {
  const pages = (evil: string, url = evil): string[] => {
    const input = hostileInput(evil, url);
    const name = encodeURIComponent(`old${evil}`);
    const paths = [
      '/',
      '/deprecations',
      `/images/${name}`,
      `/?q=${encodeURIComponent(evil)}`,
      '/?q=old',
      `/images/x${name}`,
      '/tools/victim',
    ];
    return paths.map((target) => getSite(target, { input }).body);
  };

  it('in names, aliases, owners, deprecations and searches is no markup', () => {
    for (const html of pages(MARKUP)) {
      expect(html).not.toMatch(/<script|<img/);
      const tags = html.match(/<[^>]*>/g) ?? [];
      expect(tags.filter((tag) => /onerror/.test(tag.replace(/="[^"]*"/g, '')))).toEqual([]);
    }
    expect(pages(MARKUP)[2]).toContain("&lt;script>alert('1')&lt;/script>");
  });

  it('changes no direction, hides nothing and steers no terminal', () => {
    for (const html of pages(BIDI)) expect(html).not.toMatch(/[^\P{C}\n]|[\u2028\u2029]/u);
    expect(pages(BIDI)[2]).toContain('\ufffdevil\ufffd');
  });

  it('of 10,000 characters is shown', () => {
    for (const html of pages(LONG)) expect(html).toMatch(/<\/html>\n$/);
  });

  it.each([
    ['https://wikitech.wikimedia.org/wiki/X', true],
    ['HTTP://example.org/', true],
    ['https://example.org/?a="><script>', true],
    ['javascript:alert(1)', false],
    ['JavaScript:alert(1)//https://', false],
    ['\u0001javascript:alert(1)', false],
    ['data:text/html,<script>', false],
    ['//example.org/', false],
    ['https://', false],
    ['ftp://example.org/', false],
  ])('as a deprecation URL is a link only for http and https: %j', (url, isLink) => {
    const html = pages('', url)[2] ?? '';
    const outside = /<a href="([^"]*)" rel="noopener noreferrer">/.exec(html)?.[1];
    expect(outside).toBe(isLink ? url.replaceAll('"', '&quot;').replaceAll('<', '&lt;') : undefined);
    expect(linksOf(html).filter((link) => /^(javascript|data|ftp):/i.test(link))).toEqual([]);
    expect(textOf(html)).toContain(url.replaceAll('\u0001', '\ufffd').replace('<script>', '<script>'));
  });
});
