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
import { indexOf, TOOL, type Told } from '../support/workloads.ts';

const R = 'r.example';
type Entries = Record<string, Partial<Entry>>;

const judgeBy = (entries: Entries) => {
  const lookup = lookupOf(entries);
  return { lookup, classify: imageClassifier(lookup) };
};

type Losses = Parameters<typeof affectedBy>[1]['losses'];

const affected = (all: readonly Told[], before: Entries, after: Entries, losses: Losses = new Map()) => {
  const [was, is] = [judgeBy(before), judgeBy(after)];
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
const effectsOn = (pod: Partial<Told>, before: Entries, after: Entries): string[] =>
  affected([{ ...pod, kind: 'Pod', name: 'p' }], before, after).map(
    ({ fact: { effect } }) => `${effect.kind}: ${effect.words}`,
  );

describe('what a consumer of the catalog loses', () => {
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

  it('is an effect on its own workloads, whatever image they get', () => {
    expect(effects('webservice')).toEqual([
      'reader-loses-name: what runs goes on, but webservice cannot start php again',
      'web-type-changed: the webservice type of php changes from lighttpd to python for the next start',
    ]);
    expect(effects('toolforge-jobs-framework')).toEqual([]);
    expect(effects(undefined)).toEqual([]);
    expect(effects('webservice', `${R}/another`)).toEqual([]);
  });
});

/** A Pod that asked for a short name, which admission replaced. */
const asked = (shortName: string, image: string, name: string): Partial<Told> => ({
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
  ])('does nothing to who uses it %s', (_, pod) => {
    expect(effectsOn(pod, before, { ...before, other: {} })).toEqual([]);
  });

  const deprecated = { ...node, state: 'deprecated', deprecation: { replacement: 'python' } };

  it('and deprecates it says what to use', () => {
    const now = 'deprecated: from now on node is deprecated; use python';
    expect(effectsOn({ image: 'node' }, before, { ...before, node: deprecated })).toEqual([now]);
    expect(effectsOn({ image: `${R}/node-web` }, before, { ...before, node: deprecated })).toEqual([now]);
  });

  it('and deprecates it no longer', () => {
    expect(effectsOn({ image: 'node' }, { node: deprecated }, { node })).toEqual([
      'undeprecated: node is no longer deprecated',
    ]);
  });

  it('and says another day of its removal, one that has passed as that', () => {
    const dated = { ...deprecated, deprecation: { removal: '2026-11-01' } };
    expect(effectsOn({ image: 'node' }, { node: deprecated }, { node: dated })).toEqual([
      'deprecation-changed: the advice changes: node is deprecated; its removal date 2026-11-01 has passed',
    ]);
  });

  it('says nothing of a newer version beside it, and names it where the replacement goes', () => {
    const newer = { ...node, state: 'deprecated', newer: 'node2' };
    expect(effectsOn({ image: 'node' }, { node: newer }, { node: { ...newer, newer: 'node3' } })).toEqual([]);
    expect(effectsOn({ image: 'node' }, { node: deprecated }, { node: newer })).toEqual([
      'deprecation-changed: the advice changes: node is deprecated; newer: node2',
    ]);
  });

  it('and changes its URL: new Pods by a short name get it, what is there by URL loses its name', () => {
    const moved = { ...before, node: { ...node, image: 's.example/node-web' } };
    const gets = (name: string) =>
      `url-changed: whoever asks for ${name} gets s.example/node-web from now on, instead of ${R}/node-web`;
    const lost = 'name-lost: what runs goes on, but its image has no name any more; it was node';
    expect(effectsOn({ image: 'tf-node' }, before, moved)).toEqual([gets('tf-node')]);
    expect(effectsOn({ image: `${R}/node-web` }, before, moved)).toEqual([lost, gets('node')]);
    expect(effectsOn(asked('tf-node', `${R}/node-web`, 'node'), before, moved)).toEqual([
      lost,
      gets('tf-node'),
    ]);
  });

  it('and changes its URL to another, which its old one leads to as an alias', () => {
    const renewed = { ...before, node: { image: `${R}/node22-web`, aliases: ['node-web'] } };
    expect(effectsOn({ image: `${R}/node-web` }, before, renewed)).toEqual([
      `url-changed: whoever asks for node gets ${R}/node22-web from now on, instead of ${R}/node-web`,
    ]);
  });

  it('and keeps its old URL as a former image: what is there by URL keeps its name', () => {
    const formerImages = [`${R}/node-web`];
    const renewed = { ...before, node: { ...node, image: 's.example/node-web', formerImages } };
    const gets = `url-changed: whoever asks for node gets s.example/node-web from now on, instead of ${R}/node-web`;
    expect(effectsOn({ image: `${R}/node-web` }, before, renewed)).toEqual([gets]);
    expect(effectsOn({ image: `${R}/node-base` }, before, renewed)).toEqual([]);
  });

  it('and changes the URL of other clients, which is nothing to whoever runs their own', () => {
    const withImage = (image: string) => ({
      node: { image: `${R}/${image}`, variants: [['jobs-framework', `${R}/node-base`]] as const },
    });
    expect(effectsOn({ image: `${R}/node-base` }, withImage('node-web'), withImage('node-next'))).toEqual([]);
  });

  it('and takes its image away from who asks', () => {
    const hollow = { ...before, node: { aliases: ['tf-node'] } };
    expect(effectsOn({ image: 'tf-node' }, before, hollow)).toEqual([
      'no-image: whoever asks anew is denied: node has no image for them any more',
    ]);
    expect(effectsOn({ image: 'tf-node' }, hollow, hollow)).toEqual([]);
    expect(effectsOn({ image: 'tf-node' }, hollow, before)).toEqual([]);
  });
});

describe('an edit that takes a short name away', () => {
  const without = { ...before, node: { ...node, aliases: [] } };

  it('keeps new Pods from starting where it is written', () => {
    expect(effectsOn({ image: 'tf-node' }, before, without)).toEqual([
      'short-name-gone: new Pods do not start: nothing is called tf-node any more',
    ]);
  });

  it('is felt by who asked for it when they ask again', () => {
    expect(effectsOn(asked('tf-node', `${R}/node-web`, 'node'), before, without)).toEqual([
      'short-name-gone: what runs goes on, but nothing is called tf-node any more for whoever asks again',
    ]);
  });

  it('takes the name from images that end in it, too', () => {
    expect(effectsOn({ image: `${R}/node-base` }, before, without)).toEqual([
      'short-name-gone: what runs goes on, but nothing is called node-base any more for whoever asks again',
      'name-lost: what runs goes on, but its image has no name any more; it was node',
    ]);
  });

  it('does nothing to a record that was not true', () => {
    expect(effectsOn(asked('tf-other', `${R}/node-web`, 'node'), before, without)).toEqual([]);
  });
});

describe('an edit that moves a short name', () => {
  const moved = { node: { ...node, aliases: [] }, python: { ...python, aliases: ['tf-node'] } };
  const told = 'moved: tf-node belongs to python from now on, no longer to node';
  const gets = (name: string, to: string, from: string) =>
    `url-changed: whoever asks for ${name} gets ${R}/${to} from now on, instead of ${R}/${from}`;
  const newPods = gets('tf-node', 'python-web', 'node-web');

  it('gives another image to new Pods', () => {
    expect(effectsOn({ image: 'tf-node' }, before, moved)).toEqual([told, newPods]);
    expect(effectsOn(asked('tf-node', `${R}/node-web`, 'node'), before, moved)).toEqual([told, newPods]);
  });

  it('calls a URL that moves by its new name', () => {
    const swapped = { node: { image: `${R}/python-web` }, python: { image: `${R}/node-web` } };
    expect(effectsOn({ image: `${R}/node-web` }, before, swapped)).toEqual([
      `moved: ${R}/node-web belongs to python from now on, no longer to node`,
      gets('node', 'python-web', 'node-web'),
    ]);
  });

  it('says of what it moves to that it is deprecated', () => {
    const deprecated = { ...moved, python: { ...moved.python, state: 'deprecated' } };
    expect(effectsOn({ image: 'tf-node' }, before, deprecated)).toEqual([
      told,
      newPods,
      'deprecated: from now on python is deprecated',
    ]);
  });
});

describe('an edit that removes an entry', () => {
  const gone = { python };

  it('keeps new Pods from starting where it is asked for by name', () => {
    expect(effectsOn({ image: 'node' }, before, gone)).toEqual([
      'short-name-gone: new Pods do not start: nothing is called node any more',
    ]);
  });

  it('takes the name from its image', () => {
    expect(effectsOn({ image: `${R}/node-web` }, before, gone)).toEqual([
      'name-lost: what runs goes on, but its image has no name any more; it was node',
    ]);
  });

  it('is a renaming where another one goes on with its image', () => {
    expect(effectsOn({ image: `${R}/node-web` }, before, { python, node22: node })).toEqual([
      'renamed: node is called node22 from now on',
    ]);
    expect(effectsOn({ image: 'tf-node' }, before, { python, node22: node })).toEqual([
      'renamed: node is called node22 from now on',
    ]);
  });
});

describe('an edit that merges an entry into one that was there', () => {
  const merged = { python: { ...python, aliases: ['node', 'tf-node'], formerImages: [`${R}/node-web`] } };
  const isMerged = 'renamed: node is merged into python';

  it('says so to who runs its image, which is a former one now', () => {
    expect(effectsOn({ image: `${R}/node-web` }, before, merged)).toEqual([
      `url-changed: whoever asks for node gets ${R}/python-web from now on, instead of ${R}/node-web`,
      isMerged,
    ]);
  });

  it('gives another image to who asks by an alias, and calls that no move', () => {
    expect(effectsOn({ image: 'tf-node' }, before, merged)).toEqual([
      `url-changed: whoever asks for tf-node gets ${R}/python-web from now on, instead of ${R}/node-web`,
      isMerged,
    ]);
  });
});

describe('an edit that adds an entry', () => {
  it('gives its name to images that had none', () => {
    const added = { ...before, go: { image: `${R}/go`, state: 'deprecated' } };
    expect(effectsOn({ image: 'go' }, before, added)).toEqual([
      'named: the image becomes known as go: go is deprecated',
    ]);
    expect(effectsOn({ image: `${R}/go:latest` }, before, { go: { image: `${R}/go` } })).toEqual([
      'named: the image becomes known as go',
    ]);
  });

  it.each(['nginx', 'h.example/tool-x/app', `${R}/go:v1`])('does nothing to others: %s', (image) => {
    expect(effectsOn({ image }, before, { go: { image: `${R}/go` } })).toEqual([]);
  });
});

describe('rows', () => {
  it('are one for each effect on each owner, the weightiest first', () => {
    const web: Told = { kind: 'Deployment', name: 'web', image: `${R}/node-web` };
    const pods = ['a', 'b'].map((name): Told => ({ ...web, kind: 'Pod', name, owner: web }));
    const cron: Told = { kind: 'CronJob', name: 'daily', image: 'tf-node' };
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

  it('are never so many kinds as to be told apart by more than two digits', () => {
    expect(effectKinds.length).toBeLessThanOrEqual(100);
  });
});

/** What may be written in a Pod for an entry, and what admission leaves there for who asks by a short name. */
const askingFor = (entry: Entry): Partial<Told>[] => {
  const urls = imagesOf(entry).map(({ image }) => image);
  const hosts = new Set(urls.map((url) => splitHost(url).host));
  const shortNames = [entry.name, ...entry.aliases];
  return [
    ...[...urls, ...shortNames].map((image) => ({ image })),
    ...shortNames.flatMap((name) => [...hosts].map((host) => ({ image: `${host}/${name}` }))),
    ...shortNames.flatMap((name) => urls.map((url) => asked(name, url, entry.name))),
  ];
};

it('whoever is in the way of an edit is affected by it, and an edit without a change affects nobody', () => {
  fc.assert(
    fc.property(rawCatalogs, rawCatalogs, fc.boolean(), (one, other, same) => {
      const [old, edited] = [loaded(textOf(one)), loaded(textOf(same ? one : other))];
      fc.pre(old.catalog !== undefined && edited.catalog !== undefined);
      const [was, is] = [old.catalog, edited.catalog].map((catalog) => {
        const lookup = buildLookup(catalog, defaultPrecedence);
        return { lookup, classify: imageClassifier(lookup) };
      }) as [ReturnType<typeof judgeBy>, ReturnType<typeof judgeBy>];
      const pods = old.catalog.entries
        .flatMap(askingFor)
        .map((pod, i): Told => ({ ...pod, kind: 'Pod', name: `p${i}` }));
      const index = indexOf(pods);
      const { successors, losses, problems } = compareCatalogs(old.parsed, edited.parsed, {
        usage: usageOf(index, was.classify, was.lookup.clientOf),
        acknowledged: new Set(),
        precedence: defaultPrecedence,
      });
      const rows = affectedBy(index, { before: was, after: is, successors, losses, today: '2026-11-22' });
      if (same) expect(rows).toEqual([]);
      const inTheWay = problems.flatMap((problem) =>
        // The guard counts who runs a URL, whichever variant it was; nobody is affected while their own stays.
        'use' in problem && problem.severity === 'error' && problem.code !== 'url-changed'
          ? problem.use.first
          : [],
      );
      const names = new Set(rows.map(({ owner }) => workloadName(owner)));
      expect(inTheWay.filter((name) => !names.has(name))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
