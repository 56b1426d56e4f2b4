import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultPrecedence } from '../../src/catalog/lookup.ts';
import { unknownUsage } from '../../src/catalog/usage.ts';
import { type CatalogThread, startCatalogThread } from '../../src/server/catalog-thread-client.ts';
import { defaultPolicy } from '../../src/settings.ts';
import { buildCatalogThread } from '../support/bundle.ts';
import { reviewBytes } from '../support/reviews.ts';
import { temporaryDirectory } from '../support/temporary.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let thread: CatalogThread;

beforeAll(async () => {
  directory = await temporaryDirectory();
  const context = () => ({
    policy: defaultPolicy,
    precedence: defaultPrecedence,
    today: '2026-11-22',
    usage: unknownUsage,
    enforce: true,
  });
  thread = startCatalogThread({ file: await buildCatalogThread(directory.path), context });
});

afterAll(async () => {
  await thread.close();
  await directory[Symbol.asyncDispose]();
});

const fixture = (year: number): string =>
  readFileSync(new URL(`../fixtures/image-config/images-v1.${year}.yaml`, import.meta.url), 'utf8');

describe('the catalog thread', () => {
  test('loads a good text as a catalog', async () => {
    const report = await thread.load(fixture(2026));
    expect(report).toMatchObject({ errors: 0, warnings: 0, problems: [] });
    expect(report.catalog?.entries).toHaveLength(41);
    expect(report.catalog?.digest).toBe(report.digest);
  });

  test('reports a bad text as lines with position, code and message', async () => {
    const text =
      'python3.11:\n  state: stable\n  variants: {}\n  aliases: [a, a]\npython3.9: {state: stable, aliases: [a]}\n';
    const report = await thread.load(text);
    expect(report.catalog).toBeUndefined();
    expect(report.errors).toBe(2);
    expect(report.problems[0]).toMatch(/^5:\d+ \S+: python3\.9/);
  });

  test('reports only the first ten of thousands of problems', async () => {
    const entry = (number: number) => `n${number}: {state: stable, variants: {}, aliases: [a]}`;
    const report = await thread.load(Array.from({ length: 1_900 }, (_, number) => entry(number)).join('\n'));
    expect(report.errors).toBeGreaterThan(1_000);
    expect(report.problems).toHaveLength(10);
    expect(JSON.stringify(report).length).toBeLessThan(10_000);
  });

  test('answers a review of the ConfigMap', async () => {
    const answer = await thread.answer('/validate-image-config', reviewBytes('refused-edit'));
    expect(answer.status).toBe(200);
    expect(answer.facts).toMatchObject({ verdict: 'denied', operation: 'UPDATE', resource: 'configmaps' });
    expect(JSON.parse(answer.body).response.allowed).toBe(false);
  });

  test('writes no field in the line of a problem of the whole text', async () => {
    const { problems } = await thread.load('{}');
    expect(problems).toEqual([expect.stringMatching(/^1:1 empty-catalog: [^:]/)]);
  });

  test('refuses a review for the path of a webhook about Pods', async () => {
    await expect(thread.answer('/mutate-pods', reviewBytes('refused-edit'))).rejects.toThrow(
      'Error: /mutate-pods is no webhook for edits of the catalog\n    at ',
    );
  });

  test('leaves the body intact for its sender', async () => {
    const body = reviewBytes('refused-edit');
    const length = body.length;
    await thread.answer('/validate-image-config', body);
    expect(body.length).toBe(length);
  });

  test('rejects a body that is not a review', async () => {
    expect(await thread.answer('/validate-image-config', Buffer.from('{'))).toMatchObject({
      status: 400,
      facts: { verdict: 'rejected' },
    });
  });

  test('loads a catalog before the edits that wait, and rejects edits at once when six wait', async () => {
    const order: string[] = [];
    const edits = Array.from({ length: 30 }, () =>
      thread.answer('/validate-image-config', reviewBytes('refused-edit')).then(
        () => order.push('edit'),
        (error: Error) => order.push(error.message),
      ),
    );
    const load = thread.load(fixture(2026)).then(() => order.push('load'));
    await Promise.all([...edits, load]);
    const refused = order.filter((what) => what === 'the catalog thread has too much to do; try again');
    expect(refused).toHaveLength(23);
    expect(order.slice(0, 23)).toEqual(refused);
    expect(order.slice(23)).toEqual(['edit', 'load', ...Array.from({ length: 6 }, () => 'edit')]);
  });
});
