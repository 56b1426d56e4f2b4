import { describe, expect, it } from 'vitest';
import { type Identity, successorsOf } from '../../src/catalog/successors.ts';

const identity = (name: string, more: Partial<Identity> = {}): Identity => ({
  name,
  aliases: [],
  urls: [`r.example.org/${name}`],
  formerUrls: [],
  ...more,
});

const successors = (before: readonly Identity[], after: readonly Identity[]) =>
  Object.fromEntries(
    Array.from(successorsOf(before, after), ([name, successor]) => [
      name,
      `${successor.how} ${successor.name}`,
    ]),
  );

describe('the successor of an entry', () => {
  it('is the entry of the same name, even if all else differs', () => {
    const taken = identity('b', { aliases: ['a'], urls: ['r.example.org/a'] });
    expect(successors([identity('a')], [taken, identity('a', { urls: [] })])).toEqual({ a: 'same a' });
  });

  it('is the new entry that has its name as an alias, before one that has its image', () => {
    const after = [identity('image', { urls: ['r.example.org/a'] }), identity('alias', { aliases: ['a'] })];
    expect(successors([identity('a')], after)).toEqual({ a: 'renamed alias' });
  });

  it('is a new entry with one of its images as image or former image', () => {
    expect(successors([identity('a')], [identity('b', { urls: ['r.example.org/a'] })])).toEqual({
      a: 'renamed b',
    });
    expect(successors([identity('a')], [identity('b', { formerUrls: ['r.example.org/a'] })])).toEqual({
      a: 'renamed b',
    });
  });

  it('is an entry that existed before only if it has the name as an alias or a former image', () => {
    const before = [identity('a'), identity('b')];
    expect(successors(before, [identity('b', { aliases: ['a'] })])).toEqual({ a: 'merged b', b: 'same b' });
    expect(successors(before, [identity('b', { formerUrls: ['r.example.org/a'] })])).toEqual({
      a: 'merged b',
      b: 'same b',
    });
    expect(successors(before, [identity('b', { urls: ['r.example.org/a'] })])).toEqual({ b: 'same b' });
  });

  it('is renamed once; a second entry with the same successor is merged', () => {
    expect(successors([identity('a'), identity('b')], [identity('c', { aliases: ['b', 'a'] })])).toEqual({
      a: 'renamed c',
      b: 'merged c',
    });
  });

  it('does not exist for a removed entry', () => {
    expect(successors([identity('a')], [identity('b')])).toEqual({});
  });

  it('treats a name like constructor as any other', () => {
    expect(
      successors([identity('constructor')], [identity('__proto__', { aliases: ['constructor'] })]),
    ).toEqual({ constructor: 'renamed __proto__' });
  });
});
