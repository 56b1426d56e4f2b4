import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildLookup, defaultPrecedence, type Lookup, unknownRepository } from '../../src/catalog/lookup.ts';
import { HOSTS, type RawCatalog, type RawEntry, rawCatalogs, textOf } from '../support/arbitrary-catalogs.ts';
import { HOST, lookupOf, NEW_HOST, realLookup, smallLookup } from '../support/catalog.ts';
import { loaded } from '../support/problems.ts';

const WEBSERVICE = 'webservice';
const JOBS = 'toolforge-jobs-framework';
const CLIENTS = [WEBSERVICE, JOBS, 'Helm', undefined];

/** A resolution in one line: `python3.11 -> URL`, `python3.11` for a known URL, or the kind. */
function resolved(lookup: Lookup, image: string, client?: string): string {
  const resolution = lookup.resolve(image, client);
  switch (resolution.kind) {
    case 'short-name':
      return `${resolution.entry.name} -> ${resolution.url}`;
    case 'no-variant':
      return `${resolution.entry.name} has ${resolution.has.join(', ') || 'nothing'}`;
    case 'url':
      return resolution.entry.name;
    case 'unknown-short-name':
    case 'foreign':
      return resolution.kind;
  }
}

describe('resolve, from a short name to an image,', () => {
  const BASE = `${HOST}/toolforge-python39-sssd-base`;
  const WEB = `${HOST}/toolforge-python39-sssd-web`;
  const ALONE = `${HOST}/toolforge-python39`;
  const all = { image: ALONE, variants: [['jobs-framework', BASE] as const, ['webservice', WEB] as const] };
  const old = { variants: all.variants };
  const alone = { image: ALONE };
  const jobs = { variants: [['jobs-framework', BASE] as const] };
  const web = { variants: [['webservice', WEB] as const] };

  it.each([
    ['everything', all, { webservice: WEB, jobs: ALONE, anybody: ALONE }],
    ['variants alone', old, { webservice: WEB, jobs: BASE, anybody: BASE }],
    ['the top-level image alone', alone, { webservice: ALONE, jobs: ALONE, anybody: ALONE }],
    ['a jobs variant alone', jobs, { webservice: undefined, jobs: BASE, anybody: BASE }],
    ['a webservice variant alone', web, { webservice: WEB, jobs: undefined, anybody: WEB }],
    [
      'an unknown variant alone',
      { variants: [['builder', BASE] as const] },
      { webservice: undefined, jobs: undefined, anybody: undefined },
    ],
    ['nothing', {}, { webservice: undefined, jobs: undefined, anybody: undefined }],
  ])('gives each client the first image that exists of an entry with %s', (_, entry, expected) => {
    const lookup = lookupOf({ 'python3.9': entry });
    const urlFor = (client?: string) => {
      const resolution = lookup.resolve('python3.9', client);
      return resolution.kind === 'short-name' ? resolution.url : undefined;
    };
    expect({ webservice: urlFor(WEBSERVICE), jobs: urlFor(JOBS), anybody: urlFor() }).toEqual(expected);
    for (const stranger of ['Helm', 'Webservice', '', '*', 'constructor', '__proto__', 'toString'])
      expect(urlFor(stranger)).toBe(expected.anybody);
  });

  it('returns the existing images if there is none for the client', () => {
    expect(resolved(lookupOf({ web }), 'web', JOBS)).toBe('web has variants.webservice.image');
    expect(resolved(smallLookup, 'hollow')).toBe('hollow has nothing');
  });

  it('uses the configured precedence', () => {
    const lookup = buildLookup(smallLookup.catalog, { '*': ['webservice'], builder: ['image'], empty: [] });
    expect(resolved(lookup, 'python3.11')).toBe(`python3.11 -> ${HOST}/toolforge-python311-sssd-web`);
    expect(resolved(lookup, 'python3.9', 'builder')).toMatch(/^python3\.9 has/);
    expect(resolved(lookup, 'python3.11', 'empty')).toMatch(/^python3\.11 has/);
    expect(resolved(buildLookup(smallLookup.catalog, {}), 'python3.11')).toMatch(/^python3\.11 has/);
  });

  it.each([
    'python3.11',
    'tf-python311',
    'toolforge-python311-sssd-base',
    'python3.11:latest',
    'tf-python311:latest',
  ])('knows %s', (image) => {
    expect(resolved(smallLookup, image, WEBSERVICE)).toBe(
      `python3.11 -> ${HOST}/toolforge-python311-sssd-web`,
    );
  });

  it.each([
    'Python3.11',
    'TF-python311',
    'python3.1',
    'python3.111',
    'node',
    'toString',
    'nginx',
    'nginx:latest',
  ])('does not know %s', (image) => {
    expect(smallLookup.resolve(image, undefined)).toEqual({
      kind: 'unknown-short-name',
      shortName: image.replace(':latest', ''),
    });
  });

  it.each([
    'python3.11:v1',
    'python3.11:LATEST',
    'python3.11:',
    'python3.11:latest:latest',
    `python3.11@sha256:${'0'.repeat(64)}`,
    `python3.11:latest@sha256:${'0'.repeat(64)}`,
    'nginx:1.27',
    '',
    ' python3.11',
    'python3.11 ',
    '__proto__',
    '-x',
  ])('treats "%s" as foreign', (image) => {
    expect(smallLookup.resolve(image, undefined)).toEqual({ kind: 'foreign' });
  });

  it('treats a name like constructor as any other', () => {
    expect(resolved(smallLookup, 'constructor')).toBe(`constructor -> ${HOST}/toolforge-constructor`);
    expect(resolved(lookupOf({}), 'constructor')).toBe('unknown-short-name');
  });

  it('lists names and aliases', () => {
    expect([...smallLookup.shortNames.keys()].sort()).toEqual([
      'constructor',
      'hollow',
      'mono6.12',
      'node12',
      'python3.11',
      'python3.7',
      'python3.9',
      'tf-node12',
      'tf-node12-DEPRECATED',
      'tf-python311',
      'tf-python37',
      'tf-python39',
      'toolforge-python311-sssd-base',
    ]);
  });
});

describe('resolve, from an image to its entry,', () => {
  it.each([
    [`${HOST}/toolforge-python311-sssd-web`, 'python3.11'],
    [`${HOST}/toolforge-python311-sssd-web:latest`, 'python3.11'],
    [`${HOST}/toolforge-python311-sssd-base:latest`, 'python3.11'],
    [`${HOST}/toolforge-python39-sssd-base`, 'python3.9'],
    [`${HOST}/python3.11`, 'python3.11'],
    [`${HOST}/tf-python39:latest`, 'python3.9'],
    [`${HOST}/tf-node12-DEPRECATED`, 'node12'],
    [`${NEW_HOST}/mono6.12`, 'mono6.12'],
    [`${HOST}/constructor`, 'constructor'],
  ])('maps %s to %s', (image, name) => {
    for (const client of CLIENTS) expect(resolved(smallLookup, image, client)).toBe(name);
  });

  it.each([
    `${HOST}/toolforge-python311-sssd-web:v1`,
    `${HOST}/toolforge-python311-sssd-web@sha256:${'0'.repeat(64)}`,
    `${HOST}/toolforge-python311-sssd-web:latest@sha256:${'0'.repeat(64)}`,
    `${HOST}/tf-python39:v1`,
    `${HOST}/Toolforge-python311-sssd-web`,
    `${HOST}/toolforge-python311`,
    `${HOST}//toolforge-python311-sssd-web`,
    `${HOST}/pre/python3.11`,
    `${HOST}/tool-wikibugs/python3.11`,
    `${HOST}/tool-wikibugs/wikibugs:latest`,
    'tools-harbor.wmcloud.org/tool-wikibugs/python3.11:latest',
    `https://${HOST}/python3.11`,
    `${HOST}:5000/python3.11`,
    `${HOST}/`,
    `/python3.11`,
    'docker.io/library/python',
    `${HOST}/toString`,
    `${HOST}/__proto__`,
  ])('never guesses at %s', (image) => {
    for (const client of CLIENTS) expect(smallLookup.resolve(image, client)).toEqual({ kind: 'foreign' });
  });

  it("accepts HOST/NAME and HOST/ALIAS only on a host of the entry's images", () => {
    expect(resolved(smallLookup, `${NEW_HOST}/python3.11`)).toBe('foreign');
    expect(resolved(smallLookup, `${NEW_HOST}/tf-python311`)).toBe('foreign');
    expect(resolved(smallLookup, `${HOST}/mono6.12`)).toBe('foreign');
    expect(resolved(smallLookup, `${HOST}/hollow`)).toBe('foreign');
  });

  it('accepts the host of any image of the entry', () => {
    const lookup = lookupOf({
      'python3.11': {
        image: `${NEW_HOST}/python311`,
        aliases: ['tf-python311'],
        variants: [['builder', `${HOST}/python311`]],
      },
    });
    expect(resolved(lookup, `${HOST}/tf-python311`)).toBe('python3.11');
    expect(resolved(lookup, `${NEW_HOST}/tf-python311`)).toBe('python3.11');
  });

  it('compares the whole path of the repository', () => {
    const lookup = lookupOf({ node18: { image: 'tools-harbor.wmcloud.org/toolforge-pre-built/node18' } });
    expect(resolved(lookup, 'tools-harbor.wmcloud.org/toolforge-pre-built/node18:latest')).toBe('node18');
    expect(resolved(lookup, 'tools-harbor.wmcloud.org/node18')).toBe('node18');
    expect(resolved(lookup, 'tools-harbor.wmcloud.org/other/node18')).toBe('foreign');
  });
});

describe('former images', () => {
  const lookup = lookupOf({
    node20: {
      image: 'new.example/node20',
      aliases: ['tf-node20'],
      formerImages: ['old.example/toolforge-node20', 'new.example/node20-web'],
    },
    hollow: { formerImages: ['old.example/hollow-web'] },
  });

  it.each([
    'old.example/toolforge-node20',
    'old.example/toolforge-node20:latest',
    'new.example/node20-web',
    'old.example/node20',
    'old.example/tf-node20:latest',
  ])('lead back to their entry, as do its names on their hosts: %s', (image) => {
    const resolution = lookup.resolve(image, undefined);
    expect(resolution.kind === 'url' && resolution.entry.name).toBe('node20');
  });

  it.each(['old.example/toolforge-node20:v1', 'other.example/tf-node20', 'old.example/node20-web'])(
    'lead nowhere with another tag or host: %s',
    (image) => expect(lookup.resolve(image, undefined).kind).toBe('foreign'),
  );

  it.each(['webservice', 'toolforge-jobs-framework', undefined])('are given to no client: %s', (client) => {
    expect(lookup.resolve('tf-node20', client)).toMatchObject({
      kind: 'short-name',
      url: 'new.example/node20',
    });
    expect(lookup.resolve('hollow', client)).toMatchObject({ kind: 'no-variant', has: [] });
  });
});

describe('clientOf', () => {
  it('is the label of a client that a reader or the precedence names, and * for all others', () => {
    const { clientOf } = buildLookup(smallLookup.catalog, { builds: ['image'], '*': ['image'] });
    const labels = ['webservice', 'toolforge-jobs-framework', 'builds', 'Helm', 'constructor', '', undefined];
    expect(labels.map(clientOf)).toEqual([
      'webservice',
      'toolforge-jobs-framework',
      'builds',
      '*',
      '*',
      '*',
      '*',
    ]);
  });
});

describe('the realistic catalogs', () => {
  it('map Pods on images of earlier years back, as the functional tests of Toolforge expect', () => {
    const lookup = realLookup(2026);
    const web = `${HOST}/toolforge-python39-sssd-web`;
    expect(resolved(lookup, 'toolforge-python39-sssd-base', JOBS)).toBe(`python3.9 -> ${web}`);
    expect(resolved(lookup, 'tf-python39', JOBS)).toBe(`python3.9 -> ${web}`);
    expect(resolved(lookup, `${HOST}/toolforge-python39-sssd-base:latest`)).toBe('python3.9');
    expect(resolved(lookup, `${HOST}/toolforge-python39-sssd-web:latest`)).toBe('python3.9');
  });

  it('give jobs its own variant in the shape of 2025', () => {
    const lookup = realLookup(2025);
    expect(resolved(lookup, 'tf-python39', JOBS)).toBe(`python3.9 -> ${HOST}/toolforge-python39-sssd-base`);
    expect(resolved(lookup, 'tf-python39', WEBSERVICE)).toBe(
      `python3.9 -> ${HOST}/toolforge-python39-sssd-web`,
    );
  });

  it.each([2025, 2026] as const)('of %i: every short name has an image, and every image its name', (year) => {
    const lookup = realLookup(year);
    for (const [shortName, entry] of lookup.shortNames) {
      const forwards = lookup.resolve(shortName, undefined);
      expect(forwards).toMatchObject({ kind: 'short-name', entry: { name: entry.name } });
      const url = forwards.kind === 'short-name' ? forwards.url : '';
      expect(resolved(lookup, `${url}:latest`)).toBe(entry.name);
    }
  });
});

describe('every accepted catalog', () => {
  const accepted = (raw: RawCatalog) => {
    const { catalog } = loaded(textOf(raw));
    return catalog && buildLookup(catalog, defaultPrecedence);
  };

  const shortNamesOf = ([name, { aliases = [] }]: RawCatalog[number]) => new Set([name, ...aliases]);
  const urlsOf = ({ image, variants }: RawEntry) =>
    new Set([
      ...(image === undefined ? [] : [image]),
      ...Object.values(variants).map((variant) => variant.image),
    ]);
  const hostsOf = (entry: RawEntry) =>
    new Set([...urlsOf(entry)].map((url) => url.slice(0, url.indexOf('/'))));

  /** Images that a Pod could have and this catalog might know. */
  function imagesToTry(raw: RawCatalog): string[] {
    const shortNames = new Set(raw.flatMap((item) => [...shortNamesOf(item)]));
    const urls = new Set(raw.flatMap(([, entry]) => [...urlsOf(entry)]));
    const images = [...shortNames, ...urls];
    for (const host of HOSTS)
      for (const name of [...shortNames, 'node', 'tf-node18']) images.push(`${host}/${name}`);
    return images;
  }

  const answers = (lookup: Lookup, images: readonly string[]): string[] =>
    images.flatMap((image) =>
      CLIENTS.map((client) => `${image} for ${client}: ${resolved(lookup, image, client)}`),
    );

  it('resolves alike in any order of its entries', () => {
    let count = 0;
    const inAnyOrder = rawCatalogs.chain((raw) =>
      fc.tuple(fc.constant(raw), fc.shuffledSubarray([...raw], { minLength: raw.length })),
    );
    fc.assert(
      fc.property(inAnyOrder, ([raw, shuffled]) => {
        const lookup = accepted(raw);
        const other = accepted(shuffled);
        expect(other === undefined).toBe(lookup === undefined);
        if (!lookup || !other) return;
        count++;
        const images = imagesToTry(raw).flatMap((image) => [image, `${image}:latest`, `${image}:v1`]);
        expect(answers(other, images)).toEqual(answers(lookup, images));
      }),
      { numRuns: 500 },
    );
    // With fewer accepted catalogs the property would prove little.
    expect(count).toBeGreaterThan(120);
  });

  it('gives each short name exactly one entry, and one URL for each client, by the table of precedence', () => {
    fc.assert(
      fc.property(rawCatalogs, (raw) => {
        const lookup = accepted(raw);
        if (!lookup) return;
        for (const shortName of new Set(raw.flatMap((item) => [...shortNamesOf(item)]))) {
          const owners = raw.filter((item) => shortNamesOf(item).has(shortName));
          expect(owners).toHaveLength(1);
          const [name, { image, variants }] = owners[0] as RawCatalog[number];
          const jobs = variants['jobs-framework']?.image;
          const webservice = variants.webservice?.image;
          const expected = new Map([
            [WEBSERVICE, webservice ?? image],
            [JOBS, image ?? jobs],
            ['Helm', image ?? jobs ?? webservice],
            [undefined, image ?? jobs ?? webservice],
          ]);
          for (const [client, url] of expected) {
            const answer = resolved(lookup, shortName, client);
            if (url === undefined) expect(answer).toMatch(new RegExp(`^${name} has `));
            else expect(answer).toBe(`${name} -> ${url}`);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('gives each URL at most one name', () => {
    fc.assert(
      fc.property(rawCatalogs, (raw) => {
        const lookup = accepted(raw);
        if (!lookup) return;
        for (const url of imagesToTry(raw).filter((image) => image.includes('/'))) {
          const slash = url.indexOf('/');
          const [host, repository] = [url.slice(0, slash), url.slice(slash + 1)];
          const owners = raw.filter(
            (item) =>
              urlsOf(item[1]).has(url) || (hostsOf(item[1]).has(host) && shortNamesOf(item).has(repository)),
          );
          expect(owners.length).toBeLessThanOrEqual(1);
          expect(resolved(lookup, url)).toBe(owners[0]?.[0] ?? 'foreign');
          expect(resolved(lookup, `${url}:v1`)).toBe('foreign');
          expect(resolved(lookup, `${url}@sha256:${'0'.repeat(64)}`)).toBe('foreign');
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('unknownRepository', () => {
  const unknown = (image: string) => unknownRepository(image, smallLookup);

  it.each(['', ':latest', ':v1', `@sha256:${'0'.repeat(64)}`])(
    'finds an unlisted repository on a host of the catalog, with %j behind it',
    (end) => {
      expect(unknown(`${HOST}/unheard/of${end}`)).toEqual({ host: HOST, repository: 'unheard/of' });
      expect(unknown(`${NEW_HOST}/unheard-of${end}`)).toEqual({ host: NEW_HOST, repository: 'unheard-of' });
    },
  );

  it.each([
    'nginx',
    'library/nginx:1',
    'quay.io/x/y',
    `${HOST}:5000/x`,
    `${HOST}/`,
    HOST,
    '',
    `${HOST}/toolforge-node12-sssd-web:v1`,
    `${HOST}/tf-node12`,
  ])('is undefined for %j: another host, or a listed repository', (image) => {
    expect(unknown(image)).toBeUndefined();
  });
});
