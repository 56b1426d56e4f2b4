import fc from 'fast-check';
import { Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { ArrayHistogram, type Observations } from '../../../src/server/metrics/array-histogram.ts';

test('the text of a scrape is that of a histogram of prom-client', async () => {
  const buckets = [0.001, 0.005, 0.1, 1];
  const configuration = { name: 'seconds', help: 'Seconds.', labelNames: ['path', 'verdict'], buckets };
  const label = fc.constantFrom('', 'a', 'b"c\\d\ne');
  const value = fc.oneof(fc.constantFrom(...buckets, 0, 1e-9, 7), fc.double({ min: 0, max: 2, noNaN: true }));
  const observations = fc.array(fc.record({ path: label, verdict: label, value }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(observations, observations, async (beforeScrape, afterScrape) => {
      const [theirs, ours] = [new Registry(), new Registry()];
      const histogram = new Histogram({ ...configuration, registers: [theirs] });
      const inArrays = new ArrayHistogram({ ...configuration, registers: [ours] });
      const allSeries = new Map<string, Observations>();
      for (const batch of [beforeScrape, afterScrape]) {
        for (const { path, verdict, value } of batch) {
          histogram.observe({ path, verdict }, value);
          const key = JSON.stringify([path, verdict]);
          const series = allSeries.get(key) ?? inArrays.series({ path, verdict });
          allSeries.set(key, series);
          inArrays.add(series, value);
        }
        expect(await ours.metrics()).toBe(await theirs.metrics());
      }
    }),
  );
});
