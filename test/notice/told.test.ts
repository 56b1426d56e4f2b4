import { describe, expect, it } from 'vitest';
import { BadTold, coveredBy, decodeTold, type ToldNotice } from '../../src/notice/told.ts';

const notice: ToldNotice = { tool: 'heritage', image: 'python3.7', removal: '2027-03-01', step: 30 };

describe('earlier notices', () => {
  it('are read from the JSON of notice, whatever else it holds', () => {
    const text = JSON.stringify({ day: '2026-11-30', told: [{ ...notice, more: 1 }] });
    expect(decodeTold(text)).toEqual([notice]);
  });

  it.each([
    ['', 'it is no JSON; save the output of notice --to json'],
    ['[]', 'it has no list "told"; save the output of notice --to json'],
    ['null', 'it has no list "told"; save the output of notice --to json'],
    ['{"told":{}}', 'it has no list "told"; save the output of notice --to json'],
    ['{"told":[null]}', 'told[0] should have "tool", "image", "removal" and "step"'],
    [
      JSON.stringify({ told: [notice, { ...notice, step: '30' }] }),
      'told[1] should have "tool", "image", "removal" and "step"',
    ],
    [
      JSON.stringify({ told: [{ ...notice, removal: 1 }] }),
      'told[0] should have "tool", "image", "removal" and "step"',
    ],
  ])('are refused in words as %j', (text, message) => {
    expect(() => decodeTold(text)).toThrow(new BadTold(message));
  });

  it('cover the same step, and those before it', () => {
    const steps = [60, 30, 7, 0, null];
    const covered = (told: number | null) =>
      steps.filter((step) => coveredBy({ ...notice, step }, [{ ...notice, step: told }]));
    expect(covered(60)).toEqual([60, null]);
    expect(covered(30)).toEqual([60, 30, null]);
    expect(covered(0)).toEqual([60, 30, 7, 0, null]);
    expect(covered(null)).toEqual([null]);
  });

  it.each([{ tool: 'wikibugs' }, { image: 'node12' }, { removal: '2027-04-01' }, { removal: null }])(
    'do not cover a notice that differs in %j',
    (other) => {
      expect(coveredBy({ ...notice, ...other }, [notice])).toBe(false);
    },
  );
});
