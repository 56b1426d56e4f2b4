import { describe, expect, it } from 'vitest';
import {
  entryFrom,
  type ParsedEntry,
  parsedFormerImages,
  parsedImages,
  pulledUrl,
} from '../../src/catalog/parsed-entry.ts';
import { HOST } from '../support/catalog.ts';
import { catalogOf, loaded } from '../support/problems.ts';

function entryOf(text: string): ParsedEntry {
  const [entry] = loaded(text).parsed;
  if (!entry) throw new Error('there is no entry');
  return entry;
}

describe('a parsed entry', () => {
  it('has the readable fields, each with its place', () => {
    const text = catalogOf(
      'node18:',
      '  state: stable',
      `  image: '${HOST}/node18'`,
      '  aliases: [~, tf-node18, [], 18]',
      '  variants: {webservice: {}, builder: {image: x}, odd: 1}',
      '  deprecation: {removal: 2027-03-01, replacement: []}',
    );
    expect(entryOf(text)).toEqual({
      name: { text: 'node18', at: { start: 0, end: 6 } },
      readable: true,
      state: { text: 'stable', at: { start: 17, end: 23 } },
      image: { text: `${HOST}/node18`, at: { start: 33, end: 75 } },
      aliases: [
        { text: 'tf-node18', at: { start: 91, end: 100 }, field: 'node18.aliases[1]' },
        { text: '18', at: { start: 106, end: 108 }, field: 'node18.aliases[3]' },
      ],
      variants: [
        { name: { text: 'webservice', at: { start: 123, end: 133 } } },
        {
          name: { text: 'builder', at: { start: 139, end: 146 } },
          image: { text: 'x', at: { start: 156, end: 157 } },
        },
        { name: { text: 'odd', at: { start: 160, end: 163 } } },
      ],
      formerImages: [],
      deprecation: {
        at: { start: 170, end: 181 },
        removal: { text: '2027-03-01', at: { start: 193, end: 203 } },
      },
    });
  });

  it.each(['', '~', 'stable', '[]'])('has only a name if the entry is "%s"', (value) => {
    expect(entryOf(`node18: ${value}\n`)).toEqual({
      name: { text: 'node18', at: { start: 0, end: 6 } },
      readable: false,
      aliases: [],
      variants: [],
      formerImages: [],
    });
  });

  it('has the kind of its webservice, each part with its place', () => {
    const [variant] = entryOf(
      'node18: {variants: {webservice: {image: x, extra: {wstype: js, resources: jdk}}}}\n',
    ).variants;
    expect(variant).toEqual({
      name: { text: 'webservice', at: { start: 20, end: 30 } },
      image: { text: 'x', at: { start: 40, end: 41 } },
      wstype: { text: 'js', at: { start: 59, end: 61 } },
      resources: { text: 'jdk', at: { start: 74, end: 77 } },
    });
  });

  it('has its former images with their index, apart from its images', () => {
    const entry = entryOf(`node18: {former-images: [~, '${HOST}/old:latest', 7]}\n`);
    expect(parsedImages(entry)).toEqual([]);
    expect(parsedFormerImages(entry).map(({ field, image, url }) => [field, image.text, url])).toEqual([
      ['node18.former-images[1]', `${HOST}/old:latest`, `${HOST}/old`],
      ['node18.former-images[2]', '7', '7'],
    ]);
  });

  it('treats __proto__ as any other name of an entry or a variant', () => {
    const { name, variants } = entryOf('__proto__: {variants: {__proto__: {image: x}}}\n');
    expect(name.text).toBe('__proto__');
    expect(variants.map((variant) => [variant.name.text, variant.image?.text])).toEqual([['__proto__', 'x']]);
  });

  it('has its images with and without a faulty tag', () => {
    const images = parsedImages(
      entryOf(
        `node18: {image: '${HOST}:5000/node18:v1', variants: {builder: {image: 'x@sha256:0'}, odd: {}}}\n`,
      ),
    );
    expect(images.map(({ field, image, url }) => [field, image.text, url])).toEqual([
      ['node18.image', `${HOST}:5000/node18:v1`, `${HOST}:5000/node18`],
      ['node18.variants.builder.image', 'x@sha256:0', 'x'],
    ]);
  });
});

it('pulledUrl drops the tag latest, and keeps another tag or a digest', () => {
  expect(['x/a', 'x/a:latest', 'x/a:v1', 'x/a@sha256:0'].map(pulledUrl)).toEqual([
    'x/a',
    'x/a',
    'x/a:v1',
    'x/a@sha256:0',
  ]);
});

describe('entryFrom', () => {
  it('returns each alias once, without the name of the entry', () => {
    const text = catalogOf(
      'node18: {state: stable, variants: {}, aliases: [tf-node18, node18, tf-node18, node-18]}',
    );
    expect(entryFrom(entryOf(text)).aliases).toEqual(['tf-node18', 'node-18']);
  });

  it('returns the variants with an image, in document order', () => {
    const text = catalogOf(
      `node18: {state: stable, variants: {webservice: {image: ${HOST}/b, extra: {wstype: js}}, builder: {}, jobs-framework: {image: ${HOST}/a}}}`,
    );
    expect(entryFrom(entryOf(text)).variants).toEqual([
      ['webservice', `${HOST}/b`],
      ['jobs-framework', `${HOST}/a`],
    ]);
  });

  it('returns the former images in document order', () => {
    const text = `node18: {state: stable, variants: {}, former-images: [${HOST}/b, ${HOST}/a]}\n`;
    expect(entryFrom(entryOf(text)).formerImages).toEqual([`${HOST}/b`, `${HOST}/a`]);
  });

  it('returns no field that the text does not have', () => {
    expect(entryFrom(entryOf('node18: {state: stable, variants: {}}\n'))).toEqual({
      name: 'node18',
      state: 'stable',
      aliases: [],
      variants: [],
    });
  });
});
