import { describe, expect, it } from 'vitest';
import { compareVersions, versionedName } from '../../src/catalog/versioned-name.ts';

describe('versionedName', () => {
  it.each([
    ['python3.11', 'python', ['3', '11'], ''],
    ['jdk17', 'jdk', ['17'], ''],
    ['node18-slim', 'node', ['18'], '-slim'],
    ['python3.9-pwb2', 'python', ['3', '9'], '-pwb2'],
    ['my-image.2..1', 'my-image.', ['2'], '..1'],
  ])('splits %s into letters, numbers and the rest', (name, letters, version, rest) => {
    expect(versionedName(name)).toEqual({ letters, version, rest });
  });

  it.each(['bullseye', 'bullseye-standalone', '3proxy', '', 'python٣'])('is undefined for %j', (name) => {
    expect(versionedName(name)).toBeUndefined();
  });
});

describe('compareVersions', () => {
  it('compares number by number, and treats a missing number as 0', () => {
    const versions = ['3.11', '3.9', '10', '3', '3.11.1', '2.7'].map((text) => text.split('.'));
    expect(versions.sort(compareVersions).map((version) => version.join('.'))).toEqual([
      '2.7',
      '3',
      '3.9',
      '3.11',
      '3.11.1',
      '10',
    ]);
    expect(compareVersions(['3'], ['3', '0'])).toBe(0);
    expect(compareVersions(['8', '02'], ['8', '2'])).toBe(0);
  });
});
