import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HOST, NEW_HOST } from '../support/catalog.ts';
import {
  catalogOf,
  changesOf,
  deprecatedEntry,
  entry,
  finding,
  imageOf,
  usageOf,
} from '../support/problems.ts';

const UNUSED = usageOf({});
const IN_USE = 'in use by 2 workloads of 1 tool: tool-wikibugs/CronJob/report, tool-wikibugs/Deployment/web';

/** What an edit is told of, in short. */
const changes = (before: string, after: string) => changesOf(before, after).map(finding);

describe('an edit that takes nothing away', () => {
  const before = catalogOf(entry('node18', 'aliases: [tf-node18]'), entry('node20'));

  it.each([
    ['the same text', before],
    ['another order', catalogOf(entry('node20'), entry('node18', 'aliases: [tf-node18]'))],
    ['a new entry', before + catalogOf(entry('node22', 'aliases: [tf-node22]'))],
    ['a new alias', catalogOf(entry('node18', 'aliases: [tf-node18, node]'), entry('node20'))],
    ['a deprecation', catalogOf(deprecatedEntry('node18', 'aliases: [tf-node18]'), entry('node20'))],
    ['a new variant', before.replace('variants: {}', `variants: {builder: {image: ${HOST}/node18-builder}}`)],
  ])('is told of nothing: %s', (_, after) => {
    expect(changes(before, after)).toEqual([]);
  });

  it('may give a catalog of 2025 its top-level images', () => {
    const variants = `variants: {jobs-framework: {image: ${HOST}/node18-base}, webservice: {image: ${HOST}/node18-web, extra: {wstype: js}}}`;
    const old = catalogOf(`node18: {state: stable, ${variants}}`);
    expect(
      changes(old, catalogOf(`node18: {state: stable, image: ${HOST}/node18-web, ${variants}}`)),
    ).toEqual([]);
    expect(changes(old, catalogOf(`node18: {state: stable, image: ${HOST}/node18, ${variants}}`))).toEqual(
      [],
    );
  });

  it('may be the first after an old document without a single entry', () => {
    for (const old of ['', '{}', '[]', 'node18: "', '---\n---\n']) expect(changes(old, before)).toEqual([]);
  });
});

describe('the step from the catalog of 2025 to that of 2026', () => {
  const read = (year: number) =>
    readFileSync(new URL(`../fixtures/image-config/images-v1.${year}.yaml`, import.meta.url), 'utf8');

  it('takes nothing from anybody', () => {
    expect(changesOf(read(2025), read(2026))).toEqual([]);
  });

  it('takes the aliases away again when it is undone, and no name or URL', () => {
    const undone = changesOf(read(2026), read(2025));
    expect(new Set(undone.map(({ code }) => code))).toEqual(new Set(['alias-removed']));
    expect(undone).toHaveLength(100);
    expect(undone[0]).toEqual({
      code: 'alias-removed',
      severity: 'warning',
      line: 3,
      column: 1,
      field: 'bookworm.aliases',
      message:
        'the alias toolforge-bookworm of bookworm is removed (who uses it is not known here); jobs that ask for it can no longer be created',
      remedy: 'make sure that nobody needs it any more, or keep it',
    });
  });
});

describe('name-removed', () => {
  const before = catalogOf(deprecatedEntry('node12'), entry('node20'));
  const after = catalogOf(entry('node20'));

  it('warns while usage is unknown, and says so', () => {
    expect(changesOf(before, after)).toEqual([
      {
        code: 'name-removed',
        severity: 'warning',
        line: 1,
        column: 1,
        field: 'node12',
        message:
          'the name node12 is removed (who uses it is not known here); webservice takes names only: tools that use it can no longer start, stop or restart',
        remedy: 'make sure that nobody needs it any more, or keep it',
      },
    ]);
  });

  it('is an error by what is seen so far, and not known to be unused by what is not', () => {
    const partly = { ...usageOf({ entries: ['node12'] }), known: false };
    expect(changesOf(before, after, { usage: partly })[0]?.severity).toBe('error');
    const others = { ...UNUSED, known: false };
    expect(changesOf(before, after, { usage: others })).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('who uses it is not known here') },
    ]);
  });

  it('warns where no use was seen, and says it as that', () => {
    expect(changesOf(before, after, { usage: UNUSED })).toMatchObject([
      {
        severity: 'warning',
        message: expect.stringContaining('(no use seen in the cluster, where'),
        remedy: 'make sure that nobody needs it any more, or keep it',
      },
    ]);
  });

  it('is an error while it is in use, and lists who uses it', () => {
    expect(changesOf(before, after, { usage: usageOf({ entries: ['node12'] }) })).toEqual([
      {
        code: 'name-removed',
        severity: 'error',
        line: 1,
        column: 1,
        field: 'node12',
        message: `the name node12 is removed (${IN_USE}); webservice takes names only: tools that use it can no longer start, stop or restart`,
        remedy:
          'move them first, or acknowledge it: annotate the ConfigMap with image-config.toolforge.org/acknowledge: "node12" (several by commas)',
      },
    ]);
  });

  it('is a warning again once it is acknowledged', () => {
    const told = changesOf(before, after, {
      usage: usageOf({ entries: ['node12'] }),
      acknowledged: ['node12'],
    });
    expect(told).toMatchObject([
      {
        severity: 'warning',
        message: expect.stringContaining(IN_USE),
        remedy: 'it has been acknowledged; take it out of the annotation once this is stored',
      },
    ]);
  });

  it('is not acknowledged by another name', () => {
    const told = changesOf(before, after, {
      usage: usageOf({ entries: ['node12'] }),
      acknowledged: ['node1', 'Node12', 'tf-node12'],
    });
    expect(told).toMatchObject([{ severity: 'error' }]);
  });

  it('lists as many users as it is given, and that there are more', () => {
    const first = ['tool-a/Deployment/web', 'tool-b/Deployment/web'];
    const use = { known: true, workloads: 3, tools: 3, first };
    const usage = { ...UNUSED, entries: new Map([['node12', use]]) };
    expect(changesOf(before, after, { usage })).toMatchObject([
      { message: expect.stringContaining(`(in use by 3 workloads of 3 tools: ${first.join(', ')}, …)`) },
    ]);
  });

  it('holds for a name that lives on as an alias: webservice takes none', () => {
    const renamed = catalogOf(entry('node20'), entry('node-12', 'aliases: [node12]', imageOf('node12')));
    expect(changesOf(before, renamed)).toMatchObject([
      {
        code: 'name-removed',
        line: 2,
        column: 21,
        field: 'node-12.aliases[0]',
        message: expect.stringMatching(/^the name node12 lives on only as an alias of node-12 \(/),
      },
    ]);
  });

  it('tells every name of an old document with faults', () => {
    const faulty = catalogOf('node10: ~', 'node12: {state: gone}', entry('node20', 'memory: 1'));
    expect(changes(faulty, after)).toEqual([
      '1:1 name-removed node10',
      '1:1 removed-without-deprecation node10',
      '1:1 name-removed node12',
      '1:1 removed-without-deprecation node12',
    ]);
  });

  it('takes names like constructor for names like any other', () => {
    const odd = catalogOf(deprecatedEntry('constructor'), deprecatedEntry('__proto__'));
    expect(changes(odd, after)).toEqual(['1:1 name-removed constructor', '1:1 name-removed __proto__']);
    expect(changes(after, after + odd)).toEqual([]);
  });
});

describe('removed-without-deprecation', () => {
  it('warns beside name-removed when the entry was not deprecated', () => {
    const told = changesOf(catalogOf(entry('node18'), entry('node20')), catalogOf(entry('node20')));
    expect(told.map(({ code }) => code)).toEqual(['name-removed', 'removed-without-deprecation']);
    expect(told[1]).toEqual({
      code: 'removed-without-deprecation',
      severity: 'warning',
      line: 1,
      column: 1,
      field: 'node18',
      message:
        'node18 was never deprecated, and is removed (who uses it is not known here); nobody who uses it has been told',
      remedy: 'make sure that nobody needs it any more, or keep it',
    });
  });

  it('is an error while the entry is in use, unless acknowledged', () => {
    const before = catalogOf(entry('node18'), entry('node20'));
    const usage = usageOf({ entries: ['node18'] });
    const severities = (acknowledged: string[]) =>
      changesOf(before, catalogOf(entry('node20')), { usage, acknowledged }).map(({ severity }) => severity);
    expect(severities([])).toEqual(['error', 'error']);
    expect(severities(['node18'])).toEqual(['warning', 'warning']);
  });

  it('says nothing of a rename that keeps the name as an alias', () => {
    const before = catalogOf(entry('node18', 'aliases: [tf-node18]'));
    const after = catalogOf(entry('nodejs18', 'aliases: [tf-node18, node18]', imageOf('node18')));
    expect(changes(before, after)).toEqual(['1:33 name-removed nodejs18.aliases[1]']);
  });
});

describe('alias-removed', () => {
  const before = catalogOf(entry('node18', 'aliases: [tf-node18, node]'));
  const after = catalogOf('# shorter', entry('node18', 'aliases: [node]'));

  it('points to the entry that had it', () => {
    expect(changesOf(before, after)).toEqual([
      {
        code: 'alias-removed',
        severity: 'warning',
        line: 2,
        column: 1,
        field: 'node18.aliases',
        message:
          'the alias tf-node18 of node18 is removed (who uses it is not known here); jobs that ask for it can no longer be created',
        remedy: 'make sure that nobody needs it any more, or keep it',
      },
    ]);
  });

  it('is an error while somebody asks for this alias, not while the entry is used by another', () => {
    const severity = (usage: ReturnType<typeof usageOf>, acknowledged: string[] = []) =>
      changesOf(before, after, { usage, acknowledged }).map((change) => change.severity);
    expect(
      severity(usageOf({ entries: ['node18'], shortNames: ['node'], urls: [imageOf('node18')] })),
    ).toEqual(['warning']);
    expect(severity(usageOf({ shortNames: ['tf-node18'] }))).toEqual(['error']);
    expect(severity(usageOf({ shortNames: ['tf-node18'] }), ['tf-node18'])).toEqual(['warning']);
    expect(severity(usageOf({ shortNames: ['tf-node18'] }), ['node18'])).toEqual(['error']);
  });

  it('tells each alias of an entry that is removed', () => {
    expect(changes(before, catalogOf(entry('node20')))).toEqual([
      '1:1 name-removed node18',
      '1:1 removed-without-deprecation node18',
      '1:1 alias-removed node18.aliases',
      '1:1 alias-removed node18.aliases',
    ]);
  });

  it('tells an alias once that was repeated in its entry', () => {
    expect(changes(catalogOf(entry('node18', 'aliases: [node, node]')), catalogOf(entry('node18')))).toEqual([
      '1:1 alias-removed node18.aliases',
    ]);
  });

  it('says nothing when an alias goes that was the own name', () => {
    expect(changes(catalogOf(entry('node18', 'aliases: [node18]')), catalogOf(entry('node18')))).toEqual([]);
  });

  it('says nothing of an entry whose new text is no mapping: that is told already', () => {
    expect(changes(before, catalogOf('node18: ~'))).toEqual([]);
  });
});

describe('alias-moved', () => {
  const before = catalogOf(entry('node18', 'aliases: [node]'), entry('node20'));

  it('points to where the alias is now', () => {
    const after = catalogOf(entry('node18'), entry('node20', 'aliases: [tf-node20, node]'));
    expect(changesOf(before, after)).toEqual([
      {
        code: 'alias-moved',
        severity: 'warning',
        line: 2,
        column: 31,
        field: 'node20.aliases[1]',
        message:
          'the alias node moves from node18 to node20 (who uses it is not known here); whoever asks for it gets another image from now on',
        remedy: 'make sure that nobody needs it any more, or keep it',
      },
    ]);
    const severity = (acknowledged: string[]) =>
      changesOf(before, after, { usage: usageOf({ shortNames: ['node'] }), acknowledged })[0]?.severity;
    expect(severity([])).toBe('error');
    expect(severity(['node'])).toBe('warning');
  });

  it('tells an alias that becomes an entry of its own', () => {
    const after = catalogOf(entry('node18'), entry('node20'), entry('node'));
    expect(changes(before, after)).toEqual(['3:1 alias-moved node']);
  });

  it('does not take aliases that follow a renamed entry for moved', () => {
    const old = catalogOf(entry('node18', 'aliases: [node, tf-node18]'));
    const asAlias = catalogOf(entry('nodejs18', 'aliases: [node, tf-node18, node18]', imageOf('other')));
    expect(changes(old, asAlias)).toEqual([
      '1:39 name-removed nodejs18.aliases[2]',
      '1:84 url-changed nodejs18.image',
    ]);
    const byImage = catalogOf(entry('nodejs18', 'aliases: [node, tf-node18]', imageOf('node18')));
    expect(changes(old, byImage)).toEqual([
      '1:1 name-removed node18',
      '1:1 removed-without-deprecation node18',
    ]);
  });

  it('tells them where another entry takes them over, even with the name', () => {
    const merged = catalogOf(entry('node20', 'aliases: [node, node18]'));
    expect(changes(before, merged)).toEqual([
      '1:20 alias-moved node20.aliases[0]',
      '1:26 name-removed node20.aliases[1]',
    ]);
  });

  it('takes the first entry of an old document with faults for the one that had it', () => {
    const twice = catalogOf(entry('node18', 'aliases: [node]'), entry('node20', 'aliases: [node]'));
    const keptByFirst = catalogOf(entry('node18', 'aliases: [node]'), entry('node20'));
    const keptBySecond = catalogOf(entry('node18'), entry('node20', 'aliases: [node]'));
    expect(changes(twice, keptByFirst)).toEqual([]);
    expect(changes(twice, keptBySecond)).toEqual(['2:20 alias-moved node20.aliases[0]']);
    const gone = catalogOf(entry('node18'), entry('node20'));
    expect(changes(twice, gone)).toEqual(['1:1 alias-removed node18.aliases']);
  });

  it('leaves an alias that stays, and stands in another entry as well, to duplicate-alias', () => {
    const twice = catalogOf(entry('node16', 'aliases: [node]'), entry('node18', 'aliases: [node]'));
    expect(changes(before, twice + catalogOf(entry('node20')))).toEqual([]);
    expect(
      changes(before, catalogOf(entry('node'), entry('node18', 'aliases: [node]'), entry('node20'))),
    ).toEqual([]);
  });

  it('lets an edit repair an alias that shadowed an earlier name', () => {
    const shadowing = catalogOf(entry('node18'), entry('node20', 'aliases: [node18]'));
    expect(changes(shadowing, catalogOf(entry('node18'), entry('node20')))).toEqual([]);
  });
});

describe('url-changed', () => {
  const before = catalogOf(entry('node18', '', `${HOST}/node18`));

  it('points to the new URL', () => {
    const after = catalogOf(entry('node18', '', `${NEW_HOST}/node18`));
    expect(changesOf(before, after)).toEqual([
      {
        code: 'url-changed',
        severity: 'warning',
        line: 1,
        column: 46,
        field: 'node18.image',
        message: `${HOST}/node18 becomes ${NEW_HOST}/node18 (who uses it is not known here); jobs that run it show as out of step with their configuration, and lose their name unless an alias equals its repository`,
        remedy: 'make sure that nobody needs it any more, or keep it',
      },
    ]);
    const severity = (usage: ReturnType<typeof usageOf>, acknowledged: string[] = []) =>
      changesOf(before, after, { usage, acknowledged })[0]?.severity;
    expect(severity(usageOf({ urls: [`${HOST}/node18`] }))).toBe('error');
    expect(severity(usageOf({ urls: [`${HOST}/node18`] }), [`${HOST}/node18`])).toBe('warning');
    expect(severity(usageOf({ entries: ['node18'], urls: [`${NEW_HOST}/node18`] }))).toBe('warning');
  });

  it('names the URL to acknowledge: not the entry, whose removal would be acknowledged with it', () => {
    const usage = usageOf({ urls: [`${HOST}/node18`] });
    const [told] = changesOf(before, catalogOf(entry('node18', '', `${NEW_HOST}/node18`)), { usage });
    expect(told?.remedy).toContain(
      'image-config.toolforge.org/acknowledge: "docker-registry.tools.wmflabs.org/node18"',
    );
  });

  it('tells who runs HOST/ALIAS when the entry leaves that host, and only then', () => {
    const old = catalogOf(entry('node18', 'aliases: [tf-node18]', `${HOST}/node18`));
    const usage = usageOf({ urls: [`${HOST}/tf-node18`] });
    const moved = changesOf(old, catalogOf(entry('node18', 'aliases: [tf-node18]', `${NEW_HOST}/node18`)), {
      usage,
    });
    expect(moved.map(({ severity, message }) => [severity, message.split(' (')[0]])).toEqual([
      ['error', `${HOST}/tf-node18 is no longer an image of node18`],
      ['warning', `${HOST}/node18 becomes ${NEW_HOST}/node18`],
    ]);
    const stays = changesOf(old, catalogOf(entry('node18', 'aliases: [tf-node18]', `${HOST}/node18-new`)), {
      usage,
    });
    expect(stays.map(({ severity }) => severity)).toEqual(['warning']);
  });

  it('tells a URL that goes with its field', () => {
    const variants = (base: string) =>
      catalogOf(`node18: {state: stable, image: ${HOST}/node18, variants: {${base}}}`);
    const told = changesOf(variants(`jobs-framework: {image: ${HOST}/node18-base}`), variants(''));
    expect(told).toMatchObject([
      {
        code: 'url-changed',
        line: 1,
        column: 1,
        field: 'node18.variants.jobs-framework.image',
        message: expect.stringMatching(
          /^docker-registry\.tools\.wmflabs\.org\/node18-base is no longer an image of node18 \(/,
        ),
      },
    ]);
  });

  it('says nothing when a field goes whose URL stays in another one', () => {
    const text = (variants: string) =>
      catalogOf(`node18: {state: stable, image: ${HOST}/node18, variants: {${variants}}}`);
    expect(changes(text(`jobs-framework: {image: ${HOST}/node18}`), text(''))).toEqual([]);
  });

  it('tells one change once that several fields make', () => {
    const text = (url: string) =>
      catalogOf(
        `node18: {state: stable, image: ${url}, variants: {jobs-framework: {image: ${url}}, builder: {image: ${url}}}}`,
      );
    expect(changes(text(`${HOST}/a`), text(`${HOST}/b`))).toEqual(['1:32 url-changed node18.image']);
  });

  it('tells variants that swap their URLs', () => {
    const text = (jobs: string, builder: string) =>
      catalogOf(
        `node18: {state: stable, variants: {jobs-framework: {image: ${HOST}/${jobs}}, builder: {image: ${HOST}/${builder}}}}`,
      );
    expect(changes(text('a', 'b'), text('b', 'a'))).toEqual([
      '1:60 url-changed node18.variants.jobs-framework.image',
      '1:115 url-changed node18.variants.builder.image',
    ]);
  });

  it('takes `latest` for no tag in an old document, and any other tag for another image', () => {
    const tagged = (tag: string) => catalogOf(entry('node18', '', `${HOST}/node18${tag}`));
    expect(changes(tagged(':latest'), tagged(''))).toEqual([]);
    expect(changes(tagged(':v1'), tagged(''))).toEqual(['1:46 url-changed node18.image']);
  });
});
