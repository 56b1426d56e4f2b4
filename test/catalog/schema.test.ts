import { describe, expect, it } from 'vitest';
import { HOST } from '../support/catalog.ts';
import { catalogOf, entry, findingsOf, problemsOf } from '../support/problems.ts';

const IMAGE = `${HOST}/toolforge-node18-sssd-web`;

/** An entry in block style, whose fields begin on line 2. */
const node18 = (...fields: string[]) => catalogOf('node18:', ...fields.map((line) => `  ${line}`));

const withWebservice = (webservice: string) =>
  node18('state: stable', 'variants:', `  webservice: ${webservice}`);

const withExtra = (extra: string) => withWebservice(`{image: ${IMAGE}, extra: ${extra}}`);

describe('a catalog of the right shape', () => {
  it('may have every known field', () => {
    const text =
      node18(
        'state: deprecated',
        `image: ${IMAGE}`,
        'aliases: [tf-node18]',
        `former-images: [${HOST}/node18, ${HOST}/toolforge-node18-web]`,
        'variants:',
        `  jobs-framework: {image: ${HOST}/toolforge-node18-sssd-base}`,
        `  webservice: {image: ${IMAGE}, extra: {wstype: js, resources: jdk}}`,
        'deprecation:',
        '  replacement: node20',
        "  removal: '2027-03-01'",
        '  url: https://wikitech.wikimedia.org/wiki/Help:Toolforge',
      ) + catalogOf(entry('node20'));
    expect(findingsOf(text)).toEqual([]);
  });

  it.each(['generic', 'js', 'lighttpd', 'lighttpd-plain', 'python'])('may have the wstype %s', (wstype) => {
    expect(findingsOf(withExtra(`{wstype: ${wstype}}`))).toEqual([]);
  });

  it.each(['default', 'jdk'])('may have the resources %s', (resources) => {
    expect(findingsOf(withExtra(`{wstype: generic, resources: ${resources}}`))).toEqual([]);
  });

  it('may have no alias and no variant', () => {
    expect(findingsOf(node18('state: stable', `image: ${IMAGE}`, 'aliases: []', 'variants: {}'))).toEqual([]);
  });
});

describe('former-images', () => {
  const urls = (count: number) => Array.from({ length: count }, (_, i) => `${HOST}/old${i}`).join(', ');
  const withFormerImages = (list: string) =>
    node18('state: stable', `image: ${IMAGE}`, 'variants: {}', `former-images: ${list}`);

  it('may be an empty list, and up to twenty', () => {
    expect(findingsOf(withFormerImages('[]'))).toEqual([]);
    expect(findingsOf(withFormerImages(`[${urls(20)}]`))).toEqual([]);
  });

  it('may not be more than twenty', () => {
    expect(problemsOf(withFormerImages(`[${urls(21)}]`))).toEqual([
      {
        code: 'wrong-type',
        severity: 'error',
        line: 5,
        column: 3,
        field: 'node18.former-images',
        message: 'expected at most 20 items, found 21 items',
        remedy: 'write at most 20 items',
      },
    ]);
  });

  it.each([
    [`${HOST}/old`, '5:18 wrong-type node18.former-images'],
    ['~', '5:18 wrong-type node18.former-images'],
    ['{}', '5:3 wrong-type node18.former-images'],
    ['[~]', '5:19 wrong-type node18.former-images[0]'],
    [`[${HOST}/old, []]`, '5:58 wrong-type node18.former-images[1]'],
  ])('must be a list of strings, not %s', (list, finding) => {
    expect(findingsOf(withFormerImages(list))).toEqual([finding]);
  });

  it('report a number that should be a string', () => {
    expect(findingsOf(withFormerImages('[12:30]'))).toContain('5:19 yaml-ambiguous node18.former-images[0]');
  });

  it('are suggested for a misspelt key', () => {
    const text = node18('state: stable', `image: ${IMAGE}`, 'variants: {}', `former-image: [${HOST}/old]`);
    expect(findingsOf(text)).toEqual(['5:3 misspelt-field node18.former-image']);
  });
});

describe('missing-field', () => {
  it('points to the entry, and says what it is for', () => {
    expect(problemsOf(node18(`image: ${IMAGE}`))).toEqual([
      {
        code: 'missing-field',
        severity: 'error',
        line: 1,
        column: 1,
        field: 'node18.state',
        message: 'the field state is missing',
        remedy: 'add state: stable or deprecated; every consumer fails without it',
      },
      {
        code: 'missing-field',
        severity: 'error',
        line: 1,
        column: 1,
        field: 'node18.variants',
        message: 'the field variants is missing',
        remedy: 'add variants: webservice fails for every tool without it; `variants: {}` will do',
      },
    ]);
  });

  it('points to the variant that lacks its image', () => {
    const text = node18('state: stable', `image: ${IMAGE}`, 'variants:', '  jobs-framework: {}');
    expect(problemsOf(text)).toEqual([
      {
        code: 'missing-field',
        severity: 'error',
        line: 5,
        column: 5,
        field: 'node18.variants.jobs-framework.image',
        message: 'the field image is missing',
        remedy: 'add image: registry/repository, without a tag',
      },
    ]);
  });

  it('requires image and extra of webservice', () => {
    expect(findingsOf(withWebservice('{}'))).toEqual([
      '4:5 missing-field node18.variants.webservice.image',
      '4:5 missing-field node18.variants.webservice.extra',
      '1:1 unreachable-entry node18',
    ]);
  });

  it('requires wstype in extra', () => {
    expect(problemsOf(withExtra('{resources: jdk}'))).toMatchObject([
      {
        code: 'missing-field',
        line: 4,
        field: 'node18.variants.webservice.extra.wstype',
        remedy: 'add wstype: webservice fails for every tool without it',
      },
    ]);
  });

  it('does not require an image of an unknown variant', () => {
    expect(findingsOf(node18('state: stable', `image: ${IMAGE}`, 'variants: {builder: {}}'))).toEqual([
      '4:14 unknown-field node18.variants.builder',
    ]);
  });

  it('does not read fields of Object.prototype', () => {
    expect(findingsOf(catalogOf('constructor: {}', 'toString: {}'))).toEqual([
      '1:1 missing-field constructor.state',
      '1:1 missing-field constructor.variants',
      '2:1 missing-field toString.state',
      '2:1 missing-field toString.variants',
      '1:1 unreachable-entry constructor',
      '2:1 unreachable-entry toString',
    ]);
  });
});

describe('wrong-type', () => {
  it.each([
    ['state:', 'write a string: stable or deprecated; every consumer fails without it'],
    ['variants:', 'write a mapping: webservice fails for every tool without it; `variants: {}` will do'],
    ['image:', 'write a string, or delete this if it is optional'],
    ['aliases: tf-node18', 'write a list: one line for each item, which begins with a dash and a space'],
    ['deprecation: [a]', 'write a mapping: its keys have no dashes'],
    ['deprecation: soon', 'write a mapping'],
  ])('has a remedy that fits {%s}', (line, remedy) => {
    const field = `node18.${line.split(':')[0]}`;
    expect(problemsOf(node18(line)).find((problem) => problem.field === field)).toMatchObject({ remedy });
  });

  it('reports an entry that is no mapping', () => {
    expect(problemsOf(catalogOf(`node18: ${IMAGE}`))).toEqual([
      {
        code: 'wrong-type',
        severity: 'error',
        line: 1,
        column: 9,
        field: 'node18',
        message: 'expected a mapping, found a string',
        remedy: 'write a mapping',
      },
    ]);
  });

  it('points to a key without a value', () => {
    expect(problemsOf(catalogOf('node18:', 'node20: ~', `node16: []`))).toMatchObject([
      {
        line: 1,
        column: 1,
        message: 'expected a mapping, found nothing',
        remedy: 'write a mapping, or delete this if it is optional',
      },
      {
        line: 2,
        column: 9,
        message: 'expected a mapping, found null',
        remedy: 'write a mapping, or delete this if it is optional',
      },
      {
        line: 3,
        column: 1,
        message: 'expected a mapping, found a list',
        remedy: 'write a mapping: its keys have no dashes',
      },
    ]);
  });

  it.each([
    ['state: ~', 'node18.state', 'expected a string, found null'],
    ['state: []', 'node18.state', 'expected a string, found a list'],
    ['image:', 'node18.image', 'expected a string, found nothing'],
    ['image: {}', 'node18.image', 'expected a string, found a mapping'],
    ['aliases: tf-node18', 'node18.aliases', 'expected a list, found a string'],
    ['aliases:', 'node18.aliases', 'expected a list, found nothing'],
    ['aliases: {}', 'node18.aliases', 'expected a list, found a mapping'],
    ['aliases: [~]', 'node18.aliases[0]', 'expected a string, found null'],
    ['aliases: [a, [b]]', 'node18.aliases[1]', 'expected a string, found a list'],
    ['variants: null', 'node18.variants', 'expected a mapping, found null'],
    ['variants: []', 'node18.variants', 'expected a mapping, found a list'],
    ['variants: {jobs-framework: ~}', 'node18.variants.jobs-framework', 'expected a mapping, found null'],
    ['variants: {webservice: js}', 'node18.variants.webservice', 'expected a mapping, found a string'],
    ['variants: {builder: js}', 'node18.variants.builder', 'expected a mapping, found a string'],
    ['variants: {builder: {image: ~}}', 'node18.variants.builder.image', 'expected a string, found null'],
    ['deprecation: soon', 'node18.deprecation', 'expected a mapping, found a string'],
    ['deprecation:', 'node18.deprecation', 'expected a mapping, found nothing'],
    ['deprecation: {url: ~}', 'node18.deprecation.url', 'expected a string, found null'],
    ['deprecation: {replacement: []}', 'node18.deprecation.replacement', 'expected a string, found a list'],
  ])('reports {%s} at %s', (line, field, message) => {
    const wrong = problemsOf(node18(line)).filter(({ code }) => code === 'wrong-type');
    expect(wrong.map((problem) => `${problem.field}: ${problem.message}`)).toEqual([`${field}: ${message}`]);
  });

  it.each(['~', '[]', 'js'])('reports an extra that is %s', (extra) => {
    expect(findingsOf(withExtra(extra)).map((finding) => finding.replace(/^\S+ /, ''))).toEqual([
      'wrong-type node18.variants.webservice.extra',
    ]);
  });

  it('reports a wstype that is null once, and not as an unknown value', () => {
    expect(problemsOf(withExtra('{wstype: ~}'))).toMatchObject([
      { code: 'wrong-type', message: 'expected a string, found null' },
    ]);
  });
});

describe('unknown-value', () => {
  it('lists the types of webservice', () => {
    expect(problemsOf(withExtra('{wstype: nodejs}'))).toMatchObject([
      {
        code: 'unknown-value',
        severity: 'error',
        field: 'node18.variants.webservice.extra.wstype',
        message: '"nodejs" is not allowed here',
        remedy: 'write one of: generic, js, lighttpd, lighttpd-plain, python',
      },
    ]);
  });

  it.each([
    ['{wstype: Generic}', '"Generic" is not allowed here (did you mean generic?)'],
    ['{wstype: lighttpd-plane}', '"lighttpd-plane" is not allowed here (did you mean lighttpd-plain?)'],
    ['{wstype: uwsgi-python}', '"uwsgi-python" is not allowed here'],
    ["{wstype: ''}", '"" is not allowed here'],
    ['{wstype: constructor}', '"constructor" is not allowed here'],
    ['{wstype: 3}', '"3" is not allowed here'],
    ['{wstype: js, resources: jdk8}', '"jdk8" is not allowed here (did you mean jdk?)'],
    ['{wstype: js, resources: large}', '"large" is not allowed here'],
  ])('rejects %s', (extra, message) => {
    expect(problemsOf(withExtra(extra))).toMatchObject([{ code: 'unknown-value', message }]);
  });
});

describe('misspelt-field', () => {
  it('rejects a key that is close to an absent known one', () => {
    expect(problemsOf(node18('state: stable', 'variants: {}', `iamge: ${IMAGE}`))).toMatchObject([
      {
        code: 'misspelt-field',
        severity: 'error',
        line: 4,
        column: 3,
        field: 'node18.iamge',
        message: 'the field "iamge" is unknown (did you mean image?)',
        remedy: 'write image',
      },
      { code: 'unreachable-entry' },
    ]);
  });

  it.each([
    ['alias', 'aliases'],
    ['Aliases', 'aliases'],
    ['aliasess', 'aliases'],
    ['images', 'image'],
    ['imgae', 'image'],
    ['depercations', 'deprecation'],
    ['depreciation', 'deprecation'],
  ])('suggests for %s: %s', (key, meant) => {
    const [problem] = problemsOf(node18('state: stable', 'variants: {}', `${key}: x`)).filter(
      ({ code }) => code === 'misspelt-field',
    );
    expect(problem?.message).toBe(`the field "${key}" is unknown (did you mean ${meant}?)`);
  });

  it('finds it at every level', () => {
    const text = node18(
      'state: stable',
      'variants:',
      `  webservices: {image: ${IMAGE}}`,
      `  jobs-framewrok: {image: ${IMAGE}}`,
      'deprecation: {removed: soon, replacment: node20, ulr: x}',
    );
    expect(findingsOf(text).filter((finding) => finding.includes('misspelt-field'))).toEqual([
      '4:5 misspelt-field node18.variants.webservices',
      '5:5 misspelt-field node18.variants.jobs-framewrok',
      '6:17 misspelt-field node18.deprecation.removed',
      '6:32 misspelt-field node18.deprecation.replacment',
      '6:52 misspelt-field node18.deprecation.ulr',
    ]);
    expect(findingsOf(withExtra('{wstyp: js, resource: jdk}'))).toEqual([
      '4:86 missing-field node18.variants.webservice.extra.wstype',
      '4:94 misspelt-field node18.variants.webservice.extra.wstyp',
      '4:105 misspelt-field node18.variants.webservice.extra.resource',
    ]);
  });

  it('treats a key as unknown if the close one is present', () => {
    expect(findingsOf(node18('state: stable', 'variants: {}', `image: ${IMAGE}`, 'images: []'))).toEqual([
      '5:3 unknown-field node18.images',
    ]);
  });
});

describe('unknown-field', () => {
  it('is a warning, because consumers add fields', () => {
    expect(
      problemsOf(
        node18('state: stable', 'variants: {}', `image: ${IMAGE}`, 'webservice-defaults: {port: 8000}'),
      ),
    ).toEqual([
      {
        code: 'unknown-field',
        severity: 'warning',
        line: 5,
        column: 3,
        field: 'node18.webservice-defaults',
        message:
          'the field "webservice-defaults" is unknown (known here: state, image, aliases, former-images, variants, deprecation)',
        remedy: 'leave it if a consumer reads it, else delete it',
      },
    ]);
  });

  it.each([
    ['python3 app.py', 'a string'],
    ['[python3, app.py]', 'a list'],
    ['', 'nothing'],
  ])('says which consumer will read webservice-defaults, if it is no mapping: %j', (value, found) => {
    const text = node18('state: stable', 'variants: {}', `image: ${IMAGE}`, `webservice-defaults: ${value}`);
    expect(problemsOf(text)).toMatchObject([
      {
        code: 'unknown-field',
        severity: 'warning',
        line: 5,
        message: `the field "webservice-defaults" is ${found}, and jobs-api will read a mapping there`,
        remedy: 'write a mapping, or delete it: nothing reads it today',
      },
    ]);
  });

  it('may be an entry that is indented too far', () => {
    const text = node18('state: stable', 'variants: {}', `image: ${IMAGE}`, 'node20:', '  state: stable');
    expect(problemsOf(text)).toMatchObject([
      {
        code: 'unknown-field',
        message: 'the field "node20" is unknown, and looks like an entry',
        remedy: 'if it is one, write its name at the left margin (lines 5 to 6)',
      },
    ]);
  });

  it.each([
    ['img', 'two edits from image, of whose five letters a third is one'],
    ['sate', 'one edit from state, which is there'],
    ['deprecated', 'three edits from deprecation'],
    ['i', 'nothing much'],
  ])('has no suggestion for %s: %s', (key) => {
    expect(findingsOf(node18('state: stable', 'variants: {}', `${key}: 1`))).toContain(
      `4:3 unknown-field node18.${key}`,
    );
  });

  it('warns of variants, and of fields at every level', () => {
    const text = node18(
      'state: deprecated',
      `image: ${IMAGE}`,
      'variants:',
      `  builder: {image: ${HOST}/node18-builder, anything: goes}`,
      `  webservice: {image: ${IMAGE}, extra: {wstype: js, port: 8000}, memory: 1}`,
      'deprecation: {since: never}',
    );
    expect(findingsOf(text).map((finding) => finding.replace(/^\S+ /, ''))).toEqual([
      'unknown-field node18.variants.builder',
      'unknown-field node18.variants.webservice.extra.port',
      'unknown-field node18.variants.webservice.memory',
      'unknown-field node18.deprecation.since',
    ]);
  });

  it('is reported once for a repeated variant, and not for an entry that a later one replaces', () => {
    const entryWith = (...variants: string[]) =>
      `{state: stable, image: ${IMAGE}, variants: {${variants.join(', ')}}}`;
    const text = catalogOf(
      `node18: ${entryWith('builder: {}')}`,
      `node20: ${entryWith('runner: {}', 'runner: {}')}`,
      `node18: ${entryWith('tester: {}')}`,
    );
    expect(findingsOf(text).map((finding) => finding.replace(/^\S+ /, ''))).toEqual([
      'duplicate-key node20.variants.runner',
      'duplicate-key node18',
      'duplicate-url node18.image',
      'unknown-field node20.variants.runner',
      'unknown-field node18.variants.tester',
    ]);
  });

  it('does not check inside unknown fields', () => {
    const text = node18(
      'state: stable',
      'variants: {}',
      `image: ${IMAGE}`,
      'webservice-defaults: {command: [node, 8000, true], image: [], state: {}}',
    );
    expect(findingsOf(text)).toEqual(['5:3 unknown-field node18.webservice-defaults']);
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__'])('treats %s as any other key', (key) => {
    expect(
      findingsOf(node18('state: stable', `image: ${IMAGE}`, `variants: {${key}: {}}`, `${key}: {}`)),
    ).toEqual([`4:14 unknown-field node18.variants.${key}`, `5:3 unknown-field node18.${key}`]);
  });
});

describe('__proto__', () => {
  it('adds nothing to its mapping', () => {
    expect(findingsOf(node18(`__proto__: {state: stable, image: ${IMAGE}}`))).toEqual([
      '1:1 missing-field node18.state',
      '1:1 missing-field node18.variants',
      '1:1 unreachable-entry node18',
      '2:3 unknown-field node18.__proto__',
    ]);
    expect(
      findingsOf(withExtra('{__proto__: {wstype: js}}')).map((finding) => finding.replace(/^\S+ /, '')),
    ).toEqual([
      'missing-field node18.variants.webservice.extra.wstype',
      'unknown-field node18.variants.webservice.extra.__proto__',
    ]);
  });
});

describe('yaml-ambiguous for a string field', () => {
  it('reports a value that both readers read as a number', () => {
    expect(problemsOf(node18('state: 5', 'variants: {}', `image: ${IMAGE}`))).toEqual([
      {
        code: 'yaml-ambiguous',
        severity: 'error',
        line: 2,
        column: 10,
        field: 'node18.state',
        message: '5 is the number 5, not a string',
        remedy: "quote it: '5'",
      },
      {
        code: 'unknown-value',
        severity: 'error',
        line: 2,
        column: 10,
        field: 'node18.state',
        message: '"5" is not allowed here',
        remedy: 'write one of: stable, deprecated, beta',
      },
    ]);
  });

  it.each([
    ['aliases: [true]', 'node18.aliases[0]', 'true is true, not a string'],
    ['aliases: [tf-node18, 18]', 'node18.aliases[1]', '18 is the number 18, not a string'],
    ['aliases: [3.9]', 'node18.aliases[0]', '3.9 is the number 3.9, not a string'],
    ['deprecation: {replacement: 18}', 'node18.deprecation.replacement', '18 is the number 18, not a string'],
    ['deprecation: {url: false}', 'node18.deprecation.url', 'false is false, not a string'],
  ])('reports {%s} at %s', (line, field, message) => {
    const ambiguous = problemsOf(node18(line)).filter(({ code }) => code === 'yaml-ambiguous');
    expect(ambiguous.map((problem) => `${problem.field}: ${problem.message}`)).toEqual([
      `${field}: ${message}`,
    ]);
  });

  it.each(['aliases: [on]', 'aliases: [1e3]', 'aliases: [12:30]', 'deprecation: {removal: 2027-03-01}'])(
    'reports {%s}, which readers read differently, once',
    (line) => {
      const codes = problemsOf(node18(line)).map(({ code }) => code);
      expect(codes.filter((code) => code === 'yaml-ambiguous')).toHaveLength(1);
    },
  );

  it.each(['3.9', '18', 'true', '~', 'on', '1e3', '2027-03-01', '12:30', '1_0', '0x1f'])(
    'reports the name %s once, and accepts it in quotes',
    (name) => {
      const fields = `{state: stable, variants: {}, image: ${IMAGE}}`;
      const codes = problemsOf(`${name}: ${fields}\n`).map(({ code }) => code);
      expect(codes.filter((code) => code === 'yaml-ambiguous')).toHaveLength(1);
      const quoted = problemsOf(`'${name}': ${fields}\n`).map(({ code }) => code);
      expect(quoted).not.toContain('yaml-ambiguous');
    },
  );

  it('accepts numbers in unknown fields', () => {
    const text = node18('state: stable', 'variants: {}', `image: ${IMAGE}`, 'port: 8000', 'ready: true');
    expect(findingsOf(text)).toEqual(['5:3 unknown-field node18.port', '6:3 unknown-field node18.ready']);
  });
});

describe('keys with special characters', () => {
  it.each(['a/b', 'a~b', 'a~1b', '~0', '0', 'a.b'])(
    'leave the path of the field below intact: %s',
    (name) => {
      const text = `"${name}":\n  state: []\n  variants: {}\n  image: ${IMAGE}\n`;
      expect(findingsOf(text)).toContain(`2:3 wrong-type ${name}.state`);
    },
  );
});
