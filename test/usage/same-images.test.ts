import { expect, it } from 'vitest';
import { sameImages } from '../../src/usage/same-images.ts';
import type { ImageUse } from '../../src/usage/workload.ts';

const python = (container: string): ImageUse => ({
  container,
  list: 'containers',
  image: 'r.example/toolforge-python311-sssd-web',
  client: 'webservice',
  requested: undefined,
  recorded: 'python3.11',
});

it('gives one object for images that are alike', () => {
  const first = sameImages([python('web'), python('sidecar')]);
  expect(sameImages([python('web'), python('sidecar')])).toBe(first);
});

it('gives another one for images that differ in anything, be it their order', () => {
  const first = sameImages([python('web'), python('sidecar')]);
  const others = [
    [python('web')],
    [python('sidecar'), python('web')],
    [python('web'), { ...python('sidecar'), client: undefined }],
  ];
  for (const other of others) {
    expect(sameImages(other)).toEqual(other);
    expect(sameImages(other)).not.toBe(first);
  }
});
