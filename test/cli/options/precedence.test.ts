import { describe, expect, it } from 'vitest';
import { defaultPrecedence } from '../../../src/catalog/lookup.ts';
import { parsePrecedence, precedenceText } from '../../../src/cli/options/precedence.ts';

describe('a precedence', () => {
  it('reads clients and their sources, with or without spaces', () => {
    expect(parsePrecedence(' webservice = webservice , image ;*=image;')).toEqual({
      webservice: ['webservice', 'image'],
      '*': ['image'],
    });
  });

  it('reads the default as it is shown in the help', () => {
    expect(parsePrecedence(precedenceText(defaultPrecedence))).toEqual(defaultPrecedence);
  });

  it.each([
    ['', 'there is no part "*=…"'],
    ['webservice=image', 'there is no part "*=…"'],
    ['*=image;*=webservice', '"*" stands there twice'],
    ['*', '"*" is not CLIENT=SOURCE,SOURCE'],
    ['*=a=b', '"*=a=b" is not CLIENT=SOURCE,SOURCE'],
    ['*=', '"" is neither "image" nor the name of a variant'],
    ['*=image,', '"" is neither "image" nor the name of a variant'],
    ['*=image;no spaces=image', '"no spaces" is no value of the label'],
    ['*=image;__proto__=image', '"__proto__" is no value of the label'],
  ])('of %j is refused: %s', (text, words) => {
    expect(() => parsePrecedence(text)).toThrow(words);
  });
});
