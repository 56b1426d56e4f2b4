import { expect, it } from 'vitest';
import { imageClassifier } from '../../src/usage/image-classification.ts';
import { unlistedImages } from '../../src/usage/unlisted-images.ts';
import { lookupOf } from '../support/catalog.ts';
import { indexOf, type Told } from '../support/workloads.ts';

const lookup = lookupOf({ node18: { image: 'new.example/node18' } });

it('counts workloads on top by what their images are, listed ones left out', () => {
  const web = { kind: 'Deployment', name: 'web' } as const;
  const all: readonly Told[] = [
    { ...web, image: 'old.example/node18' },
    { kind: 'ReplicaSet', name: 'web-abc', owner: web },
    {
      kind: 'Pod',
      name: 'web-abc-1',
      image: 'old.example/node18',
      owner: { kind: 'ReplicaSet', name: 'web-abc' },
    },
    { kind: 'Pod', name: 'a', image: 'nginx' },
    { kind: 'Pod', name: 'b', image: 'harbor.example/tool-b/web:latest' },
    { kind: 'Pod', name: 'c', image: 'node18' },
    {
      kind: 'Pod',
      name: 'd',
      image: 'new.example/x',
      annotations: { 'name.image-config.toolforge.org/main': 'x' },
    },
  ];
  expect(Object.fromEntries(unlistedImages(indexOf(all), imageClassifier(lookup)))).toEqual({
    orphaned: 1,
    removed: 1,
    unknown: 1,
    built: 1,
  });
});
