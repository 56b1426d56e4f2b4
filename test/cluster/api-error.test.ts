import { describe, expect, test } from 'vitest';
import { ApiError, apiError, isConflict, isStale, undefinedIf } from '../../src/cluster/api-error.ts';

describe('the error of a refused call', () => {
  const words = (body: string): string => apiError(500, body).message;

  test('has the message of the Status', () => {
    expect(words(JSON.stringify({ kind: 'Status', message: 'etcd is away' }))).toBe('etcd is away');
  });

  test.each(['', '{}', 'null', '{"message":""}', '{"message":7}', 'no route\n'])(
    'has the status and the body where there is no message: %j',
    (body) => {
      expect(words(body)).toBe(`HTTP 500: ${body.trim()}`);
    },
  );

  test('has a bounded message, since it appears in log lines', () => {
    expect(words('x'.repeat(5_000))).toHaveLength(1_000);
    expect(words(JSON.stringify({ message: 'x'.repeat(1_000) }))).toBe('x'.repeat(1_000));
  });

  test('has the details of the Status, or none', () => {
    expect(apiError(404, '{"details":{"kind":"namespaces"}}')).toMatchObject({
      status: 404,
      name: 'ApiError',
      details: { kind: 'namespaces' },
    });
    expect(apiError(404, '{"details":null}').details).toEqual({});
  });
});

test('a write of an object that has changed or is gone is stale, and one of a changed object conflicts', () => {
  const statuses = [403, 404, 409, 410].map((status) => new ApiError(status, ''));
  expect(statuses.map(isStale)).toEqual([false, true, true, false]);
  expect(statuses.map(isConflict)).toEqual([false, false, true, false]);
});

test('undefinedIf turns the expected error into undefined, and no other', async () => {
  expect(await undefinedIf(isStale, Promise.resolve('read'))).toBe('read');
  expect(await undefinedIf(isStale, Promise.reject(new ApiError(404, '')))).toBeUndefined();
  await expect(undefinedIf(isStale, Promise.reject(new ApiError(403, 'no')))).rejects.toThrow('no');
});
