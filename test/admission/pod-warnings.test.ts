import { describe, expect, test } from 'vitest';
import { withAddress } from '../../src/admission/pod-warnings.ts';
import type { Entry } from '../../src/catalog/entry.ts';
import type { Lookup } from '../../src/catalog/lookup.ts';
import { HOST, lookupOf, smallLookup } from '../support/catalog.ts';
import { denyOn, removal, warnOn } from '../support/removal.ts';
import { podOf, podRequest, updateOf } from '../support/reviews.ts';
import { mutatePod } from '../support/webhooks.ts';

const warned = (images: Record<string, string>, lookup = smallLookup, policy = removal) =>
  mutatePod(podRequest(podOf(images)), lookup, policy).warnings;

const STAYS = ' The image stays as it is, and the Pod will not start';

/** A lookup that counts its calls of `suggest`. */
function counting(lookup: Lookup): { readonly lookup: Lookup; readonly comparisons: () => number } {
  let calls = 0;
  const suggest: Lookup['suggest'] = (name) => {
    calls += 1;
    return lookup.suggest(name);
  };
  return { lookup: { ...lookup, suggest }, comparisons: () => calls };
}

describe('an unknown short name that is close to a known one', () => {
  test('gets a suggestion with the canonical name, even if it is close to an alias', () => {
    expect(warned({ a: 'pyhton3.11', b: 'tf-nod12', c: 'pyhton3.11:latest' })).toEqual([
      `container "a": no image "pyhton3.11" in the catalog; did you mean python3.11?${STAYS}`,
      `container "b": no image "tf-nod12" in the catalog; did you mean node12?${STAYS}`,
      `container "c": no image "pyhton3.11" in the catalog; did you mean python3.11?${STAYS}`,
    ]);
  });

  test('comes before warnings about images that still run', () => {
    expect(warned({ a: 'node12', b: 'node13' })).toEqual([
      `container "b": no image "node13" in the catalog; did you mean node12?${STAYS}`,
      'container "a": node12 is deprecated',
    ]);
  });

  test('gets no suggestion if the image is unchanged, foreign or tagged', () => {
    const pod = podOf({ a: 'pyhton3.11' });
    expect(mutatePod(updateOf(pod, pod), smallLookup, removal).warnings).toEqual([]);
    expect(warned({ a: 'nginx', b: 'pyhton3.11:v1', c: 'quay.io/pyhton3.11' })).toEqual([]);
  });

  test('gets a suggestion if it is among the first ten unknown names of its Pod, repeated ones counted once', () => {
    const repeated = Object.fromEntries(range(20).map((i) => [`a${i}`, 'node13']));
    const unknown = Object.fromEntries(range(9).map((i) => [`b${i}`, `unheard-of-${i}`]));
    expect(warned({ ...repeated, ...unknown, c: 'node14', d: 'node15' })).toHaveLength(20);
    expect(warned({ ...repeated, ...unknown, d: 'node15', c: 'node14' })).toHaveLength(20);
  });

  test('is compared with the catalog for at most ten names of one Pod, even if it has more or very long ones', () => {
    const entries = range(2_000).map((i) => [`python-${i}`.padEnd(60, 'x'), { image: `a.b/${i}` }]);
    const { lookup, comparisons } = counting(lookupOf(Object.fromEntries(entries)));
    const close = range(900).map((i) => [`c${i}`, `python-${i}`.padEnd(59, 'x')]);
    const long = range(20).map((i) => [`d${i}`, `${i}${'a'.repeat(100_000)}`]);
    expect(warned(Object.fromEntries([...long, ...close]), lookup)).toEqual([]);
    expect(comparisons()).toBe(10);
    expect(warned(Object.fromEntries(close), lookup)).toHaveLength(10);
    expect(comparisons()).toBe(20);
  });
});

describe('a suggestion for a name of 63 letters', () => {
  test('leaves out the unknown name if it does not fit', () => {
    const name = `l${'o'.repeat(61)}g`;
    const container = `c${'o'.repeat(62)}`;
    const warnings = mutatePod(
      podRequest({
        metadata: {},
        spec: {
          containers: [],
          ephemeralContainers: [{ name: container, image: `tf-toolforge-${name}-web` }],
        },
      }),
      lookupOf({ [name]: {} }),
      removal,
    ).warnings;
    expect(warnings).toEqual([
      `ephemeral container "${container}": no such image in the catalog; did you mean ${name}?${STAYS}`,
    ]);
  });
});

describe('an image of the catalog with another tag', () => {
  const only = 'the catalog has python3.11 with the tag latest only';
  const url = `${HOST}/toolforge-python311-sssd`;

  test('gets a warning with the URL to write, by URL, HOST/ALIAS and short name', () => {
    expect(warned({ a: `${url}-base:v1`, b: `${HOST}/tf-python311:v1`, c: 'tf-python311:v1' })).toEqual([
      `container "a": ${only}; write ${url}-base:latest instead of "${url}-base:v1"`,
      `container "b": ${only}; write ${url}-web:latest instead of "${HOST}/tf-python311:v1"`,
      `container "c": ${only}; write ${url}-web:latest instead of "tf-python311:v1"`,
    ]);
  });

  test('gets the advice about a deprecated image instead, since latest is no better', () => {
    expect(warned({ a: 'node12:v1' })).toEqual([
      'container "a": the catalog has node12 with the tag latest only; node12 is deprecated',
    ]);
  });

  test('gets no warning by digest, which is pinned on purpose, and none if the entry has no image', () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(warned({ a: `${url}-web@${digest}`, b: `${url}-web:v1@${digest}`, c: 'hollow:v1' })).toEqual([]);
  });

  test('gets no warning if it is unchanged', () => {
    const pod = podOf({ a: `${url}-web:v1`, b: `${HOST}/unheard-of` });
    expect(mutatePod(updateOf(pod, pod), smallLookup, removal).warnings).toEqual([]);
  });

  test('is left out of its warning if only the URL to write fits', () => {
    const of = (path: string) =>
      warned({ a: `a.b/${path}:v1` }, lookupOf({ only: { image: `a.b/${path}` } }));
    expect(of('p'.repeat(60))).toEqual([
      `container "a": the catalog has only with the tag latest only; write a.b/${'p'.repeat(60)}:latest instead of "a.b/${'p'.repeat(60)}:v1"`,
    ]);
    expect(of('p'.repeat(150))).toEqual([
      `container "a": the catalog has only with the tag latest only; write a.b/${'p'.repeat(150)}:latest`,
    ]);
    expect(of('p'.repeat(240))).toEqual([
      'container "a": the catalog has only with the tag latest only; write that tag',
    ]);
  });
});

describe('an unknown repository on a host of the catalog', () => {
  test('gets a warning with the URL that is probably meant', () => {
    expect(warned({ a: `${HOST}/toolforge-pyhton311-sssd-web:v1` })).toEqual([
      `container "a": the catalog has no "${HOST}/toolforge-pyhton311-sssd-web"; ` +
        `did you mean ${HOST}/toolforge-python311-sssd-web:latest?`,
    ]);
  });

  test('gets a warning without a suggestion if no name is close', () => {
    expect(warned({ a: `${HOST}/unheard/of@sha256:0` })).toEqual([
      `container "a": the catalog has no "${HOST}/unheard/of"; the image stays as it is`,
    ]);
  });

  test("gets no warning if it is a tool's own build or of another registry", () => {
    expect(warned({ a: `${HOST}/tool-wikibugs/python311:latest`, b: 'quay.io/unheard/of' })).toEqual([]);
  });

  test('is compared with the catalog for at most ten repositories of one Pod', () => {
    const { lookup, comparisons } = counting(smallLookup);
    const images = Object.fromEntries(range(20).map((i) => [`a${i}`, `${HOST}/unheard-of-${i}`]));
    expect(warned(images, lookup)).toHaveLength(10);
    expect(comparisons()).toBe(10);
  });
});

describe('an unlisted URL that is called like an entry', () => {
  const url = `${HOST}/toolforge-python39-sssd`;

  test('gets a warning with the listed URL for the client', () => {
    const of = (labels: Record<string, string>, image: string) =>
      mutatePod(podRequest(podOf({ a: image }, { labels })), smallLookup, removal).warnings;
    const start = `container "a": "${HOST}/tf-python39" is called like python3.9, but the catalog does not list it; write`;
    expect(of({}, `${HOST}/tf-python39:latest`)).toEqual([`${start} ${url}-base:latest`]);
    expect(of({ 'app.kubernetes.io/managed-by': 'webservice' }, `${HOST}/tf-python39`)).toEqual([
      `${start} ${url}-web:latest`,
    ]);
  });

  test('gets a warning with the first listed URL if there is none for the client', () => {
    const lookup = lookupOf({ only: { variants: [['some', 'a.b/some']] } });
    expect(warned({ a: 'a.b/only' }, lookup)).toEqual([
      'container "a": "a.b/only" is called like only, but the catalog does not list it; write a.b/some:latest',
    ]);
  });

  test('gets a warning without a URL if the entry has a former image and no other', () => {
    const lookup = lookupOf({ only: { formerImages: ['a.b/some'] } });
    expect(warned({ a: 'a.b/only' }, lookup)).toEqual([
      'container "a": "a.b/only" is called like only, but the catalog does not list it; only has no image',
    ]);
  });

  test('gets no warning if any field of the entry has it', () => {
    expect(warned({ a: `${HOST}/toolforge-python311-sssd-base`, b: `${url}-web:latest` })).toEqual([]);
  });

  test('gets its warning after misspelt names and before deprecations', () => {
    const start = `"${HOST}/tf-node12" is called like node12, but the catalog does not list it`;
    expect(warned({ a: 'node12', b: `${HOST}/tf-node12`, c: 'node13' })).toEqual([
      `container "c": no image "node13" in the catalog; did you mean node12?${STAYS}`,
      `container "b": ${start}; write ${HOST}/toolforge-node12-sssd-web:latest`,
      'container "a": node12 is deprecated',
      'container "b": node12 is deprecated',
    ]);
  });

  test('gets no warning if it is denied or unchanged', () => {
    const image = `${HOST}/tf-python37`;
    expect(warned({ a: image }, smallLookup, denyOn('2027-03-02'))).toEqual([]);
    const pod = podOf({ a: image });
    expect(mutatePod(updateOf(pod, pod), smallLookup, removal).warnings).toEqual([]);
  });

  test('is left out of its warning if only the URL to write fits', () => {
    const host = `${'h'.repeat(60)}.example`;
    const lookup = (path: string) => lookupOf({ only: { image: `${host}/${path}`, aliases: ['tf-only'] } });
    expect(warned({ a: `${host}/tf-only` }, lookup('p'.repeat(90)))).toEqual([
      `container "a": called like only, but not listed; write ${host}/${'p'.repeat(90)}:latest`,
    ]);
    expect(warned({ a: `${host}/tf-only` }, lookup('p'.repeat(180)))).toEqual([
      'container "a": called like only, but not listed; write a URL that is',
    ]);
  });
});

describe('a deprecated image', () => {
  const entry = (url: string) =>
    lookupOf({
      old: {
        state: 'deprecated',
        image: 'a.b/old',
        deprecation: { replacement: 'new', removal: '2027-03-01', url },
      },
    });

  test('gets a warning with what to do and a URL', () => {
    expect(warned({ a: 'a.b/old' }, entry('https://c.d/e'))).toEqual([
      'container "a": old is deprecated; use new; removal on 2027-03-01; see https://c.d/e',
    ]);
  });

  test('gets a warning without the URL if that does not fit', () => {
    expect(warned({ a: 'a.b/old' }, entry(`https://${'c'.repeat(200)}.d`))).toEqual([
      'container "a": old is deprecated; use new; removal on 2027-03-01',
    ]);
  });

  test('gets a warning for each container, in any list and with any name', () => {
    const image = 'a.b/old';
    const pod = {
      metadata: {},
      spec: {
        containers: [{ image }, { name: 'n\n"', image }],
        initContainers: [{ name: 'i', image }],
        ephemeralContainers: [{ name: 'x'.repeat(100), image }],
      },
    };
    const lookup = lookupOf({ old: { state: 'deprecated', image } });
    expect(mutatePod(podRequest(pod), lookup, removal).warnings).toEqual([
      'container without a name: old is deprecated',
      'container "n\uFFFD\\"": old is deprecated',
      'init container "i": old is deprecated',
      `ephemeral container "${'x'.repeat(79)}…": old is deprecated`,
    ]);
  });
});

describe('an image past its removal date', () => {
  const images = { a: 'node12', b: 'tf-python37', c: `${HOST}/toolforge-python37-sssd-web` };
  const past =
    'python3.7 is deprecated; use python3.11; its removal date 2027-03-01 has passed; ' +
    'see https://wikitech.wikimedia.org/wiki/Help:Toolforge/Python';

  test('gets a warning that says so, before other deprecated images', () => {
    expect(warned(images, smallLookup, warnOn('2027-03-02'))).toEqual([
      `container "b": ${past}`,
      `container "c": ${past}`,
      'container "a": node12 is deprecated',
    ]);
  });

  test('is not past it on the day itself', () => {
    expect(warned({ b: 'tf-python37' }, smallLookup, warnOn('2027-03-01'))).toEqual([
      'container "b": python3.7 is deprecated; use python3.11; removal on 2027-03-01; ' +
        'see https://wikitech.wikimedia.org/wiki/Help:Toolforge/Python',
    ]);
  });

  test('gets no warning if the denial names it', () => {
    expect(warned(images, smallLookup, denyOn('2027-03-02'))).toEqual([
      'container "a": node12 is deprecated',
    ]);
  });
});

const range = (count: number) => [...new Array(count).keys()];

describe('withAddress', () => {
  const entry = (url?: string): Entry => ({
    name: 'node10',
    state: 'deprecated',
    aliases: [],
    variants: [],
    deprecation: url === undefined ? {} : { url },
  });

  test('adds the URL of the deprecation', () => {
    expect(withAddress('a', entry('https://b.c'))).toBe('a; see https://b.c');
  });

  test('adds the general help page if the entry has no URL', () => {
    const helpUrl = 'https://d.e';
    expect(withAddress('a', { ...entry(), helpUrl })).toBe('a; see https://d.e');
    expect(withAddress('a', { ...entry('https://b.c'), helpUrl })).toBe('a; see https://b.c');
  });

  test('leaves the warning as it is without a URL, and where the URL does not fit', () => {
    expect(withAddress('a', entry())).toBe('a');
    expect(withAddress('a', { name: 'x', state: 'stable', aliases: [], variants: [] })).toBe('a');
    const long = `https://${'b'.repeat(240)}`;
    expect(withAddress('', entry(long))).toBe(`; see ${long}`);
    expect(withAddress('a'.repeat(3), entry(long))).toBe('aaa');
  });
});
