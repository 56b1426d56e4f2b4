import { expect, it } from 'vitest';
import { Turns } from '../../src/cluster/turns.ts';

it('lets one go ahead at a time, in the order in which they came', async () => {
  const turns = new Turns();
  const happened: string[] = [];
  const work = async (name: string): Promise<void> => {
    happened.push(`${name} begins`);
    await new Promise(setImmediate);
    happened.push(`${name} ends`);
  };
  await Promise.all(['a', 'b', 'c'].map((name) => turns.take(() => work(name))));
  expect(happened).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

it('goes on after one that failed, and tells only whoever began that one', async () => {
  const turns = new Turns();
  const failed = turns.take(() => Promise.reject(new Error('refused')));
  const next = turns.take(async () => 'served');
  await expect(failed).rejects.toThrow('refused');
  await expect(next).resolves.toBe('served');
});
