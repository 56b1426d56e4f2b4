import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareCatalogs } from '../../src/catalog/changes.ts';
import { defaultPrecedence } from '../../src/catalog/lookup.ts';
import { HOST, NEW_HOST } from '../support/catalog.ts';
import {
  catalogOf,
  changesOf,
  deprecatedEntry,
  type EditOverrides,
  entry,
  finding,
  imageOf,
  loaded,
  usageOf,
} from '../support/problems.ts';

const UNUSED = usageOf({});
const IN_USE = 'in use by 2 workloads of 1 tool: tool-wikibugs/CronJob/report, tool-wikibugs/Deployment/web';

/** The problems of an edit, as place, code and field. */
const changes = (before: string, after: string, overrides: EditOverrides = {}) =>
  changesOf(before, after, overrides).map(finding);

/** The problems of an edit, as severity, code and field. */
const gravely = (before: string, after: string, overrides: EditOverrides = {}) =>
  changesOf(before, after, overrides).map(({ severity, code, field }) => `${severity} ${code} ${field}`);

interface Fields {
  readonly image?: string | undefined;
  readonly jobs?: string | undefined;
  readonly web?: string | undefined;
  readonly extra?: string;
  readonly aliases?: readonly string[];
  readonly former?: readonly string[];
  readonly state?: string;
}

/** An entry on one line, of images on one host. */
function full(name: string, fields: Fields, host = HOST): string {
  const { image, jobs, web, extra = 'wstype: js', aliases = [], former = [], state = 'stable' } = fields;
  const variants = [
    ...(jobs === undefined ? [] : [`jobs-framework: {image: ${host}/${jobs}}`]),
    ...(web === undefined ? [] : [`webservice: {image: ${host}/${web}, extra: {${extra}}}`]),
  ];
  return [
    `${name}: {state: ${state}`,
    ...(image === undefined ? [] : [`image: ${host}/${image}`]),
    `aliases: [${aliases.join(', ')}]`,
    ...(former.length === 0 ? [] : [`former-images: [${former.join(', ')}]`]),
    `variants: {${variants.join(', ')}}}`,
  ].join(', ');
}

const PHP74: Fields = { image: 'php74-web', jobs: 'php74-base', web: 'php74-web', aliases: ['tf-php74'] };
const PHP82: Fields = { image: 'php82-web', web: 'php82-web', aliases: ['tf-php82'] };
const php = (php74: Fields = {}, php82: Fields = {}, host = HOST): string =>
  catalogOf(full('php7.4', { ...PHP74, ...php74 }, host), full('php8.2', { ...PHP82, ...php82 }, host));

describe('an edit that takes nothing away', () => {
  const before = catalogOf(entry('node18', 'aliases: [tf-node18]'), entry('node20'));

  it.each([
    ['the same text', before],
    ['another order', catalogOf(entry('node20'), entry('node18', 'aliases: [tf-node18]'))],
    ['a new entry', before + catalogOf(entry('node22', 'aliases: [tf-node22]'))],
    ['a new alias', catalogOf(entry('node18', 'aliases: [tf-node18, node]'), entry('node20'))],
    ['a deprecation', catalogOf(deprecatedEntry('node18', 'aliases: [tf-node18]'), entry('node20'))],
    ['a new variant', before.replace('variants: {}', `variants: {builder: {image: ${HOST}/node18-builder}}`)],
  ])('has no problem: %s', (_, after) => {
    expect(changes(before, after)).toEqual([]);
  });

  it('may follow an old document without entries', () => {
    for (const old of ['', '{}', '[]', 'node18: "', '---\n---\n']) expect(changes(old, before)).toEqual([]);
  });

  it('may remove, rename and change an entry that no reader could use', () => {
    const unused = catalogOf(full('notes', { aliases: ['n'] }), entry('node20'));
    expect(changes(unused, catalogOf(entry('node20')))).toEqual([]);
    expect(changes(unused, catalogOf(full('note', { aliases: ['notes'] }), entry('node20')))).toEqual([]);
  });
});

describe('a catalog of 2025 on its way to the shape of 2026', () => {
  const JOBS_2025 = { image: undefined, jobs: 'php82-base' };
  const old = php({ image: undefined }, JOBS_2025);
  const half = php({}, JOBS_2025);
  const whole = php({}, { jobs: 'php82-base' });

  it('may get an `image` entry by entry with warnings alone', () => {
    const usage = usageOf({
      entries: ['php7.4', 'php8.2'],
      urls: [`${HOST}/php74-base`, `${HOST}/php82-base`],
      byClient: { 'toolforge-jobs-framework': { urls: [`${HOST}/php74-base`, `${HOST}/php82-base`] } },
    });
    expect(gravely(old, half, { usage })).toEqual([
      'warning url-changed php7.4.variants.jobs-framework.image',
    ]);
    expect(gravely(half, whole, { usage })).toEqual([
      'warning url-changed php8.2.variants.jobs-framework.image',
    ]);
    // All of it in one edit is one warning.
    expect(gravely(old, whole, { usage })).toEqual(['warning url-changed ']);
    const isAcknowledged = (...names: string[]) =>
      compareCatalogs(loaded(old).parsed, loaded(whole).parsed, {
        usage: UNUSED,
        acknowledged: new Set(names),
        precedence: defaultPrecedence,
      }).problems.map((problem) => 'acknowledged' in problem && problem.acknowledged);
    expect([isAcknowledged('php7.4'), isAcknowledged('php7.4', 'php8.2')]).toEqual([[false], [true]]);
    expect(changesOf(old, whole)[0]?.message).toMatch(
      /^2 entries get an image that clients take before the one they had, such as /,
    );
  });

  it('may get the images that jobs have already without a problem', () => {
    expect(changes(php({ image: undefined, jobs: 'php74-web' }), php({ jobs: 'php74-web' }))).toEqual([]);
  });

  it('may lose the jobs variants when every entry has an `image`', () => {
    const listed = [`${HOST}/php74-base`];
    expect(
      changes(whole, php({ jobs: undefined, former: listed }, { former: [`${HOST}/php82-base`] })),
    ).toEqual([]);
  });

  it('may not lose the jobs variants in the edit that adds the images: jobs-api until 2025 loses everything', () => {
    expect(changesOf(old, php({ jobs: undefined }))).toMatchObject([
      {
        code: 'reader-loses-all',
        severity: 'error',
        message: expect.stringMatching(
          /^jobs-api until 2025 could use 2 of 2 entries and can use none any more /,
        ),
        remedy: 'keep what it reads, or acknowledge reader:jobs-api',
      },
      { code: 'url-changed' },
      { code: 'url-changed' },
    ]);
  });

  it('is read by both kinds of jobs-api while it has both shapes', () => {
    const lost = gravely(half, php({ image: undefined }, { ...JOBS_2025, jobs: undefined }));
    expect(lost).toEqual([
      'error reader-loses-all ',
      'warning url-changed php7.4',
      'warning reader-loses-name php8.2',
      'warning url-changed php8.2',
    ]);
  });

  const read = (year: number) =>
    readFileSync(new URL(`../fixtures/image-config/images-v1.${year}.yaml`, import.meta.url), 'utf8');

  it('takes nothing from a reader in the real step, with one warning about what clients get', () => {
    expect(changesOf(read(2025), read(2026)).map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'warning url-changed',
    ]);
  });
});

describe('reader-loses-name', () => {
  it('names the reader, the entry and the field when the webservice variant is removed', () => {
    expect(changesOf(php(), php({ web: undefined }))).toEqual([
      {
        code: 'reader-loses-name',
        severity: 'warning',
        line: 1,
        column: 1,
        field: 'php7.4',
        message:
          'webservice can no longer use php7.4, which has no variants.webservice.image any more (its use is not known here); webservices of this type can no longer start, stop or restart',
        remedy: 'check that no tool needs it, or keep it',
      },
    ]);
  });

  it('names jobs-api when the image is removed, beside what clients get instead', () => {
    expect(changes(php(), php({ image: undefined }))).toEqual([
      '1:1 reader-loses-name php7.4',
      '1:1 url-changed php7.4',
    ]);
  });

  it('is an error while a workload of that reader uses the entry, not while only others do', () => {
    const lost = (usage: ReturnType<typeof usageOf>, acknowledged: string[] = []) =>
      gravely(php(), php({ web: undefined }), { usage, acknowledged });
    const web = usageOf({ byClient: { webservice: { entries: ['php7.4'] } } });
    const jobs = usageOf({ byClient: { 'toolforge-jobs-framework': { entries: ['php7.4'] } } });
    expect(lost(web)).toEqual(['error reader-loses-name php7.4']);
    expect(lost(web, ['php7.4'])).toEqual(['warning reader-loses-name php7.4']);
    expect(lost(web, ['php8.2', 'tf-php74'])).toEqual(['error reader-loses-name php7.4']);
    expect(lost(jobs)).toEqual(['warning reader-loses-name php7.4']);
    expect(lost(usageOf({ entries: ['php7.4'] }))).toEqual(['warning reader-loses-name php7.4']);
  });

  it('names a renamed entry by its new name, if the old name is its alias', () => {
    const renamed = catalogOf(
      full('php74', { ...PHP74, image: undefined, aliases: ['php7.4', 'tf-php74'] }),
      full('php8.2', PHP82),
    );
    expect(changes(php(), renamed)).toEqual([
      '1:1 reader-loses-name php74',
      '1:1 url-changed php74',
      '1:34 name-removed php74.aliases[0]',
    ]);
  });

  it('is not reported for an entry whose new text is no mapping, which is a problem by itself', () => {
    expect(changes(php(), `php7.4: ~\n${full('php8.2', PHP82)}\n`)).toEqual([]);
  });
});

describe('reader-loses-all', () => {
  it('is one error when all webservice variants are removed, and is acknowledged for the reader', () => {
    const gone = php({ web: undefined }, { web: undefined });
    expect(changesOf(php(), gone)).toEqual([
      {
        code: 'reader-loses-all',
        severity: 'error',
        line: 1,
        column: 1,
        field: '',
        message:
          "webservice could use 2 of 2 entries and can use none any more (its use is not known here); every tool's webservice fails to start, stop and restart",
        remedy: 'keep what it reads, or acknowledge reader:webservice',
      },
    ]);
    expect(gravely(php(), gone, { acknowledged: ['reader:webservice'] })).toEqual([
      'warning reader-loses-all ',
    ]);
    expect(gravely(php(), gone, { acknowledged: ['php7.4', 'php8.2', 'reader:jobs-api'] })).toEqual([
      'error reader-loses-all ',
    ]);
  });

  it('says what jobs-api answers when all images are removed', () => {
    expect(changesOf(php(), php({ image: undefined }, { image: undefined }))).toMatchObject([
      {
        code: 'reader-loses-all',
        severity: 'error',
        message: expect.stringMatching(/^jobs-api of 2026 .* it answers "Empty list of available images"/),
      },
      { code: 'url-changed', field: 'php7.4' },
    ]);
  });

  it('counts the entries that the reader could use, not those of other readers alone', () => {
    const before = catalogOf(full('php7.4', PHP74), full('php8.2', { ...PHP82, web: undefined }));
    const gone = catalogOf(
      full('php7.4', { ...PHP74, web: undefined }),
      full('php8.2', { ...PHP82, web: undefined }),
    );
    expect(changesOf(before, gone)[0]?.message).toMatch(/^webservice could use 1 of 2 entries /);
  });

  it('is not reported while an entry of the new document is no mapping', () => {
    const unreadable = `php7.4: ~\n${full('php8.2', { ...PHP82, web: undefined })}\n`;
    expect(changes(php(), unreadable)).toEqual(['2:1 reader-loses-name php8.2']);
  });
});

describe('web-type-changed', () => {
  it('points to the new type', () => {
    const reported = changesOf(php(), php({ extra: 'wstype: python' }));
    expect(reported).toMatchObject([
      {
        code: 'web-type-changed',
        severity: 'warning',
        line: 1,
        field: 'php7.4.variants.webservice.extra',
        message: expect.stringMatching(/^the webservice type of php7\.4 changes from js to python \(/),
      },
    ]);
  });

  it('treats missing resources as the default ones', () => {
    expect(changes(php(), php({ extra: 'wstype: js, resources: default' }))).toEqual([]);
    expect(changesOf(php(), php({ extra: 'wstype: js, resources: jdk' }))).toMatchObject([
      { message: expect.stringContaining('changes from default resources to jdk resources') },
    ]);
  });

  it('is an error while a webservice uses the entry', () => {
    const severities = (usage: ReturnType<typeof usageOf>) =>
      gravely(php(), php({ extra: 'wstype: python' }), { usage });
    expect(severities(usageOf({ byClient: { webservice: { entries: ['php7.4'] } } }))[0]).toMatch(/^error/);
    expect(severities(usageOf({ entries: ['php7.4'] }))[0]).toMatch(/^warning/);
  });

  it('is not reported beside the loss of the image', () => {
    const lost = php().replace(
      `webservice: {image: ${HOST}/php74-web, extra: {wstype: js}}`,
      `webservice: {extra: {wstype: python}}`,
    );
    expect(changes(php(), lost)).toContain('1:1 reader-loses-name php7.4');
    expect(changes(php(), lost).join()).not.toContain('web-type-changed');
  });

  it('is not reported for a renamed entry, whose name webservice loses', () => {
    const renamed = catalogOf(
      full('php74', { ...PHP74, extra: 'wstype: python', aliases: ['php7.4', 'tf-php74'] }),
      full('php8.2', PHP82),
    );
    expect(changes(php(), renamed)).toEqual(['1:86 name-removed php74.aliases[0]']);
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
          'the name node12 is removed (its use is not known here); jobs that ask for it can no longer be created',
        remedy: 'check that no tool needs it, or keep it',
      },
    ]);
  });

  it('says what each reader loses', () => {
    const [reported] = changesOf(php({ state: 'deprecated' }), catalogOf(full('php8.2', PHP82)));
    expect(reported?.message).toBe(
      'the name php7.4 is removed with its alias tf-php74 (its use is not known here); webservices of this type can no longer start, stop or restart, and jobs that ask for it can no longer be created',
    );
  });

  it('is an error while a single workload uses the name', () => {
    const users = { workloads: 1, tools: ['tool-a'], first: ['tool-a/Pod/a'] };
    const usage = { ...UNUSED, entries: new Map([['node12', users]]) };
    expect(gravely(before, after, { usage })).toEqual(['error name-removed node12']);
  });

  it('names the replacement, if the new catalog has it', () => {
    const removed = (replacement: string) =>
      changesOf(
        catalogOf(deprecatedEntry('node12', `deprecation: {replacement: ${replacement}}`), entry('node20')),
        after,
      )[0]?.message;
    expect(removed('node20')).toMatch(/^the name node12 \(replacement: node20\) is removed \(/);
    expect(removed('node12')).toMatch(/^the name node12 is removed \(/);
  });

  it('is an error by the use seen so far, and says that use is unknown if none is seen yet', () => {
    const partly = { ...usageOf({ entries: ['node12'] }), known: false };
    expect(changesOf(before, after, { usage: partly })[0]?.severity).toBe('error');
    const others = { ...UNUSED, known: false };
    expect(changesOf(before, after, { usage: others })).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('its use is not known here') },
    ]);
  });

  it('warns, and says that no use was seen, while no workload uses the name', () => {
    expect(changesOf(before, after, { usage: UNUSED })).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('(no use seen in the cluster, but') },
    ]);
  });

  it('is an error with the list of users while the name is in use, and a warning once acknowledged', () => {
    const usage = usageOf({ entries: ['node12'] });
    expect(changesOf(before, after, { usage })).toMatchObject([
      {
        severity: 'error',
        message: expect.stringContaining(`(${IN_USE})`),
        remedy: 'move these workloads first, or acknowledge node12',
      },
    ]);
    expect(changesOf(before, after, { usage, acknowledged: ['node12'] })).toMatchObject([
      { severity: 'warning', message: expect.stringContaining(IN_USE), remedy: 'it is acknowledged' },
    ]);
    expect(
      changesOf(before, after, { usage, acknowledged: ['node1', 'Node12', 'tf-node12', 'host:node12'] }),
    ).toMatchObject([{ severity: 'error' }]);
  });

  it('lists the given users, and says that there are more', () => {
    const first = ['tool-a/Deployment/web', 'tool-b/Deployment/web'];
    const users = { workloads: 3, tools: ['tool-a', 'tool-b', 'tool-c'], first };
    const usage = { ...UNUSED, entries: new Map([['node12', users]]) };
    expect(changesOf(before, after, { usage })).toMatchObject([
      { message: expect.stringContaining(`(in use by 3 workloads of 3 tools: ${first.join(', ')}, …)`) },
    ]);
  });

  it('is one problem with one acknowledgement for an entry and all its aliases', () => {
    const aliases = catalogOf(deprecatedEntry('node12', 'aliases: [tf-node12, node]'), entry('node20'));
    const usage = usageOf({ entries: ['node12'], shortNames: ['tf-node12', 'node'] });
    expect(gravely(aliases, after, { usage })).toEqual(['error name-removed node12']);
    expect(changesOf(aliases, after)[0]?.message).toMatch(
      /^the name node12 is removed with its aliases tf-node12, node \(/,
    );
    expect(gravely(aliases, after, { usage, acknowledged: ['node12'] })).toEqual([
      'warning name-removed node12',
    ]);
  });

  it('concerns webservice alone if the name becomes an alias', () => {
    const renamed = catalogOf(
      full('php74', { ...PHP74, aliases: ['tf-php74', 'php7.4'] }),
      full('php8.2', PHP82),
    );
    const usage = (client: string) =>
      usageOf({ entries: [], byClient: { [client]: { entries: ['php7.4'] } } });
    expect(changesOf(php(), renamed)).toMatchObject([
      {
        code: 'name-removed',
        field: 'php74.aliases[1]',
        message: expect.stringMatching(
          /^the name php7\.4 is now only an alias of php74 .*; webservice takes no aliases: /,
        ),
      },
    ]);
    const severity = (client: string) => gravely(php(), renamed, { usage: usage(client) })[0];
    expect(severity('webservice')).toMatch(/^error/);
    expect(severity('toolforge-jobs-framework')).toMatch(/^warning/);
    // A workload without a known label counts for names.
    expect(severity('*')).toMatch(/^error/);
  });

  it('is not reported if the name becomes an alias and webservice could never use the entry', () => {
    const jobs = { image: 'mariadb', aliases: ['tf-mariadb'] };
    expect(
      changes(
        catalogOf(full('mariadb', jobs)),
        catalogOf(full('mariadb-client', { ...jobs, aliases: ['mariadb', 'tf-mariadb'] })),
      ),
    ).toEqual([]);
  });

  it('says that an entry is merged into one that existed before', () => {
    const merged = catalogOf(full('php8.2', { ...PHP82, former: [`${HOST}/php74-web`] }));
    expect(changesOf(php({ jobs: undefined }), merged)[0]?.message).toMatch(
      /^the name php7\.4 is removed: the entry is merged into php8\.2 \(/,
    );
  });

  it('says the new name of a renamed entry once', () => {
    const renamed = catalogOf(full('php74', PHP74), full('php8.2', PHP82));
    expect(changesOf(php(), renamed)).toMatchObject([
      {
        code: 'name-removed',
        message: expect.stringMatching(/^the name php7\.4 is removed: the entry is called php74 now \(/),
      },
    ]);
  });

  it('reports every usable name of an old document with faults', () => {
    const faulty = catalogOf(
      'node10: ~',
      `node12: {state: gone, image: ${HOST}/node12}`,
      entry('node20', 'memory: 1'),
    );
    expect(changes(faulty, after)).toEqual([
      '1:1 name-removed node12',
      '1:1 removed-without-deprecation node12',
    ]);
  });

  it('treats a name like constructor as any other', () => {
    const odd = catalogOf(deprecatedEntry('constructor'), deprecatedEntry('__proto__'));
    expect(changes(odd, after)).toEqual(['1:1 name-removed constructor', '1:1 name-removed __proto__']);
    expect(changes(after, after + odd)).toEqual([]);
  });
});

describe('removed-without-deprecation', () => {
  it('warns beside name-removed when the entry was not deprecated', () => {
    const reported = changesOf(catalogOf(entry('node18'), entry('node20')), catalogOf(entry('node20')));
    expect(reported.map(({ code }) => code)).toEqual(['name-removed', 'removed-without-deprecation']);
    expect(reported[1]).toEqual({
      code: 'removed-without-deprecation',
      severity: 'warning',
      line: 1,
      column: 1,
      field: 'node18',
      message:
        'node18 is removed without having been deprecated (its use is not known here); its users had no warning',
      remedy: 'check that no tool needs it, or keep it',
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

  it('is not reported for an entry that continues under another name', () => {
    const before = catalogOf(entry('node18', 'aliases: [tf-node18]'));
    const after = catalogOf(entry('nodejs18', 'aliases: [tf-node18]', imageOf('node18')));
    expect(changes(before, after)).toEqual(['1:1 name-removed node18']);
  });
});

describe('alias-removed', () => {
  const before = catalogOf(entry('node18', 'aliases: [tf-node18, node]'));
  const after = catalogOf('# shorter', entry('node18', 'aliases: [node]'));

  it('points to the entry that had the alias', () => {
    expect(changesOf(before, after)).toEqual([
      {
        code: 'alias-removed',
        severity: 'warning',
        line: 2,
        column: 1,
        field: 'node18.aliases',
        message:
          'the alias tf-node18 of node18 is removed (its use is not known here); jobs that ask for it can no longer be created',
        remedy: 'check that no tool needs it, or keep it',
      },
    ]);
  });

  it('is an error while a workload uses the alias, not while one uses the entry by another name', () => {
    const severity = (usage: ReturnType<typeof usageOf>, acknowledged: string[] = []) =>
      changesOf(before, after, { usage, acknowledged }).map((change) => change.severity);
    expect(
      severity(usageOf({ entries: ['node18'], shortNames: ['node'], urls: [imageOf('node18')] })),
    ).toEqual(['warning']);
    expect(severity(usageOf({ shortNames: ['tf-node18'] }))).toEqual(['error']);
    expect(severity(usageOf({ shortNames: ['tf-node18'] }), ['tf-node18'])).toEqual(['warning']);
    expect(severity(usageOf({ shortNames: ['tf-node18'] }), ['node18'])).toEqual(['error']);
  });

  it('is reported for an alias that no jobs-api could use only while a Pod uses it', () => {
    const web = (aliases: string[]) =>
      catalogOf(full('lighttpd', { web: 'lighttpd', aliases }), entry('node20'));
    expect(changes(web(['tf-web']), web([]))).toEqual([]);
    const usage = usageOf({ shortNames: ['tf-web'] });
    expect(gravely(web(['tf-web']), web([]), { usage })).toEqual(['error alias-removed lighttpd.aliases']);
  });

  it('reports a repeated alias once', () => {
    expect(changes(catalogOf(entry('node18', 'aliases: [node, node]')), catalogOf(entry('node18')))).toEqual([
      '1:1 alias-removed node18.aliases',
    ]);
  });

  it('ignores a removed alias that was the name of its entry', () => {
    expect(changes(catalogOf(entry('node18', 'aliases: [node18]')), catalogOf(entry('node18')))).toEqual([]);
  });

  it('is not reported for an entry whose new text is no mapping', () => {
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
          'the alias node moves from node18 to node20 (its use is not known here); workloads that ask for it get the image of that entry from now on',
        remedy: 'check that no tool needs it, or keep it',
      },
    ]);
    const severity = (acknowledged: string[]) =>
      changesOf(before, after, { usage: usageOf({ shortNames: ['node'] }), acknowledged })[0]?.severity;
    expect(severity([])).toBe('error');
    expect(severity(['node'])).toBe('warning');
  });

  it('reports an alias that becomes the name of an entry', () => {
    const after = catalogOf(entry('node18'), entry('node20'), entry('node'));
    expect(changes(before, after)).toEqual(['3:1 alias-moved node']);
  });

  it('is not reported for aliases that follow a renamed or merged entry', () => {
    const old = catalogOf(entry('node18', 'aliases: [node, tf-node18]'), entry('node20'));
    const asAlias = catalogOf(
      entry('nodejs18', 'aliases: [node, tf-node18, node18]', imageOf('node18')),
      entry('node20'),
    );
    expect(changes(old, asAlias)).toEqual([]);
    const merged = catalogOf(entry('node20', 'aliases: [node, tf-node18, node18]'));
    expect(changes(old, merged)).toEqual(['1:82 url-changed node20.image']);
  });

  it('treats the first entry of a faulty old document as the owner of the alias', () => {
    const twice = catalogOf(entry('node18', 'aliases: [node]'), entry('node20', 'aliases: [node]'));
    const keptByFirst = catalogOf(entry('node18', 'aliases: [node]'), entry('node20'));
    const keptBySecond = catalogOf(entry('node18'), entry('node20', 'aliases: [node]'));
    expect(changes(twice, keptByFirst)).toEqual([]);
    expect(changes(twice, keptBySecond)).toEqual(['2:20 alias-moved node20.aliases[0]']);
    const gone = catalogOf(entry('node18'), entry('node20'));
    expect(changes(twice, gone)).toEqual(['1:1 alias-removed node18.aliases']);
  });

  it('leaves an alias that a second entry gets, too, to duplicate-alias', () => {
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

describe('url-changed by what clients get', () => {
  it('names the clients that get another URL while the old one still leads to the entry', () => {
    expect(changesOf(php(), php({ image: 'php74-base' }))).toEqual([
      {
        code: 'url-changed',
        severity: 'warning',
        line: 1,
        column: 32,
        field: 'php7.4.image',
        message: `toolforge-jobs-framework and other Pods get ${HOST}/php74-base for php7.4 instead of ${HOST}/php74-web (its use is not known here); workloads that start by name differ from those that run`,
        remedy: 'check that no tool needs it, or keep it',
      },
    ]);
  });

  it('is an error while one of these clients, or a Pod without a label, runs the old URL', () => {
    const severity = (client: string) =>
      gravely(php(), php({ image: 'php74-base' }), {
        usage: usageOf({ byClient: { [client]: { urls: [`${HOST}/php74-web`] } } }),
      })[0];
    expect(severity('toolforge-jobs-framework')).toMatch(/^error/);
    expect(severity('*')).toMatch(/^error/);
    expect(severity('webservice')).toMatch(/^warning/);
  });
});

describe('url-changed by a precedence that names no consumer', () => {
  it('counts the Pods of a consumer that gets the default sources', () => {
    const [old, now] = [php(), php({ image: 'php74-base' })].map((text) => loaded(text).parsed);
    const { problems } = compareCatalogs(old ?? [], now ?? [], {
      usage: usageOf({ byClient: { webservice: { urls: [`${HOST}/php74-web`] } } }),
      acknowledged: new Set(),
      precedence: { '*': ['image'] },
    });
    expect(problems).toMatchObject([
      { code: 'url-changed', severity: 'error', clients: ['webservice', 'toolforge-jobs-framework', '*'] },
    ]);
  });
});

describe('url-changed by where URLs lead', () => {
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
        message: `${HOST}/node18 becomes ${NEW_HOST}/node18 (its use is not known here); jobs that run it lose their name and show as out of step`,
        remedy: 'list the old URL under former-images of the entry, or check that no job runs it',
      },
    ]);
    const severity = (usage: ReturnType<typeof usageOf>, acknowledged: string[] = []) =>
      changesOf(before, after, { usage, acknowledged })[0]?.severity;
    expect(severity(usageOf({ urls: [`${HOST}/node18`] }))).toBe('error');
    expect(severity(usageOf({ urls: [`${HOST}/node18`] }), ['node18'])).toBe('warning');
    expect(severity(usageOf({ entries: ['node18'], urls: [`${NEW_HOST}/node18`] }))).toBe('warning');
  });

  it('counts the users of HOST/ALIAS only when the entry leaves that host', () => {
    const old = catalogOf(entry('node18', 'aliases: [tf-node18]', `${HOST}/node18`));
    const usage = usageOf({ urls: [`${HOST}/tf-node18`] });
    const moved = gravely(old, catalogOf(entry('node18', 'aliases: [tf-node18]', `${NEW_HOST}/node18`)), {
      usage,
    });
    expect(moved).toEqual(['error url-changed node18.image']);
    const stays = gravely(old, catalogOf(entry('node18', 'aliases: [tf-node18]', `${HOST}/node18-new`)), {
      usage,
    });
    // HOST/node18 leads to the entry by its name.
    expect(stays).toEqual(['warning url-changed node18.image']);
  });

  it('ignores a URL that still leads to the entry as HOST/ALIAS, and that no client gets by name', () => {
    const aliases = ['php74-base'];
    expect(changes(php({ aliases }), php({ aliases, jobs: undefined }))).toEqual([]);
  });

  it('points to the entry when the field is removed, and says how the URL stays known', () => {
    expect(changesOf(php(), php({ jobs: undefined }))).toEqual([
      {
        code: 'url-changed',
        severity: 'warning',
        line: 1,
        column: 1,
        field: 'php7.4',
        message: `${HOST}/php74-base is no longer an image of php7.4 (its use is not known here); jobs that run it lose their name and show as out of step`,
        remedy: 'list the old URL under former-images of the entry, or check that no job runs it',
      },
    ]);
    expect(changes(php(), php({ jobs: undefined, former: [`${HOST}/php74-base`] }))).toEqual([]);
  });

  it('is avoided by former-images for Pods that run the URL, not for clients that ask by name', () => {
    const old = [`${HOST}/php74-web`];
    expect(changes(php(), php({ image: 'new', web: 'new', former: old }))).toEqual([
      '1:32 url-changed php7.4.image',
    ]);
    expect(changesOf(php(), php({ image: 'new', web: 'new', former: old }))[0]?.message).toMatch(
      /^webservice, toolforge-jobs-framework and other Pods get /,
    );
  });

  it('reports a former image that is no longer listed', () => {
    const listed = php({ former: [`${HOST}/php74-old`] });
    expect(changesOf(listed, php())).toMatchObject([
      { message: expect.stringMatching(/php74-old is no longer an image of php7\.4 \(/) },
    ]);
  });

  it('names the other entry that a URL leads to', () => {
    const other = php({ jobs: undefined }, { jobs: 'php74-base' });
    expect(changesOf(php(), other)).toMatchObject([
      { message: expect.stringMatching(/php74-base becomes an image of php8\.2 \(/) },
    ]);
  });

  it('is not reported when a field is removed whose URL stays in another field', () => {
    const text = (variants: string) =>
      catalogOf(`node18: {state: stable, image: ${HOST}/node18, variants: {${variants}}}`);
    expect(changes(text(`jobs-framework: {image: ${HOST}/node18}`), text(''))).toEqual([]);
  });

  it('reports the same change of several fields once', () => {
    const text = (url: string) =>
      catalogOf(
        `node18: {state: stable, image: ${url}, variants: {jobs-framework: {image: ${url}}, builder: {image: ${url}}}}`,
      );
    expect(changes(text(`${HOST}/a`), text(`${HOST}/b`))).toEqual(['1:32 url-changed node18.image']);
  });

  it('treats `latest` as no tag in an old document, and any other tag as another image', () => {
    const tagged = (tag: string) => catalogOf(entry('node18', '', `${HOST}/node18${tag}`));
    expect(changes(tagged(':latest'), tagged(''))).toEqual([]);
    expect(changes(tagged(':v1'), tagged(''))).toEqual(['1:46 url-changed node18.image']);
  });
});

describe('url-changed of several entries', () => {
  const moved = php({}, {}, NEW_HOST);

  it('is one problem when one host is replaced by another, with three examples', () => {
    expect(changesOf(php(), moved)).toEqual([
      {
        code: 'url-changed',
        severity: 'warning',
        line: 1,
        column: 1,
        field: '',
        message: `2 entries move from ${HOST} to ${NEW_HOST}, such as ${HOST}/php74-web → ${NEW_HOST}/php74-web, ${HOST}/php74-base → ${NEW_HOST}/php74-base, ${HOST}/php82-web → ${NEW_HOST}/php82-web (its use is not known here); jobs that run one of 3 old URLs lose their name and show as out of step`,
        remedy: 'list the old URL under former-images of the entry, or check that no job runs it',
      },
    ]);
  });

  it('says that no name is lost if the old URLs become former images', () => {
    const listed = php(
      { former: [`${HOST}/php74-web`, `${HOST}/php74-base`] },
      { former: [`${HOST}/php82-web`] },
      NEW_HOST,
    );
    expect(changesOf(php(), listed)).toMatchObject([
      {
        message: expect.stringMatching(/; workloads that start by name differ from those that run$/),
        field: '',
      },
    ]);
  });

  it('is one problem for each entry if the old URLs lead to other entries now', () => {
    const swapped = php({ image: 'php82-web', web: 'php82-web' }, { image: 'php74-web', web: 'php74-web' });
    expect(changesOf(php(), swapped).map(({ message }) => message)).toEqual([
      `webservice, toolforge-jobs-framework and other Pods get ${HOST}/php82-web for php7.4 instead of ${HOST}/php74-web, which becomes an image of php8.2 (its use is not known here); jobs that run it are shown as php8.2`,
      `webservice, toolforge-jobs-framework and other Pods get ${HOST}/php74-web for php8.2 instead of ${HOST}/php82-web, which becomes an image of php7.4 (its use is not known here); jobs that run it are shown as php7.4`,
    ]);
  });

  it('is an error while any of the URLs is in use, and is acknowledged for the host', () => {
    const usage = usageOf({ urls: [`${HOST}/tf-php82`] });
    expect(gravely(php(), moved, { usage })).toEqual(['error url-changed ']);
    expect(gravely(php(), moved, { usage, acknowledged: ['php7.4', 'php8.2'] })).toEqual([
      'error url-changed ',
    ]);
    expect(gravely(php(), moved, { usage, acknowledged: [`host:${HOST}`] })).toEqual([
      'warning url-changed ',
    ]);
  });

  it('is one problem when a prefix of repositories is replaced', () => {
    const prefixed = (prefix: string) =>
      php(
        { image: `${prefix}74`, jobs: undefined, web: undefined },
        { image: `${prefix}82`, web: undefined },
      );
    expect(changesOf(prefixed('toolforge-php'), prefixed('pre-built/php'))).toMatchObject([
      {
        field: '',
        message: expect.stringMatching(/^2 entries move from .*\/toolforge- to .*\/pre-built\/, /),
      },
    ]);
  });

  it('is one problem for each entry if they have no replaced part in common', () => {
    const other = php({ image: 'a', jobs: undefined, web: undefined }, { image: 'b', web: undefined });
    const old = php({ jobs: undefined, web: undefined }, { web: undefined });
    expect(changes(old, other)).toHaveLength(2);
  });
});

describe('a hostile pair of documents', () => {
  it('with thousands of hosts and aliases that all move is compared in linear time', () => {
    const text = (host: string) =>
      [
        'a:',
        '  state: stable',
        '  variants:',
        `    jobs-framework: {image: ${host}.x/jobs}`,
        ...Array.from({ length: 3_000 }, (_, index) => `    v${index}: {image: ${host}${index}.x/y}`),
        '  aliases:',
        ...Array.from({ length: 12_000 }, (_, index) => `  - b${index}`),
      ].join('\n');
    const [old, now] = [loaded(text('old')).parsed, loaded(text('new')).parsed];
    const { problems } = compareCatalogs(old, now, {
      usage: usageOf({ urls: ['old7.x/b11'] }),
      acknowledged: new Set(),
      precedence: defaultPrecedence,
    });
    expect(problems).toHaveLength(3_001);
    expect(problems.filter(({ code }) => code !== 'url-changed')).toEqual([]);
    expect(problems.flatMap((problem) => ('hostAliases' in problem ? problem.hostAliases : []))).toEqual([
      'old7.x/b11',
    ]);
  });
});
