import { describe, expect, it } from 'vitest';
import { defaultPrecedence } from '../../../src/catalog/lookup.ts';
import {
  byteSize,
  clientPrecedence,
  date,
  labelSelector,
  listOf,
  precedenceText,
  sizeText,
  webAddress,
  wholeNumber,
} from '../../../src/cli/options/values.ts';

describe('the parser of whole numbers', () => {
  const port = wholeNumber(0, 65_535);

  it.each([
    ['0', 0],
    ['8443', 8443],
    ['65535', 65_535],
    ['080', 80],
  ])('reads %s', (text, value) => {
    expect(port(text)).toBe(value);
  });

  it.each(['', '65536', '-1', '1.5', '1e3', '0x50', ' 80', 'https', '9'.repeat(400)])(
    'refuses %j',
    (text) => {
      expect(() => port(text)).toThrow('Expected a whole number from 0 to 65535.');
    },
  );
});

describe('the parser of sizes', () => {
  const size = byteSize(1, 8 * 1024 * 1024);

  it.each([
    ['1', 1],
    ['256KiB', 262_144],
    ['8MiB', 8_388_608],
  ])('reads %s', (text, value) => {
    expect(size(text)).toBe(value);
  });

  it.each(['0', '9MiB', '1kb', '1GiB', '-1', 'KiB', ''])('refuses %j', (text) => {
    expect(() => size(text)).toThrow('Expected a size from 1 to 8MiB');
  });

  it.each([1, 1_000, 1_024, 262_144, 8_388_608])(
    'reads the text that sizeText writes of %i bytes',
    (bytes) => {
      expect(size(sizeText(bytes))).toBe(bytes);
    },
  );
});

describe('the parser of lists', () => {
  const letters = listOf(/^[a-z]$/, 'letters');

  it('takes each item once, without the spaces around it', () => {
    expect(letters('a, b,a')).toEqual(['a', 'b']);
  });

  it.each([
    ['a,B', '"B"'],
    ['', '""'],
    ['a,,b', '""'],
  ])('names the wrong item of %j', (text, item) => {
    expect(() => letters(text)).toThrow(`Expected letters, separated by commas; found ${item}.`);
  });
});

describe('the parser of dates', () => {
  it.each(['2026-11-22', '2028-02-29'])('reads %s', (text) => {
    expect(date(text)).toBe(text);
  });

  it.each(['2027-02-29', '2026-13-01', '2026-1-1', '22.11.2026', 'today', '', '2026-11-22T00:00:00Z'])(
    'refuses %j',
    (text) => {
      expect(() => date(text)).toThrow('Expected a date of the calendar');
    },
  );
});

describe('the parser of label selectors', () => {
  it.each(['tenancy=tool', 'a=b,example.org/c=d'])('reads %s', (text) => {
    expect(labelSelector(text)).toBe(text);
  });

  it.each(['', 'tenancy', 'tenancy=', 'a=b,', 'a!=b', 'a in (b)', 'a=b c=d'])('refuses %j', (text) => {
    expect(() => labelSelector(text)).toThrow('Expected labels such as tenancy=tool, separated by commas.');
  });
});

describe('the parser of web addresses', () => {
  it.each([
    'https://wikitech.wikimedia.org/wiki/Help:Toolforge#Images',
    'http://localhost:8082/deprecations?a=%20',
  ])('reads %s', (text) => {
    expect(webAddress(text)).toBe(text);
  });

  it.each([
    '',
    'wikitech.wikimedia.org',
    'ftp://example.org/a',
    'https://',
    'https://example.org/a b',
    'https://example.org/\u202e',
    'https://example.org:port/',
    `https://example.org/${'a'.repeat(200)}`,
  ])('refuses %j', (text) => {
    expect(() => webAddress(text)).toThrow('Expected a URL of up to 200 characters');
  });
});

describe('the parser of precedences', () => {
  it('reads clients and their sources, with or without spaces', () => {
    expect(clientPrecedence(' webservice = webservice , image ;*=image;')).toEqual({
      webservice: ['webservice', 'image'],
      '*': ['image'],
    });
  });

  it('reads the default as the help shows it', () => {
    expect(clientPrecedence(precedenceText(defaultPrecedence))).toEqual(defaultPrecedence);
  });

  it.each([
    ['', 'there is no part "*=…"'],
    ['webservice=image', 'there is no part "*=…"'],
    ['*=image;*=webservice', '"*" occurs twice'],
    ['*', '"*" is not CLIENT=SOURCE,SOURCE'],
    ['*=a=b', '"*=a=b" is not CLIENT=SOURCE,SOURCE'],
    ['*=', '"" is neither "image" nor the name of a variant'],
    ['*=image,', '"" is neither "image" nor the name of a variant'],
    ['*=image;no spaces=image', '"no spaces" is not a value of the label'],
    ['*=image;__proto__=image', '"__proto__" is not a value of the label'],
  ])('refuses %j: %s', (text, words) => {
    expect(() => clientPrecedence(text)).toThrow(words);
  });
});
