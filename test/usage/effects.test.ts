import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareCatalogs } from '../../src/catalog/changes.ts';
import { type Entry, imagesOf } from '../../src/catalog/entry.ts';
import { splitHost } from '../../src/catalog/image-reference.ts';
import { buildLookup, defaultPrecedence, type Lookup } from '../../src/catalog/lookup.ts';
import { type Identity, successorsOf } from '../../src/catalog/successors.ts';
import { affectedBy, effectKinds } from '../../src/usage/effects.ts';
import { imageClassifier } from '../../src/usage/image-classification.ts';
import { usageOf, workloadName } from '../../src/usage/usage-of.ts';
import { rawCatalogs, textOf } from '../support/arbitrary-catalogs.ts';
import { lookupOf } from '../support/catalog.ts';
import { loaded } from '../support/problems.ts';
import { indexOf, type TestObject, TOOL } from '../support/workloads.ts';

const R = 'r.example';
type Entries = Record<string, Partial<Entry>>;

const catalogSide = (entries: Entries) => {
  const lookup = lookupOf(entries);
  return { lookup, classify: imageClassifier(lookup) };
};

type Losses = Parameters<typeof affectedBy>[1]['losses'];

const affected = (
  all: readonly TestObject[],
  before: Entries,
  after: Entries,
  losses: Losses = new Map(),
) => {
  const [was, is] = [catalogSide(before), catalogSide(after)];
  return affectedBy(indexOf(all), {
    before: was,
    after: is,
    successors: successorsOf(identitiesIn(was.lookup), identitiesIn(is.lookup)),
    losses,
    today: '2026-11-22',
  });
};

const identitiesIn = ({ catalog }: Lookup): Identity[] =>
  catalog.entries.map((entry) => ({
    name: entry.name,
    aliases: entry.aliases,
    urls: imagesOf(entry).map(({ image }) => image),
    formerUrls: entry.formerImages ?? [],
  }));

/** What an edit does to one Pod: kind and words of each effect. */
const effectsOn = (pod: Partial<TestObject>, before: Entries, after: Entries): string[] =>
  affected([{ ...pod, kind: 'Pod', name: 'p' }], before, after).map(
    ({ fact: { effect } }) => `${effect.kind}: ${effect.words}`,
  );

describe('a loss of a consumer', () => {
  const php = { image: `${R}/php` };
  const losses: Losses = new Map([
    [
      'php',
      [
        { kind: 'reader-loses-name', client: 'webservice', reader: 'webservice' },
        {
          kind: 'web-type-changed',
          client: 'webservice',
          from: { wstype: 'lighttpd', resources: 'default' },
          to: { wstype: 'python', resources: 'default' },
        },
      ],
    ],
  ]);
  const effects = (client: string | undefined, image = `${R}/php:latest`): string[] =>
    affected(
      [
        {
          kind: 'Pod',
          name: 'p',
          image,
          ...(client !== undefined && { labels: { 'app.kubernetes.io/managed-by': client } }),
        },
      ],
      { php, other: {} },
      { php, other: {} },
      losses,
    ).map(({ fact: { effect } }) => `${effect.kind}: ${effect.words}`);

  it('affects the workloads of that consumer alone, for any image of the entry', () => {
    expect(effects('webservice')).toEqual([
      'reader-loses-name: running Pods continue, but webservice cannot start php again',
      'web-type-changed: the webservice type of php changes from lighttpd to python for the next start',
    ]);
    expect(effects('toolforge-jobs-framework')).toEqual([]);
    expect(effects(undefined)).toEqual([]);
    expect(effects('webservice', `${R}/another`)).toEqual([]);
  });
});

/** A Pod whose short name admission replaced. */
const asked = (shortName: string, image: string, name: string): Partial<TestObject> => ({
  image,
  annotations: {
    'requested.image-config.toolforge.org/main': shortName,
    'name.image-config.toolforge.org/main': name,
  },
});

const node = { image: `${R}/node-web`, aliases: ['tf-node', 'node-base'] };
const before: Entries = { node, python: { image: `${R}/python-web` } };
const { python } = before as Required<Pick<Entries, 'python'>>;

describe('an edit that keeps an entry', () => {
  it.each([
    ['by its URL', { image: `${R}/node-web:latest` }],
    ['by its name', { image: 'node' }],
    ['by an alias', { image: 'tf-node' }],
    ['by an alias at its host', { image: `${R}/node-base` }],
    ['by what was recorded', asked('tf-node', `${R}/node-web`, 'node')],
  ])('has no effect on a Pod that uses it %s', (_, pod) => {
    expect(effectsOn(pod, before, { ...before, other: {} })).toEqual([]);
  });

  const deprecated = { ...node, state: 'deprecated', deprecation: { replacement: 'python' } };

  it('and deprecates it names the replacement', () => {
    const now = 'deprecated: from now on node is deprecated; use python';
    expect(effectsOn({ image: 'node' }, before, { ...before, node: deprecated })).toEqual([now]);
    expect(effectsOn({ image: `${R}/node-web` }, before, { ...before, node: deprecated })).toEqual([now]);
  });

  it('and ends its deprecation reports undeprecated', () => {
    expect(effectsOn({ image: 'node' }, { node: deprecated }, { node })).toEqual([
      'undeprecated: node is no longer deprecated',
    ]);
  });

  it('and changes its removal date reports deprecation-changed, and that the date has passed', () => {
    const dated = { ...deprecated, deprecation: { removal: '2026-11-01' } };
    expect(effectsOn({ image: 'node' }, { node: deprecated }, { node: dated })).toEqual([
      'deprecation-changed: the advice changes: node is deprecated; its removal date 2026-11-01 has passed',
    ]);
  });

  it('reports a newer version only when the replacement is removed', () => {
    const newer = { ...node, state: 'deprecated', newer: 'node2' };
    expect(effectsOn({ image: 'node' }, { node: newer }, { node: { ...newer, newer: 'node3' } })).toEqual([]);
    expect(effectsOn({ image: 'node' }, { node: deprecated }, { node: newer })).toEqual([
      'deprecation-changed: the advice changes: node is deprecated; newer: node2',
    ]);
  });

  it('and changes its URL affects new Pods by short name, and takes the name from Pods with the old URL', () => {
    const moved = { ...before, node: { ...node, image: 's.example/node-web' } };
    const gets = (name: string) =>
      `url-changed: ${name} resolves to s.example/node-web from now on, instead of ${R}/node-web`;
    const lost = 'name-lost: running Pods continue, but the image no longer has a name; it was node';
    expect(effectsOn({ image: 'tf-node' }, before, moved)).toEqual([gets('tf-node')]);
    expect(effectsOn({ image: `${R}/node-web` }, before, moved)).toEqual([lost, gets('node')]);
    expect(effectsOn(asked('tf-node', `${R}/node-web`, 'node'), before, moved)).toEqual([
      lost,
      gets('tf-node'),
    ]);
  });

  it('and changes its URL takes no name when the old URL is HOST/ALIAS now', () => {
    const renewed = { ...before, node: { image: `${R}/node22-web`, aliases: ['node-web'] } };
    expect(effectsOn({ image: `${R}/node-web` }, before, renewed)).toEqual([
      `url-changed: node resolves to ${R}/node22-web from now on, instead of ${R}/node-web`,
    ]);
  });

  it('and keeps its old URL as a former image leaves Pods with that URL their name', () => {
    const formerImages = [`${R}/node-web`];
    const renewed = { ...before, node: { ...node, image: 's.example/node-web', formerImages } };
    const gets = `url-changed: node resolves to s.example/node-web from now on, instead of ${R}/node-web`;
    expect(effectsOn({ image: `${R}/node-web` }, before, renewed)).toEqual([gets]);
    expect(effectsOn({ image: `${R}/node-base` }, before, renewed)).toEqual([]);
  });

  it('and changes the URL of one client has no effect on a Pod with the URL of another', () => {
    const withImage = (image: string) => ({
      node: { image: `${R}/${image}`, variants: [['jobs-framework', `${R}/node-base`]] as const },
    });
    expect(effectsOn({ image: `${R}/node-base` }, withImage('node-web'), withImage('node-next'))).toEqual([]);
  });

  it('and removes its image denies new Pods that ask by short name', () => {
    const hollow = { ...before, node: { aliases: ['tf-node'] } };
    expect(effectsOn({ image: 'tf-node' }, before, hollow)).toEqual([
      'no-image: new Pods are denied: node no longer has an image for this client',
    ]);
    expect(effectsOn({ image: 'tf-node' }, hollow, hollow)).toEqual([]);
    expect(effectsOn({ image: 'tf-node' }, hollow, before)).toEqual([]);
  });
});

describe('an edit that removes a short name', () => {
  const without = { ...before, node: { ...node, aliases: [] } };

  it('keeps new Pods from starting when a template has the short name', () => {
    expect(effectsOn({ image: 'tf-node' }, before, without)).toEqual([
      'short-name-gone: new Pods do not start: tf-node no longer exists',
    ]);
  });

  it('affects the next start of a Pod whose short name was recorded', () => {
    expect(effectsOn(asked('tf-node', `${R}/node-web`, 'node'), before, without)).toEqual([
      'short-name-gone: running Pods continue, but tf-node no longer exists for the next start',
    ]);
  });

  it('takes the name from images HOST/ALIAS', () => {
    expect(effectsOn({ image: `${R}/node-base` }, before, without)).toEqual([
      'short-name-gone: running Pods continue, but node-base no longer exists for the next start',
      'name-lost: running Pods continue, but the image no longer has a name; it was node',
    ]);
  });

  it('has no effect on a Pod whose recorded short name belongs to no entry', () => {
    expect(effectsOn(asked('tf-other', `${R}/node-web`, 'node'), before, without)).toEqual([]);
  });
});

describe('an edit that moves a short name', () => {
  const moved = { node: { ...node, aliases: [] }, python: { ...python, aliases: ['tf-node'] } };
  const movedEffect = 'moved: tf-node belongs to python from now on, no longer to node';
  const gets = (name: string, to: string, from: string) =>
    `url-changed: ${name} resolves to ${R}/${to} from now on, instead of ${R}/${from}`;
  const newPods = gets('tf-node', 'python-web', 'node-web');

  it('gives new Pods another image', () => {
    expect(effectsOn({ image: 'tf-node' }, before, moved)).toEqual([movedEffect, newPods]);
    expect(effectsOn(asked('tf-node', `${R}/node-web`, 'node'), before, moved)).toEqual([
      movedEffect,
      newPods,
    ]);
  });

  it('reports a URL that moves to another entry', () => {
    const swapped = { node: { image: `${R}/python-web` }, python: { image: `${R}/node-web` } };
    expect(effectsOn({ image: `${R}/node-web` }, before, swapped)).toEqual([
      `moved: ${R}/node-web belongs to python from now on, no longer to node`,
      gets('node', 'python-web', 'node-web'),
    ]);
  });

  it('reports that the new entry is deprecated', () => {
    const deprecated = { ...moved, python: { ...moved.python, state: 'deprecated' } };
    expect(effectsOn({ image: 'tf-node' }, before, deprecated)).toEqual([
      movedEffect,
      newPods,
      'deprecated: from now on python is deprecated',
    ]);
  });
});

describe('an edit that removes an entry', () => {
  const gone = { python };

  it('keeps new Pods from starting when a template has its name', () => {
    expect(effectsOn({ image: 'node' }, before, gone)).toEqual([
      'short-name-gone: new Pods do not start: node no longer exists',
    ]);
  });

  it('takes the name from its image', () => {
    expect(effectsOn({ image: `${R}/node-web` }, before, gone)).toEqual([
      'name-lost: running Pods continue, but the image no longer has a name; it was node',
    ]);
  });

  it('is a rename when another entry continues its image', () => {
    expect(effectsOn({ image: `${R}/node-web` }, before, { python, node22: node })).toEqual([
      'renamed: node is called node22 from now on',
    ]);
    expect(effectsOn({ image: 'tf-node' }, before, { python, node22: node })).toEqual([
      'renamed: node is called node22 from now on',
    ]);
  });
});

describe('an edit that merges an entry into an existing one', () => {
  const merged = { python: { ...python, aliases: ['node', 'tf-node'], formerImages: [`${R}/node-web`] } };
  const isMerged = 'renamed: node is merged into python';

  it('affects Pods with its image, which becomes a former image', () => {
    expect(effectsOn({ image: `${R}/node-web` }, before, merged)).toEqual([
      `url-changed: node resolves to ${R}/python-web from now on, instead of ${R}/node-web`,
      isMerged,
    ]);
  });

  it('gives Pods that ask by alias another image, and does not report a move', () => {
    expect(effectsOn({ image: 'tf-node' }, before, merged)).toEqual([
      `url-changed: tf-node resolves to ${R}/python-web from now on, instead of ${R}/node-web`,
      isMerged,
    ]);
  });
});

describe('an edit that adds an entry', () => {
  it('names images that had no name', () => {
    const added = { ...before, go: { image: `${R}/go`, state: 'deprecated' } };
    expect(effectsOn({ image: 'go' }, before, added)).toEqual([
      'named: the image becomes known as go: go is deprecated',
    ]);
    expect(effectsOn({ image: `${R}/go:latest` }, before, { go: { image: `${R}/go` } })).toEqual([
      'named: the image becomes known as go',
    ]);
  });

  it.each(['nginx', 'h.example/tool-x/app', `${R}/go:v1`])('has no effect on other images: %s', (image) => {
    expect(effectsOn({ image }, before, { go: { image: `${R}/go` } })).toEqual([]);
  });
});

describe('rows of effects', () => {
  it('are one for each effect on each owner, the most severe first', () => {
    const web: TestObject = { kind: 'Deployment', name: 'web', image: `${R}/node-web` };
    const pods = ['a', 'b'].map((name): TestObject => ({ ...web, kind: 'Pod', name, owner: web }));
    const cron: TestObject = { kind: 'CronJob', name: 'daily', image: 'tf-node' };
    const after = { node: { ...node, aliases: [], state: 'deprecated' } };
    const rows = affected([web, ...pods, cron, { kind: 'Pod', name: 'x' }], { node }, after);
    expect(
      rows.map(({ owner, fact, pods: live }) => [owner.name, fact.name, fact.effect.kind, live]),
    ).toEqual([
      ['daily', 'node', 'short-name-gone', 0],
      ['web', 'node', 'deprecated', 2],
    ]);
    expect(rows.every(({ owner }) => owner.namespace === TOOL)).toBe(true);
  });

  it('on one workload are ordered by severity, the tenth kind and later ones last', () => {
    const images = ['r.example/new', 'old'];
    const spec = { containers: images.map((image, i) => ({ name: `c${i}`, image })) };
    const rows = affected(
      [{ kind: 'Deployment', name: 'web', spec }],
      { old: { image: `${R}/old` } },
      { new: { image: `${R}/new` } },
    );
    expect(rows.map(({ fact }) => fact.effect.kind)).toEqual(['short-name-gone', 'named']);
  });

  it('of all kinds on one workload are ordered as `effectKinds` lists them', () => {
    const deprecated = (name: string, replacement?: string) => ({
      image: `${R}/${name}`,
      state: 'deprecated',
      ...(replacement !== undefined && { deprecation: { replacement } }),
    });
    const kept: Entries = { web: { image: `${R}/web` } };
    const old: Entries = {
      ...kept,
      ...{ lost: { image: `${R}/lost` }, gone: { image: `${R}/gone` }, first: { image: `${R}/first` } },
      ...{ giver: { image: `${R}/giver`, aliases: ['given'] }, taker: { image: `${R}/taker` } },
      ...{
        aged: { image: `${R}/aged` },
        advised: deprecated('advised', 'web'),
        revived: deprecated('revived'),
      },
    };
    const edited: Entries = {
      ...kept,
      ...{ lost: {}, second: { image: `${R}/first` }, added: { image: `${R}/added` } },
      ...{ giver: { image: `${R}/giver` }, taker: { image: `${R}/taker`, aliases: ['given'] } },
      ...{
        aged: deprecated('aged'),
        advised: deprecated('advised', 'aged'),
        revived: { image: `${R}/revived` },
      },
    };
    const client = 'webservice';
    const losses: Losses = new Map([
      [
        'web',
        [
          { kind: 'reader-loses-name', client, reader: 'webservice' },
          {
            kind: 'web-type-changed',
            client,
            from: { wstype: 'js', resources: '' },
            to: { wstype: 'python', resources: '' },
          },
        ],
      ],
    ]);
    const urls = ['web', 'gone', 'first', 'aged', 'advised', 'revived', 'added'].map(
      (name) => `${R}/${name}`,
    );
    const containers = ['lost', 'gone', 'given', ...urls].map((image, i) => ({ name: `c${i}`, image }));
    const labels = { 'app.kubernetes.io/managed-by': client };
    const rows = affected(
      [{ kind: 'Deployment', name: 'x', labels, spec: { containers } }],
      old,
      edited,
      losses,
    );
    expect([...new Set(rows.map(({ fact }) => fact.effect.kind))]).toEqual(effectKinds);
  });

  it('have at most a hundred kinds, so that two digits of the kind sort them', () => {
    expect(effectKinds.length).toBeLessThanOrEqual(100);
  });
});

/** The ways in which a Pod can use an entry: as written, and as admission leaves a short name. */
const askingFor = (entry: Entry): Partial<TestObject>[] => {
  const urls = imagesOf(entry).map(({ image }) => image);
  const hosts = new Set(urls.map((url) => splitHost(url).host));
  const shortNames = [entry.name, ...entry.aliases];
  return [
    ...[...urls, ...shortNames].map((image) => ({ image })),
    ...shortNames.flatMap((name) => [...hosts].map((host) => ({ image: `${host}/${name}` }))),
    ...shortNames.flatMap((name) => urls.map((url) => asked(name, url, entry.name))),
  ];
};

it('every workload that a refusal names has an effect, and an unchanged catalog has none', () => {
  fc.assert(
    fc.property(rawCatalogs, rawCatalogs, fc.boolean(), (one, other, same) => {
      const [old, edited] = [loaded(textOf(one)), loaded(textOf(same ? one : other))];
      fc.pre(old.catalog !== undefined && edited.catalog !== undefined);
      const [was, is] = [old.catalog, edited.catalog].map((catalog) => {
        const lookup = buildLookup(catalog, defaultPrecedence);
        return { lookup, classify: imageClassifier(lookup) };
      }) as [ReturnType<typeof catalogSide>, ReturnType<typeof catalogSide>];
      const pods = old.catalog.entries
        .flatMap(askingFor)
        .map((pod, i): TestObject => ({ ...pod, kind: 'Pod', name: `p${i}` }));
      const index = indexOf(pods);
      const { successors, losses, problems } = compareCatalogs(old.parsed, edited.parsed, {
        usage: usageOf(index, was.classify, was.lookup.clientOf),
        acknowledged: new Set(),
        precedence: defaultPrecedence,
      });
      const rows = affectedBy(index, { before: was, after: is, successors, losses, today: '2026-11-22' });
      if (same) expect(rows).toEqual([]);
      const blocking = problems.flatMap((problem) =>
        // `url-changed` counts every Pod with the URL. A Pod whose own client keeps its URL has no effect.
        'use' in problem && problem.severity === 'error' && problem.code !== 'url-changed'
          ? problem.use.first
          : [],
      );
      const names = new Set(rows.map(({ owner }) => workloadName(owner)));
      expect(blocking.filter((name) => !names.has(name))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
