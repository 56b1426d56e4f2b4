import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HOST } from '../support/catalog.ts';
import { catalogOf, loaded, problemsOf } from '../support/problems.ts';

const CATALOG = readFileSync(
  new URL('../fixtures/image-config/images-v1.2026.yaml', import.meta.url),
  'utf8',
);

/** `line code message; remedy` of each problem. */
const told = (text: string): string[] =>
  problemsOf(text).map(({ line, code, message, remedy }) => `${line} ${code} ${message}; ${remedy}`);

/** An entry whose fields begin on line 2. */
const node18 = (...fields: string[]): string =>
  catalogOf('node18:', `  image: ${HOST}/node18-web`, ...fields.map((line) => `  ${line}`));

const WEBSERVICE = [`  image: ${HOST}/node18-web`, '  extra:', '    wstype: js'];
const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

describe('a variant beside variants', () => {
  it('is an error that says which lines to indent', () => {
    const text = node18(
      'state: stable',
      'variants:',
      `  jobs-framework: {image: ${HOST}/node18-base}`,
      'webservice:',
      ...WEBSERVICE,
    );
    expect(told(text)).toEqual([
      '6 misplaced-field the field webservice belongs under node18.variants: no consumer reads it here; indent lines 6 to 9, below `variants:`',
    ]);
  });

  it('needs `variants:` above it where that is missing', () => {
    expect(told(node18('state: stable', 'webservice:', ...WEBSERVICE))).toEqual([
      '4 misplaced-field the field webservice belongs under node18.variants: no consumer reads it here; write `variants:` above, and indent lines 4 to 7',
    ]);
  });

  it('is moved if it does not follow variants', () => {
    const text = node18('webservice:', ...WEBSERVICE, 'state: stable', 'variants: {}');
    expect(told(text)).toEqual([
      '3 misplaced-field the field webservice belongs under node18.variants: no consumer reads it here; move lines 3 to 6 below `variants:`, indented',
    ]);
  });

  it('is one problem with the other variant if both follow an empty `variants:`', () => {
    const text = node18(
      'state: stable',
      'variants:',
      'jobs-framework:',
      `  image: ${HOST}/node18-base`,
      'webservice:',
      ...WEBSERVICE,
    );
    expect(told(text)).toEqual([
      '5 wrong-type the fields jobs-framework and webservice are not indented; indent lines 5 to 10',
    ]);
  });

  it('is checked where it belongs, so other faults are reported with it', () => {
    const text = node18('state: stable', 'variants: {}', 'webservice:', ...WEBSERVICE.slice(1));
    expect(problemsOf(text).map(({ code, field }) => `${code} ${field}`)).toEqual([
      'missing-field node18.variants.webservice.image',
      'misplaced-field node18.webservice',
    ]);
  });

  it('is found in the real catalog, and nothing follows from it', () => {
    const text = CATALOG.replace(/^ {4}webservice:\n((?: {6,}.*\n)+)/m, (block) =>
      block.replaceAll(/^ {2}/gm, ''),
    );
    expect(told(text)).toEqual([
      '13 misplaced-field the field webservice belongs under bookworm.variants: no consumer reads it here; indent lines 13 to 16, below `variants:`',
    ]);
  });
});

describe('a field that is not indented below its mapping', () => {
  it('is the image of a variant', () => {
    const text = node18('state: stable', 'variants:', '  jobs-framework:', `  image: ${HOST}/node18-base`);
    expect(told(text)).toEqual(['6 wrong-type the field image is not indented; indent line 6']);
  });

  it('is wstype, with or without `extra:`', () => {
    const webservice = ['  webservice:', `    image: ${HOST}/node18-web`];
    const withExtra = [...webservice, '    extra:', '    wstype: js', '    resources: jdk'];
    expect(told(node18('state: stable', 'variants:', ...withExtra))).toEqual([
      '8 wrong-type the fields wstype and resources are not indented; indent lines 8 to 9',
    ]);
    expect(told(node18('state: stable', 'variants:', ...webservice, '    wstype: js'))).toEqual([
      '7 misplaced-field the field wstype belongs under node18.variants.webservice.extra: no consumer reads it here; write `extra:` above, and indent line 7',
    ]);
  });

  it('is each image of two variants without their indentation', () => {
    const text = node18(
      'state: stable',
      'variants:',
      '  jobs-framework:',
      `  image: ${HOST}/node18-base`,
      '  webservice:',
      ...WEBSERVICE,
    );
    expect(told(text)).toEqual([
      '6 wrong-type the field image is not indented; indent line 6',
      '8 wrong-type the fields image and extra are not indented; indent lines 8 to 10',
    ]);
  });

  it('is a part of deprecation', () => {
    const text = `${node18('state: deprecated', 'variants: {}', 'deprecation:', 'replacement: node20', "removal: '2099-01-01'")}node20: {state: stable, image: ${HOST}/node20, variants: {}}\n`;
    expect(told(text)).toEqual([
      '6 wrong-type the fields replacement and removal are not indented; indent lines 6 to 7',
    ]);
  });
});

describe('a field that is indented too far', () => {
  it('belongs to the mapping around it', () => {
    const text = node18('variants:', `  jobs-framework: {image: ${HOST}/node18-base}`, '  state: stable');
    expect(told(text)).toEqual([
      '5 misplaced-field the field state belongs under node18: no consumer reads it here; move line 5 out, to the other fields of node18',
    ]);
  });

  it('may be a variant inside another', () => {
    const text = node18(
      'state: stable',
      'variants:',
      '  jobs-framework:',
      `    image: ${HOST}/node18-base`,
      '    webservice:',
      ...indented(indented(WEBSERVICE)),
    );
    expect(told(text)).toEqual([
      '7 misplaced-field the field webservice belongs under node18.variants: no consumer reads it here; move lines 7 to 10 out, to the other fields of variants',
    ]);
  });
});

describe('an entry inside another one', () => {
  it('is an error that says which lines to indent less', () => {
    const text = CATALOG.replace(/^(python3\.11:\n(?: .*\n)+)/m, (block) =>
      block.replaceAll(/^(?=.)/gm, '  '),
    );
    expect(told(text)).toEqual([
      '397 misplaced-field python3.11 looks like an entry inside another one: no consumer reads it here; indent lines 397 to 410 less: the name belongs at the left margin',
    ]);
    expect(loaded(text).parsed.map(({ name }) => name.text)).toContain('python3.11');
    expect(loaded(text).catalog?.entries.map(({ name }) => name)).not.toContain('python3.11');
  });

  it('may be inside variants', () => {
    const text = node18('state: stable', 'variants:', '  node20:', '    state: stable', '    variants: {}');
    expect(problemsOf(text).map(({ code, field }) => `${code} ${field}`)).toContain(
      'misplaced-field node18.variants.node20',
    );
  });

  it('is an unknown field if a required field is missing', () => {
    const text = node18('state: stable', 'variants: {}', 'node20:', '  state: stable');
    expect(problemsOf(text).map(({ code }) => code)).toEqual(['unknown-field']);
  });
});

describe('a field stays', () => {
  it.each([
    ['if its level knows it', ['state: stable', 'variants: {}']],
    ['if the other level has one', ['state: stable', 'variants: {webservice: ~, state: {}}']],
    ['if its mapping is missing and optional', ['state: stable', 'variants: {}', "removal: '2099-01-01'"]],
    ['if its value has another type', ['state: stable', 'variants: {}', 'webservice: true']],
    ['if two mappings could have it', ['state: stable', `variants: {image: {}}`]],
  ])('%s', (_, fields) => {
    expect(problemsOf(node18(...fields)).map(({ code }) => code)).not.toContain('misplaced-field');
  });
});

describe('a field that is written as a variant', () => {
  it('has one problem, with the places where it is known', () => {
    const text = node18('state: stable', `variants: {image: ${HOST}/node18-base}`);
    expect(told(text)).toEqual([
      '4 wrong-type this is no variant, but a field of the entry, jobs-framework and webservice; move it there, or delete it',
    ]);
  });
});

describe('a field that no level lacks', () => {
  it('is unknown, with the place where it is known', () => {
    const text = node18('state: stable', 'variants: {}', "removal: '2099-01-01'");
    expect(told(text)).toEqual([
      '5 unknown-field the field "removal" has no effect here: it is known in deprecation; move it there, or delete it',
    ]);
  });

  it('is not taken for an entry', () => {
    const variant = `webservice: {image: ${HOST}/node18-web, extra: {wstype: js}}`;
    expect(told(node18('state: stable', `variants: {${variant}}`, variant))).toEqual([
      '5 unknown-field the field "webservice" has no effect here: it is known in variants; move it there, or delete it',
    ]);
  });
});

describe('a catalog with a field at the wrong level', () => {
  const text = node18('state: stable', 'variants: {}', 'webservice:', ...WEBSERVICE);

  it('is still served as written, since an earlier version accepted it', () => {
    const { catalog, parsed } = loaded(text);
    expect(catalog?.entries).toMatchObject([{ name: 'node18', variants: [] }]);
    expect(parsed[0]?.variants).toMatchObject([{ name: { text: 'webservice' } }]);
  });

  it('is not served if something else is wrong', () => {
    expect(loaded(text.replace('stable', 'stabel')).catalog).toBeUndefined();
    expect(loaded(text.replace('  variants: {}\n', '')).catalog).toBeUndefined();
  });
});

describe('a repeated field at the wrong level', () => {
  it('is no catalog, although only one of the two has a place to move to', () => {
    const text = node18(
      'state: stable',
      'variants: {}',
      'jobs-framework:',
      'jobs-framework:',
      `  image: ${HOST}/node18-base`,
    );
    expect(loaded(text).catalog).toBeUndefined();
    expect(problemsOf(text).map(({ code }) => code)).toContain('misplaced-field');
  });
});
