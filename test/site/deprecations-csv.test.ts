import { expect, test } from 'vitest';
import { useNotKnown } from '../../src/site/use.ts';
import { lookupOf } from '../support/catalog.ts';
import { getSite, siteInput, someUse } from '../support/site.ts';

const URL = 'https://wikitech.wikimedia.org/wiki/Help:Toolforge/Python';
const csv = (input = siteInput()): string => getSite('/api/v1/deprecations.csv', { input }).body;

test('the CSV has one record for each deprecated image', () => {
  expect(csv(siteInput(someUse))).toBe(
    'name,replacement,newer,removal,tools,workloads,url\r\n' +
      'node12,,,,0,0,\r\n' +
      `python3.7,python3.11,,2027-03-01,2,3,${URL}\r\n`,
  );
});

test('the CSV says that use is not known, and not 0', () => {
  expect(csv()).toBe(
    'name,replacement,newer,removal,tools,workloads,url\r\n' +
      'node12,,,,not known,not known,\r\n' +
      `python3.7,python3.11,,2027-03-01,not known,not known,${URL}\r\n`,
  );
});

test.each(['=HYPERLINK("https://evil.example")', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])(
  'no cell of the CSV begins like a formula: %j',
  (url) => {
    const lookup = lookupOf({ old: { state: 'deprecated', deprecation: { url, replacement: url } } });
    const [, record = ''] = csv(siteInput(useNotKnown, lookup)).split('\r\n');
    expect(record).toMatch(/^old,"?['\ufffd]/);
    expect(record).not.toMatch(/(^|,)"?[=+\-@\t\r]/);
  },
);
