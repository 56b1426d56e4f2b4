import { describe, expect, test } from 'vitest';
import { decodeConfigMap } from '../../src/admission/config-map.ts';
import { BadReview } from '../../src/admission/decode.ts';

describe('a ConfigMap', () => {
  test.each([
    { metadata: {} },
    { metadata: { annotations: null }, data: null, binaryData: null },
    { metadata: { annotations: { a: 'b' } }, data: { 'images-v1.yaml': '' }, binaryData: { b: 'AA==' } },
  ])('is accepted: %j', (value) => {
    expect(decodeConfigMap(value, 'object')).toBe(value);
  });

  test.each([
    [undefined, 'object should be an object, and is missing'],
    [{}, 'object.metadata is missing'],
    [
      { metadata: {}, data: { 'images-v1.yaml': {} } },
      'object.data["images-v1.yaml"] should be a string, and is an object',
    ],
    [{ metadata: {}, data: [] }, 'object.data should be an object, and is a list'],
  ])('%# is rejected, and the message names the field: %j', (value, message) => {
    expect(() => decodeConfigMap(value, 'object')).toThrow(new BadReview(message));
  });
});
