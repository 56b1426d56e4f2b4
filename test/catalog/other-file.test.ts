import { readFileSync } from 'node:fs';
import { expect, describe as group, it } from 'vitest';
import { loadCatalog } from '../../src/catalog/load.ts';
import { describe } from '../../src/catalog/problem-message.ts';
import { defaultPolicy } from '../../src/settings.ts';

function told(text: string): string[] {
  const { problems } = loadCatalog(text, defaultPolicy, '2026-11-22');
  return problems.map((problem) => `${problem.code}: ${describe(problem, () => 1).message}`);
}

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/cli/${name}`, import.meta.url), 'utf8');

group('a file that is no catalog has one problem, which says what the file is:', () => {
  it.each([
    ['a jobs.yaml, which `toolforge jobs load` reads', fixture('jobs.yaml')],
    ['a service.template, which `toolforge webservice` reads', fixture('service.template')],
    ['a service.template, which `toolforge webservice` reads', 'type: python3.11\n'],
    ['a service.manifest, which webservice writes', 'backend: kubernetes\nversion: 2\nweb: python3.11\n'],
    [
      'a toolforge.yaml, which `toolforge components` reads',
      'config-version: v1\ncomponents:\n  web: {component_type: continuous, build: {repository: x}}\n',
    ],
    ['a package.json, which npm reads', readFileSync(new URL('../../package.json', import.meta.url), 'utf8')],
    ['a Kubernetes manifest', 'apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n'],
    [
      'the fields of one entry without its name',
      'state: stable\nimage: registry.example.org/node20\nvariants: {}\n',
    ],
  ])('%s', (what, text) => {
    expect(told(text)).toEqual([`not-a-mapping: this is ${what}, and no catalog`]);
  });
});

group('a text that is no catalog and no known file', () => {
  it('has one problem, which names its first keys', () => {
    expect(told('image: {name: x, tag: y}\nreplicas: 2\nservice: {port: 1}\nresources: {}\n')).toEqual([
      'not-a-mapping: this is no catalog: no entry stands below any of its 4 keys, image, replicas, service, resources',
    ]);
    expect(told('{a: 1, b: 2, c: 3, d: 4, e: 5, f: 6}')).toEqual([
      'not-a-mapping: this is no catalog: no entry stands below any of its 6 keys, a, b, c, d, e …',
    ]);
  });

  it('has the problems of its values if they are so few that each may be a faulty entry', () => {
    expect(told('node20: stable\n')).toEqual(['wrong-type: expected a mapping, found a string']);
  });

  it('has one problem if it is prose', () => {
    expect(told('Please add\npython3.13.\n')).toEqual([
      'not-a-mapping: the catalog is a string; expected a mapping from names to entries',
    ]);
  });
});

it('one entry among other keys makes a text a catalog, and its faults are reported', () => {
  expect(told('a: b\nnode20: {state: stable}\n').map((words) => words.split(':')[0])).toEqual([
    'wrong-type',
    'missing-field',
    'unreachable-entry',
  ]);
});
