import { expect, test } from 'vitest';
import { catalogEvents } from '../../../src/cli/serve/catalog-events.ts';

const stored = { namespace: 'tf-public', name: 'image-config', uid: 'a-uid', annotations: {} };
const about = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: 'tf-public',
  name: 'image-config',
  uid: 'a-uid',
};
const report = { digest: 'sha256:abc', errors: 0, warnings: 0, problems: [] };
const invalid = {
  ...report,
  errors: 2,
  problems: ['1:1 missing-field: python3.11: …', '3:1 invalid-name: …'],
};
const accepting = (digest: string) => ({
  ...stored,
  annotations: { 'image-config.toolforge.org/accept': digest },
});

test('a good catalog needs no words', () => {
  expect(catalogEvents(stored, report)).toEqual([]);
  expect(catalogEvents(accepting('sha256:of-another-text'), { ...report, warnings: 3 })).toEqual([]);
});

test('an invalid one is told with what is wrong', () => {
  expect(catalogEvents(stored, invalid)).toEqual([
    {
      about,
      type: 'Warning',
      reason: 'InvalidCatalog',
      message:
        'The stored catalog sha256:abc has 2 errors: its users may fail, and Pods are answered from the last good one, ' +
        'where there was one. 1:1 missing-field: python3.11: …; 3:1 invalid-name: …',
      key: 'sha256:abc',
    },
  ]);
});

test('one that was accepted by break-glass is told as that, too', () => {
  const [, accepted, ...more] = catalogEvents(accepting('sha256:abc'), invalid);
  expect(accepted).toEqual({
    about,
    type: 'Warning',
    reason: 'CatalogAccepted',
    message:
      'The catalog sha256:abc is stored by break-glass, as the annotation image-config.toolforge.org/accept says, with its 2 errors',
    key: 'sha256:abc',
  });
  expect(more).toEqual([]);
});

test('an edit that was accepted although it takes away what is in use is told without alarm', () => {
  expect(catalogEvents(accepting('sha256:abc'), report)).toMatchObject([
    {
      type: 'Normal',
      reason: 'CatalogAccepted',
      message: expect.stringContaining('by itself it has no error'),
    },
  ]);
});
