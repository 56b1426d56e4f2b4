import { describe, expect, it } from 'vitest';
import { faultOfName, splitHost, splitLatest, splitReference } from '../../src/catalog/image-reference.ts';

const DIGEST = `sha256:${'f'.repeat(64)}`;

describe('splitReference splits as distribution/reference does', () => {
  it.each<[string, string, string | undefined, string | undefined]>([
    ['test_com', 'test_com', undefined, undefined],
    ['test.com:tag', 'test.com', 'tag', undefined],
    ['test.com:5000', 'test.com', '5000', undefined],
    ['test.com/repo:tag', 'test.com/repo', 'tag', undefined],
    ['test:5000/repo', 'test:5000/repo', undefined, undefined],
    ['test:5000/repo:tag', 'test:5000/repo', 'tag', undefined],
    [`test:5000/repo@${DIGEST}`, 'test:5000/repo', undefined, DIGEST],
    [`test:5000/repo:tag@${DIGEST}`, 'test:5000/repo', 'tag', DIGEST],
    ['lowercase:Uppercase', 'lowercase', 'Uppercase', undefined],
    [
      'sub-dom1.foo.com/bar/baz/quux:some-long-tag',
      'sub-dom1.foo.com/bar/baz/quux',
      'some-long-tag',
      undefined,
    ],
    ['foo_bar.com:8080/abc:1', 'foo_bar.com:8080/abc', '1', undefined],
    ['[2001:db8::1]:5000/repo:tag', '[2001:db8::1]:5000/repo', 'tag', undefined],
    ['', '', undefined, undefined],
    ['name:', 'name', '', undefined],
    ['name@', 'name', undefined, ''],
    ['name@a@b', 'name', undefined, 'a@b'],
    ['name:a:b', 'name', 'a:b', undefined],
  ])('%s', (image, name, tag, digest) => {
    expect(splitReference(image)).toEqual({ name, tag, digest });
  });
});

describe('splitLatest treats the tag latest as none', () => {
  it.each([
    ['node18', 'node18', true],
    ['node18:latest', 'node18', true],
    ['tf-node12-DEPRECATED:latest', 'tf-node12-DEPRECATED', true],
    ['r.example:5000/node18', 'r.example:5000/node18', true],
    ['r.example:5000/node18:latest', 'r.example:5000/node18', true],
    ['node18:Latest', 'node18', false],
    ['node18:1', 'node18', false],
    ['node18:', 'node18', false],
    [`node18@${DIGEST}`, 'node18', false],
    [`node18:latest@${DIGEST}`, 'node18', false],
  ])('%s', (image, name, latest) => {
    expect(splitLatest(image)).toEqual({ name, latest });
  });
});

describe('splitHost takes the part before the first slash as the host', () => {
  it.each([
    ['r.example/a', 'r.example', 'a'],
    ['r.example:5000/a/b', 'r.example:5000', 'a/b'],
    ['a', '', 'a'],
    ['/a', '', 'a'],
    ['r.example/', 'r.example', ''],
    ['', '', ''],
  ])('%j', (url, host, repository) => {
    expect(splitHost(url)).toEqual({ host, repository });
  });
});

describe('faultOfName accepts', () => {
  it.each([
    'docker-registry.svc.toolforge.org/toolforge-python311-sssd-web',
    'docker-registry.tools.wmflabs.org/toolforge-bookworm-sssd',
    'r.example:5000/a',
    '127.0.0.1:5000/a',
    'xn--n3h.example/a',
    'r-1.example/a/b/c',
    'r.example/a.b_c__d-e---f',
    'r.example/1',
    'r.example/tool-images',
    'r.example/toolforge/tool-x',
    `r.example/${'a'.repeat(245)}`,
  ])('%s', (name) => {
    expect(faultOfName(name)).toBeUndefined();
  });
});

describe('faultOfName rejects', () => {
  it.each([
    ['', 'it is empty'],
    ['https://r.example/a', 'it starts with the scheme https://'],
    ['docker://r.example/a', 'it starts with the scheme docker://'],
    ['toolforge-bookworm', 'it has no registry host'],
    ['/a', 'it has no registry host'],
    ['registry/a', 'its host "registry" has no dot'],
    ['localhost:5000/a', 'its host "localhost:5000" has no dot'],
    ['R.example/a', 'its host "R.example" has capitals'],
    ['-r.example/a', 'its host "-r.example" is malformed'],
    ['r-.example/a', 'its host "r-.example" is malformed'],
    ['r_1.example/a', 'its host "r_1.example" is malformed'],
    ['r..example/a', 'its host "r..example" is malformed'],
    ['r.example./a', 'its host "r.example." is malformed'],
    ['r.example:/a', 'its host "r.example:" is malformed'],
    ['r.example:x/a', 'its host "r.example:x" is malformed'],
    ['r.example:500000/a', 'its host "r.example:500000" is malformed'],
    ['r .example/a', 'its host "r .example" is malformed'],
    ['r.example/', 'nothing follows the host'],
    ['r.example//a', 'its path has an empty part'],
    ['r.example/a/', 'its path has an empty part'],
    ['r.example/a//b', 'its path has an empty part'],
    ['r.example/A', 'the part "A" of its path is malformed'],
    ['r.example/a b', 'the part "a b" of its path is malformed'],
    ['r.example/-a', 'the part "-a" of its path is malformed'],
    ['r.example/a-', 'the part "a-" of its path is malformed'],
    ['r.example/a..b', 'the part "a..b" of its path is malformed'],
    ['r.example/a___b', 'the part "a___b" of its path is malformed'],
    ['r.example/a._b', 'the part "a._b" of its path is malformed'],
    ['r.example/a+b', 'the part "a+b" of its path is malformed'],
    ['r.example/ä', 'the part "ä" of its path is malformed'],
    ['r.example/tool-x/y', "tool-x/ is the place of a tool's own builds"],
    [`r.example/${'a'.repeat(246)}`, 'it has 256 characters'],
  ])('%j: %s', (name, reason) => {
    expect(faultOfName(name)).toEqual({ reason, remedy: expect.stringMatching(/^[a-z]/) });
  });
});
