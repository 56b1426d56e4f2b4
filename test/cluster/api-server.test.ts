import { beforeEach, describe, expect, test } from 'vitest';
import { apiFixture } from '../support/api-fixture.ts';
import { refusedRequests } from '../support/refused-requests.ts';

/** test/control-plane/refused-requests.test.ts sends the same requests to a real API server. */
describe('the API server of these tests refuses as a real one does', () => {
  const fixture = apiFixture();
  let versions: ReadonlyMap<string, string>;

  beforeEach(() => {
    const put = (path: string, fields: object): [string, string] => [
      path,
      fixture.api.put(path, { ...fields }).metadata.resourceVersion,
    ];
    versions = new Map(Object.entries(refusedRequests.stored).map(([path, fields]) => put(path, fields)));
  });

  test.each(refusedRequests.rows)('$what: $code', async ({ request, code }) => {
    const { path, method, contentType = 'application/json', body } = request;
    const response = await fetch(`${fixture.api.url}${path}`, {
      method,
      headers: { 'content-type': contentType },
      ...(body && { body: JSON.stringify(body(versions.get(path) ?? '')) }),
    });
    expect([response.status, await response.json()]).toEqual([
      code,
      expect.objectContaining(code < 300 ? {} : { kind: 'Status', code }),
    ]);
  });
});
