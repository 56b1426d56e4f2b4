import { beforeEach, expect, it } from 'vitest';
import { HistoryFollower, type Recordable, withLineOf } from '../../../src/cli/site/follow-history.ts';
import type { HistoryStore } from '../../../src/cli/site/history-store.ts';
import { useNotKnown } from '../../../src/site/use.ts';
import { smallLookup } from '../../support/catalog.ts';
import { historyText, lineOf } from '../../support/history.ts';
import { collectLog } from '../../support/log.ts';
import { someUse } from '../../support/site.ts';

const { digest } = smallLookup.catalog;
const yesterday = lineOf('2026-11-29');
const today = lineOf('2026-11-30', { 'python3.11': [1, 1], 'python3.7': [2, 3] }, digest);
const shownNow: Recordable = { lookup: smallLookup, use: someUse, today: '2026-11-30' };

let stored: string;
let shown: Recordable;
let fault: Error | undefined;
let readOnly: boolean;
let log: ReturnType<typeof collectLog>;
beforeEach(() => {
  stored = historyText([yesterday]);
  shown = shownNow;
  fault = undefined;
  readOnly = false;
  log = collectLog();
});

const follower = ({ write = true } = {}): HistoryFollower => {
  const store: HistoryStore = {
    label: 'history.jsonl',
    async read() {
      if (fault) throw fault;
      return stored;
    },
    ...(write && {
      async write(_, after) {
        if (readOnly) throw new Error('EACCES: permission denied');
        stored = after;
      },
    }),
  };
  return new HistoryFollower({ store, shown: () => shown, log: log.log });
};

const reported = (): unknown[] =>
  log.logged('history not read or written').map(({ history }) => (history as { fault: string }).fault);

it('a site that keeps the history adds one line a day, and shows it', async () => {
  const its = follower();
  expect(its.lines).toBeUndefined();
  for (let pass = 0; pass < 3; pass += 1) await its.pass();
  expect(stored).toBe(historyText([yesterday, today]));
  expect(its.lines).toEqual([yesterday, today]);
  shown = { ...shown, today: '2026-12-01' };
  await its.pass();
  expect(its.lines?.map(({ day }) => day)).toEqual(['2026-11-29', '2026-11-30', '2026-12-01']);
});

it.each<[string, Partial<Recordable>]>([
  ['without known use', { use: useNotKnown }],
  ['without a catalog', { lookup: undefined }],
])('a site %s adds no line', async (_, lack) => {
  shown = { ...shown, ...lack };
  const its = follower();
  await its.pass();
  expect(stored).toBe(historyText([yesterday]));
  expect(its.lines).toEqual([yesterday]);
});

it('a site in a cluster shows the history of serve, and writes nothing', async () => {
  const its = follower({ write: false });
  await its.pass();
  stored += historyText([today]);
  await its.pass();
  expect(its.lines).toEqual([yesterday, today]);
});

it('the lines are the same value while nothing changes', async () => {
  const its = follower();
  await its.pass();
  const { lines } = its;
  await its.pass();
  expect(its.lines).toBe(lines);
});

it('a line of a later day counts when its day has come', async () => {
  stored = historyText([lineOf('2026-12-02')]);
  const its = follower({ write: false });
  await its.pass();
  expect(its.lines).toEqual([]);
  shown = { ...shown, today: '2026-12-01' };
  await its.pass();
  expect(its.lines).toHaveLength(1);
});

it('the last history stays while it cannot be read, which is logged once', async () => {
  const its = follower();
  await its.pass();
  fault = new Error('refused with 403');
  for (let pass = 0; pass < 3; pass += 1) await its.pass();
  expect(its.lines).toEqual([yesterday, today]);
  fault = undefined;
  await its.pass();
  fault = new Error('refused with 403');
  await its.pass();
  expect(reported()).toEqual(['refused with 403', 'refused with 403']);
});

it('a history that cannot be written is shown, and the fault is logged once', async () => {
  readOnly = true;
  const its = follower();
  for (let pass = 0; pass < 3; pass += 1) await its.pass();
  expect(its.lines).toEqual([yesterday]);
  expect(reported()).toEqual(['EACCES: permission denied']);
});

it('faulty lines are logged when the text changes, and the others count', async () => {
  stored = `junk\n${historyText([yesterday])}`;
  const its = follower({ write: false });
  for (let pass = 0; pass < 3; pass += 1) await its.pass();
  expect(its.lines).toEqual([yesterday]);
  expect(log.logged('history has faulty lines')).toMatchObject([
    {
      history: {
        place: 'history.jsonl',
        faults: ['line 1 is no JSON object with day, digest and images; it is ignored'],
      },
    },
  ]);
});

it('a text with the line of the day stays as it is', () => {
  const text = withLineOf(shownNow, '');
  expect(text).toBe(historyText([today]));
  expect(withLineOf(shownNow, text)).toBe(text);
});
