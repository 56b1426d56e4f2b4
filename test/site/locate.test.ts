import { describe, expect, it } from 'vitest';
import { locate } from '../../src/site/locate.ts';

const partsOf = (target: string) => {
  const { path, query, matched } = locate(target);
  return [path, query.toString(), matched?.route.path];
};

describe('a request target', () => {
  it.each([
    ['/', ['/', '', '/']],
    ['/?q=py', ['/', 'q=py', '/']],
    ['/?q=py?x', ['/', 'q=py%3Fx', '/']],
    ['/images/a%20b', ['/images/a%20b', '', '/images/{image}']],
    ['/images/a/b', ['/images/a/b', '', undefined]],
    ['/images/%ZZ', ['/images/%ZZ', '', undefined]],
  ])('%s has its path, its query and its route', (target, parts) => {
    expect(partsOf(target)).toEqual(parts);
  });

  it.each(['http://example.org/style.css', 'HTTPS://user@example.org:8082/style.css'])(
    'may have the absolute form %s, of which the host is not used',
    (target) => {
      expect(partsOf(target)).toEqual(['/style.css', '', '/style.css']);
    },
  );

  it('may be a host alone in the absolute form', () => {
    expect(partsOf('http://example.org?q=py')).toEqual(['/', 'q=py', '/']);
  });
});
