import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { siteFrom } from '../../src/site/answer.ts';
import { openApi } from '../../src/site/openapi.ts';
import { apiRoutes } from '../../src/site/routes.ts';
import { useNotKnown } from '../../src/site/use.ts';
import { realLookup, smallLookup } from '../support/catalog.ts';
import { getSite, siteInput, someUse } from '../support/site.ts';

const HOST = 'docker-registry.tools.wmflabs.org';
const about = { digest: `sha256:${'0'.repeat(64)}`, day: '2026-11-30', outdated: null, staleSince: null };
const url = 'https://wikitech.wikimedia.org/wiki/Help:Toolforge/Python';
const ofPython37 = { replacement: 'python3.11', newer: null, removal: '2027-03-01', past: false, url };

const jsonOf = (target: string, input = siteInput()): unknown => JSON.parse(getSite(target, { input }).body);

describe('/api/v1/images', () => {
  it('has every image of the catalog by name, and says that use is not known', () => {
    const { images, ...rest } = jsonOf('/api/v1/images') as { images: { name: string; use: unknown }[] };
    expect(rest).toEqual(about);
    expect(images.map(({ name }) => name)).toEqual([
      'constructor',
      'hollow',
      'mono6.12',
      'node12',
      'python3.11',
      'python3.7',
      'python3.9',
    ]);
    expect(images.map(({ use }) => use)).toEqual(images.map(() => ({ known: false, since: null })));
  });

  it('has the number of tools and workloads on each image, 0 included, when use is known', () => {
    const { images } = jsonOf('/api/v1/images', siteInput(someUse)) as {
      images: { name: string; use: unknown }[];
    };
    const use = Object.fromEntries(images.map((image) => [image.name, image.use]));
    expect(use).toMatchObject({
      'python3.7': { known: true, tools: 2, workloads: 3 },
      'python3.11': { known: true, tools: 1, workloads: 1 },
      node12: { known: true, tools: 0, workloads: 0 },
    });
  });

  it('says why the newest text of the catalog is not shown', () => {
    const input = { ...siteInput(), outdated: '2 errors' };
    expect(jsonOf('/api/v1/images', input)).toMatchObject({ outdated: '2 errors' });
  });
});

describe('/api/v1/images/{image}', () => {
  it('has one image, with the workloads on it', () => {
    expect(jsonOf('/api/v1/images/python3.7', siteInput(someUse))).toEqual({
      ...about,
      name: 'python3.7',
      state: 'deprecated',
      aliases: ['tf-python37'],
      urls: {
        jobs: `${HOST}/toolforge-python37-sssd-web:latest`,
        webservice: null,
        other: `${HOST}/toolforge-python37-sssd-web:latest`,
      },
      extra: null,
      deprecation: ofPython37,
      use: { known: true, tools: 2, workloads: 3 },
      workloads: [
        { tool: 'heritage', workload: 'CronJob/nightly', asksFor: 'tf-python37' },
        { tool: 'heritage', workload: 'Deployment/web', asksFor: 'python3.7' },
        { tool: 'wikibugs', workload: 'Deployment/bot', asksFor: 'python3.7' },
      ],
    });
  });

  it('has the image of webservice for its types alone', () => {
    const input = siteInput(useNotKnown, realLookup(2026));
    expect(jsonOf('/api/v1/images/python3.7', input)).toMatchObject({
      urls: { webservice: `${HOST}/toolforge-python37-sssd-web:latest` },
    });
    expect(jsonOf('/api/v1/images/bullseye', input)).toMatchObject({
      urls: {
        jobs: `${HOST}/toolforge-bullseye-sssd:latest`,
        webservice: null,
        other: `${HOST}/toolforge-bullseye-sssd:latest`,
      },
    });
  });

  it('has null for the client that gets no image', () => {
    expect(jsonOf('/api/v1/images/mono6.12')).toMatchObject({ urls: { webservice: null } });
    expect(jsonOf('/api/v1/images/hollow')).toMatchObject({
      urls: { jobs: null, webservice: null, other: null },
    });
  });

  it('answers an alias with the image', () => {
    expect(jsonOf('/api/v1/images/tf-python37')).toEqual(jsonOf('/api/v1/images/python3.7'));
  });

  it('has what webservice starts', () => {
    const input = siteInput(useNotKnown, realLookup(2026));
    expect(jsonOf('/api/v1/images/python3.11', input)).toMatchObject({
      extra: { wstype: 'python', resources: null },
    });
    expect(jsonOf('/api/v1/images/jdk17', input)).toMatchObject({
      extra: { wstype: 'generic', resources: 'jdk' },
    });
    expect(jsonOf('/api/v1/images/mono6.8', input)).toMatchObject({ extra: null });
  });
});

describe('/api/v1/deprecations', () => {
  it('has the deprecated images with their use', () => {
    expect(jsonOf('/api/v1/deprecations', siteInput(someUse))).toEqual({
      ...about,
      deprecations: [
        {
          ...{ name: 'node12', replacement: null, newer: null, removal: null, past: false, url: null },
          use: { known: true, tools: 0, workloads: 0 },
        },
        { name: 'python3.7', ...ofPython37, use: { known: true, tools: 2, workloads: 3 } },
      ],
    });
  });

  it('says that a removal date has passed from the day after it', () => {
    const passed = (today: string) =>
      jsonOf('/api/v1/deprecations', { ...siteInput(), today }) as { deprecations: { past: boolean }[] };
    expect(passed('2027-03-01').deprecations[1]).toMatchObject({ past: false });
    expect(passed('2027-03-02').deprecations[1]).toMatchObject({ past: true });
  });
});

describe('/api/v1/tools/{tool}', () => {
  it('has the workloads of the tool, each with the deprecation of its image', () => {
    expect(jsonOf('/api/v1/tools/wikibugs', siteInput(someUse))).toEqual({
      ...about,
      tool: 'wikibugs',
      workloads: [
        { workload: 'Deployment/bot', image: 'python3.7', asksFor: 'python3.7', deprecation: ofPython37 },
        { workload: 'Deployment/web', image: 'python3.11', asksFor: 'python3.11', deprecation: null },
      ],
    });
  });

  it('has no workloads for a tool that runs none, and null when use is not known', () => {
    expect(jsonOf('/api/v1/tools/idle', siteInput(someUse))).toMatchObject({ workloads: [] });
    expect(jsonOf('/api/v1/tools/idle')).toMatchObject({ workloads: null });
  });

  it.each(['Wikibugs', '-x', 'x-', 'a'.repeat(59), 'a.b', '%20'])(
    'is 404 for the malformed name %s',
    (tool) => {
      expect(getSite(`/api/v1/tools/${tool}`).status).toBe(404);
      expect(getSite(`/v1/tool/${tool}/images`).status).toBe(404);
    },
  );
});

describe('/v1/tool/{tool}/images', () => {
  it('has the images that a tool may use, field by field as in T409726', () => {
    const { images } = jsonOf('/v1/tool/wikibugs/images', siteInput(useNotKnown, realLookup(2026))) as {
      images: { canonical_name: string }[];
    };
    expect(images.find(({ canonical_name }) => canonical_name === 'jdk17')).toEqual({
      canonical_name: 'jdk17',
      image_type: 'standard',
      aliases: realLookup(2026).shortNames.get('jdk17')?.aliases,
      ws_type: 'generic',
      resources: 'jdk',
      ref: realLookup(2026).shortNames.get('jdk17')?.image?.concat(':latest'),
      state: 'stable',
      digest: null,
      deprecation: null,
    });
  });

  it('leaves out an image that no client can get', () => {
    const { images } = jsonOf('/v1/tool/wikibugs/images') as { images: { canonical_name: string }[] };
    expect(images.map(({ canonical_name }) => canonical_name)).not.toContain('hollow');
    expect(images.length).toBe(smallLookup.catalog.entries.length - 1);
  });

  it('has the deprecation beside, with the date until which an image is valid', () => {
    const onDay = (today: string) => jsonOf('/v1/tool/wikibugs/images', { ...siteInput(), today });
    const deprecation = { replacement: 'python3.11', valid_until: '2027-03-01', url };
    expect(onDay('2027-03-01')).toMatchObject({
      images: expect.arrayContaining([
        expect.objectContaining({
          canonical_name: 'python3.7',
          deprecation: { ...deprecation, is_valid: true },
        }),
      ]),
    });
    expect(onDay('2027-03-02')).toMatchObject({
      images: expect.arrayContaining([
        expect.objectContaining({
          canonical_name: 'python3.7',
          deprecation: { ...deprecation, is_valid: false },
        }),
      ]),
    });
  });

  it('warns of each deprecated image that the tool runs, and of no other', () => {
    const messages = (tool: string, input = siteInput(someUse)) =>
      (jsonOf(`/v1/tool/${tool}/images`, input) as { messages: object }).messages;
    expect(messages('heritage')).toEqual({
      info: [],
      warning: [
        'python3.7 is deprecated; use python3.11; removal on 2027-03-01; used by CronJob/nightly, Deployment/web',
      ],
      error: [],
    });
    expect(messages('idle')).toEqual({ info: [], warning: [], error: [] });
    expect(messages('heritage', siteInput())).toEqual({
      info: ['the images that this tool runs are not known'],
      warning: [],
      error: [],
    });
  });
});

describe('what is not known', () => {
  const since = '2026-11-30T12:00:00Z';
  const unknown = siteInput({ known: false, since, why: 'a watch of the cluster is silent' });
  const stale = { ...siteInput(someUse), staleSince: since };

  it('has the time since which it is so', () => {
    expect(jsonOf('/api/v1/images/python3.7', unknown)).toMatchObject({
      use: { known: false, since },
      workloads: null,
    });
    expect(jsonOf('/api/v1/tools/wikibugs', stale)).toMatchObject({ staleSince: since });
  });

  it('is told to the clients of /v1/tool/{tool}/images', () => {
    expect(jsonOf('/v1/tool/wikibugs/images', unknown)).toMatchObject({
      messages: {
        info: [
          'the images that this tool runs are not known since 2026-11-30 12:00 UTC: a watch of the cluster is silent',
        ],
        warning: [],
      },
    });
    expect(jsonOf('/v1/tool/wikibugs/images', stale)).toMatchObject({
      messages: { info: ['changes after 2026-11-30 12:00 UTC are not known'], warning: [expect.any(String)] },
    });
  });
});

it('workloads are in the order of tools, workloads and images, in whatever order they were listed', () => {
  const { workloads } = someUse as Extract<typeof someUse, { known: true }>;
  for (const listed of [workloads, workloads.toReversed()]) {
    const input = siteInput({ known: true, workloads: listed });
    const { workloads: found } = jsonOf('/api/v1/images/python3.7', input) as { workloads: object[] };
    expect(found.map((workload) => Object.values(workload).join(' '))).toEqual([
      'heritage CronJob/nightly tf-python37',
      'heritage Deployment/web python3.7',
      'wikibugs Deployment/bot python3.7',
    ]);
  }
});

describe('/openapi.json', () => {
  const ajv = new Ajv2020({
    strict: true,
    allowUnionTypes: true,
    formats: { date: /^\d{4}-\d{2}-\d{2}$/, 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/ },
  });
  ajv.addSchema({ $id: 'api', ...openApi }, 'api', false, false);
  ajv.addVocabulary(['openapi', 'info', 'paths', 'components']);

  type Described = Record<
    string,
    { get: { responses: Record<number, { content?: Record<string, object> }> } }
  >;
  const paths = openApi.paths as unknown as Described;

  it('describes the routes that exist, and no other', () => {
    expect(Object.keys(paths).sort()).toEqual(apiRoutes.map(({ path }) => path).sort());
  });

  it('is OpenAPI 3.1, and is served', () => {
    expect(jsonOf('/openapi.json')).toEqual(openApi);
    expect(openApi.openapi).toBe('3.1.0');
  });

  const targets: Record<string, string[]> = {
    '{image}': [...realLookup(2026).shortNames.keys(), ...smallLookup.shortNames.keys(), 'nothing'],
    '{tool}': ['heritage', 'wikibugs', 'idle', 'No'],
  };
  const sites = [
    siteInput(),
    siteInput(someUse),
    { ...siteInput(someUse), today: '2027-03-02', outdated: 'why' },
    siteInput(someUse, realLookup(2025)),
    siteInput(useNotKnown, realLookup(2026)),
    undefined,
  ].map(siteFrom);

  it.each(Object.keys(paths))('describes every answer of %s', (path) => {
    const [parameter] = /\{\w+\}/.exec(path) ?? [];
    const answers = (parameter ? (targets[parameter] ?? []) : ['']).flatMap((value) =>
      sites.map((answer) => answer({ method: 'GET', target: path.replace(/\{\w+\}/, value) })),
    );
    const statuses = new Set<number>();
    for (const { status, headers, body } of answers) {
      statuses.add(status);
      const content = paths[path]?.get.responses[status]?.content ?? {};
      expect(Object.keys(content), `${status} of ${path}`).toEqual([headers['Content-Type']?.split(';')[0]]);
      if (headers['Content-Type'] === 'text/csv; charset=utf-8') continue;
      const pointer = [
        'paths',
        path,
        'get',
        'responses',
        status,
        'content',
        headers['Content-Type'],
        'schema',
      ];
      const validate = ajv.getSchema(`api#/${pointer.map(pointerPart).join('/')}`);
      expect(validate?.(JSON.parse(body)), ajv.errorsText(validate?.errors)).toBe(true);
    }
    const described = Object.keys(paths[path]?.get.responses ?? {}).map(Number);
    expect(statuses).toEqual(new Set(described.filter((status) => status !== 304)));
  });
});

const pointerPart = (part: unknown): string =>
  encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1'));
