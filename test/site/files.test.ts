import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { siteFrom } from '../../src/site/answer.ts';
import { siteFiles } from '../../src/site/files.ts';
import type { SiteInput } from '../../src/site/model.ts';
import { useNotKnown } from '../../src/site/use.ts';
import { lookupOf, realLookup, smallLookup } from '../support/catalog.ts';
import { siteInput, someUse } from '../support/site.ts';

const filesOf = (input: SiteInput): Map<string, string> =>
  new Map(Array.from(siteFiles(input), ({ path, text }) => [path, text]));

/** The address at which a program serves what is in a file. */
function addressOf(file: string): string {
  if (['style.css', 'icon.svg', 'openapi.json', 'api/v1/deprecations.csv'].includes(file)) return `/${file}`;
  const path = file.replace(/\.(html|json)$/, '');
  if (path === 'index') return '/';
  const [, sort] = /^deprecations-by-(\w+)$/.exec(path) ?? [];
  return sort === undefined ? `/${path}` : `/deprecations?sort=${sort}`;
}

const BASE = 'http://site.example';

/** A page with the address of what each of its links leads to. */
const withAddresses = (html: string, base: string, map: (path: string) => string): string =>
  html.replace(/ href="([^"#]*)"/g, (whole, link: string) => {
    const url = new URL(link, BASE + base);
    return url.origin === BASE ? ` href="${map(url.pathname + url.search)}"` : whole;
  });

const inputs: [string, SiteInput][] = [
  ['the realistic catalog without use', siteInput(useNotKnown, realLookup(2026))],
  ['the small catalog with use', siteInput(someUse)],
];

describe('the files of the site', () => {
  it.each(inputs)('equal what is served of %s', (_, input) => {
    const answer = siteFrom(input);
    for (const [file, text] of filesOf(input)) {
      if (file === '404.html') continue;
      const address = addressOf(file);
      const { status, headers, body } = answer({ method: 'GET', target: address });
      if (status === 308) {
        const next = new URL(headers.Location ?? '', BASE + address).pathname;
        expect(text).toContain(`content="0; url=../images/${posix.basename(next)}.html"`);
        continue;
      }
      expect([file, status]).toEqual([file, 200]);
      const fromFile = withAddresses(text, `/${file}`, (path) => addressOf(path.slice(1)));
      const served = withAddresses(body, address, (path) => path);
      expect(fromFile.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '')).toBe(
        served.replace(/<form.*?<\/form>/, ''),
      );
    }
  });

  it.each(inputs)('have links to files that exist, for %s', (_, input) => {
    const files = filesOf(input);
    for (const [file, text] of files) {
      if (!file.endsWith('.html')) continue;
      for (const [, link = ''] of text.matchAll(/ href="([^"#]*)"/g)) {
        if (link.startsWith('https://wikitech.')) continue;
        expect(link).not.toMatch(/^(\w+:|\/)/);
        expect([...files.keys()]).toContain(decodeURIComponent(posix.join(posix.dirname(file), link)));
      }
    }
  });

  it('are the pages, the JSON by every name, and the tools in use', () => {
    expect([...filesOf(siteInput(someUse)).keys()].sort()).toEqual(
      [
        ...['404.html', 'index.html', 'style.css', 'icon.svg', 'openapi.json'],
        ...['deprecations.html', 'deprecations-by-removal.html'],
        ...['deprecations-by-tools.html', 'deprecations-by-workloads.html'],
        ...[
          'api/v1/images.json',
          'api/v1/catalog.json',
          'api/v1/deprecations.json',
          'api/v1/deprecations.csv',
        ],
        ...[...smallLookup.shortNames.keys()].flatMap((name) => [
          `images/${name}.html`,
          `api/v1/images/${name}.json`,
        ]),
        ...['heritage', 'wikibugs'].flatMap((tool) => [
          `tools/${tool}.html`,
          `api/v1/tools/${tool}.json`,
          `v1/tool/${tool}/images.json`,
        ]),
      ].sort(),
    );
    expect([...filesOf(siteInput()).keys()].filter((file) => /\btools?\//.test(file))).toEqual([]);
  });

  it('have an alias that names its image as canonical and leads on to it', () => {
    const alias = filesOf(siteInput()).get('images/tf-python37.html');
    expect(alias).toContain('<link rel="canonical" href="../images/python3.7.html"/>');
    expect(alias).toContain('<meta http-equiv="refresh" content="0; url=../images/python3.7.html"/>');
    const input = { ...siteInput(), publicUrl: 'https://images.example.org/x' };
    expect(filesOf(input).get('images/tf-python37.html')).toContain(
      '<link rel="canonical" href="https://images.example.org/x/images/python3.7.html"/>',
    );
  });

  it('carry their policy, and have no script and no search', () => {
    for (const [file, text] of filesOf(siteInput(someUse))) {
      if (!file.endsWith('.html')) continue;
      expect(text).toContain(
        `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"/>`,
      );
      expect(text).not.toMatch(/<script|<form|javascript:/i);
    }
  });

  it('stay inside their folders, whatever a name is', () => {
    const evil = ['..', '../../x', '/etc/passwd', 'a\u0000b', '<script>', 'a\\b'];
    const lookup = lookupOf(Object.fromEntries(evil.map((name) => [name, { aliases: [`${name}/alias`] }])));
    const workloads = evil.map((tool) => ({ tool, workload: 'Pod/x', image: '..', asksFor: 'x' }));
    const files = [...filesOf(siteInput({ known: true, workloads }, lookup)).keys()];
    expect(files.length).toBeGreaterThan(30);
    for (const file of files) {
      expect(posix.normalize(file)).toBe(file);
      expect(file).toMatch(
        /^([\w-]+\.(html|css|svg|json)|images\/[^/]+\.html|api\/v1\/(\w+\.(json|csv)|images\/[^/]+\.json))$/,
      );
      expect(file).not.toMatch(/[\0\\<]/);
    }
  });
});
