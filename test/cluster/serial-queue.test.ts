import { expect, it } from 'vitest';
import { SerialQueue } from '../../src/cluster/serial-queue.ts';

it('lets one go ahead at a time, in the order in which they came', async () => {
  const queue = new SerialQueue();
  const happened: string[] = [];
  const work = async (name: string): Promise<void> => {
    happened.push(`${name} begins`);
    await new Promise(setImmediate);
    happened.push(`${name} ends`);
  };
  await Promise.all(['a', 'b', 'c'].map((name) => queue.run(() => work(name))));
  expect(happened).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

it('goes on after one that failed, and tells only whoever began that one', async () => {
  const queue = new SerialQueue();
  const failed = queue.run(() => Promise.reject(new Error('refused')));
  const next = queue.run(async () => 'served');
  await expect(failed).rejects.toThrow('refused');
  await expect(next).resolves.toBe('served');
});
